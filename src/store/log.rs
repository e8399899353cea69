//! The log: everything that happened, and every reason why something did not.
//!
//! The timeline, `-w`, the animation and the sentence are all made from it. A person's commands, the controllers and the
//! kubelets write nowhere else.

use std::sync::Arc;

use super::waiting::Waiting;
use crate::object::{Key, Object, Time};

/// One committed step of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Position in the log from 1 on; a change's is also the resourceVersion that it gives.
    pub seq: u64,
    /// When it happened.
    pub at: Time,
    /// EntryKind brought it about.
    pub cause: Cause,
    /// EntryKind it is.
    pub kind: EntryKind,
}

/// EntryKind an entry records.
#[derive(Clone, Debug, PartialEq)]
pub enum EntryKind {
    /// An object came, changed, or went.
    Change(Change),
    /// An actor's reason for waiting is now another, or none.
    Decision(Decision),
}

/// The next version of one object.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Which object.
    pub key: Key,
    /// EntryKind it is now; none when it is gone.
    pub object: Option<Arc<Object>>,
    /// Who wrote it.
    pub by: Actor,
}

/// Why an actor does nothing more about an object for now.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Who decided.
    pub actor: Actor,
    /// About which object.
    pub object: Key,
    /// The reason; none when it has all it wants.
    pub waiting: Option<Waiting>,
}

/// EntryKind brought an entry about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The command of that number among the run's commands, from 0 on.
    Command(u32),
    /// The entry with that `seq` woke the actor.
    Entry(u64),
    /// The actor had asked to be woken at this time.
    Timer,
}

/// Who acts on the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(
    missing_docs,
    reason = "each variant is the Kubernetes component of that name"
)]
pub enum Actor {
    /// The person in front of the page.
    Person,
    StatefulSetController,
    DeploymentController,
    ReplicaSetController,
    GarbageCollector,
    PvcProtectionController,
    EndpointSliceController,
    PersistentVolumeBinder,
    Provisioner,
    AttachDetachController,
    Scheduler,
    Kubelet,
    NodeLifecycleController,
    TaintEvictionController,
    PodGarbageCollector,
    IngressController,
    ApiServer,
    ServiceController,
}

impl Actor {
    /// The component's name as events give it in their source.
    pub fn component(self) -> &'static str {
        match self {
            Actor::Person => "kubectl",
            Actor::StatefulSetController => "statefulset-controller",
            Actor::DeploymentController => "deployment-controller",
            Actor::ReplicaSetController => "replicaset-controller",
            Actor::GarbageCollector => "garbage-collector-controller",
            Actor::PvcProtectionController => "pvc-protection-controller",
            Actor::EndpointSliceController => "endpoint-slice-controller",
            Actor::PersistentVolumeBinder => "persistentvolume-controller",
            Actor::Provisioner => "csi-provisioner",
            Actor::AttachDetachController => "attachdetach-controller",
            Actor::Scheduler => "default-scheduler",
            Actor::Kubelet => "kubelet",
            Actor::NodeLifecycleController => "node-controller",
            Actor::TaintEvictionController => "taint-eviction-controller",
            Actor::PodGarbageCollector => "pod-garbage-collector-controller",
            Actor::IngressController => "nginx-ingress-controller",
            Actor::ApiServer => "kube-apiserver",
            Actor::ServiceController => "service-controller",
        }
    }
}
