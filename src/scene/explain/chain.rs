//! Follows reasons to wait from object to object, down to the root cause.

use crate::object::Key;
use crate::store::{Actor, Decision, Waiting};

use super::explanation::{ClusterView, Explanation};
use super::{deletion, deployment, node, pod, scheduling, storage};

/// More links than any chain of reasons has. Two objects may wait for each other.
const LINKS_MAX: u32 = 6;

/// Explains what an object waits for, if an actor waits about it.
pub fn explain_object(cluster: ClusterView, key: &Key) -> Option<Explanation> {
    explain_link(cluster, key, 0)
}

/// Explains one reason to wait. Those of the StatefulSet controller have their own sentence.
pub fn explain_decision(cluster: ClusterView, decision: &Decision) -> Option<Explanation> {
    explain_reason(cluster, decision, 0)
}

fn explain_link(cluster: ClusterView, key: &Key, links: u32) -> Option<Explanation> {
    if links >= LINKS_MAX {
        return None;
    }
    let decisions = cluster.world.waiting_about(key);
    let first = decisions.min_by_key(|decision| rank(decision))?;
    explain_reason(cluster, first, links + 1)
}

fn explain_reason(cluster: ClusterView, decision: &Decision, links: u32) -> Option<Explanation> {
    let key = &decision.object;
    let follow = |blocker: Option<&Key>| explain_link(cluster, blocker?, links);
    match decision.waiting.as_ref()? {
        Waiting::Pod(reason) => {
            let volume = follow(pod::blocking_volume(reason));
            Some(pod::explain(cluster, key, reason, volume))
        }
        Waiting::Scheduling(reason) => {
            let claim = follow(scheduling::blocking_claim(reason));
            Some(scheduling::explain(cluster, key, reason, claim))
        }
        Waiting::Storage(reason) => Some(storage::explain(cluster, key, reason)),
        Waiting::Deletion(reason) => {
            let blocker = follow(Some(reason.blocker()));
            Some(deletion::explain(key, reason, blocker))
        }
        Waiting::Node(reason) => Some(node::explain(cluster, key, reason)),
        Waiting::Deployment(reason) => {
            let pod = follow(deployment::blocking_pod(cluster.world, reason).as_ref());
            Some(deployment::explain(key, reason, pod))
        }
        Waiting::StatefulSet(_) => None,
    }
}

/// Several actors may wait about one object. The reason that explains the others comes first.
fn rank(decision: &Decision) -> (u8, Actor) {
    let rank = match &decision.waiting {
        Some(Waiting::Node(_)) => 0,
        Some(Waiting::Scheduling(_)) => 1,
        Some(Waiting::Storage(_)) => 2,
        Some(Waiting::Pod(_)) => 3,
        Some(Waiting::Deletion(_)) => 4,
        Some(Waiting::Deployment(_)) => 5,
        Some(Waiting::StatefulSet(_)) => 6,
        None => 7,
    };
    (rank, decision.actor)
}
