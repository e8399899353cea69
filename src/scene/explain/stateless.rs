//! What a Deployment or a ReplicaSet waits for.

use crate::object::Key;
use crate::store::waiting::DeploymentWaiting;
use crate::store::{Actor, Waiting, World};

use super::cause::{Cause, Chain, Said};
use super::phrase::{Phrase, short};
use super::{Field, Tone};

/// What the controllers of interchangeable pods wait for.
pub fn cause(chain: Chain, key: &Key, reason: &DeploymentWaiting) -> Cause {
    let pod = pod(chain.world, reason);
    let deeper = pod.as_ref().and_then(|pod| chain.about(pod));
    let told = match reason {
        DeploymentWaiting::MaxSurge { .. } => ("makes no more new pods until old ones are gone", "maxSurge"),
        DeploymentWaiting::MaxUnavailable { .. } => (
            "keeps its old pods until new ones are available",
            "maxUnavailable",
        ),
        DeploymentWaiting::OldPodsRunning { .. } => ("makes no new pod while an old one runs", "Recreate"),
        DeploymentWaiting::Paused => ("does not roll its template out", "paused"),
        DeploymentWaiting::CreateFailed { error } => ("cannot create a pod", error.as_ref()),
        DeploymentWaiting::TooManyPods { .. } => {
            ("asks for more pods than this playground simulates", "replicas")
        }
        DeploymentWaiting::PodNotAvailable { .. } => ("waits for its pods to be available", ""),
    };
    let said = Phrase::new(told.0);
    let said = match (reason, told.1) {
        (_, "") => said,
        (DeploymentWaiting::CreateFailed { .. }, error) => said.text(": ").text(&short(error, key)),
        (_, rule) => said.text(" (").code(rule).text(")"),
    };
    let said = match (&deeper, &pod) {
        (Some(cause), Some(pod)) => said.text("; ").then(cause.said.clone().clause(pod)),
        _ => said,
    };
    let tone = match reason {
        DeploymentWaiting::CreateFailed { .. } | DeploymentWaiting::TooManyPods { .. } => Tone::Broken,
        DeploymentWaiting::Paused => Tone::Waiting,
        _ => deeper.as_ref().map_or(Tone::Busy, |cause| cause.tone),
    };
    let own = Field::new(key, reason.field());
    Cause {
        said: Said::Which(said),
        rule: reason.rule(),
        root: deeper.as_ref().map_or(key, |cause| &cause.root).clone(),
        field: deeper
            .as_ref()
            .and_then(|cause| cause.field.clone())
            .or(Some(own)),
        way_out: deeper.and_then(|cause| cause.way_out),
        tone,
    }
}

/// The pod that is waited for, by a ReplicaSet or by the Deployment through its ReplicaSet.
fn pod(world: &World, reason: &DeploymentWaiting) -> Option<Key> {
    match reason {
        DeploymentWaiting::PodNotAvailable { pod } => Some(pod.clone()),
        _ => match world.waiting(Actor::ReplicaSetController, reason.blocker()?)? {
            Waiting::Deployment(DeploymentWaiting::PodNotAvailable { pod }) => Some(pod.clone()),
            _ => None,
        },
    }
}
