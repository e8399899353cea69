//! Why a pod has no node, or is lost with one.

use crate::cluster::Fault;
use crate::object::{Key, Kind, pod};
use crate::store::waiting::{NodeLoss, Scheduling};

use super::cause::{Cause, Chain, Said};
use super::phrase::{Phrase, left};
use super::{Field, Tone, field, remedy};

/// What the scheduler waits for with a pod.
pub fn cause(chain: Chain, key: &Key, reason: &Scheduling) -> Cause {
    let deeper = match reason {
        Scheduling::UnboundClaim { claim } | Scheduling::VolumeOnTheWay { claim, .. } => {
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
            Scheduling::Cordoned { node } => {
                let node = node.name.to_string();
                remedy::mend(chain.world, Fault::Drained { node })
            }
            Scheduling::Tainted { node, .. } => remedy::bring_back(chain.world, node),
            _ => None,
        },
        tone: match reason {
            Scheduling::UnboundClaim { .. } | Scheduling::VolumeOnTheWay { .. } => Tone::Busy,
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

fn no_node(chain: Chain, key: &Key, reason: &Scheduling) -> Said {
    let none = Phrase::new("has no node: ");
    let its = |claim: &Key| its_claim(chain, key, claim);
    Said::Which(match reason {
        Scheduling::UnboundClaim { claim } => return Said::Clause(its(claim).text(" is not bound yet")),
        Scheduling::VolumeOnTheWay { claim, node } => {
            let node = Key::new(Kind::Node, node.clone());
            return Said::Clause(its(claim).text(" gets its disk for ").object(&node));
        }
        Scheduling::MissingClaim { claim } => none.then(its(claim)).text(" does not exist"),
        Scheduling::TerminatingClaim { claim } => none.then(its(claim)).text(" is being deleted"),
        Scheduling::LostClaim { claim, .. } => none.then(its(claim)).text(" has lost its volume"),
        Scheduling::VolumeElsewhere { claim, .. } => none
            .text("no node that can take it reaches the disk of ")
            .then(its(claim)),
        Scheduling::ClaimOfOnePodInUse { claim, pod } => none
            .then(its(claim))
            .text(" is for one pod at a time, and ")
            .object(pod)
            .text(" has it"),
        Scheduling::Insufficient { resource, .. } => {
            none.text("no node has enough ").code(resource).text(" left")
        }
        Scheduling::Cordoned { node } => none.object(node).text(" and the others take no new pods"),
        Scheduling::Tainted { node, taint } => none
            .object(node)
            .text(" has the taint ")
            .code(taint)
            .text(", which it does not tolerate"),
        Scheduling::NoMatchingNode => none.text("no node has the labels that it asks for"),
        Scheduling::Uneven { topology } => none
            .text("its pods would be spread too unevenly over ")
            .code(topology),
        Scheduling::AntiAffinity { pod } => none
            .text("it must not run beside ")
            .object(pod)
            .text(", and no other node is left"),
        Scheduling::NoNodes => none.text("the cluster has none"),
    })
}

fn responsible(chain: Chain, key: &Key, reason: &Scheduling) -> Option<Field> {
    let path = reason.field()?;
    match reason {
        Scheduling::UnboundClaim { claim }
        | Scheduling::VolumeOnTheWay { claim, .. }
        | Scheduling::ClaimOfOnePodInUse { claim, .. } => Some(field::of_claim(chain.world, claim, path)),
        Scheduling::VolumeElsewhere { volume, .. } => Some(Field::new(volume, path)),
        Scheduling::Cordoned { node } => Some(Field::new(node, path)),
        _ => field::of_pod(chain.world, key, None, path),
    }
}

/// What the node controllers wait for, with a node or a pod on it.
pub fn node_loss(chain: Chain, key: &Key, reason: &NodeLoss) -> Cause {
    let in_time = |until| left(until, chain.now);
    let said = match reason {
        NodeLoss::Silent { until } => Said::Which(Phrase::new(&format!(
            "does not answer and counts as lost in {}",
            in_time(*until)
        ))),
        NodeLoss::Tolerated { node, until } => Said::Whose(
            Phrase::new("node ")
                .object(node)
                .text(&format!(" is lost; it is to be deleted in {}", in_time(*until))),
        ),
        NodeLoss::Unconfirmed { node } => Said::Whose(
            Phrase::new("node ")
                .object(node)
                .text(" is lost and cannot confirm that it has stopped"),
        ),
        NodeLoss::NodeGone { until } => Said::Whose(Phrase::new(&format!(
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
            NodeLoss::Unconfirmed { .. } => Some(remedy::delete(key, true)),
            NodeLoss::Tolerated { node, .. } => remedy::bring_back(chain.world, node),
            NodeLoss::Silent { .. } => remedy::bring_back(chain.world, key),
            NodeLoss::NodeGone { .. } => None,
        },
        tone: match reason {
            NodeLoss::Unconfirmed { .. } => Tone::Broken,
            _ => Tone::Waiting,
        },
    }
}
