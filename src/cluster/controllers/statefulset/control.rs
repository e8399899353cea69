//! One sync of a set: which pods to create, replace and delete (`stateful_set_control.go`).

use super::claims::{self, PodIdentity};
use super::memo::Memo;
use super::names::pod_name;
use super::pod::{self, PodFailure, claims_failed};
use super::predicates::{
    available_at, identity_matches, is_running_and_available, is_unavailable, storage_matches,
};
use super::revision::{self, Revisions};
use super::set::{Set, Strategy};
use super::status;
use super::template::{self, RevisionTemplate};
use crate::cluster::runtime::{Client, Failure, SyncResult};
use crate::limits;
use crate::object::status::{Phase, StatefulSetStatus};
use crate::object::{Key, Kind, Time};
use crate::store::waiting::StatefulSetWaiting;
use crate::store::{ControlledPod, ControlledPods, Waiting};

/// Maximum number of pods in one batch of a parallel set (`MaxBatchSize`).
const BATCH_MAX: usize = 500;

/// Syncs the pods of a set, then deletes old revisions (`UpdateStatefulSet`).
///
/// # Errors
/// The first error; the status is written even then.
pub fn update_stateful_set(client: &mut Client, set: &Set, memo: &mut Memo) -> SyncResult {
    let key = set.object.key();
    let revisions = match revision::revisions(client, set) {
        Ok(revisions) => revisions,
        Err(failure) => {
            let error = failure.message.clone();
            client.set_waiting(
                &key,
                Some(Waiting::StatefulSet(StatefulSetWaiting::RevisionFailed { error })),
            );
            return Err(failure);
        }
    };
    // As in the caches of upstream's controller, the sync's own writes are visible only in the next sync.
    let (seq, controlled_pods) = (
        client.world().seq(),
        client.world().controlled_pods(&set.object.meta.uid),
    );
    let controlled_pods = controlled_pods.cloned().unwrap_or_default();
    memo.catch_up(set.start, &controlled_pods, seq);
    let updated = perform_update(client, set, memo, &revisions, &controlled_pods);
    let truncated = revision::truncate(client, set, &revisions, &controlled_pods);
    updated.and(truncated)
}

/// `performUpdate`: writes the status even if the sync failed.
fn perform_update(
    client: &mut Client,
    set: &Set,
    memo: &mut Memo,
    revisions: &Revisions,
    controlled_pods: &ControlledPods,
) -> SyncResult {
    let mut sync = SetSync {
        now: client.now(),
        client,
        set,
        memo,
        controlled_pods,
        end: set.start.saturating_add(set.replicas),
        current: revision::template(&revisions.current),
        update: revision::template(&revisions.update),
        missing: Vec::new(),
        reason: None,
    };
    let (status, result) = sync.update(revisions);
    let (reason, now) = (sync.reason.take(), sync.now);
    client.set_waiting(&set.object.key(), reason.map(Waiting::StatefulSet));
    let written = status::write(client, set, status);
    if let Ok(status) = &written
        && status.ready_replicas != status.available_replicas
        && let Some((since, _)) = controlled_pods.ready_not_for(set.min_ready_ms, now).next()
    {
        // `FindMinNextPodAvailabilityCheck`.
        client.requeue_at(since.plus(set.min_ready_ms), &set.object.key());
    }
    result.and(written.map(|_| ()))
}

/// Whether the sync continues after a pod (upstream's `shouldExit`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Continue,
    Exit,
}

/// One sync of a set.
pub(super) struct SetSync<'s, 'c> {
    pub(super) client: &'s mut Client<'c>,
    pub(super) set: &'s Set<'s>,
    memo: &'s mut Memo,
    /// The pods at the start of the sync.
    pub(super) controlled_pods: &'s ControlledPods,
    /// The first ordinal beyond those of the set.
    pub(super) end: i64,
    pub(super) now: Time,
    /// Template of the current revision.
    pub(super) current: RevisionTemplate,
    /// Template of the update revision.
    pub(super) update: RevisionTemplate,
    /// The processed ordinals of the set that had no pod at the start of the sync.
    pub(super) missing: Vec<i64>,
    /// The first reason to wait.
    reason: Option<StatefulSetWaiting>,
}

impl SetSync<'_, '_> {
    /// `updateStatefulSet`.
    fn update(&mut self, revisions: &Revisions) -> (StatefulSetStatus, SyncResult) {
        let (set, now) = (self.set, self.now);
        let versions = [&self.current, &self.update];
        let ignored = &self.memo.ignored;
        let mut status = status::count(
            set,
            revisions.collisions,
            versions,
            self.controlled_pods,
            ignored,
            now,
        );
        if set.object.meta.terminating() {
            self.wait(StatefulSetWaiting::SetTerminating);
            return (status, Ok(()));
        }
        if set.replicas > limits::PODS {
            let limit = limits::PODS;
            self.wait(StatefulSetWaiting::TooManyPods { limit });
            return (status, Ok(()));
        }
        let progress = self.process_replicas().and_then(|progress| match progress {
            Progress::Continue => self.process_condemned_pods(),
            Progress::Exit => Ok(Progress::Exit),
        });
        match progress {
            Ok(Progress::Continue) => {}
            Ok(Progress::Exit) => return (status, Ok(())),
            Err(failure) => return (status, Err(failure)),
        }
        let result = match set.strategy {
            Strategy::OnDelete => {
                self.wait_for_outdated(|pod| StatefulSetWaiting::OnDelete { pod });
                Ok(())
            }
            Strategy::RollingUpdate { .. } => self.rolling_update(&mut status),
        };
        (status, result)
    }

    /// Records a reason to wait; the first one counts.
    pub(super) fn wait(&mut self, reason: StatefulSetWaiting) {
        self.reason.get_or_insert(reason);
    }

    /// Records the reason of a failed action.
    pub(super) fn failed(&mut self, error: PodFailure) -> Failure {
        self.wait(error.reason);
        error.failure
    }

    /// The key of the pod with that ordinal.
    pub(super) fn pod_key(&self, ordinal: i64) -> Key {
        let name = pod_name(&self.set.object.meta.name, ordinal);
        self.set.object.key().beside(Kind::Pod, name)
    }

    /// Creates and updates replicas (`runForAll` with `processReplica`). Replicas that matched and were not touched
    /// since are skipped.
    fn process_replicas(&mut self) -> Result<Progress, Failure> {
        if self.set.ordered {
            let mut ordinal = self.memo.next(self.set.start);
            while ordinal < self.end {
                if self.process_replica(ordinal)? == Progress::Exit {
                    return Ok(Progress::Exit);
                }
                ordinal = self.memo.next(ordinal + 1);
            }
            return Ok(Progress::Continue);
        }
        let mut dirty = Vec::new();
        let mut ordinal = self.memo.next(self.set.start);
        while ordinal < self.end {
            let index = usize::try_from(ordinal - self.set.start).unwrap_or(usize::MAX);
            dirty.push((index, ordinal));
            ordinal = self.memo.next(ordinal + 1);
        }
        self.slow_start_batch(&dirty, |sync, ordinal| {
            // A replica that fails or is missing is processed again in the next sync.
            sync.memo.processed(*ordinal, false);
            sync.process_replica(*ordinal)
        })
    }

    /// `slowStartBatch`: batches of 1, 2, 4 … items by their indexes; a batch with an error is the last. `Exit` for one
    /// item does not end the batch.
    fn slow_start_batch<T>(
        &mut self,
        items: &[(usize, T)],
        mut process: impl FnMut(&mut Self, &T) -> Result<Progress, Failure>,
    ) -> Result<Progress, Failure> {
        let (mut end, mut size) = (1, 1);
        let mut errors = Vec::new();
        for (index, item) in items {
            while *index >= end {
                if let Some(failure) = claims::aggregate(std::mem::take(&mut errors)) {
                    return Err(failure);
                }
                size = BATCH_MAX.min(size * 2);
                end += size;
            }
            errors.extend(
                process(self, item)
                    .err()
                    .map(|failure| failure.message.to_string()),
            );
        }
        claims::aggregate(errors).map_or(Ok(Progress::Continue), Err)
    }

    /// `processReplica`.
    fn process_replica(&mut self, ordinal: i64) -> Result<Progress, Failure> {
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
            return Ok(Progress::Exit);
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
            return Ok(Progress::Exit);
        }
        self.update_replica(ordinal, entry)
    }

    /// Why `OrderedReady` waits for a replica.
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

    /// The beginning of `processReplica`: creates a missing pod.
    fn create(&mut self, ordinal: i64) -> Result<Progress, Failure> {
        let key = self.pod_key(ordinal);
        let identity = PodIdentity {
            name: key.name.clone(),
            uid: "".into(),
        };
        if let Some(claim) = claims::stale_claim(self.client, self.set, &identity) {
            self.wait(StatefulSetWaiting::StaleClaim { pod: key, claim });
            return Ok(Progress::Exit);
        }
        let new = template::new_versioned_pod(self.set, &self.current, &self.update, ordinal);
        pod::create(self.client, self.set, new).map_err(|error| self.failed(error))?;
        if self.set.ordered {
            self.wait(StatefulSetWaiting::ReplicaNotReady { pod: key });
            return Ok(Progress::Exit);
        }
        Ok(Progress::Continue)
    }

    /// The end of `processReplica`: updates identity, storage and owners of the claims.
    fn update_replica(&mut self, ordinal: i64, entry: &ControlledPod) -> Result<Progress, Failure> {
        let identity = PodIdentity::from(&*entry.pod);
        let matches = identity_matches(self.set, &entry.pod)
            && storage_matches(self.set, &entry.pod)
            && claims::owners_match(self.client, self.set, &identity);
        // A deleted claim touches its pod.
        self.memo.processed(ordinal, matches);
        if !matches {
            pod::update(self.client, self.set, &entry.pod).map_err(|error| self.failed(error))?;
        }
        Ok(Progress::Continue)
    }

    /// Deletes the pods outside the set's ordinals, highest first (`processCondemned`). With `whenScaled: Delete` their
    /// claims get them as owners before (`fixPodClaim`).
    fn process_condemned_pods(&mut self) -> Result<Progress, Failure> {
        let above = self.controlled_pods.between(self.end, i64::MAX).rev();
        let below = self.controlled_pods.between(0, self.set.start).rev();
        let condemned: Vec<(usize, &ControlledPod)> = above.chain(below).enumerate().collect();
        if !self.set.ordered {
            self.slow_start_batch(&condemned, |sync, entry| sync.fix_pod_claim(entry))?;
            return self.slow_start_batch(&condemned, |sync, entry| sync.process_condemned(entry, None));
        }
        for (_, entry) in &condemned {
            self.fix_pod_claim(entry)?;
        }
        // The sync reaches this point only when every replica is available, so only condemned pods can be unavailable.
        let unavailable = |entry: &&ControlledPod| is_unavailable(self.set, entry, self.now);
        let mut from_lowest = condemned.iter().rev().map(|(_, entry)| *entry);
        let lowest = from_lowest.find(unavailable).map(|entry| entry.pod.key());
        match condemned.first() {
            // The highest pod is terminating, is deleted now, or blocks: in each case the sync ends with it.
            Some((_, entry)) => self.process_condemned(entry, lowest.as_ref()),
            None => Ok(Progress::Continue),
        }
    }

    /// `fixPodClaim`.
    fn fix_pod_claim(&mut self, entry: &ControlledPod) -> Result<Progress, Failure> {
        let identity = PodIdentity::from(&*entry.pod);
        if claims::owners_match(self.client, self.set, &identity) {
            return Ok(Progress::Continue);
        }
        claims::update_owners(self.client, self.set, &identity).inspect_err(|failure| {
            let (pod, error) = (entry.pod.key(), failure.message.clone());
            self.reason
                .get_or_insert(StatefulSetWaiting::UpdateFailed { pod, error });
        })?;
        Ok(Progress::Continue)
    }

    /// `processCondemned`: a condemned pod that is not available waits while a lower pod (`firstUnavailablePod`, here
    /// `lowest_unavailable`) is unhealthy.
    fn process_condemned(
        &mut self,
        entry: &ControlledPod,
        lowest_unavailable: Option<&Key>,
    ) -> Result<Progress, Failure> {
        let pod = entry.pod.key();
        if entry.terminating {
            if self.set.ordered {
                self.wait(StatefulSetWaiting::CondemnedTerminating { pod });
                return Ok(Progress::Exit);
            }
            return Ok(Progress::Continue);
        }
        let unavailable = self.set.ordered && !is_running_and_available(self.set, entry, self.now);
        if unavailable && lowest_unavailable != Some(&pod) {
            let lowest = lowest_unavailable.unwrap_or(&pod).clone();
            let reason = match available_at(self.set, entry) {
                Some(at) if entry.running_and_ready() => {
                    StatefulSetWaiting::CondemnedNotAvailable { pod, at }
                }
                _ => StatefulSetWaiting::CondemnedNotReady { pod, lowest },
            };
            self.wait(reason);
            return Ok(Progress::Exit);
        }
        pod::delete(self.client, self.set, &pod).map_err(|error| self.failed(error))?;
        if self.set.ordered {
            self.wait(StatefulSetWaiting::CondemnedTerminating { pod });
        }
        Ok(Progress::Exit)
    }
}
