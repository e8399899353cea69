//! The pods of one controller, indexed for the sync of a StatefulSet: upstream inspects all replicas in every sync,
//! which would take minutes with ten thousand pods here.

use std::ops::Bound;
use std::sync::Arc;

use imbl::{OrdMap, OrdSet};

use super::ordinal::ordinal;
use crate::object::status::Phase;
use crate::object::{Object, Time};

/// Ordinal (-1 for a name without one) and name of a pod.
pub type OrdinalAndName = (i64, Arc<str>);

/// A pod with the properties that a controller needs in every sync.
#[derive(Clone, Debug)]
pub struct ControlledPod {
    /// The pod.
    pub pod: Arc<Object>,
    /// Its ordinal, or -1.
    pub ordinal: i64,
    /// Its phase.
    pub phase: Phase,
    /// Since when it is Ready; `None` if it is not.
    pub ready_since: Option<Time>,
    /// Whether it is being deleted.
    pub terminating: bool,
    /// The ControllerRevision in its label, or empty; equal names share one allocation.
    pub revision: Arc<str>,
}

impl ControlledPod {
    pub(super) fn new(pod: &Arc<Object>, revision: Arc<str>) -> ControlledPod {
        let status = pod.status.pod();
        ControlledPod {
            pod: pod.clone(),
            ordinal: ordinal(&pod.meta.name),
            phase: status.map_or(Phase::Pending, |status| status.phase),
            ready_since: status.and_then(|status| status.ready_since()),
            terminating: pod.meta.terminating(),
            revision,
        }
    }

    /// Whether its phase is Running and it is Ready (`isRunningAndReady` in `stateful_set_utils.go`).
    pub fn running_and_ready(&self) -> bool {
        self.phase == Phase::Running && self.ready_since.is_some()
    }

    /// Whether it is Running, Ready and not terminating.
    fn is_settled(&self) -> bool {
        self.running_and_ready() && !self.terminating
    }
}

/// The pods of one controller.
#[derive(Clone, Debug, Default)]
pub struct ControlledPods {
    pods: OrdMap<OrdinalAndName, ControlledPod>,
    /// Those that are not Running and Ready, or terminating.
    unsettled: OrdSet<OrdinalAndName>,
    /// Those that are Running and Ready, by the time since when.
    ready: OrdSet<(Time, OrdinalAndName)>,
    /// Those that are not terminating, by revision.
    revisions: OrdMap<Arc<str>, OrdSet<OrdinalAndName>>,
    /// By the last entry that changed the pod or a claim of it, or deleted the pod.
    touched: OrdSet<(u64, OrdinalAndName)>,
    /// That entry for each pod.
    last_touched: OrdMap<OrdinalAndName, u64>,
}

impl ControlledPods {
    /// All pods, ordered by ordinal and name.
    pub fn pods(&self) -> impl DoubleEndedIterator<Item = &ControlledPod> {
        self.pods.values()
    }

    /// Number of pods.
    pub fn len(&self) -> usize {
        self.pods.len()
    }

    /// Whether there are no pods.
    pub fn is_empty(&self) -> bool {
        self.pods.is_empty()
    }

    /// The pod with that ordinal and name.
    pub fn get(&self, id: &OrdinalAndName) -> Option<&ControlledPod> {
        self.pods.get(id)
    }

    /// The pod with that ordinal.
    pub fn at(&self, ordinal: i64) -> Option<&ControlledPod> {
        self.between(ordinal, ordinal.saturating_add(1)).next_back()
    }

    /// The pods with ordinals from `start` up to, but not including, `end`.
    pub fn between(&self, start: i64, end: i64) -> impl DoubleEndedIterator<Item = &ControlledPod> {
        self.pods.range(range(start, end)).map(|(_, entry)| entry)
    }

    /// The pods in that range that are not Running and Ready, or terminating.
    pub fn unsettled_between(
        &self,
        start: i64,
        end: i64,
    ) -> impl DoubleEndedIterator<Item = &OrdinalAndName> {
        self.unsettled.range(range(start, end))
    }

    /// Number of pods that are Running and Ready.
    pub fn ready_count(&self) -> usize {
        self.ready.len()
    }

    /// The pods that are Running and Ready, but for less than `ms` milliseconds, earliest first.
    pub fn ready_not_for(&self, ms: u64, now: Time) -> impl Iterator<Item = &(Time, OrdinalAndName)> {
        let first = now
            .0
            .checked_sub(ms)
            .map_or(0, |instant| instant.saturating_add(1));
        self.ready.range((Time(first), (i64::MIN, "".into()))..)
    }

    /// Number of pods of a revision that are not terminating.
    pub fn count_of(&self, revision: &Arc<str>) -> usize {
        self.revisions.get(revision).map_or(0, OrdSet::len)
    }

    /// The highest ordinal in a range whose pod is not terminating and has another revision.
    pub fn highest_of_another(&self, revision: &Arc<str>, start: i64, end: i64) -> Option<i64> {
        let others = self.revisions.iter().filter(|(name, _)| *name != revision);
        let highest = others.filter_map(|(_, pods)| pods.range(range(start, end)).next_back());
        highest.map(|id| id.0).max()
    }

    /// The revisions of all pods.
    pub fn revisions(&self) -> impl Iterator<Item = &Arc<str>> {
        let terminating = self.unsettled.iter().filter_map(|id| self.pods.get(id));
        self.revisions
            .keys()
            .chain(terminating.map(|entry| &entry.revision))
    }

    /// The pods that were touched after an entry of the log.
    pub fn touched_after(&self, seq: u64) -> impl Iterator<Item = &OrdinalAndName> {
        let first = (seq.saturating_add(1), (i64::MIN, "".into()));
        self.touched.range(first..).map(|(_, id)| id)
    }

    /// Inserts the next version of a pod, or removes it.
    pub(super) fn put(&mut self, id: &OrdinalAndName, new: Option<ControlledPod>, seq: u64) {
        if let Some(old) = self.pods.remove(id) {
            self.forget(id, &old);
        }
        if let Some(new) = new {
            if !new.is_settled() {
                self.unsettled.insert(id.clone());
            }
            if let Some(since) = new.ready_since.filter(|_| new.running_and_ready()) {
                self.ready.insert((since, id.clone()));
            }
            if !new.terminating {
                let pods = self.revisions.entry(new.revision.clone()).or_default();
                pods.insert(id.clone());
            }
            self.pods.insert(id.clone(), new);
        }
        self.touch(id, seq);
    }

    fn forget(&mut self, id: &OrdinalAndName, old: &ControlledPod) {
        self.unsettled.remove(id);
        if let Some(since) = old.ready_since {
            self.ready.remove(&(since, id.clone()));
        }
        if let Some(pods) = self.revisions.get_mut(&old.revision) {
            pods.remove(id);
            if pods.is_empty() {
                self.revisions.remove(&old.revision);
            }
        }
    }

    /// Marks a pod as touched by an entry of the log.
    pub(super) fn touch(&mut self, id: &OrdinalAndName, seq: u64) {
        if let Some(before) = self.last_touched.insert(id.clone(), seq) {
            self.touched.remove(&(before, id.clone()));
        }
        self.touched.insert((seq, id.clone()));
    }
}

fn range(start: i64, end: i64) -> (Bound<OrdinalAndName>, Bound<OrdinalAndName>) {
    let first = |ordinal: i64| -> OrdinalAndName { (ordinal, "".into()) };
    (
        Bound::Included(first(start)),
        Bound::Excluded(first(end.max(start))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::{Kind, Map, Meta, ObjectStatus};

    fn entry(
        ordinal: i64,
        revision: &Arc<str>,
        ready: Option<u64>,
        terminating: bool,
    ) -> (OrdinalAndName, ControlledPod) {
        let name: Arc<str> = format!("web-{ordinal}").into();
        let meta = Meta {
            name: name.clone(),
            ..Meta::default()
        };
        let pod = Arc::new(Object::new(Kind::Pod, meta, Map::new(), ObjectStatus::None));
        let mut entry = ControlledPod::new(&pod, revision.clone());
        entry.phase = Phase::Running;
        entry.ready_since = ready.map(Time);
        entry.terminating = terminating;
        ((ordinal, name), entry)
    }

    #[test]
    fn the_indexes_match_the_pods() {
        let (a, b): (Arc<str>, Arc<str>) = ("a".into(), "b".into());
        let mut controlled_pods = ControlledPods::default();
        let put = |controlled_pods: &mut ControlledPods, (id, new): (OrdinalAndName, ControlledPod), seq| {
            controlled_pods.put(&id, Some(new), seq)
        };
        put(&mut controlled_pods, entry(0, &a, Some(5), false), 1);
        put(&mut controlled_pods, entry(1, &a, None, false), 2);
        put(&mut controlled_pods, entry(2, &b, Some(9), true), 3);
        assert_eq!((controlled_pods.len(), controlled_pods.ready_count()), (3, 2));
        assert_eq!(
            (controlled_pods.count_of(&a), controlled_pods.count_of(&b)),
            (2, 0)
        );
        assert_eq!(controlled_pods.highest_of_another(&b, 0, 3), Some(1));
        assert_eq!(
            controlled_pods
                .unsettled_between(0, 3)
                .map(|id| id.0)
                .collect::<Vec<_>>(),
            [1, 2]
        );
        assert_eq!(controlled_pods.ready_not_for(5, Time(10)).count(), 1);
        assert_eq!(controlled_pods.ready_not_for(50, Time(10)).count(), 2);
        assert_eq!(controlled_pods.touched_after(1).count(), 2);
        put(&mut controlled_pods, entry(1, &b, Some(9), false), 4);
        controlled_pods.put(&(2, "web-2".into()), None, 5);
        assert_eq!(
            (
                controlled_pods.len(),
                controlled_pods.ready_count(),
                controlled_pods.count_of(&b)
            ),
            (2, 2, 1)
        );
        assert_eq!(controlled_pods.unsettled_between(0, 3).count(), 0);
        let touched: Vec<i64> = controlled_pods.touched_after(3).map(|id| id.0).collect();
        assert_eq!(touched, [1, 2]);
        assert!(controlled_pods.at(2).is_none() && controlled_pods.at(1).is_some());
    }
}
