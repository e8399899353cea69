//! Events as client-go's recorder makes them (`client-go/tools/record/events_cache.go`): an equal event only increases
//! the count.
//!
//! The recorder's rate limit for one object (bursts of 25, then one in five minutes) is left out: the page shows all
//! events.

use std::collections::VecDeque;
use std::sync::Arc;

use imbl::OrdMap;

use crate::limits;
use crate::object::{DEFAULT_NAMESPACE, Key, Kind, Map, Meta, Object, ObjectStatus, Time, Uid, Value};
use crate::store::{Actor, Rng, World};

/// `type` of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each variant is the type of that name in the API")]
pub enum EventType {
    Normal,
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

/// What makes two events equal (`getEventKey`): the object and the part of it, source, type, reason and message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventId {
    /// The UID of the object.
    pub uid: Uid,
    /// The part that the event is about, such as `spec.containers{web}`; empty for the object itself.
    pub field_path: Arc<str>,
    /// Its source.
    pub actor: Actor,
    /// Its type.
    pub event_type: EventType,
    /// Its reason.
    pub reason: &'static str,
    /// Its message.
    pub message: Arc<str>,
}

/// The events that exist, for counting equal ones and deleting the oldest.
#[derive(Clone, Debug, Default)]
pub struct EventRecorder {
    keys: OrdMap<EventId, Key>,
    oldest_first: VecDeque<EventId>,
    /// Number of events created so far.
    created: u64,
}

impl EventRecorder {
    /// The event to commit: a new one, or the existing equal one with its count increased.
    pub fn record(&mut self, world: &World, now: Time, rng: &mut Rng, about: &Object, id: EventId) -> Object {
        let key = self.keys.get(&id);
        if let Some(existing) = key.and_then(|key| world.get(key)) {
            return with_increased_count(existing, now);
        }
        let is_known = key.is_some();
        let event = self.new_event(now, rng, about, &id);
        if !is_known {
            self.oldest_first.push_back(id.clone());
        }
        self.keys.insert(id, event.key());
        event
    }

    /// Forgets the oldest event if there are more than the limit, and returns its key.
    pub fn expire_oldest(&mut self) -> Option<Key> {
        if self.oldest_first.len() <= limits::EVENTS {
            return None;
        }
        let oldest = self.oldest_first.pop_front()?;
        self.keys.remove(&oldest)
    }

    fn new_event(&mut self, now: Time, rng: &mut Rng, about: &Object, id: &EventId) -> Object {
        let EventId {
            field_path,
            actor,
            event_type,
            reason,
            message,
            ..
        } = id;
        self.created += 1;
        let at = now.to_string();
        let namespace = if about.meta.namespace.is_empty() {
            DEFAULT_NAMESPACE.into()
        } else {
            about.meta.namespace.clone()
        };
        let mut fields = Map::new();
        fields.insert("involvedObject", reference(about, field_path));
        fields.insert("reason", *reason);
        fields.insert("message", message.clone());
        fields.insert("type", event_type.name());
        fields.insert("source", Map::from_iter([("component", actor.component())]));
        fields.insert("firstTimestamp", at.as_str());
        fields.insert("lastTimestamp", at);
        fields.insert("count", 1);
        fields.insert("reportingComponent", actor.component());
        fields.insert("reportingInstance", "");
        // Upstream's suffix is the time in nanoseconds; two events of the same instant need different names here.
        let suffix = now.unix_nanos() + self.created;
        let meta = Meta {
            name: format!("{}.{suffix:016x}", about.meta.name).into(),
            namespace,
            uid: rng.uid().into(),
            created: now,
            ..Meta::default()
        };
        Object::new(Kind::Event, meta, fields, ObjectStatus::None)
    }
}

/// `ObjectReference` to an object, or to a part of it.
fn reference(about: &Object, field_path: &Arc<str>) -> Map {
    let mut map = Map::new();
    map.insert("apiVersion", about.kind.api_version());
    if !field_path.is_empty() {
        map.insert("fieldPath", field_path.clone());
    }
    map.insert("kind", about.kind.info().name);
    map.insert("name", about.meta.name.clone());
    if !about.meta.namespace.is_empty() {
        map.insert("namespace", about.meta.namespace.clone());
    }
    map.insert("resourceVersion", about.meta.resource_version.to_string());
    map.insert("uid", about.meta.uid.clone());
    map
}

fn with_increased_count(event: &Object, now: Time) -> Object {
    let mut fields = event.body.fields().clone();
    let count = fields.get("count").and_then(Value::as_i64).unwrap_or(1);
    fields.insert("count", count.saturating_add(1));
    fields.insert("lastTimestamp", now.to_string());
    event.with_fields(fields)
}
