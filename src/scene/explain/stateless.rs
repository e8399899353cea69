//! What a Deployment or a ReplicaSet waits for.

use crate::object::Key;
use crate::store::waiting::Stateless;

use super::cause::{Cause, Chain, Said};
use super::phrase::Phrase;
use super::{Field, Tone};

/// What the controllers of interchangeable pods wait for.
pub fn cause(chain: Chain, key: &Key, reason: &Stateless) -> Cause {
    let deeper = reason.blocker().and_then(|blocker| chain.about(blocker));
    let said = match reason {
        Stateless::SurgeUsedUp { .. } => {
            Phrase::new("makes no more new pods until old ones are gone: ").code("maxSurge")
        }
        Stateless::TooFewAvailable { .. } => {
            Phrase::new("keeps its old pods until new ones are available: ").code("maxUnavailable")
        }
        Stateless::OldPodsRunning { .. } => {
            Phrase::new("makes no new pod while an old one runs: ").code("Recreate")
        }
        Stateless::Paused => Phrase::new("is paused: its template is not rolled out"),
        Stateless::CreateFailed { error } => Phrase::new("cannot create a pod: ").code(error),
        Stateless::PodNotAvailable { pod } => Phrase::new("waits for ").object(pod),
    };
    let said = match (reason, &deeper) {
        (Stateless::PodNotAvailable { .. }, Some(cause)) => said.then(cause.said.clone().relative()),
        (_, Some(cause)) => said.text("; ").then(cause.said.clone().clause(&cause.root)),
        (_, None) => said,
    };
    let tone = match reason {
        Stateless::CreateFailed { .. } => Tone::Broken,
        Stateless::Paused => Tone::Waiting,
        _ => deeper.as_ref().map_or(Tone::Busy, |cause| cause.tone),
    };
    let own = reason.field().map(|path| Field::new(key, path));
    Cause {
        said: Said::Which(said),
        rule: reason.rule(),
        root: deeper.as_ref().map_or(key, |cause| &cause.root).clone(),
        field: deeper.as_ref().and_then(|cause| cause.field.clone()).or(own),
        way_out: deeper.and_then(|cause| cause.way_out),
        tone,
    }
}
