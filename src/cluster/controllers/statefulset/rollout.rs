//! The rolling update (the end of `updateStatefulSet` in `stateful_set_control.go`).

use super::control::SetSync;
use super::pod;
use super::predicates::{available_at, is_available, is_unavailable};
use super::template;
use crate::cluster::runtime::SyncResult;
use crate::object::Key;
use crate::object::status::StatefulSetStatus;
use crate::store::ControlledPod;
use crate::store::waiting::StatefulSetWaiting;

impl SetSync<'_, '_> {
    /// Replaces outdated pods down to the partition, highest first and one at a time.
    pub(super) fn rolling_update(&mut self, status: &mut StatefulSetStatus) -> SyncResult {
        let first = self.set.start.saturating_add(self.set.partition());
        let mut end = self.end;
        while let Some(ordinal) = self.highest_unfinished(first, end) {
            end = ordinal;
            let Some(entry) = self.controlled_pods.at(ordinal) else {
                return self.roll_created(ordinal, status);
            };
            if entry.revision != self.update.revision && !entry.terminating {
                return self.replace(entry.pod.key(), status);
            }
            if is_unavailable(self.set, entry, self.now) {
                let reason = self.why_unavailable(entry);
                self.wait(reason);
                return Ok(());
            }
        }
        self.wait_for_outdated(|pod| StatefulSetWaiting::Partition { pod, first });
        Ok(())
    }

    /// The highest ordinal of a range whose pod is outdated or may be unavailable.
    fn highest_unfinished(&self, first: i64, end: i64) -> Option<i64> {
        let range = first..end;
        let unsettled = self.controlled_pods.unsettled_between(first, end).next_back();
        let recently_ready = self
            .controlled_pods
            .ready_not_for(self.set.min_ready_ms, self.now);
        let recently_ready = recently_ready
            .map(|(_, pod)| pod.0)
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
            unsettled.map(|pod| pod.0),
            recently_ready.max(),
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

    /// A replica that this sync created is unavailable; at the current revision it is deleted immediately, as upstream.
    fn roll_created(&mut self, ordinal: i64, status: &mut StatefulSetStatus) -> SyncResult {
        let pod = self.pod_key(ordinal);
        let outdated = template::needs_current_revision(self.set, ordinal)
            && self.current.revision != self.update.revision;
        if outdated {
            return self.replace(pod, status);
        }
        self.wait(StatefulSetWaiting::RolloutPodNotReady { pod });
        Ok(())
    }

    fn replace(&mut self, pod: Key, status: &mut StatefulSetStatus) -> SyncResult {
        pod::delete(self.client, self.set, &pod).map_err(|error| self.failed(error))?;
        status.current_replicas -= 1;
        self.wait(StatefulSetWaiting::RolloutPodNotReady { pod });
        Ok(())
    }

    /// Waits for the highest outdated replica, for a reason.
    pub(super) fn wait_for_outdated(&mut self, reason: impl FnOnce(Key) -> StatefulSetWaiting) {
        let outdated =
            self.controlled_pods
                .highest_of_another(&self.update.revision, self.set.start, self.end);
        if let Some(entry) = outdated.and_then(|ordinal| self.controlled_pods.at(ordinal)) {
            self.wait(reason(entry.pod.key()));
        }
    }
}
