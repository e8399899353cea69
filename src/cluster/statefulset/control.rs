//! The decisions of one sync (`stateful_set_control.go`).

use std::sync::Arc;

use super::claims::{self, PodIdentity};
use super::memo::Memo;
use super::pod::{self, PodFailure, claims_failed};
use super::predicates::{
    available_at, identity_matches, is_available, is_running_and_available, is_unavailable, pod_name,
    storage_matches,
};
use super::revision::{self, Revisions};
use super::set::{Set, Strategy};
use super::status::{self, same};
use super::template::{self, Versioned};
use crate::cluster::client::{Client, Failure, Synced};
use crate::limits;
use crate::object::status::{Phase, StatefulSetStatus};
use crate::object::{Key, Kind, Time};
use crate::store::waiting::Stateful;
use crate::store::{Controlled, Waiting, World};

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
                Some(Waiting::StatefulSet(Stateful::RevisionFailed { error })),
            );
            return Err(failure);
        }
    };
    // What the caches of upstream's controller show: the sync's own writes come with the next one.
    let world = client.world().clone();
    let pods: Vec<&Controlled> = world
        .controlled_pods(&set.object.meta.uid)
        .filter(|entry| memo.ignored.is_empty() || !memo.ignored.contains(&entry.pod.key()))
        .collect();
    let done = perform_update(client, set, memo, &world, &revisions, &pods);
    let truncated = revision::truncate(client, set, &revisions, &pods);
    done.and(truncated)
}

/// `performUpdate`: the status is written even if the sync failed.
fn perform_update(
    client: &mut Client,
    set: &Set,
    memo: &mut Memo,
    world: &World,
    revisions: &Revisions,
    pods: &[&Controlled],
) -> Synced {
    let mut sync = Sync {
        now: client.now(),
        client,
        set,
        memo,
        seq: world.seq(),
        current: revision::versioned(&revisions.current, world),
        update: revision::versioned(&revisions.update, world),
        first_unavailable: None,
        reason: None,
    };
    let (counts, result) = sync.update(revisions, pods);
    let (reason, now) = (sync.reason.take(), sync.now);
    client.wait(&set.object.key(), reason.map(Waiting::StatefulSet));
    let written = status::write(client, set, counts);
    if let Ok(status) = &written
        && set.min_ready_ms > 0
        && status.ready_replicas != status.available_replicas
    {
        // `FindMinNextPodAvailabilityCheck`.
        let times = pods.iter().filter_map(|entry| available_at(set, entry));
        if let Some(at) = times.filter(|&at| at > now).min() {
            client.wake_at(at, &set.object.key());
        }
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
struct Sync<'s, 'c> {
    client: &'s mut Client<'c>,
    set: &'s Set<'s>,
    memo: &'s mut Memo,
    now: Time,
    /// The entry of the log that the pods are as of.
    seq: u64,
    current: Versioned,
    update: Versioned,
    /// The lowest replica that is unavailable; if all are available, the lowest such condemned pod.
    first_unavailable: Option<Arc<str>>,
    /// Why the first of the things not done is not done.
    reason: Option<Stateful>,
}

impl Sync<'_, '_> {
    /// `updateStatefulSet`.
    fn update(&mut self, revisions: &Revisions, pods: &[&Controlled]) -> (StatefulSetStatus, Synced) {
        let (set, now) = (self.set, self.now);
        let mut counts = status::count(
            set,
            revisions.collisions,
            [&self.current, &self.update],
            pods,
            now,
        );
        if set.object.meta.terminating() {
            self.wait(Stateful::SetTerminating);
            return (counts, Ok(()));
        }
        if set.replicas > limits::PODS {
            let limit = limits::PODS;
            self.wait(Stateful::TooManyPods { limit });
            return (counts, Ok(()));
        }
        let (replicas, condemned) = split(set, pods);
        self.first_unavailable = self.find_first_unavailable(&replicas, &condemned);
        let before = self.make(&replicas).and_then(|step| match step {
            Step::Go => self.scale_down(&condemned),
            Step::Stop => Ok(Step::Stop),
        });
        match before {
            Ok(Step::Go) => {}
            Ok(Step::Stop) => return (counts, Ok(())),
            Err(failure) => return (counts, Err(failure)),
        }
        let result = match set.strategy {
            Strategy::OnDelete => {
                self.note_outdated(&replicas, |pod| Stateful::OnDelete { pod });
                Ok(())
            }
            Strategy::RollingUpdate { .. } => self.roll(&replicas, &mut counts),
        };
        (counts, result)
    }

    fn wait(&mut self, reason: Stateful) {
        self.reason.get_or_insert(reason);
    }

    fn failed(&mut self, error: PodFailure) -> Failure {
        self.wait(error.reason);
        error.failure
    }

    fn key_of(&self, ordinal: i64) -> Key {
        let name = pod_name(self.set, ordinal);
        self.set.object.key().beside(Kind::Pod, name)
    }

    fn find_first_unavailable(
        &self,
        replicas: &[Option<&Controlled>],
        condemned: &[&Controlled],
    ) -> Option<Arc<str>> {
        let unavailable = |entry: &Controlled| is_unavailable(self.set, entry, self.now);
        let place = replicas
            .iter()
            .position(|replica| replica.is_none_or(unavailable));
        if let Some(place) = place {
            let ordinal = self.set.start + i64::try_from(place).unwrap_or(i64::MAX);
            return Some(pod_name(self.set, ordinal));
        }
        let lowest = condemned.iter().rev().find(|entry| unavailable(entry));
        lowest.map(|entry| entry.pod.meta.name.clone())
    }

    /// Creates and repairs replicas (`runForAll` with `processReplica`).
    fn make(&mut self, replicas: &[Option<&Controlled>]) -> Result<Step, Failure> {
        self.for_all(replicas, |sync, place, replica| {
            sync.process_replica(place, *replica)
        })
    }

    /// `runForAll`. In order, the first stop or error ends it. In parallel (`slowStartBatch`: 1, 2, 4 … at once) a
    /// batch with an error is the last, and stop means nothing.
    fn for_all<T>(
        &mut self,
        items: &[T],
        mut each: impl FnMut(&mut Self, usize, &T) -> Result<Step, Failure>,
    ) -> Result<Step, Failure> {
        if self.set.ordered {
            for (place, item) in items.iter().enumerate() {
                if each(self, place, item)? == Step::Stop {
                    return Ok(Step::Stop);
                }
            }
            return Ok(Step::Go);
        }
        let (mut done, mut size) = (0, 1);
        while done < items.len() {
            let end = items.len().min(done + size);
            let batch = items.iter().enumerate().take(end).skip(done);
            let errors: Vec<String> = batch
                .filter_map(|(place, item)| each(self, place, item).err())
                .map(|failure| failure.message.to_string())
                .collect();
            if let Some(failure) = claims::aggregate(errors) {
                return Err(failure);
            }
            done = end;
            size = BATCH_MAX.min(size * 2);
        }
        Ok(Step::Go)
    }

    /// `processReplica`.
    fn process_replica(&mut self, place: usize, replica: Option<&Controlled>) -> Result<Step, Failure> {
        let Some(entry) = replica else {
            return self.create(place);
        };
        if entry.phase.terminal() {
            if !entry.terminating {
                pod::delete(self.client, self.set, &entry.pod.key()).map_err(|error| self.failed(error))?;
            }
            let pod = entry.pod.key();
            self.wait(Stateful::ReplacedPodStillThere { pod });
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
        self.repair(place, entry)
    }

    /// What OrderedReady waits for at a replica.
    fn why_not_available(&self, entry: &Controlled) -> Option<Stateful> {
        let pod = || entry.pod.key();
        if entry.terminating {
            return Some(Stateful::ReplicaTerminating { pod: pod() });
        }
        if !entry.running_and_ready() {
            return Some(Stateful::ReplicaNotReady { pod: pod() });
        }
        if !is_running_and_available(self.set, entry, self.now) {
            let at = available_at(self.set, entry).unwrap_or(self.now);
            return Some(Stateful::ReplicaNotAvailable { pod: pod(), at });
        }
        None
    }

    fn create(&mut self, place: usize) -> Result<Step, Failure> {
        let ordinal = self.set.start + i64::try_from(place).unwrap_or(i64::MAX);
        let key = self.key_of(ordinal);
        let identity = PodIdentity {
            name: key.name.clone(),
            uid: "".into(),
        };
        if let Some(claim) = claims::stale_claim(self.client, self.set, &identity) {
            self.wait(Stateful::StaleClaim { pod: key, claim });
            return Ok(Step::Stop);
        }
        let new = template::new_versioned_pod(self.set, &self.current, &self.update, ordinal);
        pod::create(self.client, self.set, new).map_err(|error| self.failed(error))?;
        if self.set.ordered {
            self.wait(Stateful::ReplicaNotReady { pod: key });
            return Ok(Step::Stop);
        }
        Ok(Step::Go)
    }

    /// The end of `processReplica`: identity, storage and owners of the claims.
    fn repair(&mut self, place: usize, entry: &Controlled) -> Result<Step, Failure> {
        if self.memo.is_right(place, entry.touched) {
            return Ok(Step::Go);
        }
        let identity = PodIdentity::from(&*entry.pod);
        let right = identity_matches(self.set, &entry.pod)
            && storage_matches(self.set, &entry.pod)
            && claims::owners_match(self.client, self.set, &identity);
        if right {
            self.memo.found_right(place, self.seq);
            return Ok(Step::Go);
        }
        pod::update(self.client, self.set, &entry.pod).map_err(|error| self.failed(error))?;
        Ok(Step::Go)
    }

    /// Lets the claims of condemned pods go with them if the policy says so, then deletes pods, the highest first.
    fn scale_down(&mut self, condemned: &[&Controlled]) -> Result<Step, Failure> {
        self.for_all(condemned, |sync, _, entry| sync.fix_claims(entry))?;
        self.for_all(condemned, |sync, _, entry| sync.process_condemned(entry))
    }

    fn fix_claims(&mut self, entry: &Controlled) -> Result<Step, Failure> {
        let identity = PodIdentity::from(&*entry.pod);
        if claims::owners_match(self.client, self.set, &identity) {
            return Ok(Step::Go);
        }
        claims::update_owners(self.client, self.set, &identity).inspect_err(|failure| {
            let (pod, error) = (entry.pod.key(), failure.message.clone());
            self.reason.get_or_insert(Stateful::UpdateFailed { pod, error });
        })?;
        Ok(Step::Go)
    }

    /// `processCondemned`.
    fn process_condemned(&mut self, entry: &Controlled) -> Result<Step, Failure> {
        let pod = entry.pod.key();
        if entry.terminating {
            if self.set.ordered {
                self.wait(Stateful::CondemnedTerminating { pod });
                return Ok(Step::Stop);
            }
            return Ok(Step::Go);
        }
        let is_first = self.first_unavailable.as_ref() == Some(&pod.name);
        if self.set.ordered && !is_first && !is_running_and_available(self.set, entry, self.now) {
            let reason = match available_at(self.set, entry) {
                Some(at) if entry.running_and_ready() => Stateful::CondemnedNotAvailable { pod, at },
                _ => {
                    let lowest = self.first_unavailable.clone().unwrap_or_else(|| pod.name.clone());
                    let lowest = pod.beside(Kind::Pod, lowest);
                    Stateful::CondemnedNotReady { pod, lowest }
                }
            };
            self.wait(reason);
            return Ok(Step::Stop);
        }
        pod::delete(self.client, self.set, &entry.pod.key()).map_err(|error| self.failed(error))?;
        if self.set.ordered {
            self.wait(Stateful::CondemnedTerminating { pod });
        }
        Ok(Step::Stop)
    }

    /// The rolling update: one pod at a time, the highest first, down to the partition.
    fn roll(&mut self, replicas: &[Option<&Controlled>], counts: &mut StatefulSetStatus) -> Synced {
        let first = usize::try_from(self.set.partition()).unwrap_or(usize::MAX);
        for place in (first..replicas.len()).rev() {
            let Some(Some(entry)) = replicas.get(place) else {
                return self.roll_new(place, counts);
            };
            if !same(&entry.revision, &self.update.revision) && !entry.terminating {
                return self.replace(entry.pod.key(), counts);
            }
            if is_unavailable(self.set, entry, self.now) {
                let pod = entry.pod.key();
                let reason = match available_at(self.set, entry) {
                    Some(at) if !entry.terminating && !is_available(self.set, entry, self.now) => {
                        Stateful::RolloutNotAvailable { pod, at }
                    }
                    _ => Stateful::RolloutUnavailable { pod },
                };
                self.wait(reason);
                return Ok(());
            }
        }
        let first = self.set.start + self.set.partition();
        self.note_outdated(replicas, |pod| Stateful::Partition { pod, first });
        Ok(())
    }

    /// A replica made in this very sync is unavailable; one made at the current revision is deleted again, as upstream
    /// does with what it has just created.
    fn roll_new(&mut self, place: usize, counts: &mut StatefulSetStatus) -> Synced {
        let ordinal = self.set.start + i64::try_from(place).unwrap_or(i64::MAX);
        let pod = self.key_of(ordinal);
        let outdated = template::needs_current_revision(self.set, ordinal)
            && !same(&self.current.revision, &self.update.revision);
        if outdated {
            return self.replace(pod, counts);
        }
        self.wait(Stateful::RolloutUnavailable { pod });
        Ok(())
    }

    fn replace(&mut self, pod: Key, counts: &mut StatefulSetStatus) -> Synced {
        pod::delete(self.client, self.set, &pod).map_err(|error| self.failed(error))?;
        counts.current_replicas -= 1;
        self.wait(Stateful::RolloutUnavailable { pod });
        Ok(())
    }

    /// Gives the reason why the highest outdated replica stays as it is.
    fn note_outdated(&mut self, replicas: &[Option<&Controlled>], reason: impl FnOnce(Key) -> Stateful) {
        let outdated = replicas
            .iter()
            .rev()
            .flatten()
            .find(|entry| !same(&entry.revision, &self.update.revision));
        if let Some(entry) = outdated {
            self.wait(reason(entry.pod.key()));
        }
    }
}

/// The replicas by their place, and the pods beyond them from the highest ordinal down.
fn split<'a>(set: &Set, pods: &[&'a Controlled]) -> (Vec<Option<&'a Controlled>>, Vec<&'a Controlled>) {
    let count = usize::try_from(set.replicas).unwrap_or(0);
    let mut replicas = vec![None; count];
    let mut condemned = Vec::new();
    for &entry in pods {
        if set.wants(entry.ordinal) {
            let place = usize::try_from(entry.ordinal - set.start).unwrap_or(usize::MAX);
            if let Some(replica) = replicas.get_mut(place) {
                *replica = Some(entry);
            }
        } else if entry.ordinal >= 0 {
            condemned.push(entry);
        }
    }
    condemned.sort_by_key(|entry| std::cmp::Reverse(entry.ordinal));
    (replicas, condemned)
}
