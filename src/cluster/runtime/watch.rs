//! Watches: how an actor learns of a committed change and enqueues keys.

use super::queue::{Task, TaskQueue};
use crate::object::{Key, Object, Time};
use crate::store::{Actor, Cause, Change, World};

/// An actor's event handler: enqueues the keys that a change concerns.
pub type Watch = fn(&WatchEvent, &mut WorkQueue);

/// One committed change, as the event handlers of an informer receive it.
#[derive(Clone, Copy)]
pub struct WatchEvent<'a> {
    /// The change.
    pub change: &'a Change,
    /// The object before the change; `None` if the change creates it.
    pub old: Option<&'a Object>,
    /// The world after the change.
    pub world: &'a World,
}

impl<'a> WatchEvent<'a> {
    /// The object after the change; `None` if the change deletes it.
    #[allow(clippy::new_ret_no_self, reason = "the counterpart of the field `old`")]
    pub fn new(&self) -> Option<&'a Object> {
        self.change.object.as_deref()
    }

    /// The object after the change, or its last state if the change deletes it.
    pub fn latest(&self) -> Option<&'a Object> {
        self.new().or(self.old)
    }
}

/// The work queue of one actor (`workqueue.DelayingInterface` in client-go).
pub struct WorkQueue<'a> {
    pub(super) tasks: &'a mut TaskQueue,
    pub(super) actor: Actor,
    pub(super) now: Time,
    pub(super) cause: Cause,
}

impl WorkQueue<'_> {
    /// Enqueues a key: its sync runs at the same instant.
    pub fn add(&mut self, key: &Key) {
        self.add_after(0, key);
    }

    /// Enqueues a key after a delay in milliseconds.
    pub fn add_after(&mut self, ms: u64, key: &Key) {
        self.tasks.add(Task {
            at: self.now.plus(ms),
            actor: self.actor,
            key: key.clone(),
            cause: self.cause,
            retry: false,
        });
    }
}
