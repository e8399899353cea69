//! The pods of one controller, indexed by what a StatefulSet's sync asks: upstream walks all replicas on every sync,
//! which would make ten thousand pods take minutes here.

use std::ops::Bound;
use std::sync::Arc;

use imbl::{OrdMap, OrdSet};

use super::world::ordinal;
use crate::object::status::Phase;
use crate::object::{Object, Time};

/// A pod's ordinal (-1 for names without one) and name.
pub type OrdinalAndName = (i64, Arc<str>);

/// A pod with what a controller asks of every pod on every sync.
#[derive(Clone, Debug)]
pub struct ControlledPod {
    /// The pod.
    pub pod: Arc<Object>,
    /// The number that its name ends with, or -1.
    pub ordinal: i64,
    /// Its phase.
    pub phase: Phase,
    /// Since when it is Ready, if it is.
    pub ready_since: Option<Time>,
    /// Whether its deletion has begun.
    pub terminating: bool,
    /// The ControllerRevision that its label names, empty if none; equal names are one allocation.
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

    fn is_settled(&self) -> bool {
        self.running_and_ready() && !self.terminating
    }
}

/// The pods of one controller.
#[derive(Clone, Debug, Default)]
pub struct ControlledPods {
    pods: OrdMap<OrdinalAndName, ControlledPod>,
    /// Those that are not Running and Ready and to stay.
    unsettled: OrdSet<OrdinalAndName>,
    /// Those that are Running and Ready, by since when.
    ready: OrdSet<(Time, OrdinalAndName)>,
    /// Those that are not terminating, by revision.
    revisions: OrdMap<Arc<str>, OrdSet<OrdinalAndName>>,
    /// Places by the last entry that changed the pod or a claim of its volumes, or took the pod away.
    touched: OrdSet<(u64, OrdinalAndName)>,
    last: OrdMap<OrdinalAndName, u64>,
}

impl ControlledPods {
    /// All pods by ordinal and name.
    pub fn pods(&self) -> impl DoubleEndedIterator<Item = &ControlledPod> {
        self.pods.values()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.pods.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.pods.is_empty()
    }

    /// The pod at exactly this place.
    pub fn get(&self, place: &OrdinalAndName) -> Option<&ControlledPod> {
        self.pods.get(place)
    }

    /// The pod of an ordinal.
    pub fn at(&self, ordinal: i64) -> Option<&ControlledPod> {
        self.between(ordinal, ordinal.saturating_add(1)).next_back()
    }

    /// The pods with ordinals from `start` up to but without `end`.
    pub fn between(&self, start: i64, end: i64) -> impl DoubleEndedIterator<Item = &ControlledPod> {
        self.pods.range(places(start, end)).map(|(_, entry)| entry)
    }

    /// The pods that are not Running and Ready and to stay, in the same range.
    pub fn unsettled_between(
        &self,
        start: i64,
        end: i64,
    ) -> impl DoubleEndedIterator<Item = &OrdinalAndName> {
        self.unsettled.range(places(start, end))
    }

    /// How many pods are Running and Ready.
    pub fn ready_count(&self) -> usize {
        self.ready.len()
    }

    /// The pods that are Running and Ready, but not yet for so many milliseconds; the earliest first.
    pub fn ready_not_for(&self, ms: u64, now: Time) -> impl Iterator<Item = &(Time, OrdinalAndName)> {
        let first = now
            .0
            .checked_sub(ms)
            .map_or(0, |instant| instant.saturating_add(1));
        self.ready.range((Time(first), (i64::MIN, "".into()))..)
    }

    /// How many pods of a revision are to stay.
    pub fn count_of(&self, revision: &Arc<str>) -> usize {
        self.revisions.get(revision).map_or(0, OrdSet::len)
    }

    /// The highest pod to stay within a range of ordinals that has another revision.
    pub fn highest_of_another(&self, revision: &Arc<str>, start: i64, end: i64) -> Option<i64> {
        let others = self.revisions.iter().filter(|(name, _)| *name != revision);
        let highest = others.filter_map(|(_, pods)| pods.range(places(start, end)).next_back());
        highest.map(|place| place.0).max()
    }

    /// The revisions of all pods.
    pub fn revisions(&self) -> impl Iterator<Item = &Arc<str>> {
        let leaving = self.unsettled.iter().filter_map(|place| self.pods.get(place));
        self.revisions.keys().chain(leaving.map(|entry| &entry.revision))
    }

    /// The places touched after an entry of the log.
    pub fn touched_after(&self, seq: u64) -> impl Iterator<Item = &OrdinalAndName> {
        let first = (seq.saturating_add(1), (i64::MIN, "".into()));
        self.touched.range(first..).map(|(_, place)| place)
    }

    /// Puts the next version of a pod in its place, or takes it away.
    pub(super) fn put(&mut self, place: &OrdinalAndName, new: Option<ControlledPod>, seq: u64) {
        if let Some(old) = self.pods.remove(place) {
            self.forget(place, &old);
        }
        if let Some(new) = new {
            if !new.is_settled() {
                self.unsettled.insert(place.clone());
            }
            if let Some(since) = new.ready_since.filter(|_| new.running_and_ready()) {
                self.ready.insert((since, place.clone()));
            }
            if !new.terminating {
                let pods = self.revisions.entry(new.revision.clone()).or_default();
                pods.insert(place.clone());
            }
            self.pods.insert(place.clone(), new);
        }
        self.touch(place, seq);
    }

    fn forget(&mut self, place: &OrdinalAndName, old: &ControlledPod) {
        self.unsettled.remove(place);
        if let Some(since) = old.ready_since {
            self.ready.remove(&(since, place.clone()));
        }
        if let Some(pods) = self.revisions.get_mut(&old.revision) {
            pods.remove(place);
            if pods.is_empty() {
                self.revisions.remove(&old.revision);
            }
        }
    }

    /// Something about the pod at this place changed.
    pub(super) fn touch(&mut self, place: &OrdinalAndName, seq: u64) {
        if let Some(before) = self.last.insert(place.clone(), seq) {
            self.touched.remove(&(before, place.clone()));
        }
        self.touched.insert((seq, place.clone()));
    }
}

fn places(start: i64, end: i64) -> (Bound<OrdinalAndName>, Bound<OrdinalAndName>) {
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
    fn the_indexes_follow_the_pods() {
        let (a, b): (Arc<str>, Arc<str>) = ("a".into(), "b".into());
        let mut controlled_pods = ControlledPods::default();
        let put = |controlled_pods: &mut ControlledPods,
                   (place, new): (OrdinalAndName, ControlledPod),
                   seq| controlled_pods.put(&place, Some(new), seq);
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
                .map(|place| place.0)
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
        let touched: Vec<i64> = controlled_pods.touched_after(3).map(|place| place.0).collect();
        assert_eq!(touched, [1, 2]);
        assert!(controlled_pods.at(2).is_none() && controlled_pods.at(1).is_some());
    }
}
