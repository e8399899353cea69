//! Why a pod has no node, or is lost with one.

use crate::cluster::Fault;
use crate::object::{Key, Kind, pod};
use crate::store::waiting::{NodeWaiting, SchedulingWaiting};

use super::cause::{Cause, Chain, Said};
use super::phrase::{Phrase, left};
use super::{Field, Tone, field, remedy};

/// What the scheduler waits for with a pod.
pub fn cause(chain: Chain, key: &Key, reason: &SchedulingWaiting) -> Cause {
    let deeper = match reason {
        SchedulingWaiting::UnboundClaim { claim } | SchedulingWaiting::VolumeProvisioning { claim, .. } => {
            chain.about(claim).map(|cause| (claim, cause))
        }
        _ => None,
    };
    if let Some((claim, cause)) = deeper {
        let told = its_claim(chain, key, claim)
            .text(" ")
            .then(cause.said.clone().predicate());
        return Cause {
            said: Said::Clause(told),
            ..cause
        };
    }
    Cause {
        said: no_node(chain, key, reason),
        rule: reason.rule(),
        root: reason.blocker().unwrap_or(key).clone(),
        field: responsible(chain, key, reason),
        way_out: match reason {
            SchedulingWaiting::NodeUnschedulable { node } => {
                let node = node.name.to_string();
                remedy::mend(chain.world, Fault::Drained { node })
            }
            SchedulingWaiting::UntoleratedTaint { node, .. } => remedy::bring_back(chain.world, node),
            _ => None,
        },
        tone: match reason {
            SchedulingWaiting::UnboundClaim { .. } | SchedulingWaiting::VolumeProvisioning { .. } => {
                Tone::Busy
            }
            _ => Tone::Broken,
        },
    }
}

/// A claim by the short name that the pod's volume has for it.
fn its_claim(chain: Chain, pod: &Key, claim: &Key) -> Phrase {
    let pod = chain.world.get(pod);
    let mut volumes = pod.into_iter().flat_map(|pod| pod::claim_volumes(pod));
    let volume = volumes.find(|(_, name)| **name == claim.name);
    Phrase::new("its claim ").code(volume.map_or(&claim.name, |(volume, _)| volume))
}

fn no_node(chain: Chain, key: &Key, reason: &SchedulingWaiting) -> Said {
    let none = Phrase::new("has no node: ");
    let its = |claim: &Key| its_claim(chain, key, claim);
    Said::Which(match reason {
        SchedulingWaiting::UnboundClaim { claim } => {
            return Said::Clause(its(claim).text(" is not bound yet"));
        }
        SchedulingWaiting::VolumeProvisioning { claim, node } => {
            let node = Key::new(Kind::Node, node.clone());
            return Said::Clause(its(claim).text(" gets its disk for ").object(&node));
        }
        SchedulingWaiting::ClaimNotFound { claim } => none.then(its(claim)).text(" does not exist"),
        SchedulingWaiting::ClaimTerminating { claim } => none.then(its(claim)).text(" is being deleted"),
        SchedulingWaiting::ClaimLost { claim, .. } => none.then(its(claim)).text(" has lost its volume"),
        SchedulingWaiting::VolumeNodeAffinity { claim, .. } => none
            .text("no node that can take it reaches the disk of ")
            .then(its(claim)),
        SchedulingWaiting::ReadWriteOncePod { claim, pod } => none
            .then(its(claim))
            .text(" is for one pod at a time, and ")
            .object(pod)
            .text(" has it"),
        SchedulingWaiting::InsufficientResources { resource, .. } => {
            none.text("no node has enough ").code(resource).text(" left")
        }
        SchedulingWaiting::NodeUnschedulable { node } => {
            none.object(node).text(" and the others take no new pods")
        }
        SchedulingWaiting::UntoleratedTaint { node, taint } => none
            .object(node)
            .text(" has the taint ")
            .code(taint)
            .text(", which it does not tolerate"),
        SchedulingWaiting::NodeAffinity => none.text("no node has the labels that it asks for"),
        SchedulingWaiting::PodTopologySpread { topology } => none
            .text("its pods would be spread too unevenly over ")
            .code(topology),
        SchedulingWaiting::PodAntiAffinity { pod } => none
            .text("it must not run beside ")
            .object(pod)
            .text(", and no other node is left"),
        SchedulingWaiting::NoNodes => none.text("the cluster has none"),
    })
}

fn responsible(chain: Chain, key: &Key, reason: &SchedulingWaiting) -> Option<Field> {
    let path = reason.field()?;
    match reason {
        SchedulingWaiting::UnboundClaim { claim }
        | SchedulingWaiting::VolumeProvisioning { claim, .. }
        | SchedulingWaiting::ReadWriteOncePod { claim, .. } => {
            Some(field::of_claim(chain.world, claim, path))
        }
        SchedulingWaiting::VolumeNodeAffinity { volume, .. } => Some(Field::new(volume, path)),
        SchedulingWaiting::NodeUnschedulable { node } => Some(Field::new(node, path)),
        _ => field::of_pod(chain.world, key, None, path),
    }
}

/// What the node controllers wait for, with a node or a pod on it.
pub fn node_loss(chain: Chain, key: &Key, reason: &NodeWaiting) -> Cause {
    let in_time = |until| left(until, chain.now);
    let said = match reason {
        NodeWaiting::MonitorGracePeriod { until } => Said::Which(Phrase::new(&format!(
            "does not answer and counts as lost in {}",
            in_time(*until)
        ))),
        NodeWaiting::TolerationSeconds { node, until } => Said::Whose(
            Phrase::new("node ")
                .object(node)
                .text(&format!(" is lost; it is to be deleted in {}", in_time(*until))),
        ),
        NodeWaiting::TerminationUnconfirmed { node } => Said::Whose(
            Phrase::new("node ")
                .object(node)
                .text(" is lost and cannot confirm that it has stopped"),
        ),
        NodeWaiting::NodeDeleted { until } => Said::Whose(Phrase::new(&format!(
            "node is gone; it is removed in {}",
            in_time(*until)
        ))),
    };
    Cause {
        said,
        rule: reason.rule(),
        root: reason.blocker().unwrap_or(key).clone(),
        field: reason
            .field()
            .and_then(|path| field::of_pod(chain.world, key, None, path)),
        way_out: match reason {
            NodeWaiting::TerminationUnconfirmed { .. } => Some(remedy::delete(key, true)),
            NodeWaiting::TolerationSeconds { node, .. } => remedy::bring_back(chain.world, node),
            NodeWaiting::MonitorGracePeriod { .. } => remedy::bring_back(chain.world, key),
            NodeWaiting::NodeDeleted { .. } => None,
        },
        tone: match reason {
            NodeWaiting::TerminationUnconfirmed { .. } => Tone::Broken,
            _ => Tone::Waiting,
        },
    }
}
