//! Why a Deployment or a ReplicaSet does nothing more for now.

use std::sync::Arc;

use crate::object::Key;

/// What the controllers of interchangeable pods wait for.
#[derive(Clone, Debug, PartialEq)]
pub enum Stateless {
    /// No more pods of the new ReplicaSet may exist until old ones are gone (`maxSurge`).
    SurgeUsedUp {
        /// The new ReplicaSet.
        replica_set: Key,
    },
    /// No old pod may go until new ones are available (`maxUnavailable`).
    TooFewAvailable {
        /// The new ReplicaSet.
        replica_set: Key,
    },
    /// Recreate: the new ReplicaSet waits until no old pod runs.
    OldPodsRunning {
        /// The old ReplicaSet.
        replica_set: Key,
    },
    /// `spec.paused` is set.
    Paused,
    /// The API server refused a pod.
    CreateFailed {
        /// Its words.
        error: Arc<str>,
    },
    /// More pods than are simulated; a limit of this playground, not of Kubernetes.
    TooManyPods {
        /// How many pods a ReplicaSet can have here.
        limit: i64,
    },
    /// There are enough pods, and one is not available yet.
    PodNotAvailable {
        /// The pod.
        pod: Key,
    },
}

impl Stateless {
    /// The rule's name.
    pub fn rule(&self) -> &'static str {
        match self {
            Stateless::SurgeUsedUp { .. } => "MaxSurge",
            Stateless::TooFewAvailable { .. } => "MaxUnavailable",
            Stateless::OldPodsRunning { .. } => "Recreate",
            Stateless::Paused => "Paused",
            Stateless::CreateFailed { .. } => "FailedCreate",
            Stateless::TooManyPods { .. } => "PlaygroundLimit",
            Stateless::PodNotAvailable { .. } => "PodNotAvailable",
        }
    }

    /// The object that blocks.
    pub fn blocker(&self) -> Option<&Key> {
        match self {
            Stateless::SurgeUsedUp { replica_set }
            | Stateless::TooFewAvailable { replica_set }
            | Stateless::OldPodsRunning { replica_set } => Some(replica_set),
            Stateless::PodNotAvailable { pod } => Some(pod),
            Stateless::Paused | Stateless::CreateFailed { .. } | Stateless::TooManyPods { .. } => None,
        }
    }

    /// The field that a person can change.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Stateless::SurgeUsedUp { .. } => Some("spec.strategy.rollingUpdate.maxSurge"),
            Stateless::TooFewAvailable { .. } => Some("spec.strategy.rollingUpdate.maxUnavailable"),
            Stateless::OldPodsRunning { .. } => Some("spec.strategy.type"),
            Stateless::Paused => Some("spec.paused"),
            Stateless::CreateFailed { .. } => Some("spec.template"),
            Stateless::TooManyPods { .. } => Some("spec.replicas"),
            Stateless::PodNotAvailable { .. } => Some("spec.minReadySeconds"),
        }
    }
}
