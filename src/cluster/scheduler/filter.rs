//! Filters and scores, and the message when no node is left (`FitError.Error` in `framework/types.go`).

use std::collections::BTreeMap;
use std::sync::Arc;

use imbl::OrdMap;

use super::room::{self, Room};
use super::{affinity, volumes};
use crate::cluster::taint;
use crate::object::{Kind, Object, node};
use crate::store::World;
use crate::store::waiting::SchedulingWaiting;

/// No node takes the pod.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// The scheduler's message.
    pub message: String,
    /// The reason to show: that of the most nodes.
    pub waiting: SchedulingWaiting,
}

/// Why one node does not take the pod.
struct No {
    /// In the scheduler's words.
    reason: String,
    /// Whether removing pods there could not help either.
    unresolvable: bool,
    waiting: SchedulingWaiting,
}

impl Refused {
    /// Refused before any node was looked at.
    pub(super) fn everywhere(world: &World, reason: String, waiting: SchedulingWaiting) -> Refused {
        let nodes = world.list(Kind::Node).count();
        Refused {
            message: format!(
                "0/{nodes} nodes are available: {reason}. preemption: 0/{nodes} nodes are available: {nodes} \
                 Preemption is not helpful for scheduling."
            ),
            waiting,
        }
    }
}

/// The best node for a pod, or why there is none.
pub fn find(world: &World, object: &Object, used: &OrdMap<Arc<str>, Room>) -> Result<Arc<str>, Refused> {
    volumes::check_claims(world, object)?;
    let wanted = room::of_pod(object);
    let mut best: Option<((usize, usize), &Arc<str>)> = None;
    let mut refusals = Vec::new();
    for node in world.list(Kind::Node) {
        let taken = used.get(&node.meta.name).copied().unwrap_or_default();
        let no = refusals_of(world, object, node, wanted, taken);
        if !no.is_empty() {
            refusals.push(no);
            continue;
        }
        let score = crowd(world, object, &node.meta.name);
        if best.is_none_or(|(lowest, _)| score < lowest) {
            best = Some((score, &node.meta.name));
        }
    }
    match best {
        Some((_, node)) => Ok(node.clone()),
        None => Err(sum_up(refusals)),
    }
}

/// Pods of the same controller first, then all pods: the fewer the better (`PodTopologySpread`, `LeastAllocated`).
fn crowd(world: &World, object: &Object, node: &Arc<str>) -> (usize, usize) {
    let siblings = object
        .meta
        .controller()
        .map_or(0, |owner| world.pods().count_of_controller(&owner.uid, node));
    (siblings, world.pods().count_on_node(node))
}

/// The first filter that says no gives the reason; only missing resources can be several.
fn refusals_of(world: &World, object: &Object, node: &Object, wanted: Room, taken: Room) -> Vec<No> {
    let key = node.key();
    if node::unschedulable(node) {
        return vec![No {
            reason: "node(s) were unschedulable".to_owned(),
            unresolvable: true,
            waiting: SchedulingWaiting::NodeUnschedulable { node: key },
        }];
    }
    if let Some(taint) = taint::untolerated(object, node) {
        return vec![No {
            reason: format!("node(s) had untolerated taint {{{}: {}}}", taint.key, taint.value),
            unresolvable: true,
            waiting: SchedulingWaiting::UntoleratedTaint {
                node: key,
                taint: taint.key,
            },
        }];
    }
    if !affinity::node_matches(object, node) {
        return vec![No {
            reason: "node(s) didn't match Pod's node affinity/selector".to_owned(),
            unresolvable: true,
            waiting: SchedulingWaiting::NodeAffinity,
        }];
    }
    let missing = missing_room(node, wanted, taken);
    if !missing.is_empty() {
        return missing;
    }
    if let Some((volume, claim)) = volumes::out_of_reach(world, object, node) {
        return vec![No {
            reason: "node(s) didn't match PersistentVolume's node affinity".to_owned(),
            unresolvable: true,
            waiting: SchedulingWaiting::VolumeNodeAffinity { volume, claim },
        }];
    }
    if let Some(topology) = affinity::uneven(world, object, node) {
        return vec![No {
            reason: "node(s) didn't match pod topology spread constraints".to_owned(),
            unresolvable: false,
            waiting: SchedulingWaiting::PodTopologySpread { topology },
        }];
    }
    match affinity::met(world, object, node) {
        Some(pod) => vec![No {
            reason: "node(s) didn't match pod anti-affinity rules".to_owned(),
            unresolvable: false,
            waiting: SchedulingWaiting::PodAntiAffinity { pod },
        }],
        None => Vec::new(),
    }
}

fn missing_room(node: &Object, wanted: Room, taken: Room) -> Vec<No> {
    let all = room::of_node(node);
    let after = taken.plus(wanted);
    let no = |resource: &str, reason: &str| No {
        reason: reason.to_owned(),
        unresolvable: false,
        waiting: SchedulingWaiting::InsufficientResources {
            resource: resource.into(),
            node: node.key(),
        },
    };
    let mut missing = Vec::new();
    if after.pods > all.pods {
        missing.push(no("pods", "Too many pods"));
    }
    if wanted.cpu_milli > 0 && after.cpu_milli > all.cpu_milli {
        missing.push(no("cpu", "Insufficient cpu"));
    }
    if wanted.memory > 0 && after.memory > all.memory {
        missing.push(no("memory", "Insufficient memory"));
    }
    missing
}

fn sum_up(refusals: Vec<Vec<No>>) -> Refused {
    let nodes = refusals.len();
    if nodes == 0 {
        return Refused {
            message: "no nodes available to schedule pods".to_owned(),
            waiting: SchedulingWaiting::NoNodes,
        };
    }
    let helpless = refusals
        .iter()
        .filter(|no| no.iter().all(|no| no.unresolvable))
        .count();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut waiting: Vec<(String, SchedulingWaiting)> = Vec::new();
    for no in refusals.into_iter().flatten() {
        *counts.entry(no.reason.clone()).or_default() += 1;
        waiting.push((no.reason, no.waiting));
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
    if nodes > helpless {
        preemption.push(format!(
            "{} No preemption victims found for incoming pod",
            nodes - helpless
        ));
    }
    if helpless > 0 {
        preemption.push(format!("{helpless} Preemption is not helpful for scheduling"));
    }
    preemption.sort();
    Refused {
        message: format!(
            "0/{nodes} nodes are available: {}. preemption: 0/{nodes} nodes are available: {}.",
            reasons.join(", "),
            preemption.join(", ")
        ),
        waiting: main,
    }
}
