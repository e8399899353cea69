//! Why the Deployment controller or the ReplicaSet controller waits.

use std::sync::Arc;

use crate::object::Key;

/// Where the sync of a Deployment or a ReplicaSet stopped.
#[derive(Clone, Debug, PartialEq)]
pub enum DeploymentWaiting {
    /// The new ReplicaSet cannot be scaled up before old pods are deleted: `maxSurge` is used up
    /// (`reconcileNewReplicaSet` in `rolling.go`).
    MaxSurge {
        /// The new ReplicaSet.
        replica_set: Key,
    },
    /// Old ReplicaSets cannot be scaled down before new pods are available: `maxUnavailable` is used up
    /// (`reconcileOldReplicaSets` in `rolling.go`).
    MaxUnavailable {
        /// The new ReplicaSet.
        replica_set: Key,
    },
    /// Recreate: the new ReplicaSet waits until no old pod runs (`oldPodsRunning` in `recreate.go`).
    OldPodsRunning {
        /// The old ReplicaSet.
        replica_set: Key,
    },
    /// `spec.paused` is set.
    Paused,
    /// The API server rejected a pod (event `FailedCreate`).
    CreateFailed {
        /// The API server's message.
        error: Arc<str>,
    },
    /// The spec asks for more pods than are simulated; a limit of this playground, not of Kubernetes.
    TooManyPods {
        /// The most pods that a ReplicaSet can have here.
        limit: i64,
    },
    /// There are enough pods, but one is not available yet.
    PodNotAvailable {
        /// The pod.
        pod: Key,
    },
}

impl DeploymentWaiting {
    /// The rule's name.
    pub fn rule(&self) -> &'static str {
        match self {
            DeploymentWaiting::MaxSurge { .. } => "MaxSurge",
            DeploymentWaiting::MaxUnavailable { .. } => "MaxUnavailable",
            DeploymentWaiting::OldPodsRunning { .. } => "Recreate",
            DeploymentWaiting::Paused => "Paused",
            DeploymentWaiting::CreateFailed { .. } => "FailedCreate",
            DeploymentWaiting::TooManyPods { .. } => "PlaygroundLimit",
            DeploymentWaiting::PodNotAvailable { .. } => "PodNotAvailable",
        }
    }

    /// The object that blocks.
    pub fn blocker(&self) -> Option<&Key> {
        match self {
            DeploymentWaiting::MaxSurge { replica_set }
            | DeploymentWaiting::MaxUnavailable { replica_set }
            | DeploymentWaiting::OldPodsRunning { replica_set } => Some(replica_set),
            DeploymentWaiting::PodNotAvailable { pod } => Some(pod),
            DeploymentWaiting::Paused
            | DeploymentWaiting::CreateFailed { .. }
            | DeploymentWaiting::TooManyPods { .. } => None,
        }
    }

    /// The field that a person can change.
    pub fn field(&self) -> &'static str {
        match self {
            DeploymentWaiting::MaxSurge { .. } => "spec.strategy.rollingUpdate.maxSurge",
            DeploymentWaiting::MaxUnavailable { .. } => "spec.strategy.rollingUpdate.maxUnavailable",
            DeploymentWaiting::OldPodsRunning { .. } => "spec.strategy.type",
            DeploymentWaiting::Paused => "spec.paused",
            DeploymentWaiting::CreateFailed { .. } => "spec.template",
            DeploymentWaiting::TooManyPods { .. } => "spec.replicas",
            DeploymentWaiting::PodNotAvailable { .. } => "spec.minReadySeconds",
        }
    }
}
