//! What the node controllers wait for: a node that is becoming NotReady, and the pods on it.

use crate::object::Key;
use crate::store::World;
use crate::store::waiting::NodeWaiting;

use super::clause::Clause;
use super::explanation::{ClusterView, Explanation};
use super::field::pod_field;
use super::phrase::{Phrase, time_left};
use super::remedy::{self, Remedy};
use super::sentence::Progress;

/// Explains what the node controllers wait for, about a node or a pod on it.
pub fn explain(cluster: ClusterView, key: &Key, reason: &NodeWaiting) -> Explanation {
    let field = reason.field();
    Explanation {
        object: key.clone(),
        clause: clause(cluster, reason),
        rule: reason.rule(),
        root: reason.blocker().unwrap_or(key).clone(),
        field: field.and_then(|path| pod_field(cluster.world, key, None, path)),
        remedy: remedy(cluster.world, key, reason),
        progress: match reason {
            NodeWaiting::TerminationUnconfirmed { .. } => Progress::Broken,
            NodeWaiting::MonitorGracePeriod { .. }
            | NodeWaiting::TolerationSeconds { .. }
            | NodeWaiting::NodeDeleted { .. } => Progress::Waiting,
        },
    }
}

fn clause(cluster: ClusterView, reason: &NodeWaiting) -> Clause {
    let left = |until| time_left(until, cluster.now);
    match reason {
        NodeWaiting::MonitorGracePeriod { until } => Clause::Predicate(Phrase::new(&format!(
            "does not answer and becomes NotReady in {}",
            left(*until)
        ))),
        NodeWaiting::TolerationSeconds { node, until } => Clause::Possessive(
            Phrase::new("node ")
                .object(node)
                .text(&format!(" is NotReady; it is to be deleted in {}", left(*until))),
        ),
        NodeWaiting::TerminationUnconfirmed { node } => Clause::Possessive(
            Phrase::new("node ")
                .object(node)
                .text(" is NotReady and cannot confirm that it has stopped"),
        ),
        NodeWaiting::NodeDeleted { until } => Clause::Possessive(Phrase::new(&format!(
            "node does not exist any more; it is removed in {}",
            left(*until)
        ))),
    }
}

fn remedy(world: &World, key: &Key, reason: &NodeWaiting) -> Option<Remedy> {
    match reason {
        NodeWaiting::TerminationUnconfirmed { .. } => Some(remedy::delete_pod(key, true)),
        NodeWaiting::TolerationSeconds { node, .. } => remedy::restore_node(world, node),
        NodeWaiting::MonitorGracePeriod { .. } => remedy::restore_node(world, key),
        NodeWaiting::NodeDeleted { .. } => None,
    }
}
