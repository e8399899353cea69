//! Why no node fits a pod (`FitError` in `framework/types.go`).

use std::collections::BTreeMap;

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
    /// A PreFilter plugin rejected the pod before any node was filtered.
    pub fn on_all_nodes(world: &World, reason: String, waiting: SchedulingWaiting) -> FitError {
        let nodes = world.list(Kind::Node).count();
        FitError {
            message: format!(
                "0/{nodes} nodes are available: {reason}. preemption: 0/{nodes} nodes are available: {nodes} \
                 Preemption is not helpful for scheduling."
            ),
            waiting,
        }
    }

    /// Every node rejected the pod; each has at least one rejection.
    pub fn new(rejections: Vec<Vec<NodeRejection>>) -> FitError {
        let nodes = rejections.len();
        if nodes == 0 {
            return FitError {
                message: "no nodes available to schedule pods".to_owned(),
                waiting: SchedulingWaiting::NoNodes,
            };
        }
        let unresolvable = rejections
            .iter()
            .filter(|node| node.iter().all(|rejection| rejection.unresolvable))
            .count();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let mut waiting: Vec<(String, SchedulingWaiting)> = Vec::new();
        for rejection in rejections.into_iter().flatten() {
            *counts.entry(rejection.reason.clone()).or_default() += 1;
            waiting.push((rejection.reason, rejection.waiting));
        }
        let main = waiting
            .into_iter()
            .rev()
            .max_by_key(|(reason, _)| counts.get(reason).copied().unwrap_or(0))
            .map_or(SchedulingWaiting::NoNodes, |(_, waiting)| waiting);
        let mut reasons: Vec<String> = counts
            .iter()
            .map(|(reason, count)| format!("{count} {reason}"))
            .collect();
        reasons.sort();
        let mut preemption = Vec::new();
        if nodes > unresolvable {
            preemption.push(format!(
                "{} No preemption victims found for incoming pod",
                nodes - unresolvable
            ));
        }
        if unresolvable > 0 {
            preemption.push(format!("{unresolvable} Preemption is not helpful for scheduling"));
        }
        preemption.sort();
        FitError {
            message: format!(
                "0/{nodes} nodes are available: {}. preemption: 0/{nodes} nodes are available: {}.",
                reasons.join(", "),
                preemption.join(", ")
            ),
            waiting: main,
        }
    }
}
