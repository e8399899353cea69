//! Every reason to wait, with what the page shows for it: sentence, rule, object, field and remedy.

use std::fmt::Write;
use std::sync::Arc;

use expect_test::expect_file;
use serde_json::{Value as Json, json};
use statefulset_playground::cluster::{Fault, FaultKind};
use statefulset_playground::object::{Key, Kind, Object, Time, Value};
use statefulset_playground::scene::explain::{Remedy, Sentence, explain};
use statefulset_playground::store::waiting::{
    DeletionWaiting, DeploymentWaiting, NodeWaiting, PodWaiting, SchedulingWaiting, StatefulSetWaiting,
    StorageWaiting,
};
use statefulset_playground::store::{Actor, Cause, Change, Decision, Entry, EntryKind, Waiting, World};

const NOW: Time = Time(0);
const SOON: Time = Time(10_000);

/// Values of an enum of reasons. Does not compile unless each variant is listed.
macro_rules! every_reason {
    ($reasons:ident { $($variant:ident { $($field:ident: $value:expr),* $(,)? }),* $(,)? }) => {{
        #[allow(unreachable_patterns, reason = "a variant may be listed with several values")]
        let _exhaustive = |reason: $reasons| match reason {
            $($reasons::$variant { .. } => ()),*
        };
        vec![$($reasons::$variant { $($field: $value),* }),*]
    }};
}

fn stateful_set_reasons() -> Vec<StatefulSetWaiting> {
    let error: Arc<str> = "the API server's message".into();
    let claim = || claim("www-web-0");
    every_reason!(StatefulSetWaiting {
        ReplicaNotReady { pod: pod("web-0") },
        ReplicaNotAvailable { pod: pod("web-0"), at: SOON },
        ReplicaTerminating { pod: pod("web-1") },
        FinishedPodExists { pod: pod("web-0") },
        NameTaken { pod: pod("web-0") },
        StaleClaim { pod: pod("web-0"), claim: claim() },
        ClaimTerminating { pod: pod("web-0"), claim: claim() },
        CreateFailed { pod: pod("web-0"), error: error.clone() },
        UpdateFailed { pod: pod("web-0"), error: error.clone() },
        DeleteFailed { pod: pod("web-0"), error: error.clone() },
        CondemnedTerminating { pod: pod("web-3") },
        CondemnedNotReady { pod: pod("web-3"), lowest: pod("web-0") },
        CondemnedNotAvailable { pod: pod("web-3"), at: SOON },
        RolloutPodNotReady { pod: pod("web-1") },
        RolloutPodNotAvailable { pod: pod("web-1"), at: SOON },
        Partition { pod: pod("web-0"), first: 1 },
        OnDelete { pod: pod("web-0") },
        SetTerminating {},
        InvalidSelector {},
        AdoptionFailed { error: error.clone() },
        RevisionFailed { error: error },
        TooManyPods { limit: 10_000 },
    })
}

fn deletion_reasons() -> Vec<DeletionWaiting> {
    every_reason!(DeletionWaiting {
        BlockingDependent { dependent: pod("web-0") },
        ClaimInUse { pod: pod("web-0") },
    })
}

fn scheduling_reasons() -> Vec<SchedulingWaiting> {
    let claim = || claim("www-web-0");
    every_reason!(SchedulingWaiting {
        UnboundClaim { claim: claim() },
        ClaimNotFound { claim: claim() },
        ClaimTerminating { claim: claim() },
        ClaimLost { claim: claim(), volume: volume() },
        VolumeProvisioning { claim: claim(), node: "node-1".into() },
        VolumeNodeAffinity { volume: volume(), claim: claim() },
        ReadWriteOncePod { claim: claim(), pod: pod("other") },
        InsufficientResources { resource: "cpu".into(), node: node() },
        NodeUnschedulable { node: node() },
        UntoleratedTaint { node: node(), taint: "node.kubernetes.io/unreachable".into() },
        NodeAffinity {},
        PodTopologySpread { topology: "topology.kubernetes.io/zone".into() },
        PodAntiAffinity { pod: pod("other") },
        ExistingPodAntiAffinity { pod: pod("other") },
        PodAffinity { topology: "topology.kubernetes.io/zone".into() },
        HostPort { pod: pod("other") },
        VolumeNotFound { claim: claim() },
        Preempting { node: node() },
        SchedulingGated {},
        OtherScheduler {},
        NoNodes {},
    })
}

fn pod_reasons() -> Vec<PodWaiting> {
    let container: Arc<str> = "nginx".into();
    let image: Arc<str> = "nginx:2".into();
    let (container, image) = (|| container.clone(), || image.clone());
    every_reason!(PodWaiting {
        VolumeNotAttached { volume: volume() },
        FailedMount { object: Key::new(Kind::ConfigMap, "settings"), data_key: None },
        FailedMount { object: Key::new(Kind::ConfigMap, "settings"), data_key: Some("a".into()) },
        ClaimNotBound { claim: Key::new(Kind::PersistentVolumeClaim, "www-web-0") },
        CreatingSandbox { until: SOON },
        NoPodAddress { node: Key::new(Kind::Node, "node-1"), until: SOON },
        PullingImage { container: container(), image: image(), until: SOON },
        ImagePullBackOff { container: container(), image: image(), until: SOON },
        ErrImageNeverPull { container: container(), image: image() },
        InvalidImageName { container: container(), image: image() },
        CreateContainerConfigError { container: container(), object: Key::new(Kind::Secret, "password"), data_key: None },
        RunAsNonRoot { container: container() },
        ReadinessGate { condition: "example.com/gate".into() },
        InitContainer { container: "setup".into() },
        ContainerCreating { container: container(), until: SOON },
        Restarting { container: container(), until: SOON },
        CrashLoopBackOff { container: container(), until: SOON },
        ProbePending { container: container(), until: SOON },
        ReadinessProbeFailing { container: container() },
        Stopping { until: SOON, killed: false },
        Stopping { until: SOON, killed: true },
        NodeUnreachable { node: node() },
    })
}

fn storage_reasons() -> Vec<StorageWaiting> {
    let class = || Key::new(Kind::StorageClass, "fast");
    every_reason!(StorageWaiting {
        Provisioning { until: SOON },
        NoProvisioner { provisioner: "kubernetes.io/no-provisioner".into(), class: class() },
        WaitForFirstConsumer { class: class() },
        WaitForPodScheduled { pod: pod("web-0") },
        StorageClassNotFound { class: class() },
        NoVolumeFits {},
        VolumeNotFound { volume: volume() },
        VolumeTaken { volume: volume() },
        VolumeMismatch { volume: volume(), why: "requested PV is too small".into() },
        NoVolumeOfClass { class: class() },
        ProvisioningFailed { error: "the provisioner's message".into() },
        VolumePopulator { kind: "Book".into() },
        VolumeNameRemoved {},
        ClaimLost { volume: volume() },
        Retained {},
        DeletingVolume { until: SOON },
        NoDeleter { provisioner: "ebs.csi.aws.com".into() },
        Recycling { until: SOON },
        ReclaimFailed { error: "the controller's message".into() },
        Resizing { until: SOON },
        NoResizer {},
        FileSystemResizePending {},
        NodeResizing { until: SOON },
        AttributesClassNotFound { class: "gold".into() },
        NoAttacher { driver: "ebs.csi.aws.com".into() },
        Attaching { node: node(), until: SOON },
        Detaching { node: node(), until: SOON },
        MultiAttach { node: node(), pod: Some(pod("other")) },
        MultiAttach { node: node(), pod: None },
        NodeUnreachable { node: node(), until: None },
        NodeUnreachable { node: node(), until: Some(SOON) },
    })
}

fn node_reasons() -> Vec<NodeWaiting> {
    every_reason!(NodeWaiting {
        MonitorGracePeriod { until: SOON },
        TolerationSeconds { node: node(), until: SOON },
        TerminationUnconfirmed { node: node() },
        NodeDeleted { until: SOON },
        Draining { pod: pod("web-0") },
        EvictionRefused { budget: Key::new(Kind::PodDisruptionBudget, "web"), message: "the API server's message".into(), until: SOON },
    })
}

fn deployment_reasons() -> Vec<DeploymentWaiting> {
    let replica_set = || Key::new(Kind::ReplicaSet, "front-1");
    every_reason!(DeploymentWaiting {
        MaxSurge { replica_set: replica_set() },
        MaxUnavailable { replica_set: replica_set() },
        OldPodsRunning { replica_set: replica_set() },
        Paused {},
        CreateFailed { error: "the API server's message".into() },
        TooManyPods { limit: 10_000 },
        PodNotAvailable { pod: pod("front-1-x") },
    })
}

fn all_reasons() -> Vec<Waiting> {
    // Does not compile unless each kind of reason is listed.
    let _exhaustive = |waiting: Waiting| match waiting {
        Waiting::StatefulSet(_)
        | Waiting::Deletion(_)
        | Waiting::Scheduling(_)
        | Waiting::Pod(_)
        | Waiting::Storage(_)
        | Waiting::Node(_)
        | Waiting::Deployment(_) => (),
    };
    let mut reasons: Vec<Waiting> = Vec::new();
    reasons.extend(stateful_set_reasons().into_iter().map(Waiting::StatefulSet));
    reasons.extend(deletion_reasons().into_iter().map(Waiting::Deletion));
    reasons.extend(scheduling_reasons().into_iter().map(Waiting::Scheduling));
    reasons.extend(pod_reasons().into_iter().map(Waiting::Pod));
    reasons.extend(storage_reasons().into_iter().map(Waiting::Storage));
    reasons.extend(node_reasons().into_iter().map(Waiting::Node));
    reasons.extend(deployment_reasons().into_iter().map(Waiting::Deployment));
    reasons
}

fn pod(name: &str) -> Key {
    Key::new(Kind::Pod, name)
}

fn claim(name: &str) -> Key {
    Key::new(Kind::PersistentVolumeClaim, name)
}

fn volume() -> Key {
    Key::new(Kind::PersistentVolume, "pv-0")
}

fn node() -> Key {
    Key::new(Kind::Node, "node-1")
}

/// The actor that waits for this reason, and the object about which it waits.
fn subject(waiting: &Waiting) -> (Actor, Key) {
    match waiting {
        Waiting::StatefulSet(_) => (Actor::StatefulSetController, Key::new(Kind::StatefulSet, "web")),
        Waiting::Deletion(DeletionWaiting::BlockingDependent { .. }) => {
            (Actor::GarbageCollector, Key::new(Kind::StatefulSet, "web"))
        }
        Waiting::Deletion(DeletionWaiting::ClaimInUse { .. }) => {
            (Actor::PvcProtectionController, claim("www-web-0"))
        }
        Waiting::Scheduling(_) => (Actor::Scheduler, pod("web-0")),
        Waiting::Pod(_) => (Actor::Kubelet, pod("web-0")),
        Waiting::Storage(
            StorageWaiting::Provisioning { .. }
            | StorageWaiting::NoProvisioner { .. }
            | StorageWaiting::WaitForFirstConsumer { .. }
            | StorageWaiting::WaitForPodScheduled { .. }
            | StorageWaiting::StorageClassNotFound { .. }
            | StorageWaiting::NoVolumeFits
            | StorageWaiting::VolumeNotFound { .. }
            | StorageWaiting::VolumeTaken { .. }
            | StorageWaiting::VolumeMismatch { .. }
            | StorageWaiting::NoVolumeOfClass { .. }
            | StorageWaiting::ProvisioningFailed { .. }
            | StorageWaiting::VolumePopulator { .. }
            | StorageWaiting::VolumeNameRemoved
            | StorageWaiting::Resizing { .. }
            | StorageWaiting::NoResizer
            | StorageWaiting::FileSystemResizePending
            | StorageWaiting::NodeResizing { .. }
            | StorageWaiting::AttributesClassNotFound { .. }
            | StorageWaiting::ClaimLost { .. },
        ) => (Actor::PersistentVolumeBinder, claim("www-web-0")),
        Waiting::Storage(
            StorageWaiting::Retained
            | StorageWaiting::NoDeleter { .. }
            | StorageWaiting::Recycling { .. }
            | StorageWaiting::ReclaimFailed { .. }
            | StorageWaiting::NoAttacher { .. }
            | StorageWaiting::DeletingVolume { .. }
            | StorageWaiting::Attaching { .. }
            | StorageWaiting::Detaching { .. }
            | StorageWaiting::MultiAttach { .. }
            | StorageWaiting::NodeUnreachable { .. },
        ) => (Actor::AttachDetachController, volume()),
        Waiting::Node(NodeWaiting::MonitorGracePeriod { .. }) => (Actor::NodeLifecycleController, node()),
        Waiting::Node(NodeWaiting::Draining { .. }) => (Actor::Person, node()),
        Waiting::Node(NodeWaiting::EvictionRefused { .. }) => (Actor::Person, pod("web-0")),
        Waiting::Node(
            NodeWaiting::TolerationSeconds { .. }
            | NodeWaiting::TerminationUnconfirmed { .. }
            | NodeWaiting::NodeDeleted { .. },
        ) => (Actor::TaintEvictionController, pod("web-0")),
        Waiting::Deployment(_) => (Actor::DeploymentController, Key::new(Kind::Deployment, "front")),
    }
}

/// A StatefulSet that is scaled down from four pods to two and rolls out a revision, a Deployment, and every fault for
/// which there is a remedy.
fn world() -> World {
    let mut objects = vec![
        object(
            Kind::StatefulSet,
            json!({
                "metadata": {"name": "web", "namespace": "default", "uid": "web"},
                "spec": {
                    "replicas": 2,
                    "volumeClaimTemplates": [{"metadata": {"name": "www"}, "spec": {}}],
                },
                "status": {"currentRevision": "old", "updateRevision": "new"},
            }),
        ),
        object(
            Kind::Deployment,
            json!({"metadata": {"name": "front", "namespace": "default", "uid": "front"}, "spec": {"replicas": 1}}),
        ),
        object(
            Kind::ReplicaSet,
            json!({"metadata": {"name": "front-1", "namespace": "default", "uid": "front-1", "ownerReferences": [owner("Deployment", "front")]}}),
        ),
        object(
            Kind::PodDisruptionBudget,
            json!({
                "metadata": {"name": "web", "namespace": "default"},
                "status": {"desiredHealthy": 3, "currentHealthy": 2},
            }),
        ),
        object(
            Kind::Node,
            json!({"metadata": {"name": "node-1", "labels": {"topology.kubernetes.io/zone": "a"}}}),
        ),
        object(
            Kind::PersistentVolume,
            json!({
                "metadata": {"name": "pv-0"},
                "spec": {"claimRef": {"namespace": "default", "name": "www-web-0"}},
            }),
        ),
        object(
            Kind::PersistentVolumeClaim,
            json!({"metadata": {"name": "www-web-0", "namespace": "default"}, "spec": {}}),
        ),
    ];
    for (ordinal, revision) in [(0, "old"), (1, "new"), (2, "new"), (3, "new")] {
        objects.push(stateful_pod(ordinal, revision));
    }
    objects.extend(faults().iter().map(|fault| {
        let key = fault.key().expect("a fault that lasts");
        object(key.kind, json!({"metadata": {"name": *key.name}}))
    }));
    let mut world = World::default();
    for object in objects {
        let change = EntryKind::Change(Change {
            key: object.key(),
            object: Some(Arc::new(object)),
            by: Actor::Person,
        });
        apply(&mut world, change);
    }
    world
}

fn stateful_pod(ordinal: i64, revision: &str) -> Object {
    let document = json!({
        "metadata": {
            "name": format!("web-{ordinal}"),
            "namespace": "default",
            "labels": {"controller-revision-hash": revision},
            "ownerReferences": [owner("StatefulSet", "web")],
        },
        "spec": {
            "nodeName": "node-1",
            "initContainers": [{"name": "setup"}],
            "containers": [{"name": "nginx", "image": "nginx:2"}],
            "volumes": [{"name": "www", "persistentVolumeClaim": {"claimName": format!("www-web-{ordinal}")}}],
        },
        "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
    });
    object(Kind::Pod, document)
}

fn owner(kind: &str, name: &str) -> Json {
    json!({"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": name, "controller": true})
}

fn faults() -> [Fault; 7] {
    let pod = || "web-0".to_owned();
    [
        Fault::new(FaultKind::CrashLoop, pod()),
        Fault::new(FaultKind::NotReady, pod()),
        Fault::new(FaultKind::SlowStart, pod()),
        Fault::new(FaultKind::ImageMissing, "nginx:2"),
        Fault::new(FaultKind::NodeLost, "node-1"),
        Fault::new(FaultKind::StorageSlow, ""),
        Fault::new(FaultKind::ClassMissing, "fast"),
    ]
}

fn object(kind: Kind, document: Json) -> Object {
    let document = Value::from(document);
    Object::read(kind, document.as_object().expect("a map"))
}

fn apply(world: &mut World, kind: EntryKind) {
    world.apply(&Entry {
        seq: world.seq() + 1,
        at: NOW,
        cause: Cause::Timer,
        kind,
    });
}

/// `Pod ImagePullBackOff` for `Waiting::Pod(PodWaiting::ImagePullBackOff { … })`.
fn heading(waiting: &Waiting) -> String {
    let debug = format!("{waiting:?}");
    let mut words = debug.split(|c: char| !c.is_ascii_alphanumeric());
    let (kind, variant) = (words.next(), words.next());
    format!("{} {}", kind.unwrap_or_default(), variant.unwrap_or_default())
}

fn render(waiting: &Waiting, sentence: &Sentence) -> String {
    let name = |key: &Key| format!("{:?} {}", key.kind, key.name);
    let object = sentence.object.as_ref().map(name);
    let field = sentence.field.as_ref();
    let field = field.map(|field| format!("{}: {}", name(&field.object), field.path));
    let mut text = format!("{}\n", heading(waiting));
    for (label, value) in [
        ("sentence", Some(sentence.text())),
        ("progress", Some(format!("{:?}", sentence.progress))),
        ("rule", sentence.rule.map(str::to_owned)),
        ("object", object),
        ("field", field),
        ("remedy", sentence.remedy.as_ref().map(Remedy::label)),
    ] {
        let _ = writeln!(text, "  {label:<8}  {}", value.as_deref().unwrap_or("-"));
    }
    text
}

#[test]
fn every_reason_has_a_sentence() {
    let world = world();
    let mut table = Vec::new();
    for waiting in all_reasons() {
        let mut world = world.clone();
        let (actor, object) = subject(&waiting);
        let decision = EntryKind::Decision(Decision {
            actor,
            object,
            waiting: Some(waiting.clone()),
        });
        apply(&mut world, decision);
        let sentence = explain(&world, NOW);
        assert_eq!(sentence.rule, Some(waiting.rule()), "{waiting:?}");
        table.push(render(&waiting, &sentence));
    }
    expect_file!["../waiting/reasons.txt"].assert_eq(&table.join("\n"));
}
