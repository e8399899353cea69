//! The tasks of all actors, ordered on the virtual clock.

use std::sync::Arc;

use imbl::OrdMap;

use crate::object::{Key, Time};
use crate::store::{Actor, Cause};

/// A sync of one key by one actor.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// When it is due.
    pub at: Time,
    /// The actor.
    pub actor: Actor,
    /// The key.
    pub key: Key,
    /// Why it was enqueued.
    pub cause: Cause,
    /// Whether it only retries a failed sync.
    pub retry: bool,
}

/// Tasks by time, then by actor in the order of [`Actor`], then in the order in which they were added.
///
/// An actor has at most one task for a key: the earlier one wins, as in client-go's delaying queue.
#[derive(Clone, Debug, Default)]
pub struct TaskQueue {
    tasks: OrdMap<(Time, Actor, u64), Arc<Task>>,
    due: OrdMap<(Actor, Key), (Time, u64)>,
    sequence: u64,
    /// Number of tasks that are not retries.
    fresh: usize,
}

impl TaskQueue {
    /// Adds a task, unless the actor already has one for the key that is due no later.
    pub fn add(&mut self, task: Task) {
        let item = (task.actor, task.key.clone());
        if let Some(&(at, sequence)) = self.due.get(&item) {
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
        self.due.insert(item, (task.at, self.sequence));
        self.tasks
            .insert((task.at, task.actor, self.sequence), Arc::new(task));
    }

    /// Marks a retry as new work.
    fn freshen(&mut self, position: (Time, Actor, u64)) {
        if let Some(task) = self.tasks.get_mut(&position).filter(|task| task.retry) {
            Arc::make_mut(task).retry = false;
            self.fresh += 1;
        }
    }

    fn remove(&mut self, position: (Time, Actor, u64)) -> Option<Arc<Task>> {
        let task = self.tasks.remove(&position)?;
        self.fresh -= usize::from(!task.retry);
        Some(task)
    }

    /// When the next task is due.
    pub fn next_at(&self) -> Option<Time> {
        self.tasks.get_min().map(|((at, _, _), _)| *at)
    }

    /// Removes and returns the next task, if it is due by `until`.
    pub fn pop(&mut self, until: Time) -> Option<Arc<Task>> {
        let position = self.tasks.get_min().map(|(position, _)| *position)?;
        if position.0 > until {
            return None;
        }
        let task = self.remove(position)?;
        self.due.remove(&(task.actor, task.key.clone()));
        Some(task)
    }

    /// Whether any task is not a retry.
    pub fn has_fresh(&self) -> bool {
        self.fresh > 0
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
        let mut queue = TaskQueue::default();
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
        assert!(!queue.has_fresh() && queue.next_at().is_none());
    }

    #[test]
    fn tasks_are_ordered_by_time_actor_and_age() {
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
    fn the_earlier_of_two_tasks_for_a_key_wins() {
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
