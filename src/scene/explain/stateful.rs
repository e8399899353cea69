//! The sentence of a StatefulSet: where its controller's sync stopped, and what that comes from.

use crate::object::{Key, Object};
use crate::store::waiting::StatefulSetWaiting;

use super::cause::{Cause, Chain};
use super::phrase::{Phrase, left, short};
use super::set::Set;
use super::{Field, Sentence, Tone, WayOut, remedy};

/// What is to be said of a StatefulSet whose sync stopped there.
pub fn sentence(chain: Chain, set: &Object, reason: &StatefulSetWaiting) -> Sentence {
    let set = Set::new(chain.world, set);
    let cause = reason.blocker().and_then(|blocker| chain.about(blocker));
    let tone = match &cause {
        Some(cause) if follows(reason) => cause.tone,
        _ => tone(reason),
    };
    let told = Told {
        chain,
        set: &set,
        cause: cause.as_ref(),
        tone,
    };
    let own = reason.field().map(|path| Field::new(&set.key, path));
    let root = cause.as_ref().filter(|_| follows(reason));
    Sentence {
        parts: told.say(reason).text(".").0,
        rule: Some(reason.rule()),
        object: Some(reason.blocker().unwrap_or(&set.key).clone()),
        field: root.and_then(|cause| cause.field.clone()).or(own),
        way_out: way_out(&set, reason, root),
        tone,
    }
}

/// Whether what keeps the blocking object is the root of it all.
fn follows(reason: &StatefulSetWaiting) -> bool {
    !matches!(
        reason,
        StatefulSetWaiting::Partition { .. }
            | StatefulSetWaiting::OnDelete { .. }
            | StatefulSetWaiting::CreateFailed { .. }
    )
}

struct Told<'a> {
    chain: Chain<'a>,
    set: &'a Set<'a>,
    cause: Option<&'a Cause>,
    tone: Tone,
}

impl Told<'_> {
    fn say(&self, reason: &StatefulSetWaiting) -> Phrase {
        match reason {
            StatefulSetWaiting::ReplicaNotReady { pod } => self.not_ready(pod),
            StatefulSetWaiting::ReplicaNotAvailable { pod, at } => {
                self.not_available(pod, left(*at, self.chain.now))
            }
            StatefulSetWaiting::ReplicaTerminating { pod } => self.terminating(pod),
            StatefulSetWaiting::FinishedPodExists { pod } => Phrase::about(pod)
                .text(" has ended; once it is gone it is created again with its name and claims"),
            StatefulSetWaiting::CondemnedTerminating { pod } => self.condemned(pod),
            StatefulSetWaiting::CondemnedNotReady { pod, lowest } => Phrase::about(pod)
                .text(" is not deleted: scaling down waits until it is Ready, because ")
                .object(lowest)
                .text(" below it is not Ready either"),
            StatefulSetWaiting::CondemnedNotAvailable { pod, at } => Phrase::about(pod)
                .text(" is deleted when it has been Ready for ")
                .code("minReadySeconds")
                .text(&format!(" ({} left)", left(*at, self.chain.now))),
            StatefulSetWaiting::RolloutPodNotReady { pod } => self.rollout(pod),
            StatefulSetWaiting::RolloutPodNotAvailable { pod, at } => {
                self.not_available(pod, left(*at, self.chain.now))
            }
            StatefulSetWaiting::Partition { pod, first } => self.partition(pod, *first),
            StatefulSetWaiting::OnDelete { pod } => Phrase::about(pod)
                .text(" keeps the old revision until somebody deletes it: ")
                .code("OnDelete"),
            _ => self.refused(reason),
        }
    }

    /// What cannot be done at all.
    fn refused(&self, reason: &StatefulSetWaiting) -> Phrase {
        let claimed = |pod: &Key, claim: &Key| {
            Phrase::about(pod)
                .text(" is not created: its claim ")
                .object(claim)
        };
        match reason {
            StatefulSetWaiting::NameTaken { pod } => Phrase::about(pod)
                .text(" cannot be created: a pod of that name stands that is not ")
                .object(&self.set.key)
                .text("'s"),
            StatefulSetWaiting::StaleClaim { pod, claim } => claimed(pod, claim)
                .text(" belongs to the pod before it and is deleted first: ")
                .code("whenScaled: Delete"),
            StatefulSetWaiting::ClaimTerminating { pod, claim } => {
                let told = claimed(pod, claim).text(" is being deleted");
                match self.cause {
                    Some(cause) => told.text("; it ").then(cause.said.clone().predicate()),
                    None => told,
                }
            }
            StatefulSetWaiting::CreateFailed { pod, error } => Phrase::about(pod)
                .text(" cannot be created: ")
                .text(&short(error, pod)),
            StatefulSetWaiting::UpdateFailed { pod, error } => Phrase::about(pod)
                .text(" cannot be changed: ")
                .text(&short(error, pod)),
            StatefulSetWaiting::DeleteFailed { pod, error } => Phrase::about(pod)
                .text(" cannot be deleted: ")
                .text(&short(error, pod)),
            StatefulSetWaiting::SetTerminating => Phrase::about(&self.set.key)
                .text(" is being deleted: all its pods go first, at the same time, and no new one is made"),
            StatefulSetWaiting::InvalidSelector => Phrase::about(&self.set.key)
                .text(" has a selector that its controller cannot read, and is left alone"),
            StatefulSetWaiting::AdoptionFailed { error } => Phrase::about(&self.set.key)
                .text(" cannot take over a pod: ")
                .text(&short(error, &self.set.key)),
            StatefulSetWaiting::RevisionFailed { error } => Phrase::about(&self.set.key)
                .text(" cannot record its revision: ")
                .text(&short(error, &self.set.key)),
            StatefulSetWaiting::TooManyPods { limit } => Phrase::about(&self.set.key).text(&format!(
                " wants more than the {limit} pods that this playground simulates"
            )),
            _ => Phrase::about(&self.set.key).text(" waits"),
        }
    }

    /// OrderedReady stands at a replica that is not Ready.
    fn not_ready(&self, pod: &Key) -> Phrase {
        if matches!(self.tone, Tone::Busy | Tone::Calm) {
            let told = match self.cause {
                Some(cause) => self.starting(pod).text(": ").then(cause.said.clone().reason()),
                None => self.starting(pod),
            };
            return match self.set.after(pod) {
                Some(next) => told
                    .text("; ")
                    .object(&next.pod)
                    .text(next.waits)
                    .text(" (")
                    .code("OrderedReady")
                    .text(")"),
                None => told,
            };
        }
        let told = match self.set.after(pod) {
            Some(next) => Phrase::about(&next.pod)
                .text(next.is_not)
                .text(": ")
                .code("OrderedReady")
                .text(" waits for ")
                .object(pod)
                .maybe(self.cause.map(|cause| cause.said.clone().relative())),
            None => match self.cause {
                Some(cause) => cause.said.clone().clause(pod),
                None => Phrase::about(pod).text(" is not Ready"),
            },
        };
        match self.stuck(pod) {
            true => told.text("; it gets the new template only once it is Ready or deleted"),
            false => told,
        }
    }

    fn starting(&self, pod: &Key) -> Phrase {
        match self.set.rolled(pod) {
            true => Phrase::about(pod).text(" is starting with the new revision"),
            false => Phrase::about(pod).text(" is starting"),
        }
    }

    /// A broken pod of an older template blocks the rollout that would mend it (upstream's issue 67250).
    fn stuck(&self, pod: &Key) -> bool {
        self.tone == Tone::Broken && self.set.outdated(pod)
    }

    fn not_available(&self, pod: &Key, left: String) -> Phrase {
        let told = Phrase::about(pod)
            .text(" is Ready, but not yet for ")
            .code("minReadySeconds")
            .text(&format!(" ({left} left)"));
        match self.set.after(pod) {
            Some(next) => told.text("; ").object(&next.pod).text(next.waits),
            None => told,
        }
    }

    fn terminating(&self, pod: &Key) -> Phrase {
        if let Some(cause) = self.cause.filter(|cause| cause.tone == Tone::Broken) {
            return Phrase::about(pod)
                .text(" is not replaced, as two pods must never have one name: ")
                .then(cause.said.clone().reason());
        }
        match self.set.outdated(pod) {
            true => {
                let told = Phrase::about(pod)
                    .text(" is replaced by the new revision")
                    .maybe(self.stopping());
                match self.set.next_outdated(pod) {
                    Some(next) => told
                        .text("; then ")
                        .object(&next)
                        .text(": updates go from the highest ordinal down"),
                    None => told,
                }
            }
            false => Phrase::about(pod)
                .text(" is terminating")
                .maybe(self.stopping())
                .text("; then it is created again with its name and claims"),
        }
    }

    fn condemned(&self, pod: &Key) -> Phrase {
        let told = Phrase::about(pod).text(" is terminating").maybe(self.stopping());
        match self.set.next_condemned(pod) {
            Some(next) => told
                .text("; then ")
                .object(&next)
                .text(": scaling down goes from the highest ordinal, one by one"),
            None if self.set.keeps_claims() => {
                told.text(": scaling down goes from the highest ordinal, and claims stay")
            }
            None => told
                .text("; its claims go with it, as ")
                .code("whenScaled: Delete")
                .text(" says"),
        }
    }

    fn stopping(&self) -> Option<Phrase> {
        self.cause
            .map(|cause| Phrase::new(" (").then(cause.said.clone().reason()).text(")"))
    }

    fn rollout(&self, pod: &Key) -> Phrase {
        match (self.tone, self.cause) {
            (Tone::Busy, Some(cause)) => {
                let told = self.starting(pod).text(": ").then(cause.said.clone().reason());
                match self.set.next_outdated(pod) {
                    Some(next) => told.text("; then ").object(&next).text(" is updated"),
                    None => told,
                }
            }
            (_, cause) => Phrase::new("The rollout waits for ")
                .object(pod)
                .maybe(cause.map(|cause| cause.said.clone().relative())),
        }
    }

    fn partition(&self, pod: &Key, first: i64) -> Phrase {
        let keep = match self.set.next_below(pod) {
            true => " and lower keep the old revision, as ",
            false => " keeps the old revision, as ",
        };
        Phrase::about(pod)
            .text(keep)
            .code(&format!("partition: {first}"))
            .text(&format!(" updates only ordinals from {first} up"))
    }
}

fn tone(reason: &StatefulSetWaiting) -> Tone {
    match reason {
        StatefulSetWaiting::ReplicaNotReady { .. }
        | StatefulSetWaiting::ReplicaTerminating { .. }
        | StatefulSetWaiting::FinishedPodExists { .. }
        | StatefulSetWaiting::StaleClaim { .. }
        | StatefulSetWaiting::ClaimTerminating { .. }
        | StatefulSetWaiting::CondemnedTerminating { .. }
        | StatefulSetWaiting::RolloutPodNotReady { .. }
        | StatefulSetWaiting::SetTerminating => Tone::Busy,
        StatefulSetWaiting::ReplicaNotAvailable { .. }
        | StatefulSetWaiting::CondemnedNotAvailable { .. }
        | StatefulSetWaiting::RolloutPodNotAvailable { .. }
        | StatefulSetWaiting::Partition { .. }
        | StatefulSetWaiting::OnDelete { .. } => Tone::Waiting,
        StatefulSetWaiting::NameTaken { .. }
        | StatefulSetWaiting::CreateFailed { .. }
        | StatefulSetWaiting::UpdateFailed { .. }
        | StatefulSetWaiting::DeleteFailed { .. }
        | StatefulSetWaiting::CondemnedNotReady { .. }
        | StatefulSetWaiting::InvalidSelector
        | StatefulSetWaiting::AdoptionFailed { .. }
        | StatefulSetWaiting::RevisionFailed { .. }
        | StatefulSetWaiting::TooManyPods { .. } => Tone::Broken,
    }
}

fn way_out(set: &Set, reason: &StatefulSetWaiting, root: Option<&Cause>) -> Option<WayOut> {
    let own = reason.field().map(|path| Field::new(&set.key, path));
    match reason {
        StatefulSetWaiting::ReplicaNotReady { pod } | StatefulSetWaiting::RolloutPodNotReady { pod }
            if set.outdated(pod) && root.is_some_and(|cause| cause.tone == Tone::Broken) =>
        {
            Some(remedy::delete(pod, false))
        }
        StatefulSetWaiting::OnDelete { pod } | StatefulSetWaiting::CondemnedNotReady { pod, .. } => {
            Some(remedy::delete(pod, false))
        }
        StatefulSetWaiting::Partition { .. }
        | StatefulSetWaiting::TooManyPods { .. }
        | StatefulSetWaiting::InvalidSelector => own.as_ref().map(remedy::show),
        StatefulSetWaiting::CreateFailed { .. } => own.as_ref().map(remedy::show),
        _ => {
            let root = root?;
            let broken = root.tone == Tone::Broken;
            let field = root.field.as_ref().filter(|_| broken);
            root.way_out.clone().or_else(|| field.map(remedy::show))
        }
    }
}
