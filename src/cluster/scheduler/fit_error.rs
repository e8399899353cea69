//! Why no node fits a pod (`FitError` in `pkg/scheduler/framework/types.go`).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::rejector::{Rejector, Rejectors};
use crate::object::Kind;
use crate::store::World;
use crate::store::waiting::SchedulingWaiting;

/// No node fits the pod.
#[derive(Clone, Debug, PartialEq)]
pub struct FitError {
    /// The message of the condition and the event (`FitError.Error`).
    pub message: String,
    /// The reason to wait: that of most nodes.
    pub waiting: SchedulingWaiting,
    /// The plugins that rejected the pod.
    pub rejectors: Arc<Rejectors>,
}

/// Why one node does not fit the pod (`framework.Status`).
pub struct NodeRejection {
    /// The reason in the message.
    pub reason: String,
    /// Whether preemption on the node would not help (`UnschedulableAndUnresolvable`).
    pub unresolvable: bool,
    /// The reason to wait.
    pub waiting: SchedulingWaiting,
}

impl FitError {
    /// A PreFilter plugin rejected the pod before any node was filtered. The plugin for ResourceClaims then finds no
    /// state of its own, which the message ends with.
    pub fn on_all_nodes(world: &World, reason: String, waiting: SchedulingWaiting) -> FitError {
        let nodes = world.list(Kind::Node).count();
        FitError {
            message: format!("0/{nodes} nodes are available: {reason}. not found"),
            rejectors: Arc::new([Rejector::from_waiting(&waiting)].into()),
            waiting,
        }
    }

    /// There is no node (`ErrNoNodesAvailable`).
    pub fn no_nodes() -> FitError {
        FitError {
            message: "no nodes available to schedule pods".to_owned(),
            waiting: SchedulingWaiting::NoNodes,
            rejectors: Arc::new([Rejector::None].into()),
        }
    }

    /// Every node rejected the pod; each has at least one rejection. `preemption` is what came of the attempt to preempt
    /// other pods, empty if it will make room.
    pub fn new(rejections: Vec<NodeRejection>, nodes: usize, preemption: &str) -> FitError {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for rejection in &rejections {
            *counts.entry(&rejection.reason).or_default() += 1;
        }
        let mut message = message(nodes, &counts);
        if !preemption.is_empty() {
            message += &format!(" no new claims to deallocate, preemption: {preemption}");
        }
        let main = rejections
            .iter()
            .rev()
            .max_by_key(|rejection| counts.get(&*rejection.reason).copied().unwrap_or(0));
        let rejectors = rejections
            .iter()
            .map(|rejection| Rejector::from_waiting(&rejection.waiting));
        FitError {
            message,
            waiting: main.map_or(SchedulingWaiting::NoNodes, |rejection| rejection.waiting.clone()),
            rejectors: Arc::new(rejectors.collect()),
        }
    }
}

/// The histogram of reasons, as text in the order of its entries.
pub fn message(nodes: usize, counts: &BTreeMap<&str, usize>) -> String {
    let mut reasons: Vec<String> = counts
        .iter()
        .map(|(reason, count)| format!("{count} {reason}"))
        .collect();
    reasons.sort();
    format!("0/{nodes} nodes are available: {}.", reasons.join(", "))
}
