//! Random manifests, commands and faults: whatever a person does, the promises of `cluster::invariant` hold, every
//! settling ends, and the same inputs give the same log.

use proptest::prelude::*;
use serde_json::json;
use statefulset_playground::cluster::command::{Cascade, Command, Does, PatchType, Target};
use statefulset_playground::cluster::fault::Fault;
use statefulset_playground::cluster::{KubeletMode, Settings, Settled, Sim, StorageMode, invariant};
use statefulset_playground::object::{Key, Kind, Value, pod};
use statefulset_playground::store::{Actor, Entry, Waiting, World};

/// What a person does.
#[derive(Clone, Debug)]
enum Act {
    Apply(Manifest),
    Patch(serde_json::Value),
    Scale(i64),
    DeletePod(u32, Option<i64>),
    DeleteClaim(u32),
    DeleteSet(Cascade),
    Relabel(u32, &'static str),
    Kubelet(u32, Does),
    Break(Fault),
    Mend(Fault),
    Wait(u64),
}

/// The parts of a StatefulSet that change what its controller does.
#[derive(Clone, Debug)]
struct Manifest {
    replicas: i64,
    start: i64,
    parallel: bool,
    min_ready: i64,
    claims: usize,
    delete_with_set: bool,
    delete_with_pod: bool,
    history: i64,
    strategy: serde_json::Value,
    version: u8,
    class: &'static str,
}

impl Manifest {
    fn text(&self) -> String {
        let policy = |delete: bool| if delete { "Delete" } else { "Retain" };
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
                "whenDeleted": policy(self.delete_with_set), "whenScaled": policy(self.delete_with_pod),
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
    let rest = (any::<bool>(), any::<bool>(), 0..3i64, strategy(), 0..3u8);
    let class = prop_oneof![Just("standard"), Just("wait"), Just("local")];
    (shape, rest, class).prop_map(|(shape, rest, class)| {
        let (replicas, start, parallel, min_ready, claims) = shape;
        let (delete_with_set, delete_with_pod, history, strategy, version) = rest;
        Manifest {
            replicas,
            start,
            parallel,
            min_ready,
            claims,
            delete_with_set,
            delete_with_pod,
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
        pod().prop_map(|pod| Fault::CrashOnce { pod }),
        pod().prop_map(|pod| Fault::CrashLoop { pod }),
        pod().prop_map(|pod| Fault::NotReady { pod }),
        pod().prop_map(|pod| Fault::SlowStart { pod }),
        pod().prop_map(|pod| Fault::Evicted { pod }),
        node().prop_map(|node| Fault::NodeLost { node }),
        node().prop_map(|node| Fault::Drained { node }),
        Just(Fault::StorageSlow),
        Just(Fault::ImageMissing {
            image: "nginx:1".into()
        }),
    ]
}

fn does() -> impl Strategy<Value = Does> {
    prop_oneof![
        1 => Just(Does::Schedule),
        3 => Just(Does::Start),
        4 => Just(Does::Ready),
        1 => Just(Does::Unready),
        1 => Just(Does::Fail),
        1 => Just(Does::Succeed),
        3 => Just(Does::Remove),
    ]
}

fn act(manual: bool) -> impl Strategy<Value = Act> {
    let ordinal = || 0..5u32;
    let cascade = prop_oneof![
        Just(Cascade::Background),
        Just(Cascade::Foreground),
        Just(Cascade::Orphan)
    ];
    let played = if manual { 12 } else { 1 };
    let broken = if manual { 1 } else { 3 };
    prop_oneof![
        1 => manifest().prop_map(Act::Apply),
        3 => patch().prop_map(Act::Patch),
        3 => (0..6i64).prop_map(Act::Scale),
        2 => (ordinal(), prop_oneof![Just(None), Just(Some(0)), Just(Some(5))])
            .prop_map(|(ordinal, grace)| Act::DeletePod(ordinal, grace)),
        1 => ordinal().prop_map(Act::DeleteClaim),
        1 => cascade.prop_map(Act::DeleteSet),
        1 => (ordinal(), prop_oneof![Just("web"), Just("other")])
            .prop_map(|(ordinal, label)| Act::Relabel(ordinal, label)),
        played => (ordinal(), does()).prop_map(|(ordinal, does)| Act::Kubelet(ordinal, does)),
        broken => fault().prop_map(Act::Break),
        broken => fault().prop_map(Act::Mend),
        4 => (0..40_000u64).prop_map(Act::Wait),
    ]
}

fn target(kind: &str, name: String) -> Target {
    Target {
        kind: kind.into(),
        namespace: None,
        name,
    }
}

/// The command of an act; none for waiting, and for what no kubelet would do.
fn command(sim: &Sim, act: &Act) -> Option<Command> {
    let set = || target("StatefulSet", "web".into());
    let merge = |target: Target, patch: serde_json::Value| Command::Patch {
        target,
        how: PatchType::Merge,
        patch,
    };
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
            cascade: Cascade::Background,
            grace: *grace,
        },
        Act::DeleteClaim(ordinal) => Command::Delete {
            target: target("PersistentVolumeClaim", format!("data-web-{ordinal}")),
            cascade: Cascade::Background,
            grace: None,
        },
        Act::DeleteSet(cascade) => Command::Delete {
            target: set(),
            cascade: *cascade,
            grace: None,
        },
        Act::Relabel(ordinal, label) => merge(
            target("Pod", format!("web-{ordinal}")),
            json!({"metadata": {"labels": {"app": label}}}),
        ),
        Act::Kubelet(..) if sim.settings().kubelet == KubeletMode::Automatic => return None,
        Act::Kubelet(ordinal, does) => {
            let pod = sim.world().get(&Key::new(Kind::Pod, format!("web-{ordinal}")))?;
            let fits = match does {
                Does::Remove => pod.meta.terminating(),
                Does::Schedule | Does::Start => !pod::phase(pod).terminal(),
                _ => pod::node(pod).is_some() && !pod::phase(pod).terminal(),
            };
            if !fits {
                return None;
            }
            Command::Kubelet {
                pod: format!("web-{ordinal}"),
                does: *does,
            }
        }
        Act::Break(fault) => Command::Break { fault: fault.clone() },
        Act::Mend(fault) => Command::Mend { fault: fault.clone() },
        Act::Wait(_) => return None,
    })
}

fn run(settings: &Settings, first: &Manifest, acts: &[Act]) -> Result<Vec<Entry>, String> {
    let mut sim = Sim::new(settings.clone());
    let mut log = sim.take_entries();
    let mut world = World::default();
    for entry in &log {
        world.apply(entry);
    }
    let mut check = |sim: &mut Sim, log: &mut Vec<Entry>| -> Result<(), String> {
        for entry in sim.take_entries() {
            invariant::check(&world, &entry)?;
            world.apply(&entry);
            log.push(entry);
        }
        Ok(())
    };
    let first = [Act::Apply(first.clone())];
    for act in first.iter().chain(acts) {
        if let Some(command) = command(&sim, act) {
            sim.command(&command);
        }
        let wait = if let Act::Wait(ms) = act { *ms } else { 0 };
        sim.advance(sim.now().plus(wait));
        check(&mut sim, &mut log)?;
    }
    sim.settle();
    check(&mut sim, &mut log)?;
    Ok(log)
}

fn check(settings: &Settings, first: &Manifest, acts: &[Act]) -> Result<(), TestCaseError> {
    let log = run(settings, first, acts).map_err(TestCaseError::fail)?;
    let again = run(settings, first, acts).map_err(TestCaseError::fail)?;
    prop_assert!(log == again, "the same inputs gave another log");
    Ok(())
}

/// Debug builds check fewer cases: they are some twenty times slower.
const CASES: u32 = if cfg!(debug_assertions) { 24 } else { 256 };

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn promises_hold_whatever_a_person_does(
        seed in 0..1_000u64,
        first in manifest(),
        acts in prop::collection::vec(act(false), 0..16),
    ) {
        check(&Settings { seed, ..Settings::default() }, &first, &acts)?;
    }

    #[test]
    fn promises_hold_whatever_a_kubelet_does(
        first in manifest(),
        acts in prop::collection::vec(act(true), 0..60),
    ) {
        let settings = Settings {
            kubelet: KubeletMode::Manual,
            storage: StorageMode::Manual,
            ..Settings::default()
        };
        check(&settings, &first, &acts)?;
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
        delete_with_set: false,
        delete_with_pod: false,
        history: 10,
        strategy: json!({"type": "RollingUpdate"}),
        version: 1,
        class: "standard",
    }
    .text();
    let outcome = sim.command(&Command::Apply { text });
    assert_eq!(outcome.error(), None);
    assert_eq!(sim.settle(), Settled::Quiet);
    let set = Key::new(Kind::StatefulSet, "web");
    let waiting = sim.world().waiting(Actor::StatefulSetController, &set);
    assert_eq!(waiting.map(Waiting::rule), Some("PlaygroundLimit"));
    assert_eq!(waiting.and_then(Waiting::field), Some("spec.replicas"));
    assert_eq!(sim.world().list(Kind::Pod).count(), 0);
    let object = sim.world().get(&set).expect("the set");
    let replicas = object.spec().get("replicas").and_then(Value::as_i64);
    assert_eq!(replicas, Some(i64::from(i32::MAX)), "it stays as written");
}
