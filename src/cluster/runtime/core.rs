//! The state that all actors share. Only this module commits entries to the log.

use std::sync::Arc;

use super::event_id::{EventId, EventType};
use super::events::EventRecorder;
use super::failure::SyncResult;
use super::queue::{Task, TaskQueue};
use super::retry::Retries;
use super::settings::Settings;
use super::watch::{Watch, WatchEvent, WorkQueue};
use crate::api::{self, Context, Request, Status};
use crate::object::{Key, Kind, Object, Time};
use crate::store::{Actor, Cause, Change, Decision, Entry, EntryKind, Rng, Waiting, World};

/// World, clock, log and queue. A clone is a checkpoint from which a run continues identically.
#[derive(Clone, Debug)]
pub struct Core {
    world: World,
    now: Time,
    settings: Settings,
    watchers: Arc<[(Actor, Watch)]>,
    tasks: TaskQueue,
    retries: Retries,
    events: EventRecorder,
    /// Entries committed since they were last taken.
    log: Vec<Entry>,
    /// The API server's stream of random numbers.
    api_rng: Rng,
    /// One stream of random numbers for each actor, by its position in [`Actor`].
    rngs: Vec<Rng>,
    /// The last entry that changed an object other than an event.
    progress: u64,
}

/// The response to a request that succeeded.
#[derive(Clone, Debug)]
pub struct Response {
    /// The object as stored afterwards; `None` if it is deleted.
    pub object: Option<Arc<Object>>,
    /// `Warning:` headers.
    pub warnings: Vec<String>,
}

impl Core {
    /// An empty world whose changes these watchers receive.
    pub fn new(settings: Settings, watchers: Arc<[(Actor, Watch)]>) -> Core {
        let seed = settings.seed;
        Core {
            world: World::with_plugins(settings.plugins),
            now: Time::default(),
            settings,
            watchers,
            tasks: TaskQueue::default(),
            retries: Retries::default(),
            events: EventRecorder::default(),
            log: Vec::new(),
            api_rng: Rng::new(seed, 0),
            rngs: (1..=Actor::LAST as u64 + 1)
                .map(|stream| Rng::new(seed, stream))
                .collect(),
            progress: 0,
        }
    }

    /// The world after the last committed entry.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The current time.
    pub fn now(&self) -> Time {
        self.now
    }

    /// Moves the clock forward to `at`; it never goes back.
    pub fn advance_clock(&mut self, at: Time) {
        self.now = self.now.max(at);
    }

    /// How this run is set up.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Number of entries that have not been taken yet.
    pub fn log_len(&self) -> usize {
        self.log.len()
    }

    /// Removes and returns the entries committed since the last call.
    pub fn take_entries(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.log)
    }

    /// When the next task is due.
    pub fn next_task_at(&self) -> Option<Time> {
        self.tasks.next_at()
    }

    /// Removes and returns the next task, if it is due by `until`.
    pub fn pop_task(&mut self, until: Time) -> Option<Arc<Task>> {
        self.tasks.pop(until)
    }

    pub(super) fn add_task(&mut self, task: Task) {
        self.tasks.add(task);
    }

    /// Whether nothing is pending but retries that would fail again and whose back-off no longer grows.
    pub fn is_idle(&self) -> bool {
        !self.tasks.has_fresh() && !self.retries.are_pending(self.progress)
    }

    /// Requeues a failed key with exponential back-off.
    pub fn finish_task(&mut self, task: &Task, result: &SyncResult) {
        let Err(failure) = result else {
            self.retries.forget(task.actor, &task.key);
            return;
        };
        let own = failure.retry_after_ms;
        let delay = self.retries.delay(task.actor, &task.key, own, self.progress);
        self.tasks.add(Task {
            at: self.now.plus(delay),
            cause: Cause::Timer,
            retry: true,
            ..task.clone()
        });
    }

    /// Sends a request to the API server and commits its changes.
    ///
    /// # Errors
    /// The API server's refusal; nothing is committed.
    pub fn request(&mut self, actor: Actor, cause: Cause, request: &Request) -> Result<Response, Status> {
        let mut context = Context {
            world: &self.world,
            now: self.now,
            actor,
            rng: &mut self.api_rng,
            writer: Default::default(),
        };
        let writes = api::handle(&mut context, request)?;
        for change in writes.changes {
            self.commit(cause, change);
        }
        let object = writes.object;
        Ok(Response {
            object: object.and_then(|object| self.world.get(&object.key()).cloned()),
            warnings: writes.warnings,
        })
    }

    /// Commits an object that exists before the first request, with a UID.
    pub fn install(&mut self, mut object: Object) {
        object.meta.uid = self.api_rng.uid().into();
        object.meta.created = self.now;
        self.commit_object(Actor::ApiServer, Cause::Timer, object);
    }

    /// Commits an object without a request to the API server.
    fn commit_object(&mut self, actor: Actor, cause: Cause, object: Object) {
        let change = Change {
            key: object.key(),
            object: Some(Arc::new(object)),
            by: actor,
        };
        self.commit(cause, change);
    }

    fn commit(&mut self, cause: Cause, mut change: Change) {
        let seq = self.world.seq() + 1;
        if let Some(object) = &mut change.object
            && object.meta.resource_version != seq
        {
            Arc::make_mut(object).meta.resource_version = seq;
        }
        if change.key.kind != Kind::Event {
            self.progress = seq;
        }
        let old = self.world.get(&change.key).cloned();
        let entry = Entry {
            seq,
            at: self.now,
            cause,
            kind: EntryKind::Change(change),
        };
        self.world.apply(&entry);
        if let EntryKind::Change(change) = &entry.kind {
            self.notify_watchers(change, old.as_deref(), seq);
        }
        self.log.push(entry);
    }

    fn notify_watchers(&mut self, change: &Change, old: Option<&Object>, seq: u64) {
        let event = WatchEvent {
            change,
            old,
            world: &self.world,
        };
        for (actor, watch) in self.watchers.iter() {
            let mut queue = WorkQueue {
                tasks: &mut self.tasks,
                actor: *actor,
                now: self.now,
                cause: Cause::Entry(seq),
            };
            watch(&event, &mut queue);
        }
    }

    /// Logs an actor's reason to wait if it differs from the current one.
    pub(super) fn record_decision(
        &mut self,
        actor: Actor,
        cause: Cause,
        object: &Key,
        waiting: Option<Waiting>,
    ) {
        if self.world.waiting(actor, object) == waiting.as_ref() {
            return;
        }
        let entry = Entry {
            seq: self.world.seq() + 1,
            at: self.now,
            cause,
            kind: EntryKind::Decision(Decision {
                actor,
                object: object.clone(),
                waiting,
            }),
        };
        self.world.apply(&entry);
        self.log.push(entry);
    }

    /// Commits an event, or the increased count of an equal one, unless the recorder drops it; deletes the oldest
    /// event beyond the limit.
    pub(super) fn record_event(
        &mut self,
        actor: Actor,
        cause: Cause,
        (about, field_path): (&Object, Arc<str>),
        event_type: EventType,
        reason: &'static str,
        message: Arc<str>,
    ) {
        let id = EventId {
            uid: about.meta.uid.clone(),
            version: 0,
            field_path,
            actor,
            event_type,
            reason,
            message,
        };
        let recorded = self
            .events
            .record(&self.world, self.now, &mut self.api_rng, about, id);
        let Some(event) = recorded else { return };
        self.commit_object(actor, cause, event);
        if let Some(key) = self.events.expire_oldest()
            && self.world.get(&key).is_some()
        {
            let deletion = Change {
                key,
                object: None,
                by: Actor::ApiServer,
            };
            self.commit(Cause::Timer, deletion);
        }
    }

    /// The actor's own stream of random numbers.
    pub(super) fn rng(&mut self, actor: Actor) -> &mut Rng {
        let stream = (actor as usize).min(self.rngs.len() - 1);
        &mut self.rngs[stream]
    }
}
