//! Faults of pods and claims in namespaces other than `default`.

use statefulset_playground::cluster::{Fault, FaultKind, Settings, Sim};
use statefulset_playground::object::pod_status::summary;
use statefulset_playground::object::status::Phase;
use statefulset_playground::object::{Key, Kind, pod};

use crate::support::command::apply_manifest;

/// Equally named pods and claims in two namespaces.
const MANIFEST: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: db}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: db}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
---
apiVersion: v1
kind: Pod
metadata: {name: web-0}
spec:
  containers: [{name: c, image: nginx:1}]
---
apiVersion: v1
kind: Pod
metadata: {name: web-0, namespace: db}
spec:
  containers: [{name: c, image: nginx:1}]
";

fn cluster() -> Sim {
    let mut sim = Sim::new(Settings::default());
    apply_manifest(&mut sim, MANIFEST);
    sim.advance(sim.now().plus(10_000));
    sim
}

fn key(kind: Kind, namespace: &str, name: &str) -> Key {
    let mut key = Key::new(kind, name);
    key.namespace = namespace.into();
    key
}

fn restarts(sim: &Sim, namespace: &str) -> u32 {
    let pod = sim.world().get(&key(Kind::Pod, namespace, "web-0"));
    summary(pod.expect("the pod")).restarts
}

#[test]
fn a_fault_affects_only_the_pod_of_its_namespace() {
    let mut sim = cluster();
    let fault = Fault::of_object(FaultKind::CrashLoop, &key(Kind::Pod, "db", "web-0"));
    assert_eq!(sim.inject_fault(&fault), Ok(()));
    let object = fault.key().expect("an object");
    assert_eq!(&*object.name, "crash-loop.db/web-0");
    assert!(sim.world().get(&object).is_some() && fault.is_active(sim.world()));
    sim.advance(sim.now().plus(20_000));
    assert!(restarts(&sim, "db") > 0);
    assert_eq!(restarts(&sim, "default"), 0);
    assert_eq!(sim.mend_fault(&fault), Ok(()));
    assert!(!fault.is_active(sim.world()));
}

#[test]
fn a_fault_that_takes_effect_once_is_consumed_in_its_namespace() {
    let mut sim = cluster();
    let fault = Fault::of_object(FaultKind::Evicted, &key(Kind::Pod, "db", "web-0"));
    assert_eq!(sim.inject_fault(&fault), Ok(()));
    sim.advance(sim.now().plus(1_000));
    assert!(!fault.is_active(sim.world()));
    let phase = |namespace: &str| {
        let pod = sim.world().get(&key(Kind::Pod, namespace, "web-0"));
        pod::phase(pod.expect("the pod"))
    };
    assert_eq!((phase("db"), phase("default")), (Phase::Failed, Phase::Running));
    let missing = Fault::of_object(FaultKind::Evicted, &key(Kind::Pod, "elsewhere", "web-0"));
    assert!(sim.inject_fault(&missing).is_err());
}

#[test]
fn a_claim_is_deleted_in_its_namespace() {
    let mut sim = cluster();
    let fault = Fault::of_object(
        FaultKind::ClaimDeleted,
        &key(Kind::PersistentVolumeClaim, "db", "data"),
    );
    assert_eq!(sim.inject_fault(&fault), Ok(()));
    sim.advance(sim.now().plus(5_000));
    let claim = |namespace| {
        sim.world()
            .get(&key(Kind::PersistentVolumeClaim, namespace, "data"))
    };
    assert!(claim("db").is_none());
    assert!(claim("default").is_some());
}
