//! What an actor can do: read the world, send requests to the API server, record events, record why it waits, requeue.

use std::sync::Arc;

use super::core::Core;
use super::event_id::EventType;
use super::queue::Task;
use super::settings::Settings;
use crate::api::{DeleteOptions, Request, Status};
use crate::object::status::ObjectStatus;
use crate::object::{Key, Object, Time};
use crate::store::{Actor, Cause, Rng, Waiting, World};

/// One actor's access to the cluster during one sync.
pub struct Client<'a> {
    core: &'a mut Core,
    actor: Actor,
    cause: Cause,
}

impl<'a> Client<'a> {
    /// A client with which `actor` acts because of `cause`.
    pub fn new(core: &'a mut Core, actor: Actor, cause: Cause) -> Client<'a> {
        Client { core, actor, cause }
    }

    /// The actor.
    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// The world, the actor's own writes included.
    pub fn world(&self) -> &World {
        self.core.world()
    }

    /// The current time.
    pub fn now(&self) -> Time {
        self.core.now()
    }

    /// How this run is set up.
    pub fn settings(&self) -> &Settings {
        self.core.settings()
    }

    /// The actor's own stream of random numbers.
    pub fn rng(&mut self) -> &mut Rng {
        self.core.rng(self.actor)
    }

    /// The object with that key.
    pub fn get(&self, key: &Key) -> Option<&Arc<Object>> {
        self.core.world().get(key)
    }

    /// Sends a request to the API server. Returns the object as stored afterwards; `None` if it is deleted.
    ///
    /// # Errors
    /// The API server's refusal; nothing is committed.
    pub fn write(&mut self, request: &Request) -> Result<Option<Arc<Object>>, Status> {
        Ok(self.core.request(self.actor, self.cause, request)?.object)
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
        event_type: EventType,
        reason: &'static str,
        message: impl Into<Arc<str>>,
    ) {
        self.event_about_part(about, "", event_type, reason, message);
    }

    /// Records an event about a part of an object, such as `spec.containers{web}`.
    pub fn event_about_part(
        &mut self,
        about: &Object,
        field_path: &str,
        event_type: EventType,
        reason: &'static str,
        message: impl Into<Arc<str>>,
    ) {
        let about = (about, field_path.into());
        self.core
            .record_event(self.actor, self.cause, about, event_type, reason, message.into());
    }

    /// Records why the actor waits before it continues with an object; `None` if it does not wait. Only a changed
    /// reason is logged.
    pub fn set_waiting(&mut self, object: &Key, waiting: Option<Waiting>) {
        self.core.record_decision(self.actor, self.cause, object, waiting);
    }

    /// Enqueues a key for this instant, with the cause of this sync.
    pub fn enqueue(&mut self, key: &Key) {
        self.core.add_task(Task {
            at: self.core.now(),
            actor: self.actor,
            key: key.clone(),
            cause: self.cause,
            retry: false,
        });
    }

    /// Requeues a key for `at` (`workqueue.AddAfter`).
    pub fn requeue_at(&mut self, at: Time, key: &Key) {
        self.core.add_task(Task {
            at,
            actor: self.actor,
            key: key.clone(),
            cause: Cause::Timer,
            retry: false,
        });
    }

    /// Requeues a key for `at` without making the cluster busy: the sync only repeats what it has said.
    pub fn repeat_at(&mut self, at: Time, key: &Key) {
        self.core.add_task(Task {
            at,
            actor: self.actor,
            key: key.clone(),
            cause: Cause::Timer,
            retry: true,
        });
    }
}
