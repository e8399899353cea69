//! Chooses a node for a pod (`findNodesThatFitPod`, `prioritizeNodes` in `schedule_one.go`).

use std::sync::Arc;

use super::filter::Filters;
use super::fit_error::FitError;
use super::preemption::{self, Nomination};
use super::snapshot::Snapshot;
use super::{node_affinity, pod_affinity, volumes};
use crate::cluster::taint;
use crate::object::{Kind, Object};

/// A pod for which there is no node now.
pub struct Unfit {
    /// Why.
    pub error: FitError,
    /// The pods to evict for it, if that makes room.
    pub nomination: Option<Nomination>,
}

/// The best node for a pod.
///
/// # Errors
/// Why no node fits.
pub fn find_node(snapshot: &Snapshot, object: &Object) -> Result<Arc<str>, Box<Unfit>> {
    let world = snapshot.world;
    let unfit = |error| {
        let nomination = None;
        Box::new(Unfit { error, nomination })
    };
    let nodes = world.list(Kind::Node).count();
    if nodes == 0 {
        return Err(unfit(FitError::no_nodes()));
    }
    volumes::check_claims(world, object).map_err(unfit)?;
    let filters = Filters::new(snapshot, object);
    let mut fitting = Vec::new();
    let mut rejections = Vec::new();
    for node in world.list(Kind::Node) {
        let rejected = filters.run(node);
        if rejected.is_empty() {
            fitting.push(node);
        } else {
            rejections.push((node, rejected));
        }
    }
    if let Some(best) = fitting
        .into_iter()
        .min_by_key(|node| score(snapshot, object, node))
    {
        return Ok(best.meta.name.clone());
    }
    let (nomination, preemption) = match preemption::preempt(snapshot, object, &rejections) {
        Ok(nomination) => (Some(nomination), String::new()),
        Err(message) => (None, message),
    };
    let rejections = rejections
        .into_iter()
        .flat_map(|(_, rejected)| rejected)
        .collect();
    let error = FitError::new(rejections, nodes, &preemption);
    Err(Box::new(Unfit { error, nomination }))
}

/// The score of a node, lower is better: what the pod prefers, then pods of the same controller, then all pods
/// (`PodTopologySpread`, `LeastAllocated`).
fn score(snapshot: &Snapshot, object: &Object, node: &Object) -> (i64, usize, usize) {
    let pods = snapshot.world.pods();
    let siblings = object
        .meta
        .controller()
        .map_or(0, |owner| pods.count_of_controller(&owner.uid, &node.meta.name));
    // The weight of taints is higher than that of affinity (`getDefaultPlugins`).
    let taints = i64::try_from(taint::count_not_preferred(object, node)).unwrap_or(i64::MAX);
    let preferences =
        node_affinity::preference(object, node) + pod_affinity::preference(snapshot, object, node);
    let cost = taints.saturating_mul(150) - preferences;
    (cost, siblings, pods.count_on_node(&node.meta.name))
}
