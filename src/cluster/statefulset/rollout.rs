//! The rolling update: the end of `updateStatefulSet` in `stateful_set_control.go`.

use super::control::Sync;
use super::pod;
use super::predicates::{available_at, is_available, is_unavailable};
use super::template;
use crate::cluster::client::Synced;
use crate::object::Key;
use crate::object::status::StatefulSetStatus;
use crate::store::ControlledPod;
use crate::store::waiting::StatefulSetWaiting;

impl Sync<'_, '_> {
    /// One pod at a time, the highest first, down to the partition.
    pub(super) fn roll(&mut self, counts: &mut StatefulSetStatus) -> Synced {
        let first = self.set.start.saturating_add(self.set.partition());
        let mut end = self.end;
        while let Some(ordinal) = self.highest_in_the_way(first, end) {
            end = ordinal;
            let Some(entry) = self.controlled_pods.at(ordinal) else {
                return self.roll_new(ordinal, counts);
            };
            if entry.revision != self.update.revision && !entry.terminating {
                return self.replace(entry.pod.key(), counts);
            }
            if is_unavailable(self.set, entry, self.now) {
                let reason = self.why_unavailable(entry);
                self.wait(reason);
                return Ok(());
            }
        }
        self.note_outdated(|pod| StatefulSetWaiting::Partition { pod, first });
        Ok(())
    }

    /// The highest ordinal of a range that is outdated, or may be unavailable; all others are as they should be.
    fn highest_in_the_way(&self, first: i64, end: i64) -> Option<i64> {
        let range = first..end;
        let unsettled = self.controlled_pods.unsettled_between(first, end).next_back();
        let fresh = self
            .controlled_pods
            .ready_not_for(self.set.min_ready_ms, self.now);
        let fresh = fresh
            .map(|(_, place)| place.0)
            .filter(|ordinal| range.contains(ordinal));
        let missing = self
            .missing
            .iter()
            .copied()
            .filter(|ordinal| range.contains(ordinal));
        let outdated = self
            .controlled_pods
            .highest_of_another(&self.update.revision, first, end);
        [
            unsettled.map(|place| place.0),
            fresh.max(),
            missing.max(),
            outdated,
        ]
        .into_iter()
        .flatten()
        .max()
    }

    fn why_unavailable(&self, entry: &ControlledPod) -> StatefulSetWaiting {
        let pod = entry.pod.key();
        match available_at(self.set, entry) {
            Some(at) if !entry.terminating && !is_available(self.set, entry, self.now) => {
                StatefulSetWaiting::RolloutPodNotAvailable { pod, at }
            }
            _ => StatefulSetWaiting::RolloutPodNotReady { pod },
        }
    }

    /// A replica made in this very sync is unavailable; one made at the current revision is deleted again, as upstream
    /// does with what it has just created.
    fn roll_new(&mut self, ordinal: i64, counts: &mut StatefulSetStatus) -> Synced {
        let pod = self.key_of(ordinal);
        let outdated = template::needs_current_revision(self.set, ordinal)
            && self.current.revision != self.update.revision;
        if outdated {
            return self.replace(pod, counts);
        }
        self.wait(StatefulSetWaiting::RolloutPodNotReady { pod });
        Ok(())
    }

    fn replace(&mut self, pod: Key, counts: &mut StatefulSetStatus) -> Synced {
        pod::delete(self.client, self.set, &pod).map_err(|error| self.failed(error))?;
        counts.current_replicas -= 1;
        self.wait(StatefulSetWaiting::RolloutPodNotReady { pod });
        Ok(())
    }

    /// Gives the reason why the highest outdated replica stays as it is.
    pub(super) fn note_outdated(&mut self, reason: impl FnOnce(Key) -> StatefulSetWaiting) {
        let outdated =
            self.controlled_pods
                .highest_of_another(&self.update.revision, self.set.start, self.end);
        if let Some(entry) = outdated.and_then(|ordinal| self.controlled_pods.at(ordinal)) {
            self.wait(reason(entry.pod.key()));
        }
    }
}
