//! The log: every change of an object, and every reason for which an actor waits.
//!
//! Timeline, `-w`, animation and sentence are derived from it.

use std::sync::Arc;

use super::waiting::Waiting;
use crate::object::{Key, Object, Time};

/// One committed entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Position in the log, from 1 on; also the resourceVersion of a changed object.
    pub seq: u64,
    /// When it happened.
    pub at: Time,
    /// Why it happened.
    pub cause: Cause,
    /// What happened.
    pub kind: EntryKind,
}

/// What an entry records.
#[derive(Clone, Debug, PartialEq)]
pub enum EntryKind {
    /// An object was created, changed or deleted.
    Change(Change),
    /// The reason for which an actor waits changed.
    Decision(Decision),
}

/// The next version of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The object.
    pub key: Key,
    /// The new version; `None` if the object is deleted.
    pub object: Option<Arc<Object>>,
    /// The actor whose request changed it.
    pub by: Actor,
}

/// Why an actor waits before it continues with an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The actor.
    pub actor: Actor,
    /// The object.
    pub object: Key,
    /// The reason; `None` if the actor does not wait.
    pub waiting: Option<Waiting>,
}

/// Why an entry happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The command with that number, from 0 on.
    Command(u32),
    /// The entry with that `seq` enqueued the key.
    Entry(u64),
    /// The actor requeued the key for this time.
    Timer,
}

/// Who acts on the cluster. The order is part of the behaviour: it orders tasks and selects the streams of random
/// numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(
    missing_docs,
    reason = "each variant is the Kubernetes component of that name"
)]
pub enum Actor {
    /// The person who uses the page.
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
    DisruptionController,
    EphemeralVolumeController,
    VolumeExpandController,
    Resizer,
    EndpointsController,
    EndpointSliceMirroringController,
    ServiceAccountController,
    RootCaCertPublisher,
    ResourceQuotaController,
}

impl Actor {
    /// The last variant.
    pub const LAST: Actor = Actor::ResourceQuotaController;

    /// Whether its recorder is that of `events.k8s.io`, which makes series.
    pub fn records_series(self) -> bool {
        self == Actor::Scheduler
    }

    /// The component in the source of its events.
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
            Actor::DisruptionController => "controllermanager",
            Actor::EphemeralVolumeController => "ephemeral_volume",
            Actor::VolumeExpandController => "volume_expand",
            Actor::Resizer => "external-resizer example.com.disk",
            Actor::EndpointsController => "endpoint-controller",
            Actor::EndpointSliceMirroringController => "endpoint-slice-mirroring-controller",
            Actor::ServiceAccountController => "service-account-controller",
            Actor::RootCaCertPublisher => "root-ca-cert-publisher-controller",
            Actor::ResourceQuotaController => "resourcequota-controller",
        }
    }

    /// The program that sends its requests, which is its field manager.
    pub fn user_agent(self) -> &'static str {
        match self {
            Actor::Person => "kubectl",
            Actor::Scheduler => "kube-scheduler",
            Actor::Kubelet => "kubelet",
            Actor::Provisioner => "csi-provisioner",
            Actor::Resizer => "csi-resizer",
            Actor::IngressController => "nginx-ingress-controller",
            Actor::ApiServer => "kube-apiserver",
            Actor::StatefulSetController
            | Actor::DeploymentController
            | Actor::ReplicaSetController
            | Actor::GarbageCollector
            | Actor::PvcProtectionController
            | Actor::EndpointSliceController
            | Actor::PersistentVolumeBinder
            | Actor::AttachDetachController
            | Actor::NodeLifecycleController
            | Actor::TaintEvictionController
            | Actor::PodGarbageCollector
            | Actor::ServiceController
            | Actor::DisruptionController
            | Actor::EphemeralVolumeController
            | Actor::VolumeExpandController
            | Actor::EndpointsController
            | Actor::EndpointSliceMirroringController
            | Actor::ServiceAccountController
            | Actor::RootCaCertPublisher
            | Actor::ResourceQuotaController => "kube-controller-manager",
        }
    }
}
