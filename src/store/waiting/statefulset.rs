//! Why the StatefulSet controller waits.

use std::sync::Arc;

use crate::object::{Key, Time};

/// Where the sync of a StatefulSet stopped. Functions are those of `stateful_set_control.go`.
#[derive(Clone, Debug, PartialEq)]
pub enum StatefulSetWaiting {
    /// OrderedReady: no other ordinal is processed until this replica is Running and Ready (`processReplica`).
    ReplicaNotReady {
        /// The pod at which the sync stopped.
        pod: Key,
    },
    /// OrderedReady: this replica is Ready, but not for `minReadySeconds` yet (`processReplica`).
    ReplicaNotAvailable {
        /// The pod at which the sync stopped.
        pod: Key,
        /// When it will be available.
        at: Time,
    },
    /// OrderedReady: this replica is terminating; no other ordinal is processed until it is deleted (`processReplica`).
    ReplicaTerminating {
        /// The pod at which the sync stopped.
        pod: Key,
    },
    /// A Failed or Succeeded replica is being replaced, and its name is in use until it is deleted (`processReplica`).
    FinishedPodExists {
        /// The old pod.
        pod: Key,
    },
    /// A pod with the replica's name exists that this set does not control (`CreateStatefulPod`: AlreadyExists).
    NameTaken {
        /// The pod with that name.
        pod: Key,
    },
    /// `whenScaled: Delete`: the replica's claim is owned by an earlier pod of that name and about to be deleted with
    /// it (`PodClaimIsStale`).
    StaleClaim {
        /// The pod to create.
        pod: Key,
        /// The claim.
        claim: Key,
    },
    /// The replica's claim is being deleted; a new one with its name cannot be created yet
    /// (`createPersistentVolumeClaims`).
    ClaimTerminating {
        /// The pod that needs it.
        pod: Key,
        /// The claim.
        claim: Key,
    },
    /// The API server rejected the pod or one of its claims (`CreateStatefulPod`).
    CreateFailed {
        /// The pod to create.
        pod: Key,
        /// The API server's message.
        error: Arc<str>,
    },
    /// The API server rejected an update of the pod or of one of its claims (`UpdateStatefulPod`).
    UpdateFailed {
        /// The pod.
        pod: Key,
        /// The API server's message.
        error: Arc<str>,
    },
    /// The API server refused to delete the pod (`DeleteStatefulPod`).
    DeleteFailed {
        /// The pod.
        pod: Key,
        /// The API server's message.
        error: Arc<str>,
    },
    /// OrderedReady: condemned pods are deleted one at a time, and this one is terminating (`processCondemned`).
    CondemnedTerminating {
        /// The pod that is terminating.
        pod: Key,
    },
    /// OrderedReady: the highest condemned pod is not Ready, and it is not the first unhealthy pod: a lower one is not
    /// Ready either (`processCondemned`).
    CondemnedNotReady {
        /// The highest condemned pod.
        pod: Key,
        /// The first unhealthy pod: the unavailable one with the lowest ordinal.
        lowest: Key,
    },
    /// OrderedReady: the highest condemned pod is not available for `minReadySeconds` yet, and a lower pod is not
    /// either (`processCondemned`).
    CondemnedNotAvailable {
        /// The highest condemned pod.
        pod: Key,
        /// When it will be available.
        at: Time,
    },
    /// The rolling update waits until the pod that it updated last is Ready (`updateStatefulSet`).
    RolloutPodNotReady {
        /// The pod.
        pod: Key,
    },
    /// The rolling update waits until the pod that it updated last has been Ready for `minReadySeconds`
    /// (`updateStatefulSet`).
    RolloutPodNotAvailable {
        /// The pod.
        pod: Key,
        /// When it will be available.
        at: Time,
    },
    /// The rolling update stops at the partition: outdated pods below it keep their revision (`updateStatefulSet`).
    Partition {
        /// The highest outdated pod.
        pod: Key,
        /// The first ordinal that is updated.
        first: i64,
    },
    /// `updateStrategy: OnDelete`: outdated pods keep their revision until a person deletes them (`updateStatefulSet`).
    OnDelete {
        /// The highest outdated pod.
        pod: Key,
    },
    /// The set itself is being deleted: no pod is created or deleted any more (`updateStatefulSet`).
    SetTerminating,
    /// The selector is invalid, and the controller does not sync the set (`sync` in `stateful_set.go`).
    InvalidSelector,
    /// Orphaned pods or revisions cannot be adopted (`ClaimObject` in `controller_ref_manager.go`).
    AdoptionFailed {
        /// The API server's message.
        error: Arc<str>,
    },
    /// The ControllerRevision of the template cannot be stored (`getStatefulSetRevisions`).
    RevisionFailed {
        /// The API server's message.
        error: Arc<str>,
    },
    /// The spec asks for more pods than are simulated; a limit of this playground, not of Kubernetes.
    TooManyPods {
        /// The most pods that a set can have here.
        limit: i64,
    },
}

impl StatefulSetWaiting {
    /// The rule's name.
    pub fn rule(&self) -> &'static str {
        match self {
            StatefulSetWaiting::ReplicaNotReady { .. } | StatefulSetWaiting::ReplicaTerminating { .. } => {
                "OrderedReady"
            }
            StatefulSetWaiting::ReplicaNotAvailable { .. }
            | StatefulSetWaiting::CondemnedNotAvailable { .. }
            | StatefulSetWaiting::RolloutPodNotAvailable { .. } => "MinReadySeconds",
            StatefulSetWaiting::FinishedPodExists { .. } | StatefulSetWaiting::NameTaken { .. } => {
                "UniqueName"
            }
            StatefulSetWaiting::StaleClaim { .. } => "WhenScaledDelete",
            StatefulSetWaiting::ClaimTerminating { .. } => "ClaimProtection",
            StatefulSetWaiting::CreateFailed { .. } => "FailedCreate",
            StatefulSetWaiting::UpdateFailed { .. } => "FailedUpdate",
            StatefulSetWaiting::DeleteFailed { .. } => "FailedDelete",
            StatefulSetWaiting::CondemnedTerminating { .. }
            | StatefulSetWaiting::CondemnedNotReady { .. } => "OrderedScaleDown",
            StatefulSetWaiting::RolloutPodNotReady { .. } => "RollingUpdate",
            StatefulSetWaiting::Partition { .. } => "Partition",
            StatefulSetWaiting::OnDelete { .. } => "OnDelete",
            StatefulSetWaiting::SetTerminating => "ForegroundDeletion",
            StatefulSetWaiting::InvalidSelector => "InvalidSelector",
            StatefulSetWaiting::AdoptionFailed { .. } => "Adoption",
            StatefulSetWaiting::RevisionFailed { .. } => "Revision",
            StatefulSetWaiting::TooManyPods { .. } => "PlaygroundLimit",
        }
    }

    /// The object that blocks.
    pub fn blocker(&self) -> Option<&Key> {
        match self {
            StatefulSetWaiting::StaleClaim { claim, .. }
            | StatefulSetWaiting::ClaimTerminating { claim, .. } => Some(claim),
            StatefulSetWaiting::CondemnedNotReady { lowest, .. } => Some(lowest),
            StatefulSetWaiting::ReplicaNotReady { pod }
            | StatefulSetWaiting::ReplicaNotAvailable { pod, .. }
            | StatefulSetWaiting::ReplicaTerminating { pod }
            | StatefulSetWaiting::FinishedPodExists { pod }
            | StatefulSetWaiting::NameTaken { pod }
            | StatefulSetWaiting::CreateFailed { pod, .. }
            | StatefulSetWaiting::UpdateFailed { pod, .. }
            | StatefulSetWaiting::DeleteFailed { pod, .. }
            | StatefulSetWaiting::CondemnedTerminating { pod }
            | StatefulSetWaiting::CondemnedNotAvailable { pod, .. }
            | StatefulSetWaiting::RolloutPodNotReady { pod }
            | StatefulSetWaiting::RolloutPodNotAvailable { pod, .. }
            | StatefulSetWaiting::Partition { pod, .. }
            | StatefulSetWaiting::OnDelete { pod } => Some(pod),
            StatefulSetWaiting::SetTerminating
            | StatefulSetWaiting::InvalidSelector
            | StatefulSetWaiting::AdoptionFailed { .. }
            | StatefulSetWaiting::RevisionFailed { .. }
            | StatefulSetWaiting::TooManyPods { .. } => None,
        }
    }

    /// The pod at which the sync stopped, which the stage marks.
    pub fn pod(&self) -> Option<&Key> {
        match self {
            StatefulSetWaiting::ReplicaNotReady { pod }
            | StatefulSetWaiting::ReplicaNotAvailable { pod, .. }
            | StatefulSetWaiting::ReplicaTerminating { pod }
            | StatefulSetWaiting::FinishedPodExists { pod }
            | StatefulSetWaiting::NameTaken { pod }
            | StatefulSetWaiting::StaleClaim { pod, .. }
            | StatefulSetWaiting::ClaimTerminating { pod, .. }
            | StatefulSetWaiting::CreateFailed { pod, .. }
            | StatefulSetWaiting::UpdateFailed { pod, .. }
            | StatefulSetWaiting::DeleteFailed { pod, .. }
            | StatefulSetWaiting::CondemnedTerminating { pod }
            | StatefulSetWaiting::CondemnedNotReady { pod, .. }
            | StatefulSetWaiting::CondemnedNotAvailable { pod, .. }
            | StatefulSetWaiting::RolloutPodNotReady { pod }
            | StatefulSetWaiting::RolloutPodNotAvailable { pod, .. }
            | StatefulSetWaiting::Partition { pod, .. }
            | StatefulSetWaiting::OnDelete { pod } => Some(pod),
            StatefulSetWaiting::SetTerminating
            | StatefulSetWaiting::InvalidSelector
            | StatefulSetWaiting::AdoptionFailed { .. }
            | StatefulSetWaiting::RevisionFailed { .. }
            | StatefulSetWaiting::TooManyPods { .. } => None,
        }
    }

    /// Whether the rolling update waits for a pod that it has updated.
    pub fn is_of_rolling_update(&self) -> bool {
        match self {
            StatefulSetWaiting::RolloutPodNotReady { .. }
            | StatefulSetWaiting::RolloutPodNotAvailable { .. } => true,
            StatefulSetWaiting::ReplicaNotReady { .. }
            | StatefulSetWaiting::ReplicaNotAvailable { .. }
            | StatefulSetWaiting::ReplicaTerminating { .. }
            | StatefulSetWaiting::FinishedPodExists { .. }
            | StatefulSetWaiting::NameTaken { .. }
            | StatefulSetWaiting::StaleClaim { .. }
            | StatefulSetWaiting::ClaimTerminating { .. }
            | StatefulSetWaiting::CreateFailed { .. }
            | StatefulSetWaiting::UpdateFailed { .. }
            | StatefulSetWaiting::DeleteFailed { .. }
            | StatefulSetWaiting::CondemnedTerminating { .. }
            | StatefulSetWaiting::CondemnedNotReady { .. }
            | StatefulSetWaiting::CondemnedNotAvailable { .. }
            | StatefulSetWaiting::Partition { .. }
            | StatefulSetWaiting::OnDelete { .. }
            | StatefulSetWaiting::SetTerminating
            | StatefulSetWaiting::InvalidSelector
            | StatefulSetWaiting::AdoptionFailed { .. }
            | StatefulSetWaiting::RevisionFailed { .. }
            | StatefulSetWaiting::TooManyPods { .. } => false,
        }
    }

    /// The field of the StatefulSet that a person can change.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            StatefulSetWaiting::ReplicaNotReady { .. }
            | StatefulSetWaiting::ReplicaTerminating { .. }
            | StatefulSetWaiting::CondemnedTerminating { .. }
            | StatefulSetWaiting::CondemnedNotReady { .. } => Some("spec.podManagementPolicy"),
            StatefulSetWaiting::ReplicaNotAvailable { .. }
            | StatefulSetWaiting::CondemnedNotAvailable { .. }
            | StatefulSetWaiting::RolloutPodNotAvailable { .. } => Some("spec.minReadySeconds"),
            StatefulSetWaiting::FinishedPodExists { .. } | StatefulSetWaiting::DeleteFailed { .. } => None,
            StatefulSetWaiting::NameTaken { .. } => Some("metadata.name"),
            StatefulSetWaiting::StaleClaim { .. } => {
                Some("spec.persistentVolumeClaimRetentionPolicy.whenScaled")
            }
            StatefulSetWaiting::ClaimTerminating { .. } => Some("spec.volumeClaimTemplates"),
            StatefulSetWaiting::CreateFailed { .. } | StatefulSetWaiting::UpdateFailed { .. } => {
                Some("spec.template")
            }
            StatefulSetWaiting::RolloutPodNotReady { .. } => Some("spec.updateStrategy.rollingUpdate"),
            StatefulSetWaiting::Partition { .. } => Some("spec.updateStrategy.rollingUpdate.partition"),
            StatefulSetWaiting::OnDelete { .. } => Some("spec.updateStrategy.type"),
            StatefulSetWaiting::InvalidSelector | StatefulSetWaiting::AdoptionFailed { .. } => {
                Some("spec.selector")
            }
            StatefulSetWaiting::RevisionFailed { .. } => Some("spec.template"),
            StatefulSetWaiting::TooManyPods { .. } => Some("spec.replicas"),
            StatefulSetWaiting::SetTerminating => None,
        }
    }

    /// When the wait ends by itself, if only time is missing.
    pub fn until(&self) -> Option<Time> {
        match self {
            StatefulSetWaiting::ReplicaNotAvailable { at, .. }
            | StatefulSetWaiting::CondemnedNotAvailable { at, .. }
            | StatefulSetWaiting::RolloutPodNotAvailable { at, .. } => Some(*at),
            StatefulSetWaiting::ReplicaNotReady { .. }
            | StatefulSetWaiting::ReplicaTerminating { .. }
            | StatefulSetWaiting::FinishedPodExists { .. }
            | StatefulSetWaiting::NameTaken { .. }
            | StatefulSetWaiting::StaleClaim { .. }
            | StatefulSetWaiting::ClaimTerminating { .. }
            | StatefulSetWaiting::CreateFailed { .. }
            | StatefulSetWaiting::UpdateFailed { .. }
            | StatefulSetWaiting::DeleteFailed { .. }
            | StatefulSetWaiting::CondemnedTerminating { .. }
            | StatefulSetWaiting::CondemnedNotReady { .. }
            | StatefulSetWaiting::RolloutPodNotReady { .. }
            | StatefulSetWaiting::Partition { .. }
            | StatefulSetWaiting::OnDelete { .. }
            | StatefulSetWaiting::SetTerminating
            | StatefulSetWaiting::InvalidSelector
            | StatefulSetWaiting::AdoptionFailed { .. }
            | StatefulSetWaiting::RevisionFailed { .. }
            | StatefulSetWaiting::TooManyPods { .. } => None,
        }
    }
}
