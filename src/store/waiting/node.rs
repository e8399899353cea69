//! Why a lost node, or a pod on it, still stands.

use crate::object::{Key, Time};

/// What the node controllers wait for.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeLoss {
    /// The kubelet is silent, but not for long enough to call the node lost (`node-monitor-grace-period`).
    Silent {
        /// When the node counts as lost.
        until: Time,
    },
    /// The pod tolerates the loss of its node for a while (`tolerationSeconds`).
    Tolerated {
        /// The node.
        node: Key,
        /// When the pod is marked for deletion.
        until: Time,
    },
    /// The pod is to go, and its node cannot confirm that it has stopped: only a person can say that it has.
    Unconfirmed {
        /// The node.
        node: Key,
    },
    /// The pod's node does not exist any more; pod garbage collection will remove the pod.
    NodeGone {
        /// When.
        until: Time,
    },
}

impl NodeLoss {
    /// The rule's name.
    pub fn rule(&self) -> &'static str {
        match self {
            NodeLoss::Silent { .. } => "NodeMonitorGracePeriod",
            NodeLoss::Tolerated { .. } => "TolerationSeconds",
            NodeLoss::Unconfirmed { .. } => "AtMostOne",
            NodeLoss::NodeGone { .. } => "PodGarbageCollection",
        }
    }

    /// The object that blocks.
    pub fn blocker(&self) -> Option<&Key> {
        match self {
            NodeLoss::Tolerated { node, .. } | NodeLoss::Unconfirmed { node } => Some(node),
            NodeLoss::Silent { .. } | NodeLoss::NodeGone { .. } => None,
        }
    }

    /// The field of the pod that a person can change.
    pub fn field(&self) -> Option<&'static str> {
        matches!(self, NodeLoss::Tolerated { .. }).then_some("spec.tolerations")
    }

    /// When it ends by itself.
    pub fn until(&self) -> Option<Time> {
        match self {
            NodeLoss::Silent { until } | NodeLoss::Tolerated { until, .. } | NodeLoss::NodeGone { until } => {
                Some(*until)
            }
            NodeLoss::Unconfirmed { .. } => None,
        }
    }
}
