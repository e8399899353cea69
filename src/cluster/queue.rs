//! What is due when: one work queue for all actors, on the virtual clock.

use std::sync::Arc;

use imbl::OrdMap;

use crate::object::{Key, Object, Time};
use crate::store::{Actor, Cause, Change, World};

/// One key that one actor is to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// When.
    pub at: Time,
    /// Who.
    pub actor: Actor,
    /// What.
    pub key: Key,
    /// What brought it about.
    pub cause: Cause,
    /// Whether it only tries again what failed before.
    pub retry: bool,
}

/// Tasks by time, then by actor in the order of [`Actor`], then in the order in which they came.
///
/// An actor has one task per key at most: the earlier one wins, as in client-go's delaying queue.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    due: OrdMap<(Time, Actor, u64), Arc<Task>>,
    places: OrdMap<(Actor, Key), (Time, u64)>,
    sequence: u64,
    /// How many tasks are no retries.
    fresh: usize,
}

impl Queue {
    /// Adds a task, unless its actor looks at the key no later anyway.
    pub fn add(&mut self, task: Task) {
        let place = (task.actor, task.key.clone());
        if let Some(&(at, sequence)) = self.places.get(&place) {
            if at <= task.at {
                if !task.retry {
                    self.freshen((at, task.actor, sequence));
                }
                return;
            }
            self.remove((at, task.actor, sequence));
        }
        self.sequence += 1;
        self.fresh += usize::from(!task.retry);
        self.places.insert(place, (task.at, self.sequence));
        self.due
            .insert((task.at, task.actor, self.sequence), Arc::new(task));
    }

    /// The retry at this place stands for new work too.
    fn freshen(&mut self, place: (Time, Actor, u64)) {
        if let Some(task) = self.due.get_mut(&place).filter(|task| task.retry) {
            Arc::make_mut(task).retry = false;
            self.fresh += 1;
        }
    }

    fn remove(&mut self, place: (Time, Actor, u64)) -> Option<Arc<Task>> {
        let task = self.due.remove(&place)?;
        self.fresh -= usize::from(!task.retry);
        Some(task)
    }

    /// When the first task is due.
    pub fn next_at(&self) -> Option<Time> {
        self.due.get_min().map(|((at, _, _), _)| *at)
    }

    /// Takes the first task, if it is due by then.
    pub fn pop(&mut self, until: Time) -> Option<Arc<Task>> {
        let place = self.due.get_min().map(|(place, _)| *place)?;
        if place.0 > until {
            return None;
        }
        let task = self.remove(place)?;
        self.places.remove(&(task.actor, task.key.clone()));
        Some(task)
    }

    /// Whether there is anything to do but to try again what failed.
    pub fn has_fresh(&self) -> bool {
        self.fresh > 0
    }

    /// How many tasks there are.
    pub fn len(&self) -> usize {
        self.due.len()
    }

    /// Whether there is no task.
    pub fn is_empty(&self) -> bool {
        self.due.is_empty()
    }
}

/// One committed change as actors are told of it.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    /// The change.
    pub change: &'a Change,
    /// The object before it; none if it is new.
    pub old: Option<&'a Object>,
    /// The world after it.
    pub world: &'a World,
}

impl<'a> Seen<'a> {
    /// The object after the change; none if it is gone.
    #[allow(clippy::new_ret_no_self, reason = "it stands beside `old`")]
    pub fn new(&self) -> Option<&'a Object> {
        self.change.object.as_deref()
    }

    /// The object after the change, or the last there was.
    pub fn latest(&self) -> Option<&'a Object> {
        self.new().or(self.old)
    }
}

/// Collects what one actor wants to look at after a change.
pub struct Wakes<'a> {
    pub(super) queue: &'a mut Queue,
    pub(super) actor: Actor,
    pub(super) now: Time,
    pub(super) cause: Cause,
}

impl Wakes<'_> {
    /// At once: still at this instant, in this actor's turn.
    pub fn now(&mut self, key: &Key) {
        self.at(self.now, key);
    }

    /// That many milliseconds later.
    pub fn after(&mut self, ms: u64, key: &Key) {
        self.at(self.now.plus(ms), key);
    }

    /// At that time.
    pub fn at(&mut self, at: Time, key: &Key) {
        self.queue.add(Task {
            at,
            actor: self.actor,
            key: key.clone(),
            cause: self.cause,
            retry: false,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Kind;

    fn task(at: u64, actor: Actor, name: &str, retry: bool) -> Task {
        Task {
            at: Time(at),
            actor,
            key: Key::new(Kind::Pod, name),
            cause: Cause::Timer,
            retry,
        }
    }

    #[track_caller]
    fn check(tasks: &[Task], expected: &[(u64, &str)]) {
        let mut queue = Queue::default();
        for task in tasks {
            queue.add(task.clone());
        }
        let mut order = Vec::new();
        while let Some(task) = queue.pop(Time(u64::MAX)) {
            order.push((task.at.0, task.key.name.to_string()));
        }
        let expected: Vec<_> = expected
            .iter()
            .map(|(at, name)| (*at, name.to_string()))
            .collect();
        assert_eq!(order, expected);
        assert!(!queue.has_fresh() && queue.is_empty());
    }

    #[test]
    fn tasks_come_by_time_then_actor_then_age() {
        let (first, last) = (Actor::StatefulSetController, Actor::Kubelet);
        check(
            &[
                task(5, last, "a", false),
                task(5, first, "b", false),
                task(1, last, "c", false),
                task(5, first, "d", true),
            ],
            &[(1, "c"), (5, "b"), (5, "d"), (5, "a")],
        );
    }

    #[test]
    fn the_earlier_task_of_one_key_wins() {
        let actor = Actor::Scheduler;
        check(
            &[task(5, actor, "a", false), task(9, actor, "a", true)],
            &[(5, "a")],
        );
        check(
            &[task(9, actor, "a", true), task(5, actor, "a", false)],
            &[(5, "a")],
        );
    }
}
