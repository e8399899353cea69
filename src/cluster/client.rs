//! What an actor may do: read the world, ask the API server, record events, say why it waits, and be woken.

use std::sync::Arc;

use super::command::Settings;
use super::queue::Task;
use super::sim::Core;
use crate::api::{DeleteOptions, Request, Status};
use crate::object::status::ObjectStatus;
use crate::object::{Key, Object, Time};
use crate::store::{Actor, Cause, Rng, Waiting, World};

/// One actor's hold on the cluster during one sync.
pub struct Client<'a> {
    pub(super) core: &'a mut Core,
    pub(super) actor: Actor,
    pub(super) cause: Cause,
}

/// What a sync ends with. A failure is tried again after a back-off (`workqueue.AddRateLimited`).
pub type Synced = Result<(), Failure>;

/// Why a sync failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// In the words of the API server, or of the actor.
    pub message: Arc<str>,
}

impl From<Status> for Failure {
    fn from(status: Status) -> Failure {
        Failure {
            message: status.message.into(),
        }
    }
}

/// `type` of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventType {
    /// As expected.
    Normal,
    /// Something went wrong.
    Warning,
}

impl EventType {
    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            EventType::Normal => "Normal",
            EventType::Warning => "Warning",
        }
    }
}

impl Client<'_> {
    /// The cluster as it is, the actor's own writes included.
    pub fn world(&self) -> &World {
        &self.core.world
    }

    /// The time.
    pub fn now(&self) -> Time {
        self.core.now
    }

    /// How this run was set up.
    pub fn settings(&self) -> &Settings {
        &self.core.settings
    }

    /// The actor's own random numbers.
    pub fn rng(&mut self) -> &mut Rng {
        self.core.rng(self.actor)
    }

    /// The object of that key.
    pub fn get(&self, key: &Key) -> Option<&Arc<Object>> {
        self.core.world.get(key)
    }

    /// Sends a request to the API server and commits what it answers. Returns the object as it then stands, none if it
    /// is gone.
    ///
    /// # Errors
    /// The API server's refusal; nothing is committed.
    pub fn write(&mut self, request: &Request) -> Result<Option<Arc<Object>>, Status> {
        let (object, _) = self.core.request(self.actor, self.cause, request)?;
        Ok(object)
    }

    /// Creates an object.
    ///
    /// # Errors
    /// The API server's refusal.
    pub fn create(&mut self, object: Object) -> Result<Option<Arc<Object>>, Status> {
        self.write(&Request::CreateObject(Box::new(object)))
    }

    /// Replaces an object.
    ///
    /// # Errors
    /// The API server's refusal.
    pub fn update(&mut self, object: Object) -> Result<Option<Arc<Object>>, Status> {
        self.write(&Request::Update(Box::new(object)))
    }

    /// Replaces an object's status.
    ///
    /// # Errors
    /// The API server's refusal.
    pub fn update_status(&mut self, key: &Key, status: ObjectStatus) -> Result<Option<Arc<Object>>, Status> {
        self.write(&Request::UpdateStatus {
            key: key.clone(),
            status,
        })
    }

    /// Deletes an object.
    ///
    /// # Errors
    /// The API server's refusal.
    pub fn delete(&mut self, key: &Key, options: DeleteOptions) -> Result<Option<Arc<Object>>, Status> {
        self.write(&Request::Delete {
            key: key.clone(),
            options,
        })
    }

    /// Records an event about an object (`record.EventRecorder`).
    pub fn event(
        &mut self,
        about: &Object,
        severity: EventType,
        reason: &'static str,
        message: impl Into<Arc<str>>,
    ) {
        self.core
            .record(self.actor, self.cause, about, severity, reason, message.into());
    }

    /// Says why nothing (more) is done about an object for now, or that there is no such reason; logged if it is
    /// another than before.
    pub fn wait(&mut self, object: &Key, waiting: Option<Waiting>) {
        self.core.decide(self.actor, self.cause, object, waiting);
    }

    /// Looks at a key again at that time, or earlier if something happens.
    pub fn wake_at(&mut self, at: Time, key: &Key) {
        self.core.queue.add(Task {
            at,
            actor: self.actor,
            key: key.clone(),
            cause: Cause::Timer,
            retry: false,
        });
    }
}
