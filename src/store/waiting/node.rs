//! Why a node that is NotReady, or a pod on it, still exists.

use std::sync::Arc;

use crate::object::{Key, Time};

/// What the node controllers wait for.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeWaiting {
    /// The kubelet has stopped reporting, but not for `node-monitor-grace-period` yet
    /// (`monitorNodeHealth` in `node_lifecycle_controller.go`).
    MonitorGracePeriod {
        /// When the node becomes NotReady.
        until: Time,
    },
    /// The pod tolerates the NoExecute taint of its node for `tolerationSeconds` (`processPodOnNode` in
    /// `taint_eviction.go`).
    TolerationSeconds {
        /// The node.
        node: Key,
        /// When the pod is marked for deletion.
        until: Time,
    },
    /// The pod is terminating, and the kubelet of its node cannot confirm that its containers have stopped. Only a
    /// person can remove it, with a forced deletion.
    TerminationUnconfirmed {
        /// The node.
        node: Key,
    },
    /// The pod's node has been deleted; the pod garbage collector will delete the pod (`gcOrphaned` in
    /// `gc_controller.go`).
    NodeDeleted {
        /// When.
        until: Time,
    },
    /// The node is being drained, and a pod on it is still to be evicted or to end (`evictPods` in
    /// `kubectl/pkg/drain/drain.go`).
    Draining {
        /// The first of these pods.
        pod: Key,
    },
    /// The API server refuses to evict the pod; the drain of its node tries again (`evictPods` in
    /// `kubectl/pkg/drain/drain.go`).
    EvictionRefused {
        /// The PodDisruptionBudget, or the pod itself if there are several.
        budget: Key,
        /// The API server's message.
        message: Arc<str>,
        /// When the eviction is tried again.
        until: Time,
    },
}

impl NodeWaiting {
    /// The rule's name.
    pub fn rule(&self) -> &'static str {
        match self {
            NodeWaiting::MonitorGracePeriod { .. } => "NodeMonitorGracePeriod",
            NodeWaiting::TolerationSeconds { .. } => "TolerationSeconds",
            NodeWaiting::TerminationUnconfirmed { .. } => "AtMostOne",
            NodeWaiting::NodeDeleted { .. } => "PodGarbageCollection",
            NodeWaiting::Draining { .. } => "Drain",
            NodeWaiting::EvictionRefused { .. } => "PodDisruptionBudget",
        }
    }

    /// The object that blocks.
    pub fn blocker(&self) -> Option<&Key> {
        match self {
            NodeWaiting::TolerationSeconds { node, .. } | NodeWaiting::TerminationUnconfirmed { node } => {
                Some(node)
            }
            NodeWaiting::Draining { pod } => Some(pod),
            NodeWaiting::EvictionRefused { budget, .. } => Some(budget),
            NodeWaiting::MonitorGracePeriod { .. } | NodeWaiting::NodeDeleted { .. } => None,
        }
    }

    /// The field of the pod that a person can change.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            NodeWaiting::TolerationSeconds { .. } => Some("spec.tolerations"),
            NodeWaiting::MonitorGracePeriod { .. }
            | NodeWaiting::TerminationUnconfirmed { .. }
            | NodeWaiting::NodeDeleted { .. }
            | NodeWaiting::Draining { .. }
            | NodeWaiting::EvictionRefused { .. } => None,
        }
    }

    /// When the wait ends by itself.
    pub fn until(&self) -> Option<Time> {
        match self {
            NodeWaiting::MonitorGracePeriod { until }
            | NodeWaiting::TolerationSeconds { until, .. }
            | NodeWaiting::NodeDeleted { until } => Some(*until),
            // An eviction that is tried again may be refused again.
            NodeWaiting::TerminationUnconfirmed { .. }
            | NodeWaiting::Draining { .. }
            | NodeWaiting::EvictionRefused { .. } => None,
        }
    }
}
