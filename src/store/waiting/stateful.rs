//! Why a StatefulSet's controller does no more for now, and why an object that is deleted still stands.

use std::sync::Arc;

use crate::object::{Key, Time};

/// Where the StatefulSet controller's sync stopped. Functions are those of `stateful_set_control.go`.
#[derive(Clone, Debug, PartialEq)]
pub enum Stateful {
    /// OrderedReady: no other ordinal is touched until this replica is Running and Ready (`processReplica`).
    ReplicaNotReady {
        /// The pod at which the sync stopped.
        pod: Key,
    },
    /// OrderedReady: this replica is Ready, but not yet for `minReadySeconds` (`processReplica`).
    ReplicaNotAvailable {
        /// The pod at which the sync stopped.
        pod: Key,
        /// When it will be available.
        at: Time,
    },
    /// OrderedReady: this replica is terminating; everything else waits until it is gone (`processReplica`).
    ReplicaTerminating {
        /// The pod at which the sync stopped.
        pod: Key,
    },
    /// A Failed or Succeeded replica is to be replaced, and holds its name until it is gone (`processReplica`).
    ReplacedPodStillThere {
        /// The old pod.
        pod: Key,
    },
    /// The replica's name belongs to a pod that is not this set's (`CreateStatefulPod`: AlreadyExists).
    NameTaken {
        /// The pod that holds the name.
        pod: Key,
    },
    /// The claim of a replica belongs to an earlier pod of that name and is about to be deleted with it
    /// (`PodClaimIsStale`).
    StaleClaim {
        /// The pod to create.
        pod: Key,
        /// The claim.
        claim: Key,
    },
    /// The claim of a replica is being deleted; a new one cannot have its name yet
    /// (`createPersistentVolumeClaims`).
    ClaimTerminating {
        /// The pod that needs it.
        pod: Key,
        /// The claim.
        claim: Key,
    },
    /// The API server refused the pod or a claim of it (`CreateStatefulPod`).
    CreateFailed {
        /// The pod to create.
        pod: Key,
        /// The error, in the API server's words.
        error: Arc<str>,
    },
    /// The API server refused a change of the pod or of a claim of it (`UpdateStatefulPod`).
    UpdateFailed {
        /// The pod.
        pod: Key,
        /// The error, in the API server's words.
        error: Arc<str>,
    },
    /// The API server refused to delete the pod (`DeleteStatefulPod`).
    DeleteFailed {
        /// The pod.
        pod: Key,
        /// The error, in the API server's words.
        error: Arc<str>,
    },
    /// OrderedReady: one pod at a time goes when scaling down; this one is terminating (`processCondemned`).
    CondemnedTerminating {
        /// The pod that goes.
        pod: Key,
    },
    /// OrderedReady: the highest pod to go is not Ready, and a lower one is not either; only the lowest such pod may go
    /// unready (`processCondemned`).
    CondemnedNotReady {
        /// The highest pod to go.
        pod: Key,
        /// The lowest pod that is unavailable.
        lowest: Key,
    },
    /// OrderedReady: the highest pod to go is not yet available for `minReadySeconds`, and a lower one is not either
    /// (`processCondemned`).
    CondemnedNotAvailable {
        /// The highest pod to go.
        pod: Key,
        /// When it will be available.
        at: Time,
    },
    /// The rolling update waits for the pod that it updated last to be available again (`updateStatefulSet`).
    RolloutUnavailable {
        /// The pod.
        pod: Key,
    },
    /// The same, and the pod is Ready but not yet for `minReadySeconds`.
    RolloutNotAvailable {
        /// The pod.
        pod: Key,
        /// When it will be available.
        at: Time,
    },
    /// The rolling update stops at the partition: outdated pods below it stay as they are.
    Partition {
        /// The highest outdated pod.
        pod: Key,
        /// First ordinal that is updated.
        first: i64,
    },
    /// OnDelete: outdated pods stay until a person deletes them.
    OnDelete {
        /// The highest outdated pod.
        pod: Key,
    },
    /// The set itself is being deleted: nothing is created or deleted any more (`updateStatefulSet`).
    SetTerminating,
    /// The selector is no valid one; the controller leaves the set alone (`sync` in `stateful_set.go`).
    InvalidSelector,
    /// Pods or revisions that nobody manages cannot be adopted (`ClaimObject` in `controller_ref_manager.go`).
    AdoptionFailed {
        /// The error.
        error: Arc<str>,
    },
    /// The revision of the template cannot be stored (`getStatefulSetRevisions`).
    RevisionFailed {
        /// The error.
        error: Arc<str>,
    },
    /// More pods than are simulated; a limit of this playground, not of Kubernetes.
    TooManyPods {
        /// How many pods a set can have here.
        limit: i64,
    },
}

impl Stateful {
    /// The rule's name.
    pub fn rule(&self) -> &'static str {
        match self {
            Stateful::ReplicaNotReady { .. } | Stateful::ReplicaTerminating { .. } => "OrderedReady",
            Stateful::ReplicaNotAvailable { .. }
            | Stateful::CondemnedNotAvailable { .. }
            | Stateful::RolloutNotAvailable { .. } => "MinReadySeconds",
            Stateful::ReplacedPodStillThere { .. } | Stateful::NameTaken { .. } => "UniqueName",
            Stateful::StaleClaim { .. } => "WhenScaledDelete",
            Stateful::ClaimTerminating { .. } => "ClaimProtection",
            Stateful::CreateFailed { .. } => "FailedCreate",
            Stateful::UpdateFailed { .. } => "FailedUpdate",
            Stateful::DeleteFailed { .. } => "FailedDelete",
            Stateful::CondemnedTerminating { .. } | Stateful::CondemnedNotReady { .. } => "OrderedScaleDown",
            Stateful::RolloutUnavailable { .. } => "RollingUpdate",
            Stateful::Partition { .. } => "Partition",
            Stateful::OnDelete { .. } => "OnDelete",
            Stateful::SetTerminating => "ForegroundDeletion",
            Stateful::InvalidSelector => "InvalidSelector",
            Stateful::AdoptionFailed { .. } => "Adoption",
            Stateful::RevisionFailed { .. } => "Revision",
            Stateful::TooManyPods { .. } => "PlaygroundLimit",
        }
    }

    /// The object that blocks.
    pub fn blocker(&self) -> Option<&Key> {
        match self {
            Stateful::StaleClaim { claim, .. } | Stateful::ClaimTerminating { claim, .. } => Some(claim),
            Stateful::CondemnedNotReady { lowest, .. } => Some(lowest),
            _ => self.pod(),
        }
    }

    /// The pod at which the sync stopped: where the controller's marker stands.
    pub fn pod(&self) -> Option<&Key> {
        match self {
            Stateful::ReplicaNotReady { pod }
            | Stateful::ReplicaNotAvailable { pod, .. }
            | Stateful::ReplicaTerminating { pod }
            | Stateful::ReplacedPodStillThere { pod }
            | Stateful::NameTaken { pod }
            | Stateful::StaleClaim { pod, .. }
            | Stateful::ClaimTerminating { pod, .. }
            | Stateful::CreateFailed { pod, .. }
            | Stateful::UpdateFailed { pod, .. }
            | Stateful::DeleteFailed { pod, .. }
            | Stateful::CondemnedTerminating { pod }
            | Stateful::CondemnedNotReady { pod, .. }
            | Stateful::CondemnedNotAvailable { pod, .. }
            | Stateful::RolloutUnavailable { pod }
            | Stateful::RolloutNotAvailable { pod, .. }
            | Stateful::Partition { pod, .. }
            | Stateful::OnDelete { pod } => Some(pod),
            Stateful::SetTerminating
            | Stateful::InvalidSelector
            | Stateful::AdoptionFailed { .. }
            | Stateful::RevisionFailed { .. }
            | Stateful::TooManyPods { .. } => None,
        }
    }

    /// The field of the StatefulSet that a person can change.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Stateful::ReplicaNotReady { .. }
            | Stateful::ReplicaTerminating { .. }
            | Stateful::CondemnedTerminating { .. }
            | Stateful::CondemnedNotReady { .. } => Some("spec.podManagementPolicy"),
            Stateful::ReplicaNotAvailable { .. }
            | Stateful::CondemnedNotAvailable { .. }
            | Stateful::RolloutNotAvailable { .. } => Some("spec.minReadySeconds"),
            Stateful::ReplacedPodStillThere { .. } | Stateful::DeleteFailed { .. } => None,
            Stateful::NameTaken { .. } => Some("metadata.name"),
            Stateful::StaleClaim { .. } => Some("spec.persistentVolumeClaimRetentionPolicy.whenScaled"),
            Stateful::ClaimTerminating { .. } => Some("spec.volumeClaimTemplates"),
            Stateful::CreateFailed { .. } | Stateful::UpdateFailed { .. } => Some("spec.template"),
            Stateful::RolloutUnavailable { .. } => Some("spec.updateStrategy.rollingUpdate"),
            Stateful::Partition { .. } => Some("spec.updateStrategy.rollingUpdate.partition"),
            Stateful::OnDelete { .. } => Some("spec.updateStrategy.type"),
            Stateful::InvalidSelector | Stateful::AdoptionFailed { .. } => Some("spec.selector"),
            Stateful::RevisionFailed { .. } => Some("spec.template"),
            Stateful::TooManyPods { .. } => Some("spec.replicas"),
            Stateful::SetTerminating => None,
        }
    }

    /// Until when, if only time is missing.
    pub fn until(&self) -> Option<Time> {
        match self {
            Stateful::ReplicaNotAvailable { at, .. }
            | Stateful::CondemnedNotAvailable { at, .. }
            | Stateful::RolloutNotAvailable { at, .. } => Some(*at),
            _ => None,
        }
    }
}

/// Why an object that is deleted still stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Deletion {
    /// Foreground deletion: this dependent stands in the way
    /// (`processDeletingDependentsItem` in `garbagecollector.go`).
    Dependent {
        /// The first of the dependents.
        dependent: Key,
    },
    /// A claim that a scheduled pod uses stays until the pod is gone (`pvc_protection_controller.go`).
    ClaimInUse {
        /// The pod.
        pod: Key,
    },
}

impl Deletion {
    /// The rule's name.
    pub fn rule(&self) -> &'static str {
        match self {
            Deletion::Dependent { .. } => "ForegroundDeletion",
            Deletion::ClaimInUse { .. } => "ClaimProtection",
        }
    }

    /// The object that blocks.
    pub fn blocker(&self) -> Option<&Key> {
        match self {
            Deletion::Dependent { dependent } => Some(dependent),
            Deletion::ClaimInUse { pod } => Some(pod),
        }
    }

    /// The field that holds the object.
    pub fn field(&self) -> Option<&'static str> {
        Some("metadata.finalizers")
    }
}
