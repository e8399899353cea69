//! Why a pod has no node, or is lost with one.

use crate::object::Key;
use crate::store::waiting::{NodeLoss, Scheduling};

use super::cause::{Cause, Chain, Said};
use super::phrase::{Phrase, left};
use super::{Field, Remedy, Tone, WayOut, field};

/// What the scheduler waits for with a pod.
pub fn cause(chain: Chain, key: &Key, reason: &Scheduling) -> Cause {
    let deeper = match reason {
        Scheduling::UnboundClaim { claim } | Scheduling::VolumeOnTheWay { claim, .. } => {
            chain.about(claim).map(|cause| (claim, cause))
        }
        _ => None,
    };
    if let Some((claim, cause)) = deeper {
        let begin = match cause.tone {
            Tone::Busy => "waits for its ",
            _ => "has no node: its ",
        };
        let told = Phrase::new(begin).text("claim ").object(claim);
        let told = match cause.tone {
            Tone::Busy => told.then(cause.said.clone().relative()),
            _ => told.text(" ").then(plain(cause.said.clone())),
        };
        return Cause {
            said: Said::Which(told),
            ..cause
        };
    }
    Cause {
        said: Said::Which(no_node(reason)),
        rule: reason.rule(),
        root: reason.blocker().unwrap_or(key).clone(),
        field: responsible(chain, key, reason),
        way_out: None,
        tone: match reason {
            Scheduling::UnboundClaim { .. } | Scheduling::VolumeOnTheWay { .. } => Tone::Busy,
            _ => Tone::Broken,
        },
    }
}

fn plain(said: Said) -> Phrase {
    match said {
        Said::Which(phrase) => phrase,
        Said::Whose(phrase) => Phrase::new("is stuck: its ").then(phrase),
    }
}

fn no_node(reason: &Scheduling) -> Phrase {
    let none = Phrase::new("has no node: ");
    match reason {
        Scheduling::UnboundClaim { claim } => Phrase::new("waits for its claim ")
            .object(claim)
            .text(" to be bound"),
        Scheduling::VolumeOnTheWay { claim, node } => Phrase::new("waits for the volume of claim ")
            .object(claim)
            .text(" on ")
            .object(&Key::new(crate::object::Kind::Node, node.clone())),
        Scheduling::MissingClaim { claim } => none.text("its claim ").object(claim).text(" does not exist"),
        Scheduling::TerminatingClaim { claim } => {
            none.text("its claim ").object(claim).text(" is being deleted")
        }
        Scheduling::LostClaim { claim, .. } => none
            .text("the volume of its claim ")
            .object(claim)
            .text(" is gone"),
        Scheduling::VolumeElsewhere { claim, .. } => none
            .text("no node that can take it reaches the disk of claim ")
            .object(claim),
        Scheduling::ClaimOfOnePodInUse { claim, pod } => none
            .text("claim ")
            .object(claim)
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
        Scheduling::AntiAffinity { pod } => none
            .text("it must not run beside ")
            .object(pod)
            .text(", and no other node is left"),
        Scheduling::NoNodes => none.text("the cluster has none"),
    }
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
    let unconfirmed = matches!(reason, NodeLoss::Unconfirmed { .. });
    Cause {
        said,
        rule: reason.rule(),
        root: reason.blocker().unwrap_or(key).clone(),
        field: reason
            .field()
            .and_then(|path| field::of_pod(chain.world, key, None, path)),
        way_out: unconfirmed.then(|| WayOut {
            label: format!("Force-delete {}", key.name),
            remedy: Remedy::DeletePod {
                pod: key.clone(),
                force: true,
            },
        }),
        tone: match reason {
            NodeLoss::Unconfirmed { .. } => Tone::Broken,
            _ => Tone::Waiting,
        },
    }
}
