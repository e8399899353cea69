//! What the node controllers wait for: a node that is becoming NotReady, and the pods on it.

use crate::cluster::{Fault, FaultKind};
use crate::object::disruption_budget::DisruptionBudgetStatus;
use crate::object::{Key, Kind, pod};
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
            NodeWaiting::Draining { .. } => Progress::Busy,
            NodeWaiting::MonitorGracePeriod { .. }
            | NodeWaiting::EvictionRefused { .. }
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
        NodeWaiting::Draining { pod } => Clause::Predicate(
            Phrase::new("is being drained, which waits for pod ")
                .object(pod)
                .text(" to end"),
        ),
        NodeWaiting::EvictionRefused { budget, message, .. } => refused(cluster.world, budget, message),
    }
}

fn remedy(world: &World, key: &Key, reason: &NodeWaiting) -> Option<Remedy> {
    match reason {
        NodeWaiting::TerminationUnconfirmed { .. } => Some(remedy::delete_pod(key, true)),
        NodeWaiting::TolerationSeconds { node, .. } => remedy::restore_node(world, node),
        NodeWaiting::MonitorGracePeriod { .. } => remedy::restore_node(world, key),
        NodeWaiting::NodeDeleted { .. } | NodeWaiting::Draining { .. } => None,
        NodeWaiting::EvictionRefused { .. } => {
            let node = world.get(key).and_then(|pod| pod::node(pod));
            node.and_then(|node| {
                let fault = Fault::of_object(FaultKind::Drained, &Key::new(Kind::Node, node.clone()));
                remedy::end_fault(world, fault)
            })
        }
    }
}

/// What a PodDisruptionBudget asks for, and what there is.
fn refused(world: &World, budget: &Key, message: &str) -> Clause {
    let found = world
        .get(budget)
        .filter(|object| object.kind == Kind::PodDisruptionBudget);
    let Some(found) = found else {
        return Clause::Predicate(Phrase::new("cannot be evicted: ").text(message.trim_end_matches('.')));
    };
    let status = DisruptionBudgetStatus::read(found);
    Clause::Predicate(
        Phrase::new("cannot be evicted from its node: PodDisruptionBudget ")
            .object(budget)
            .text(&format!(
                " needs {} of its pods to be healthy and {} are; the drain tries again every 5 seconds",
                status.desired_healthy, status.current_healthy
            )),
    )
}
