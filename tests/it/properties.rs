//! Random manifests, commands and faults: the invariants of `support::invariants` hold, every run settles once its
//! faults are mended, and equal inputs produce equal logs.

use proptest::prelude::*;
use serde_json::json;
use statefulset_playground::api::Propagation;
use statefulset_playground::cluster::{Fault, FaultKind, Settings, Settled, Sim};
use statefulset_playground::object::{Key, Kind, Value, pod};
use statefulset_playground::store::{Actor, Entry, Waiting, World};

use crate::support::command::{Command, Target, apply_manifest, perform};
use crate::support::scripted::{KubeletStep, scripted_sim};
use crate::support::{invariants, settle};

/// What a person or the scripted kubelet does.
#[derive(Clone, Debug)]
enum Act {
    Apply(Manifest),
    Patch(serde_json::Value),
    Scale(i64),
    DeletePod(u32, Option<i64>),
    DeleteClaim(u32),
    DeleteSet(Propagation),
    Relabel(u32, &'static str),
    Kubelet(u32, KubeletStep),
    Break(Fault),
    Mend(Fault),
    Wait(u64),
}

/// The fields of a StatefulSet that affect its controller.
#[derive(Clone, Debug)]
struct Manifest {
    replicas: i64,
    start: i64,
    parallel: bool,
    min_ready: i64,
    claims: usize,
    when_deleted: &'static str,
    when_scaled: &'static str,
    history: i64,
    strategy: serde_json::Value,
    version: u8,
    class: &'static str,
}

impl Manifest {
    fn text(&self) -> String {
        let claims: Vec<serde_json::Value> = ["data", "logs"]
            .iter()
            .take(self.claims)
            .map(|name| {
                json!({"metadata": {"name": name}, "spec": {
                    "accessModes": ["ReadWriteOnce"], "storageClassName": self.class,
                    "resources": {"requests": {"storage": "1Gi"}},
                }})
            })
            .collect();
        let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {
            "clusterIP": "None", "selector": {"app": "web"}, "ports": [{"name": "http", "port": 80}],
        }});
        let set = json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "web"}, "spec": {
            "serviceName": "web",
            "replicas": self.replicas,
            "ordinals": {"start": self.start},
            "podManagementPolicy": if self.parallel { "Parallel" } else { "OrderedReady" },
            "minReadySeconds": self.min_ready,
            "revisionHistoryLimit": self.history,
            "updateStrategy": self.strategy,
            "persistentVolumeClaimRetentionPolicy": {
                "whenDeleted": self.when_deleted, "whenScaled": self.when_scaled,
            },
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}, "annotations": {"v": self.version.to_string()}},
                "spec": {"containers": [{"name": "c", "image": "nginx:1"}]},
            },
            "volumeClaimTemplates": claims,
        }});
        format!("{service}\n---\n{set}\n")
    }
}

fn strategy() -> impl Strategy<Value = serde_json::Value> {
    prop_oneof![
        2 => Just(json!({"type": "RollingUpdate", "rollingUpdate": {"partition": 0}})),
        1 => (0..4i64).prop_map(|p| json!({"type": "RollingUpdate", "rollingUpdate": {"partition": p}})),
        1 => Just(json!({"type": "RollingUpdate"})),
        1 => Just(json!({"type": "OnDelete"})),
    ]
}

fn manifest() -> impl Strategy<Value = Manifest> {
    let shape = (
        0..5i64,
        0..3i64,
        any::<bool>(),
        prop_oneof![3 => Just(0i64), 1 => 1..8i64],
        0..3usize,
    );
    let policy = || prop_oneof![Just("Retain"), Just("Delete")];
    let rest = (policy(), policy(), 0..3i64, strategy(), 0..3u8);
    let class = prop_oneof![Just("standard"), Just("wait"), Just("local")];
    (shape, rest, class).prop_map(|(shape, rest, class)| {
        let (replicas, start, parallel, min_ready, claims) = shape;
        let (when_deleted, when_scaled, history, strategy, version) = rest;
        Manifest {
            replicas,
            start,
            parallel,
            min_ready,
            claims,
            when_deleted,
            when_scaled,
            history,
            strategy,
            version,
            class,
        }
    })
}

fn patch() -> impl Strategy<Value = serde_json::Value> {
    let version = |v: u8| json!({"spec": {"template": {"metadata": {"annotations": {"v": v.to_string()}}}}});
    prop_oneof![
        3 => (0..4u8).prop_map(version),
        1 => strategy().prop_map(|strategy| json!({"spec": {"updateStrategy": strategy}})),
        1 => (0..4i64).prop_map(|start| json!({"spec": {"ordinals": {"start": start}}})),
        1 => (0..6i64).prop_map(|seconds| json!({"spec": {"minReadySeconds": seconds}})),
        1 => Just(json!({"spec": {"persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete"}}})),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    let node = || (1..4u32).prop_map(|n| format!("node-{n}"));
    let pod = || (0..4u32).prop_map(|n| format!("web-{n}"));
    prop_oneof![
        pod().prop_map(|pod| Fault::new(FaultKind::CrashOnce, pod)),
        pod().prop_map(|pod| Fault::new(FaultKind::CrashLoop, pod)),
        pod().prop_map(|pod| Fault::new(FaultKind::NotReady, pod)),
        pod().prop_map(|pod| Fault::new(FaultKind::SlowStart, pod)),
        pod().prop_map(|pod| Fault::new(FaultKind::Evicted, pod)),
        node().prop_map(|node| Fault::new(FaultKind::NodeLost, node)),
        node().prop_map(|node| Fault::new(FaultKind::Drained, node)),
        Just(Fault::new(FaultKind::StorageSlow, "")),
        Just(Fault::new(FaultKind::ImageMissing, "nginx:1")),
    ]
}

fn kubelet_step() -> impl Strategy<Value = KubeletStep> {
    prop_oneof![
        1 => Just(KubeletStep::Schedule),
        3 => Just(KubeletStep::Start),
        4 => Just(KubeletStep::Ready),
        1 => Just(KubeletStep::Unready),
        1 => Just(KubeletStep::Fail),
        1 => Just(KubeletStep::Succeed),
        3 => Just(KubeletStep::Remove),
    ]
}

fn act(scripted: bool) -> impl Strategy<Value = Act> {
    let ordinal = || 0..5u32;
    let propagation = prop_oneof![
        Just(Propagation::Background),
        Just(Propagation::Foreground),
        Just(Propagation::Orphan)
    ];
    let kubelet_weight = if scripted { 12 } else { 1 };
    let fault_weight = if scripted { 1 } else { 3 };
    prop_oneof![
        1 => manifest().prop_map(Act::Apply),
        3 => patch().prop_map(Act::Patch),
        3 => (0..6i64).prop_map(Act::Scale),
        2 => (ordinal(), prop_oneof![Just(None), Just(Some(0)), Just(Some(5))])
            .prop_map(|(ordinal, grace)| Act::DeletePod(ordinal, grace)),
        1 => ordinal().prop_map(Act::DeleteClaim),
        1 => propagation.prop_map(Act::DeleteSet),
        1 => (ordinal(), prop_oneof![Just("web"), Just("other")])
            .prop_map(|(ordinal, label)| Act::Relabel(ordinal, label)),
        kubelet_weight => (ordinal(), kubelet_step()).prop_map(|(ordinal, step)| Act::Kubelet(ordinal, step)),
        fault_weight => fault().prop_map(Act::Break),
        fault_weight => fault().prop_map(Act::Mend),
        4 => (0..40_000u64).prop_map(Act::Wait),
    ]
}

fn target(kind: &str, name: String) -> Target {
    Target {
        kind: kind.into(),
        name,
    }
}

/// The command of an act; `None` for waiting and for steps that no kubelet would make.
fn command(sim: &Sim, scripted: bool, act: &Act) -> Option<Command> {
    let set = || target("StatefulSet", "web".into());
    let merge = |target: Target, patch: serde_json::Value| Command::Patch { target, patch };
    Some(match act {
        Act::Apply(manifest) => Command::Apply {
            text: manifest.text(),
        },
        Act::Patch(patch) => merge(set(), patch.clone()),
        Act::Scale(replicas) => Command::Scale {
            target: set(),
            replicas: *replicas,
        },
        Act::DeletePod(ordinal, grace) => Command::Delete {
            target: target("Pod", format!("web-{ordinal}")),
            propagation: Propagation::Background,
            grace: *grace,
        },
        Act::DeleteClaim(ordinal) => Command::Delete {
            target: target("PersistentVolumeClaim", format!("data-web-{ordinal}")),
            propagation: Propagation::Background,
            grace: None,
        },
        Act::DeleteSet(propagation) => Command::Delete {
            target: set(),
            propagation: *propagation,
            grace: None,
        },
        Act::Relabel(ordinal, label) => merge(
            target("Pod", format!("web-{ordinal}")),
            json!({"metadata": {"labels": {"app": label}}}),
        ),
        Act::Kubelet(..) if !scripted => return None,
        Act::Kubelet(ordinal, step) => {
            let pod = sim.world().get(&Key::new(Kind::Pod, format!("web-{ordinal}")))?;
            let fits = match step {
                KubeletStep::Remove => pod.meta.terminating(),
                KubeletStep::Schedule | KubeletStep::Start => !pod::phase(pod).terminal(),
                _ => pod::node(pod).is_some() && !pod::phase(pod).terminal(),
            };
            if !fits {
                return None;
            }
            Command::Kubelet {
                pod: format!("web-{ordinal}"),
                step: *step,
            }
        }
        Act::Break(fault) => Command::Break { fault: fault.clone() },
        Act::Mend(fault) => Command::Mend { fault: fault.clone() },
        Act::Wait(_) => return None,
    })
}

fn run(seed: u64, scripted: bool, first: &Manifest, acts: &[Act]) -> Result<Vec<Entry>, String> {
    let settings = Settings {
        seed,
        ..Settings::default()
    };
    let mut sim = if scripted {
        scripted_sim(settings)
    } else {
        Sim::new(settings)
    };
    let mut log = sim.take_entries();
    let mut world = World::default();
    for entry in &log {
        world.apply(entry);
    }
    let mut check = |sim: &mut Sim, log: &mut Vec<Entry>| -> Result<(), String> {
        for entry in sim.take_entries() {
            invariants::check(&world, &entry)?;
            world.apply(&entry);
            log.push(entry);
        }
        Ok(())
    };
    let first = [Act::Apply(first.clone())];
    for act in first.iter().chain(acts) {
        if let Some(command) = command(&sim, scripted, act) {
            perform(&mut sim, &command);
        }
        let wait = if let Act::Wait(ms) = act { *ms } else { 0 };
        sim.advance(sim.now().plus(wait));
        check(&mut sim, &mut log)?;
    }
    // A broken image or a crash loop is retried forever, so a run settles only when all faults have been mended.
    for act in acts {
        if let Act::Break(fault) = act {
            perform(&mut sim, &Command::Mend { fault: fault.clone() });
        }
    }
    let settled = sim.settle();
    check(&mut sim, &mut log)?;
    if settled != Settled::Idle {
        return Err("the run does not settle".into());
    }
    Ok(log)
}

fn check(seed: u64, scripted: bool, first: &Manifest, acts: &[Act]) -> Result<(), TestCaseError> {
    let log = run(seed, scripted, first, acts).map_err(TestCaseError::fail)?;
    let again = run(seed, scripted, first, acts).map_err(TestCaseError::fail)?;
    prop_assert!(log == again, "equal inputs gave different logs");
    Ok(())
}

/// Debug builds check fewer cases: they are about twenty times slower.
const CASES: u32 = if cfg!(debug_assertions) { 24 } else { 256 };

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn invariants_hold_whatever_a_person_does(
        seed in 0..1_000u64,
        first in manifest(),
        acts in prop::collection::vec(act(false), 0..16),
    ) {
        check(seed, false, &first, &acts)?;
    }

    #[test]
    fn invariants_hold_whatever_a_kubelet_does(
        first in manifest(),
        acts in prop::collection::vec(act(true), 0..60),
    ) {
        check(0, true, &first, &acts)?;
    }
}

#[test]
fn more_pods_than_can_be_simulated_are_a_reason_to_wait() {
    let mut sim = Sim::new(Settings::default());
    let text = Manifest {
        replicas: i64::from(i32::MAX),
        start: 0,
        parallel: true,
        min_ready: 0,
        claims: 1,
        when_deleted: "Retain",
        when_scaled: "Retain",
        history: 10,
        strategy: json!({"type": "RollingUpdate"}),
        version: 1,
        class: "standard",
    }
    .text();
    apply_manifest(&mut sim, &text);
    settle(&mut sim);
    let set = Key::new(Kind::StatefulSet, "web");
    let waiting = sim.world().waiting(Actor::StatefulSetController, &set);
    assert_eq!(waiting.map(Waiting::rule), Some("PlaygroundLimit"));
    assert_eq!(waiting.and_then(Waiting::field), Some("spec.replicas"));
    assert_eq!(sim.world().list(Kind::Pod).count(), 0);
    let object = sim.world().get(&set).expect("the set");
    let replicas = object.spec().get("replicas").and_then(Value::as_i64);
    assert_eq!(replicas, Some(i64::from(i32::MAX)), "the spec is unchanged");
}
