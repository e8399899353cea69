//! Filters the nodes for a pod (`RunFilterPlugins` in `pkg/scheduler/framework/runtime/framework.go`).

use super::fit_error::NodeRejection;
use super::pod_affinity::{Conflict, PodAffinity};
use super::resources::{Resources, insufficient, pod_requests};
use super::snapshot::Snapshot;
use super::spread::{Spread, Violation};
use super::{node_affinity, node_ports, volumes};
use crate::cluster::taint;
use crate::object::{Object, node};
use crate::store::waiting::SchedulingWaiting;

/// The filters with what they compute once for all nodes (`PreFilter`).
pub struct Filters<'a> {
    snapshot: &'a Snapshot<'a>,
    object: &'a Object,
    requests: Resources,
    affinity: PodAffinity<'a>,
    spread: Spread<'a>,
}

impl<'a> Filters<'a> {
    /// The filters for one pod.
    pub fn new(snapshot: &'a Snapshot<'a>, object: &'a Object) -> Filters<'a> {
        Filters {
            snapshot,
            object,
            requests: pod_requests(object),
            affinity: PodAffinity::new(snapshot, object),
            spread: Spread::new(snapshot, object),
        }
    }

    /// Runs the filters until one rejects the node, in the order of `getDefaultPlugins`. A filter may have several
    /// reasons.
    pub fn run(&self, node: &Object) -> Vec<NodeRejection> {
        let (snapshot, object) = (self.snapshot, self.object);
        if let Some(rejection) = self.reject_node(node) {
            return vec![rejection];
        }
        if let Some(pod) = node_ports::pod_with_same_port(snapshot, object, node) {
            return vec![NodeRejection {
                reason: "node(s) didn't have free ports for the requested pod ports".to_owned(),
                unresolvable: false,
                waiting: SchedulingWaiting::HostPort { pod },
            }];
        }
        let allocated = snapshot.allocated_for(object, &node.meta.name);
        let missing = insufficient(node, &self.requests, &allocated);
        if !missing.is_empty() {
            return missing;
        }
        let rejected = volumes::reject_node(snapshot, object, node);
        if !rejected.is_empty() {
            return rejected;
        }
        let rejection = self.spread.violation(node).map(reject_spread);
        let rejection = rejection.or_else(|| self.affinity.conflict(node).map(reject_affinity));
        rejection.into_iter().collect()
    }

    /// The filters that only look at the node.
    fn reject_node(&self, node: &Object) -> Option<NodeRejection> {
        let object = self.object;
        let unresolvable = |reason: &str, waiting| {
            Some(NodeRejection {
                reason: reason.to_owned(),
                unresolvable: true,
                waiting,
            })
        };
        if node_affinity::named_nodes(object).is_some_and(|names| !names.contains(&*node.meta.name)) {
            let reason = "node(s) didn't satisfy plugin(s) [NodeAffinity]";
            return unresolvable(reason, SchedulingWaiting::NodeAffinity);
        }
        if node::unschedulable(node) && !taint::tolerates_unschedulable(object) {
            let waiting = SchedulingWaiting::NodeUnschedulable { node: node.key() };
            return unresolvable("node(s) were unschedulable", waiting);
        }
        if let Some(taint) = taint::untolerated(object, node) {
            let waiting = SchedulingWaiting::UntoleratedTaint {
                node: node.key(),
                taint: taint.key,
            };
            return unresolvable("node(s) had untolerated taint(s)", waiting);
        }
        if !node_affinity::node_matches(object, node) {
            let reason = "node(s) didn't match Pod's node affinity/selector";
            return unresolvable(reason, SchedulingWaiting::NodeAffinity);
        }
        None
    }
}

fn reject_spread(violation: Violation) -> NodeRejection {
    const REASON: &str = "node(s) didn't match pod topology spread constraints";
    match violation {
        Violation::MissingLabel(topology) => NodeRejection {
            reason: format!("{REASON} (missing required label)"),
            unresolvable: true,
            waiting: SchedulingWaiting::PodTopologySpread { topology },
        },
        Violation::Skew(topology) => NodeRejection {
            reason: REASON.to_owned(),
            unresolvable: false,
            waiting: SchedulingWaiting::PodTopologySpread { topology },
        },
    }
}

fn reject_affinity(conflict: Conflict) -> NodeRejection {
    let (reason, unresolvable, waiting) = match conflict {
        Conflict::Affinity { topology } => (
            "node(s) didn't match pod affinity rules",
            true,
            SchedulingWaiting::PodAffinity { topology },
        ),
        Conflict::AntiAffinity(pod) => (
            "node(s) didn't match pod anti-affinity rules",
            false,
            SchedulingWaiting::PodAntiAffinity { pod },
        ),
        Conflict::ExistingAntiAffinity(pod) => (
            "node(s) didn't satisfy existing pods anti-affinity rules",
            false,
            SchedulingWaiting::ExistingPodAntiAffinity { pod },
        ),
    };
    NodeRejection {
        reason: reason.to_owned(),
        unresolvable,
        waiting,
    }
}
