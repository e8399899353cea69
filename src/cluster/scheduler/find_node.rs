//! Chooses a node for a pod (`findNodesThatFitPod`, `prioritizeNodes` in `schedule_one.go`).

use std::sync::Arc;

use super::filter::Filters;
use super::fit_error::FitError;
use super::node_affinity::named_nodes;
use super::preemption::{self, NoPreemption, Nomination};
use super::snapshot::Snapshot;
use super::{score, volumes};
use crate::object::{Kind, Object};
use crate::store::waiting::SchedulingWaiting;

/// A pod for which there is no node now.
pub struct Unfit {
    /// Why.
    pub error: FitError,
    /// The pods to evict for it, if that makes room.
    pub nomination: Option<Nomination>,
    /// Whether no node is nominated for it any more: preemption was tried and found no candidate.
    pub clears_nomination: bool,
}

/// The best node for a pod.
///
/// # Errors
/// Why no node fits.
pub fn find_node(snapshot: &Snapshot, object: &Object) -> Result<Arc<str>, Box<Unfit>> {
    let world = snapshot.world;
    let unfit = |error| {
        Box::new(Unfit {
            error,
            nomination: None,
            clears_nomination: false,
        })
    };
    let nodes = world.list(Kind::Node).count();
    if nodes == 0 {
        return Err(unfit(FitError::no_nodes()));
    }
    if named_nodes(object).is_some_and(|names| names.is_empty()) {
        let reason = "pod affinity terms conflict".to_owned();
        let error = FitError::on_all_nodes(world, reason, SchedulingWaiting::NodeAffinity);
        return Err(unfit(error));
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
    if let Some(best) = score::best(snapshot, object, &fitting) {
        return Ok(best.meta.name.clone());
    }
    let (nomination, preemption, clears_nomination) = match preemption::preempt(snapshot, object, &rejections)
    {
        Ok(nomination) => (Some(nomination), String::new(), false),
        Err(NoPreemption::NotEligible(message)) => (None, message.to_owned(), false),
        Err(NoPreemption::NoCandidate(message)) => (None, message, true),
    };
    let rejections = rejections
        .into_iter()
        .flat_map(|(_, rejected)| rejected)
        .collect();
    let error = FitError::new(rejections, nodes, &preemption);
    Err(Box::new(Unfit {
        error,
        nomination,
        clears_nomination,
    }))
}
