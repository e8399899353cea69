//! The sentence of a StatefulSet: where its controller's sync stopped, and why.

use crate::object::{Key, Object};
use crate::store::waiting::StatefulSetWaiting;

use super::chain::explain_object;
use super::explanation::{ClusterView, Explanation};
use super::field::Field;
use super::phrase::{Phrase, shorten, time_left};
use super::remedy::{self, Remedy};
use super::sentence::{Progress, Sentence};
use super::statefulset_pods::StatefulSetPods;

/// Explains where the sync of a StatefulSet stopped.
pub fn explain(cluster: ClusterView, set: &Object, reason: &StatefulSetWaiting) -> Sentence {
    let set = StatefulSetPods::new(cluster.world, set);
    let blocker = reason
        .blocker()
        .and_then(|blocker| explain_object(cluster, blocker));
    let root = blocker.as_ref().filter(|_| has_deeper_cause(reason));
    let progress = root.map_or(progress(reason), |root| root.progress);
    let writer = Writer {
        cluster,
        set: &set,
        blocker: blocker.as_ref(),
        progress,
    };
    let own = reason.field().map(|path| Field::new(&set.key, path));
    Sentence {
        parts: writer.text(reason).text(".").0,
        rule: Some(reason.rule()),
        object: Some(reason.blocker().unwrap_or(&set.key).clone()),
        field: root.and_then(|root| root.field.clone()).or(own),
        remedy: remedy(&set, reason, root),
        progress,
    }
}

/// Whether what the blocking object waits for is the root cause. If not, the set's own spec or the API server is.
fn has_deeper_cause(reason: &StatefulSetWaiting) -> bool {
    match reason {
        StatefulSetWaiting::Partition { .. }
        | StatefulSetWaiting::OnDelete { .. }
        | StatefulSetWaiting::CreateFailed { .. } => false,
        StatefulSetWaiting::ReplicaNotReady { .. }
        | StatefulSetWaiting::ReplicaNotAvailable { .. }
        | StatefulSetWaiting::ReplicaTerminating { .. }
        | StatefulSetWaiting::FinishedPodExists { .. }
        | StatefulSetWaiting::NameTaken { .. }
        | StatefulSetWaiting::StaleClaim { .. }
        | StatefulSetWaiting::ClaimTerminating { .. }
        | StatefulSetWaiting::UpdateFailed { .. }
        | StatefulSetWaiting::DeleteFailed { .. }
        | StatefulSetWaiting::CondemnedTerminating { .. }
        | StatefulSetWaiting::CondemnedNotReady { .. }
        | StatefulSetWaiting::CondemnedNotAvailable { .. }
        | StatefulSetWaiting::RolloutPodNotReady { .. }
        | StatefulSetWaiting::RolloutPodNotAvailable { .. }
        | StatefulSetWaiting::SetTerminating
        | StatefulSetWaiting::InvalidSelector
        | StatefulSetWaiting::AdoptionFailed { .. }
        | StatefulSetWaiting::RevisionFailed { .. }
        | StatefulSetWaiting::TooManyPods { .. } => true,
    }
}

/// Writes the text of the sentence.
struct Writer<'a> {
    cluster: ClusterView<'a>,
    set: &'a StatefulSetPods<'a>,
    /// What the blocking object waits for.
    blocker: Option<&'a Explanation>,
    progress: Progress,
}

impl Writer<'_> {
    fn text(&self, reason: &StatefulSetWaiting) -> Phrase {
        let set = &self.set.key;
        match reason {
            StatefulSetWaiting::ReplicaNotReady { pod } => self.not_ready(pod),
            StatefulSetWaiting::ReplicaNotAvailable { pod, at }
            | StatefulSetWaiting::RolloutPodNotAvailable { pod, at } => {
                self.not_available(pod, &time_left(*at, self.cluster.now))
            }
            StatefulSetWaiting::ReplicaTerminating { pod } => self.terminating(pod),
            StatefulSetWaiting::FinishedPodExists { pod } => Phrase::about(pod)
                .text(" has ended; once it is gone it is created again with its name and claims"),
            StatefulSetWaiting::NameTaken { pod } => Phrase::about(pod)
                .text(" cannot be created: a pod with that name exists, which ")
                .object(set)
                .text(" does not control"),
            StatefulSetWaiting::StaleClaim { pod, claim } => not_created(pod, claim)
                .text(" is owned by the previous pod and is deleted first: ")
                .code("whenScaled: Delete"),
            StatefulSetWaiting::ClaimTerminating { pod, claim } => self.claim_terminating(pod, claim),
            StatefulSetWaiting::CreateFailed { pod, error } => failed(pod, " cannot be created: ", error),
            StatefulSetWaiting::UpdateFailed { pod, error } => failed(pod, " cannot be updated: ", error),
            StatefulSetWaiting::DeleteFailed { pod, error } => failed(pod, " cannot be deleted: ", error),
            StatefulSetWaiting::CondemnedTerminating { pod } => self.condemned(pod),
            StatefulSetWaiting::CondemnedNotReady { pod, lowest } => Phrase::about(pod)
                .text(" is not deleted: scaling down waits until it is Ready, because ")
                .object(lowest)
                .text(" below it is not Ready either"),
            StatefulSetWaiting::CondemnedNotAvailable { pod, at } => Phrase::about(pod)
                .text(" is deleted when it has been Ready for ")
                .code("minReadySeconds")
                .text(&format!(" ({} left)", time_left(*at, self.cluster.now))),
            StatefulSetWaiting::RolloutPodNotReady { pod } => self.rollout(pod),
            StatefulSetWaiting::Partition { pod, first } => self.partition(pod, *first),
            StatefulSetWaiting::OnDelete { pod } => Phrase::about(pod)
                .text(" keeps the old revision until it is deleted: ")
                .code("OnDelete"),
            StatefulSetWaiting::SetTerminating => Phrase::about(set).text(
                " is being deleted: all its pods go first, at the same time, and no new one is created",
            ),
            StatefulSetWaiting::InvalidSelector => {
                Phrase::about(set).text(" has an invalid selector, so its controller does not sync it")
            }
            StatefulSetWaiting::AdoptionFailed { error } => failed(set, " cannot adopt a pod: ", error),
            StatefulSetWaiting::RevisionFailed { error } => {
                failed(set, " cannot store its revision: ", error)
            }
            StatefulSetWaiting::TooManyPods { limit } => Phrase::about(set).text(&format!(
                " wants more than the {limit} pods that this playground simulates"
            )),
        }
    }

    fn claim_terminating(&self, pod: &Key, claim: &Key) -> Phrase {
        let text = not_created(pod, claim).text(" is being deleted");
        match self.blocker {
            Some(blocker) => text.text("; it ").then(blocker.clause.clone().into_predicate()),
            None => text,
        }
    }

    /// OrderedReady waits for a replica that is not Ready.
    fn not_ready(&self, pod: &Key) -> Phrase {
        match self.progress {
            Progress::Busy | Progress::Settled => self.becoming_ready(pod),
            Progress::Waiting | Progress::Broken => self.blocking(pod),
        }
    }

    fn becoming_ready(&self, pod: &Key) -> Phrase {
        let text = match self.blocker {
            Some(blocker) => self
                .starting(pod)
                .text(": ")
                .then(blocker.clause.clone().into_reason()),
            None => self.starting(pod),
        };
        match self.set.blocked_by(pod) {
            Some(blocked) => text
                .text("; ")
                .object(&blocked.pod)
                .text(blocked.once_ready)
                .text(" (")
                .code("OrderedReady")
                .text(")"),
            None => text,
        }
    }

    fn blocking(&self, pod: &Key) -> Phrase {
        let text = match (self.set.blocked_by(pod), self.blocker) {
            (Some(blocked), blocker) => Phrase::about(&blocked.pod)
                .text(blocked.until_ready)
                .text(": ")
                .code("OrderedReady")
                .text(" waits for ")
                .object(pod)
                .maybe(blocker.map(|blocker| blocker.clause.clone().into_relative())),
            (None, Some(blocker)) => blocker.clause.clone().into_main(pod),
            (None, None) => Phrase::about(pod).text(" is not Ready"),
        };
        match self.is_stuck(pod) {
            true => text.text("; it gets the new template only once it is Ready or deleted"),
            false => text,
        }
    }

    fn starting(&self, pod: &Key) -> Phrase {
        match self.set.is_updated(pod) {
            true => Phrase::about(pod).text(" is starting with the new revision"),
            false => Phrase::about(pod).text(" is starting"),
        }
    }

    /// Whether a broken pod of an older template blocks the rollout that would repair it (kubernetes/kubernetes#67250).
    fn is_stuck(&self, pod: &Key) -> bool {
        self.progress == Progress::Broken && self.set.is_outdated(pod)
    }

    fn not_available(&self, pod: &Key, left: &str) -> Phrase {
        let text = Phrase::about(pod)
            .text(" is Ready, but not yet for ")
            .code("minReadySeconds")
            .text(&format!(" ({left} left)"));
        match self.set.blocked_by(pod) {
            Some(blocked) => text.text("; ").object(&blocked.pod).text(blocked.once_ready),
            None => text,
        }
    }

    fn terminating(&self, pod: &Key) -> Phrase {
        let broken = |blocker: &&Explanation| blocker.progress == Progress::Broken;
        if let Some(blocker) = self.blocker.filter(broken) {
            return Phrase::about(pod)
                .text(" is not replaced, as two pods must never have the same name: ")
                .then(blocker.clause.clone().into_reason());
        }
        if !self.set.is_outdated(pod) {
            return Phrase::about(pod)
                .text(" is terminating")
                .maybe(self.stopping())
                .text("; then it is created again with its name and claims");
        }
        let text = Phrase::about(pod)
            .text(" is replaced by the new revision")
            .maybe(self.stopping());
        match self.set.next_outdated(pod) {
            Some(next) => text
                .text("; then ")
                .object(&next)
                .text(": updates go from the highest ordinal down"),
            None => text,
        }
    }

    /// `processCondemned`: scaling down.
    fn condemned(&self, pod: &Key) -> Phrase {
        let text = Phrase::about(pod).text(" is terminating").maybe(self.stopping());
        match self.set.next_condemned(pod) {
            Some(next) => text
                .text("; then ")
                .object(&next)
                .text(": scaling down goes from the highest ordinal, one by one"),
            None if self.set.retains_claims() => {
                text.text(": scaling down goes from the highest ordinal, and claims stay")
            }
            None => text
                .text("; its claims are deleted with it: ")
                .code("whenScaled: Delete"),
        }
    }

    fn stopping(&self) -> Option<Phrase> {
        let reason = self.blocker?.clause.clone().into_reason();
        Some(Phrase::new(" (").then(reason).text(")"))
    }

    fn rollout(&self, pod: &Key) -> Phrase {
        match (self.progress, self.blocker) {
            (Progress::Busy, Some(blocker)) => {
                let text = self
                    .starting(pod)
                    .text(": ")
                    .then(blocker.clause.clone().into_reason());
                match self.set.next_outdated(pod) {
                    Some(next) => text.text("; then ").object(&next).text(" is updated"),
                    None => text,
                }
            }
            (_, blocker) => Phrase::new("The rollout waits for ")
                .object(pod)
                .maybe(blocker.map(|blocker| blocker.clause.clone().into_relative())),
        }
    }

    fn partition(&self, pod: &Key, first: i64) -> Phrase {
        let keeps = match self.set.has_lower_replica(pod) {
            true => " and lower keep the old revision, as ",
            false => " keeps the old revision, as ",
        };
        Phrase::about(pod)
            .text(keeps)
            .code(&format!("partition: {first}"))
            .text(&format!(" updates only ordinals from {first} up"))
    }
}

fn failed(key: &Key, what: &str, error: &str) -> Phrase {
    Phrase::about(key).text(what).text(&shorten(error, key))
}

fn not_created(pod: &Key, claim: &Key) -> Phrase {
    Phrase::about(pod)
        .text(" is not created: its claim ")
        .object(claim)
}

fn progress(reason: &StatefulSetWaiting) -> Progress {
    match reason {
        StatefulSetWaiting::ReplicaNotReady { .. }
        | StatefulSetWaiting::ReplicaTerminating { .. }
        | StatefulSetWaiting::FinishedPodExists { .. }
        | StatefulSetWaiting::StaleClaim { .. }
        | StatefulSetWaiting::ClaimTerminating { .. }
        | StatefulSetWaiting::CondemnedTerminating { .. }
        | StatefulSetWaiting::RolloutPodNotReady { .. }
        | StatefulSetWaiting::SetTerminating => Progress::Busy,
        StatefulSetWaiting::ReplicaNotAvailable { .. }
        | StatefulSetWaiting::CondemnedNotAvailable { .. }
        | StatefulSetWaiting::RolloutPodNotAvailable { .. }
        | StatefulSetWaiting::Partition { .. }
        | StatefulSetWaiting::OnDelete { .. } => Progress::Waiting,
        StatefulSetWaiting::NameTaken { .. }
        | StatefulSetWaiting::CreateFailed { .. }
        | StatefulSetWaiting::UpdateFailed { .. }
        | StatefulSetWaiting::DeleteFailed { .. }
        | StatefulSetWaiting::CondemnedNotReady { .. }
        | StatefulSetWaiting::InvalidSelector
        | StatefulSetWaiting::AdoptionFailed { .. }
        | StatefulSetWaiting::RevisionFailed { .. }
        | StatefulSetWaiting::TooManyPods { .. } => Progress::Broken,
    }
}

/// What a person can do: about the set or its pod, else about the root cause.
fn remedy(set: &StatefulSetPods, reason: &StatefulSetWaiting, root: Option<&Explanation>) -> Option<Remedy> {
    let broken = root.filter(|root| root.progress == Progress::Broken);
    let at_root = || {
        let field = broken.and_then(|root| root.field.clone());
        root?.remedy.clone().or(field.map(Remedy::ShowField))
    };
    match reason {
        StatefulSetWaiting::ReplicaNotReady { pod } | StatefulSetWaiting::RolloutPodNotReady { pod } => {
            match broken.is_some() && set.is_outdated(pod) {
                true => Some(remedy::delete_pod(pod, false)),
                false => at_root(),
            }
        }
        StatefulSetWaiting::OnDelete { pod } | StatefulSetWaiting::CondemnedNotReady { pod, .. } => {
            Some(remedy::delete_pod(pod, false))
        }
        StatefulSetWaiting::Partition { .. }
        | StatefulSetWaiting::TooManyPods { .. }
        | StatefulSetWaiting::InvalidSelector
        | StatefulSetWaiting::CreateFailed { .. } => {
            let path = reason.field()?;
            Some(Remedy::ShowField(Field::new(&set.key, path)))
        }
        StatefulSetWaiting::ReplicaNotAvailable { .. }
        | StatefulSetWaiting::ReplicaTerminating { .. }
        | StatefulSetWaiting::FinishedPodExists { .. }
        | StatefulSetWaiting::NameTaken { .. }
        | StatefulSetWaiting::StaleClaim { .. }
        | StatefulSetWaiting::ClaimTerminating { .. }
        | StatefulSetWaiting::UpdateFailed { .. }
        | StatefulSetWaiting::DeleteFailed { .. }
        | StatefulSetWaiting::CondemnedTerminating { .. }
        | StatefulSetWaiting::CondemnedNotAvailable { .. }
        | StatefulSetWaiting::RolloutPodNotAvailable { .. }
        | StatefulSetWaiting::SetTerminating
        | StatefulSetWaiting::AdoptionFailed { .. }
        | StatefulSetWaiting::RevisionFailed { .. } => at_root(),
    }
}
