//! Invariants that hold at any time, whatever a person does: endpoints match pods, a ReadWriteOnce volume is attached
//! to one node, and no two pods share an address.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::json;
use statefulset_playground::cluster::faults::node_unreachable;
use statefulset_playground::cluster::volumes::{attached_nodes, claim_of, is_attached, volume_of};
use statefulset_playground::cluster::{Fault, FaultKind, Settings, Sim};
use statefulset_playground::object::status::Phase;
use statefulset_playground::object::{Kind, Object, Value, pod};
use statefulset_playground::store::World;

use crate::support::command::{Command, Target, apply_manifest, perform};

const MANIFEST: &str = "
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  clusterIP: None
  selector: {app: web}
  ports: [{name: http, port: 80}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: web
  replicas: 3
  podManagementPolicy: Parallel
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: c
        image: nginx:1
        ports: [{name: main, containerPort: 8080}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 1Gi}}
";

fn patch(kind: &str, name: &str, patch: serde_json::Value) -> Command {
    Command::Patch {
        target: target(kind, name),
        patch,
    }
}

fn target(kind: &str, name: &str) -> Target {
    Target {
        kind: kind.into(),
        name: name.into(),
    }
}

fn fault() -> impl Strategy<Value = Fault> {
    let pod = || (0..4u32).prop_map(|n| format!("web-{n}"));
    let node = || (1..4u32).prop_map(|n| format!("node-{n}"));
    prop_oneof![
        pod().prop_map(|pod| Fault::new(FaultKind::CrashOnce, pod)),
        pod().prop_map(|pod| Fault::new(FaultKind::NotReady, pod)),
        pod().prop_map(|pod| Fault::new(FaultKind::Evicted, pod)),
        node().prop_map(|node| Fault::new(FaultKind::NodeLost, node)),
        node().prop_map(|node| Fault::new(FaultKind::Drained, node)),
        Just(Fault::new(FaultKind::StorageSlow, "")),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    let service = prop_oneof![
        any::<bool>().prop_map(|yes| json!({"spec": {"publishNotReadyAddresses": yes}})),
        prop_oneof![Just(json!(80)), Just(json!("main")), Just(json!("none"))]
            .prop_map(|port| json!({"spec": {"ports": [{"name": "http", "port": 80, "targetPort": port}]}})),
        prop_oneof![Just("web"), Just("other")].prop_map(|app| json!({"spec": {"selector": {"app": app}}})),
        (0..3u8).prop_map(|v| json!({"metadata": {"labels": {"v": v.to_string()}}})),
    ];
    let pod = (0..4u32, prop_oneof![Just(None), Just(Some(0))]);
    prop_oneof![
        3 => (0..6i64).prop_map(|replicas| Command::Scale { target: target("StatefulSet", "web"), replicas }),
        3 => pod.prop_map(|(n, grace)| Command::Delete {
            target: target("Pod", &format!("web-{n}")), propagation: Default::default(), grace,
        }),
        3 => service.prop_map(|change| patch("Service", "web", change)),
        2 => (0..4u32, prop_oneof![Just("web"), Just("other")])
            .prop_map(|(n, app)| patch("Pod", &format!("web-{n}"), json!({"metadata": {"labels": {"app": app}}}))),
        1 => Just(Command::Delete {
            target: target("Service", "web"), propagation: Default::default(), grace: None,
        }),
        2 => Just(Command::Apply { text: MANIFEST.to_owned() }),
        3 => fault().prop_map(|fault| Command::Break { fault }),
        3 => fault().prop_map(|fault| Command::Mend { fault }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_world_is_consistent_whatever_a_person_does(acts in proptest::collection::vec((command(), 0..20_000u64), 1..14)) {
        let mut sim = Sim::new(Settings::default());
        apply_manifest(&mut sim, MANIFEST);
        for (command, wait_ms) in acts {
            sim.advance(sim.now().plus(wait_ms));
            check(sim.world())?;
            perform(&mut sim, &command);
            sim.advance(sim.now());
            check(sim.world())?;
        }
    }
}

fn check(world: &World) -> Result<(), TestCaseError> {
    for service in world
        .list(Kind::Service)
        .filter(|service| &*service.meta.name != "kubernetes")
    {
        endpoints_match_pods(world, service)?;
    }
    volumes_are_attached_to_one_node(world)?;
    let mut addresses = BTreeSet::new();
    for object in world.list(Kind::Pod).filter(|pod| !pod::phase(pod).terminal()) {
        if let Some(ip) = pod::ip(object) {
            prop_assert!(addresses.insert(ip.clone()), "two pods have {ip}");
        }
    }
    Ok(())
}

fn endpoints_match_pods(world: &World, service: &Object) -> Result<(), TestCaseError> {
    let selector = service
        .spec()
        .get("selector")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let publish = service
        .spec()
        .get("publishNotReadyAddresses")
        .and_then(Value::as_bool)
        == Some(true);
    let expected: BTreeMap<String, String> = world
        .list(Kind::Pod)
        .filter(|object| {
            selector
                .iter()
                .all(|(key, value)| object.meta.labels.get(key) == Some(value))
        })
        .filter(|object| !pod::phase(object).terminal())
        .filter_map(|object| {
            let (serving, terminating) = (pod::ready(object), object.meta.terminating());
            let ready = publish || serving && !terminating;
            let hostname =
                pod::hostname(object).filter(|_| pod::subdomain(object) == Some(&service.meta.name));
            let state = format!(
                "{} {ready} {serving} {terminating} {hostname:?}",
                pod::ip(object)?
            );
            Some((object.meta.name.to_string(), state))
        })
        .collect();
    let mut found = BTreeMap::new();
    let mut slices = 0;
    for slice in world.list(Kind::EndpointSlice) {
        if slice.meta.label("kubernetes.io/service-name") != Some(&service.meta.name) {
            continue;
        }
        slices += 1;
        let endpoints = slice
            .body
            .fields()
            .get("endpoints")
            .and_then(Value::as_array)
            .unwrap_or_default();
        prop_assert!(endpoints.len() <= 100);
        for endpoint in endpoints {
            let text = |path: &[&str]| {
                endpoint
                    .at(path)
                    .and_then(Value::as_str)
                    .map(std::sync::Arc::<str>::from)
            };
            let flag = |name: &str| endpoint.at(&["conditions", name]).and_then(Value::as_bool) == Some(true);
            let ip = endpoint
                .get("addresses")
                .and_then(Value::as_array)
                .and_then(|list| list.first()?.as_str());
            let state = format!(
                "{} {} {} {} {:?}",
                ip.unwrap_or_default(),
                flag("ready"),
                flag("serving"),
                flag("terminating"),
                text(&["hostname"]).as_ref()
            );
            let name = text(&["targetRef", "name"]).unwrap_or_default().to_string();
            prop_assert!(found.insert(name, state).is_none(), "a pod is in two slices");
        }
    }
    prop_assert!(slices > 0, "no slice, not even an empty one");
    prop_assert_eq!(found, expected);
    Ok(())
}

fn volumes_are_attached_to_one_node(world: &World) -> Result<(), TestCaseError> {
    for volume in world.list(Kind::PersistentVolume) {
        let nodes = attached_nodes(world, &volume.meta.name);
        prop_assert!(nodes.len() <= 1, "{} is attached to {nodes:?}", volume.meta.name);
        if let Some(claim) = claim_of(volume).and_then(|claim| world.get(&claim).cloned()) {
            let other = volume_of(&claim).is_some_and(|key| key.name != volume.meta.name);
            prop_assert!(!other || claim.meta.uid.is_empty() || claim_uid(volume) != Some(&claim.meta.uid));
        }
    }
    for object in world
        .list(Kind::Pod)
        .filter(|object| pod::phase(object) == Phase::Running)
    {
        let Some(node) = pod::node(object).filter(|node| !node_unreachable(world, node)) else {
            continue;
        };
        for claim in pod::claims(object).filter_map(|claim| world.get(&claim)) {
            let Some(volume) = volume_of(claim) else { continue };
            prop_assert!(
                is_attached(world, &volume.name, node),
                "{} runs without its volume",
                object.meta.name
            );
        }
    }
    Ok(())
}

fn claim_uid(volume: &Object) -> Option<&std::sync::Arc<str>> {
    volume.spec().get("claimRef")?.as_object()?.text("uid")
}
