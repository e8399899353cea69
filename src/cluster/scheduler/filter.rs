//! Filters and scores the nodes for a pod (`findNodesThatFitPod`, `prioritizeNodes` in `schedule_one.go`).

use std::sync::Arc;

use imbl::OrdMap;

use super::fit_error::{FitError, NodeRejection};
use super::resources::{Resources, node_allocatable, pod_requests};
use super::{affinity, volumes};
use crate::cluster::taint;
use crate::object::{Kind, Object, node};
use crate::store::World;
use crate::store::waiting::SchedulingWaiting;

/// The best node for a pod.
///
/// # Errors
/// Why no node fits.
pub fn find_node(
    world: &World,
    object: &Object,
    allocated: &OrdMap<Arc<str>, Resources>,
) -> Result<Arc<str>, FitError> {
    volumes::check_claims(world, object)?;
    let requests = pod_requests(object);
    let mut best: Option<((usize, usize), &Arc<str>)> = None;
    let mut rejections = Vec::new();
    for node in world.list(Kind::Node) {
        let allocated = allocated.get(&node.meta.name).copied().unwrap_or_default();
        let rejected = filter_node(world, object, node, requests, allocated);
        if !rejected.is_empty() {
            rejections.push(rejected);
            continue;
        }
        let score = score(world, object, &node.meta.name);
        if best.is_none_or(|(lowest, _)| score < lowest) {
            best = Some((score, &node.meta.name));
        }
    }
    match best {
        Some((_, node)) => Ok(node.clone()),
        None => Err(FitError::new(rejections)),
    }
}

/// The score of a node, lower is better: pods of the same controller, then all pods (`PodTopologySpread`,
/// `LeastAllocated`).
fn score(world: &World, object: &Object, node: &Arc<str>) -> (usize, usize) {
    let siblings = object
        .meta
        .controller()
        .map_or(0, |owner| world.pods().count_of_controller(&owner.uid, node));
    (siblings, world.pods().count_on_node(node))
}

/// Runs the filters until one rejects the node; only missing resources cause several rejections.
fn filter_node(
    world: &World,
    object: &Object,
    node: &Object,
    requests: Resources,
    allocated: Resources,
) -> Vec<NodeRejection> {
    let key = node.key();
    if node::unschedulable(node) {
        return vec![NodeRejection {
            reason: "node(s) were unschedulable".to_owned(),
            unresolvable: true,
            waiting: SchedulingWaiting::NodeUnschedulable { node: key },
        }];
    }
    if let Some(taint) = taint::untolerated(object, node) {
        return vec![NodeRejection {
            reason: format!("node(s) had untolerated taint {{{}: {}}}", taint.key, taint.value),
            unresolvable: true,
            waiting: SchedulingWaiting::UntoleratedTaint {
                node: key,
                taint: taint.key,
            },
        }];
    }
    if !affinity::node_matches(object, node) {
        return vec![NodeRejection {
            reason: "node(s) didn't match Pod's node affinity/selector".to_owned(),
            unresolvable: true,
            waiting: SchedulingWaiting::NodeAffinity,
        }];
    }
    let missing = insufficient_resources(node, requests, allocated);
    if !missing.is_empty() {
        return missing;
    }
    if let Some((volume, claim)) = volumes::unreachable_volume(world, object, node) {
        return vec![NodeRejection {
            reason: "node(s) didn't match PersistentVolume's node affinity".to_owned(),
            unresolvable: true,
            waiting: SchedulingWaiting::VolumeNodeAffinity { volume, claim },
        }];
    }
    if let Some(topology) = affinity::violated_spread_constraint(world, object, node) {
        return vec![NodeRejection {
            reason: "node(s) didn't match pod topology spread constraints".to_owned(),
            unresolvable: false,
            waiting: SchedulingWaiting::PodTopologySpread { topology },
        }];
    }
    match affinity::conflicting_pod(world, object, node) {
        Some(pod) => vec![NodeRejection {
            reason: "node(s) didn't match pod anti-affinity rules".to_owned(),
            unresolvable: false,
            waiting: SchedulingWaiting::PodAntiAffinity { pod },
        }],
        None => Vec::new(),
    }
}

/// `Fits` in `plugins/noderesources/fit.go`.
fn insufficient_resources(node: &Object, requests: Resources, allocated: Resources) -> Vec<NodeRejection> {
    let allocatable = node_allocatable(node);
    let after = allocated.plus(requests);
    let rejection = |resource: &str, reason: &str| NodeRejection {
        reason: reason.to_owned(),
        unresolvable: false,
        waiting: SchedulingWaiting::InsufficientResources {
            resource: resource.into(),
            node: node.key(),
        },
    };
    let mut missing = Vec::new();
    if after.pods > allocatable.pods {
        missing.push(rejection("pods", "Too many pods"));
    }
    if requests.cpu_milli > 0 && after.cpu_milli > allocatable.cpu_milli {
        missing.push(rejection("cpu", "Insufficient cpu"));
    }
    if requests.memory > 0 && after.memory > allocatable.memory {
        missing.push(rejection("memory", "Insufficient memory"));
    }
    missing
}
