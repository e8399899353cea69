//! The decisions of one sync (`stateful_set_control.go`).

use super::claims::{self, PodIdentity};
use super::memo::Memo;
use super::pod::{self, PodFailure, claims_failed};
use super::predicates::{
    available_at, identity_matches, is_running_and_available, is_unavailable, pod_name, storage_matches,
};
use super::revision::{self, Revisions};
use super::set::{Set, Strategy};
use super::status;
use super::template::{self, Versioned};
use crate::cluster::client::{Client, Failure, Synced};
use crate::limits;
use crate::object::status::{Phase, StatefulSetStatus};
use crate::object::{Key, Kind, Time};
use crate::store::waiting::StatefulSetWaiting;
use crate::store::{ControlledPod, ControlledPods, Waiting};

/// Most pods that one batch of a parallel set handles (`MaxBatchSize`).
const BATCH_MAX: usize = 500;

/// Brings a set nearer to what is wanted, and keeps its history short (`UpdateStatefulSet`).
///
/// # Errors
/// What went wrong; the status is written all the same.
pub fn update_stateful_set(client: &mut Client, set: &Set, memo: &mut Memo) -> Synced {
    let key = set.object.key();
    let revisions = match revision::revisions(client, set) {
        Ok(revisions) => revisions,
        Err(failure) => {
            let error = failure.message.clone();
            client.wait(
                &key,
                Some(Waiting::StatefulSet(StatefulSetWaiting::RevisionFailed { error })),
            );
            return Err(failure);
        }
    };
    // What the caches of upstream's controller show: the sync's own writes come with the next one.
    let (seq, controlled_pods) = (
        client.world().seq(),
        client.world().controlled_pods(&set.object.meta.uid),
    );
    let controlled_pods = controlled_pods.cloned().unwrap_or_default();
    memo.catch_up(set.start, &controlled_pods, seq);
    let done = perform_update(client, set, memo, &revisions, &controlled_pods);
    let truncated = revision::truncate(client, set, &revisions, &controlled_pods);
    done.and(truncated)
}

/// `performUpdate`: the status is written even if the sync failed.
fn perform_update(
    client: &mut Client,
    set: &Set,
    memo: &mut Memo,
    revisions: &Revisions,
    controlled_pods: &ControlledPods,
) -> Synced {
    let mut sync = Sync {
        now: client.now(),
        client,
        set,
        memo,
        controlled_pods,
        end: set.start.saturating_add(set.replicas),
        current: revision::versioned(&revisions.current),
        update: revision::versioned(&revisions.update),
        missing: Vec::new(),
        reason: None,
    };
    let (counts, result) = sync.update(revisions);
    let (reason, now) = (sync.reason.take(), sync.now);
    client.wait(&set.object.key(), reason.map(Waiting::StatefulSet));
    let written = status::write(client, set, counts);
    if let Ok(status) = &written
        && status.ready_replicas != status.available_replicas
        && let Some((since, _)) = controlled_pods.ready_not_for(set.min_ready_ms, now).next()
    {
        // `FindMinNextPodAvailabilityCheck`.
        client.wake_at(since.plus(set.min_ready_ms), &set.object.key());
    }
    result.and(written.map(|_| ()))
}

/// Whether the sync goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Go,
    Stop,
}

/// One sync under way.
pub(super) struct Sync<'s, 'c> {
    pub(super) client: &'s mut Client<'c>,
    pub(super) set: &'s Set<'s>,
    memo: &'s mut Memo,
    /// The pods as of the start of the sync.
    pub(super) controlled_pods: &'s ControlledPods,
    /// The first ordinal beyond those that the set wants.
    pub(super) end: i64,
    pub(super) now: Time,
    pub(super) current: Versioned,
    pub(super) update: Versioned,
    /// Wanted ordinals that had no pod at the start of the sync, as far as it came.
    pub(super) missing: Vec<i64>,
    /// Why the first of the things not done is not done.
    reason: Option<StatefulSetWaiting>,
}

impl Sync<'_, '_> {
    /// `updateStatefulSet`.
    fn update(&mut self, revisions: &Revisions) -> (StatefulSetStatus, Synced) {
        let (set, now) = (self.set, self.now);
        let versions = [&self.current, &self.update];
        let ignored = &self.memo.ignored;
        let mut counts = status::count(
            set,
            revisions.collisions,
            versions,
            self.controlled_pods,
            ignored,
            now,
        );
        if set.object.meta.terminating() {
            self.wait(StatefulSetWaiting::SetTerminating);
            return (counts, Ok(()));
        }
        if set.replicas > limits::PODS {
            let limit = limits::PODS;
            self.wait(StatefulSetWaiting::TooManyPods { limit });
            return (counts, Ok(()));
        }
        let before = self.make().and_then(|step| match step {
            Step::Go => self.scale_down(),
            Step::Stop => Ok(Step::Stop),
        });
        match before {
            Ok(Step::Go) => {}
            Ok(Step::Stop) => return (counts, Ok(())),
            Err(failure) => return (counts, Err(failure)),
        }
        let result = match set.strategy {
            Strategy::OnDelete => {
                self.note_outdated(|pod| StatefulSetWaiting::OnDelete { pod });
                Ok(())
            }
            Strategy::RollingUpdate { .. } => self.roll(&mut counts),
        };
        (counts, result)
    }

    pub(super) fn wait(&mut self, reason: StatefulSetWaiting) {
        self.reason.get_or_insert(reason);
    }

    pub(super) fn failed(&mut self, error: PodFailure) -> Failure {
        self.wait(error.reason);
        error.failure
    }

    pub(super) fn key_of(&self, ordinal: i64) -> Key {
        let name = pod_name(self.set, ordinal);
        self.set.object.key().beside(Kind::Pod, name)
    }

    /// Creates and repairs replicas (`runForAll` with `processReplica`). Those found right and not touched since would
    /// only be found right again.
    fn make(&mut self) -> Result<Step, Failure> {
        if self.set.ordered {
            let mut ordinal = self.memo.next(self.set.start);
            while ordinal < self.end {
                if self.process_replica(ordinal)? == Step::Stop {
                    return Ok(Step::Stop);
                }
                ordinal = self.memo.next(ordinal + 1);
            }
            return Ok(Step::Go);
        }
        let mut todo = Vec::new();
        let mut ordinal = self.memo.next(self.set.start);
        while ordinal < self.end {
            let place = usize::try_from(ordinal - self.set.start).unwrap_or(usize::MAX);
            todo.push((place, ordinal));
            ordinal = self.memo.next(ordinal + 1);
        }
        self.in_batches(&todo, |sync, ordinal| {
            // What fails or is not there yet is looked at again.
            sync.memo.looked_at(*ordinal, false);
            sync.process_replica(*ordinal)
        })
    }

    /// `slowStartBatch`: 1, 2, 4 … at once by their places; a batch with an error is the last. That one says stop
    /// stops nothing.
    fn in_batches<T>(
        &mut self,
        items: &[(usize, T)],
        mut each: impl FnMut(&mut Self, &T) -> Result<Step, Failure>,
    ) -> Result<Step, Failure> {
        let (mut end, mut size) = (1, 1);
        let mut errors = Vec::new();
        for (place, item) in items {
            while *place >= end {
                if let Some(failure) = claims::aggregate(std::mem::take(&mut errors)) {
                    return Err(failure);
                }
                size = BATCH_MAX.min(size * 2);
                end += size;
            }
            errors.extend(each(self, item).err().map(|failure| failure.message.to_string()));
        }
        claims::aggregate(errors).map_or(Ok(Step::Go), Err)
    }

    /// `processReplica`.
    fn process_replica(&mut self, ordinal: i64) -> Result<Step, Failure> {
        let Some(entry) = self.controlled_pods.at(ordinal) else {
            self.missing.push(ordinal);
            return self.create(ordinal);
        };
        if entry.phase.terminal() {
            let pod = entry.pod.key();
            if !entry.terminating {
                pod::delete(self.client, self.set, &pod).map_err(|error| self.failed(error))?;
            }
            self.wait(StatefulSetWaiting::FinishedPodExists { pod });
            return Ok(Step::Stop);
        }
        if entry.phase == Phase::Pending {
            let identity = PodIdentity::from(&*entry.pod);
            claims::create_missing_claims(self.client, self.set, &identity).map_err(|error| {
                let error = claims_failed(entry.pod.key(), error);
                self.failed(error)
            })?;
        }
        if self.set.ordered
            && let Some(reason) = self.why_not_available(entry)
        {
            self.wait(reason);
            return Ok(Step::Stop);
        }
        self.repair(ordinal, entry)
    }

    /// What OrderedReady waits for at a replica.
    fn why_not_available(&self, entry: &ControlledPod) -> Option<StatefulSetWaiting> {
        let pod = || entry.pod.key();
        if entry.terminating {
            return Some(StatefulSetWaiting::ReplicaTerminating { pod: pod() });
        }
        if !entry.running_and_ready() {
            return Some(StatefulSetWaiting::ReplicaNotReady { pod: pod() });
        }
        if !is_running_and_available(self.set, entry, self.now) {
            let at = available_at(self.set, entry).unwrap_or(self.now);
            return Some(StatefulSetWaiting::ReplicaNotAvailable { pod: pod(), at });
        }
        None
    }

    fn create(&mut self, ordinal: i64) -> Result<Step, Failure> {
        let key = self.key_of(ordinal);
        let identity = PodIdentity {
            name: key.name.clone(),
            uid: "".into(),
        };
        if let Some(claim) = claims::stale_claim(self.client, self.set, &identity) {
            self.wait(StatefulSetWaiting::StaleClaim { pod: key, claim });
            return Ok(Step::Stop);
        }
        let new = template::new_versioned_pod(self.set, &self.current, &self.update, ordinal);
        pod::create(self.client, self.set, new).map_err(|error| self.failed(error))?;
        if self.set.ordered {
            self.wait(StatefulSetWaiting::ReplicaNotReady { pod: key });
            return Ok(Step::Stop);
        }
        Ok(Step::Go)
    }

    /// The end of `processReplica`: identity, storage and owners of the claims.
    fn repair(&mut self, ordinal: i64, entry: &ControlledPod) -> Result<Step, Failure> {
        let identity = PodIdentity::from(&*entry.pod);
        let right = identity_matches(self.set, &entry.pod)
            && storage_matches(self.set, &entry.pod)
            && claims::owners_match(self.client, self.set, &identity);
        // A Pending pod that loses a claim is touched by that.
        self.memo.looked_at(ordinal, right);
        if !right {
            pod::update(self.client, self.set, &entry.pod).map_err(|error| self.failed(error))?;
        }
        Ok(Step::Go)
    }

    /// Lets the claims of condemned pods go with them if the policy says so, then deletes pods, the highest first.
    fn scale_down(&mut self) -> Result<Step, Failure> {
        let above = self.controlled_pods.between(self.end, i64::MAX).rev();
        let below = self.controlled_pods.between(0, self.set.start).rev();
        let condemned: Vec<(usize, &ControlledPod)> = above.chain(below).enumerate().collect();
        if !self.set.ordered {
            self.in_batches(&condemned, |sync, entry| sync.fix_claims(entry))?;
            return self.in_batches(&condemned, |sync, entry| sync.process_condemned(entry, None));
        }
        for (_, entry) in &condemned {
            self.fix_claims(entry)?;
        }
        // Every wanted replica is available here, or the sync had stopped: only condemned pods can be unavailable.
        let unavailable = |entry: &&ControlledPod| is_unavailable(self.set, entry, self.now);
        let mut from_lowest = condemned.iter().rev().map(|(_, entry)| *entry);
        let lowest = from_lowest.find(unavailable).map(|entry| entry.pod.key());
        match condemned.first() {
            // Each one either is terminating, is deleted now, or blocks: it is always the highest that decides.
            Some((_, entry)) => self.process_condemned(entry, lowest.as_ref()),
            None => Ok(Step::Go),
        }
    }

    fn fix_claims(&mut self, entry: &ControlledPod) -> Result<Step, Failure> {
        let identity = PodIdentity::from(&*entry.pod);
        if claims::owners_match(self.client, self.set, &identity) {
            return Ok(Step::Go);
        }
        claims::update_owners(self.client, self.set, &identity).inspect_err(|failure| {
            let (pod, error) = (entry.pod.key(), failure.message.clone());
            self.reason
                .get_or_insert(StatefulSetWaiting::UpdateFailed { pod, error });
        })?;
        Ok(Step::Go)
    }

    /// `processCondemned`; `lowest` is the lowest pod that is unavailable (`firstUnavailablePod`).
    fn process_condemned(&mut self, entry: &ControlledPod, lowest: Option<&Key>) -> Result<Step, Failure> {
        let pod = entry.pod.key();
        if entry.terminating {
            if self.set.ordered {
                self.wait(StatefulSetWaiting::CondemnedTerminating { pod });
                return Ok(Step::Stop);
            }
            return Ok(Step::Go);
        }
        let blocked = self.set.ordered && !is_running_and_available(self.set, entry, self.now);
        if blocked && lowest != Some(&pod) {
            let lowest = lowest.unwrap_or(&pod).clone();
            let reason = match available_at(self.set, entry) {
                Some(at) if entry.running_and_ready() => {
                    StatefulSetWaiting::CondemnedNotAvailable { pod, at }
                }
                _ => StatefulSetWaiting::CondemnedNotReady { pod, lowest },
            };
            self.wait(reason);
            return Ok(Step::Stop);
        }
        pod::delete(self.client, self.set, &pod).map_err(|error| self.failed(error))?;
        if self.set.ordered {
            self.wait(StatefulSetWaiting::CondemnedTerminating { pod });
        }
        Ok(Step::Stop)
    }
}
