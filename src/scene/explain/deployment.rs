//! What a Deployment or a ReplicaSet waits for.

use crate::object::Key;
use crate::store::waiting::DeploymentWaiting;
use crate::store::{Actor, Waiting, World};

use super::clause::Clause;
use super::explanation::Explanation;
use super::field::Field;
use super::phrase::{Phrase, shorten};
use super::sentence::Progress;

/// The pod that blocks a ReplicaSet, or a Deployment through its ReplicaSet.
pub fn blocking_pod(world: &World, reason: &DeploymentWaiting) -> Option<Key> {
    match reason {
        DeploymentWaiting::PodNotAvailable { pod } => Some(pod.clone()),
        DeploymentWaiting::MaxSurge { replica_set }
        | DeploymentWaiting::MaxUnavailable { replica_set }
        | DeploymentWaiting::OldPodsRunning { replica_set } => {
            let waiting = world.waiting(Actor::ReplicaSetController, replica_set)?;
            let Waiting::Deployment(DeploymentWaiting::PodNotAvailable { pod }) = waiting else {
                return None;
            };
            Some(pod.clone())
        }
        DeploymentWaiting::Paused
        | DeploymentWaiting::CreateFailed { .. }
        | DeploymentWaiting::TooManyPods { .. } => None,
    }
}

/// Explains what the controllers of Deployments and ReplicaSets wait for. `pod` explains what the blocking pod waits
/// for.
pub fn explain(key: &Key, reason: &DeploymentWaiting, pod: Option<Explanation>) -> Explanation {
    let predicate = match &pod {
        Some(pod) => predicate(key, reason).text("; ").then(pod.main_clause()),
        None => predicate(key, reason),
    };
    let own = Field::new(key, reason.field());
    Explanation {
        object: key.clone(),
        clause: Clause::Predicate(predicate),
        rule: reason.rule(),
        root: pod.as_ref().map_or(key, |pod| &pod.root).clone(),
        field: pod.as_ref().and_then(|pod| pod.field.clone()).or(Some(own)),
        progress: progress(reason, pod.as_ref()),
        remedy: pod.and_then(|pod| pod.remedy),
    }
}

fn predicate(key: &Key, reason: &DeploymentWaiting) -> Phrase {
    let (text, rule) = match reason {
        DeploymentWaiting::MaxSurge { .. } => {
            ("creates no more new pods until old ones are gone", "maxSurge")
        }
        DeploymentWaiting::MaxUnavailable { .. } => (
            "keeps its old pods until new ones are available",
            "maxUnavailable",
        ),
        DeploymentWaiting::OldPodsRunning { .. } => ("creates no new pod while an old one runs", "Recreate"),
        DeploymentWaiting::Paused => ("does not roll out its template", "paused"),
        DeploymentWaiting::TooManyPods { .. } => {
            ("asks for more pods than this playground simulates", "replicas")
        }
        DeploymentWaiting::CreateFailed { error } => {
            return Phrase::new("cannot create a pod: ").text(&shorten(error, key));
        }
        DeploymentWaiting::PodNotAvailable { .. } => {
            return Phrase::new("waits for its pods to be available");
        }
    };
    Phrase::new(text).text(" (").code(rule).text(")")
}

fn progress(reason: &DeploymentWaiting, pod: Option<&Explanation>) -> Progress {
    match reason {
        DeploymentWaiting::CreateFailed { .. } | DeploymentWaiting::TooManyPods { .. } => Progress::Broken,
        DeploymentWaiting::Paused => Progress::Waiting,
        DeploymentWaiting::MaxSurge { .. }
        | DeploymentWaiting::MaxUnavailable { .. }
        | DeploymentWaiting::OldPodsRunning { .. }
        | DeploymentWaiting::PodNotAvailable { .. } => pod.map_or(Progress::Busy, |pod| pod.progress),
    }
}
