//! Events as client-go's recorders make them. An equal event only increases the count, similar ones are combined, and a
//! source that says too much about an object is cut short (`tools/record/events_cache.go`). The scheduler's recorder
//! makes series instead (`tools/events/event_broadcaster.go`).

use std::collections::VecDeque;
use std::sync::Arc;

use imbl::OrdMap;

use super::correlator::Correlator;
use super::event_id::EventId;
use crate::limits;
use crate::object::{DEFAULT_NAMESPACE, Key, Kind, Map, Meta, Object, ObjectStatus, Time};
use crate::store::{Rng, World};

/// What a recorder has observed of one event (`eventLog`), or of a series.
#[derive(Clone, Debug)]
struct Observed {
    key: Key,
    count: i64,
    first: Time,
    last: Time,
    /// When it was last written.
    written: Time,
}

/// Time without an occurrence after which a series has ended (`finishTime`), in milliseconds.
const FINISH_MS: u64 = 360_000;

/// Time between two writes of a series (`refreshTime`), in milliseconds.
const REFRESH_MS: u64 = 1_800_000;

/// What the recorders of all sources have observed, and the events that exist, for deleting the oldest.
#[derive(Clone, Debug, Default)]
pub struct EventRecorder {
    observed: OrdMap<EventId, Observed>,
    correlator: Correlator,
    oldest_first: VecDeque<EventId>,
    /// Number of events created so far.
    created: u64,
}

impl EventRecorder {
    /// The event to commit, if there is one: a new one, or the existing equal one with its count increased.
    pub fn record(
        &mut self,
        world: &World,
        now: Time,
        rng: &mut Rng,
        about: &Object,
        id: EventId,
    ) -> Option<Object> {
        if id.actor.records_series() {
            return self.record_series(world, now, rng, about, id);
        }
        let common = self.correlator.aggregate(&id, now);
        let message = match common {
            Some(_) => format!("(combined from similar events): {}", id.message).into(),
            None => id.message.clone(),
        };
        let accepted = self.correlator.accept(&id.uid, id.actor, now);
        let id = common.unwrap_or(id);
        let mut observed = self.observe(about, &id, now);
        observed.count += 1;
        // What the filter drops is counted all the same.
        self.observed.insert(id.clone(), observed.clone());
        if !accepted {
            return None;
        }
        if let Some(existing) = world.get(&observed.key) {
            return Some(with_increased_count(existing, &observed, message, now));
        }
        Some(self.new_event(rng, about, &id, (&observed, message), now))
    }

    /// The second occurrence makes a series, which is written again only from time to time (`recordToSink`).
    fn record_series(
        &mut self,
        world: &World,
        now: Time,
        rng: &mut Rng,
        about: &Object,
        mut id: EventId,
    ) -> Option<Object> {
        id.version = about.meta.resource_version;
        if self
            .observed
            .get(&id)
            .is_some_and(|observed| now.since(observed.last) > FINISH_MS)
        {
            self.observed.remove(&id);
        }
        let mut observed = self.observe(about, &id, now);
        observed.count += 1;
        observed.last = now;
        let is_due = observed.count <= 2 || now.since(observed.written) >= REFRESH_MS;
        if is_due {
            observed.written = now;
        }
        self.observed.insert(id.clone(), observed.clone());
        if !is_due {
            return None;
        }
        match world.get(&observed.key) {
            Some(existing) => {
                let mut fields = existing.body.fields().clone();
                let mut series = Map::new();
                series.insert("count", observed.count);
                series.insert("lastObservedTime", now.to_string());
                fields.insert("series", series);
                Some(existing.with_fields(fields))
            }
            None => {
                let message = id.message.clone();
                Some(self.new_event(rng, about, &id, (&observed, message), now))
            }
        }
    }

    /// The record of an event; a new one has no count yet.
    fn observe(&mut self, about: &Object, id: &EventId, now: Time) -> Observed {
        if let Some(observed) = self.observed.get(id) {
            return observed.clone();
        }
        self.oldest_first.push_back(id.clone());
        self.created += 1;
        // Upstream's suffix is the time in nanoseconds; two events of the same instant need different names here.
        let suffix = now.unix_nanos() + self.created;
        let namespace = match about.meta.namespace.is_empty() {
            true => DEFAULT_NAMESPACE.into(),
            false => about.meta.namespace.clone(),
        };
        let name = format!("{}.{suffix:016x}", about.meta.name);
        Observed {
            key: Key {
                kind: Kind::Event,
                namespace,
                name: name.into(),
            },
            count: 0,
            first: now,
            last: now,
            written: now,
        }
    }

    /// Forgets the oldest event if there are more than the limit, and returns its key.
    pub fn expire_oldest(&mut self) -> Option<Key> {
        if self.oldest_first.len() <= limits::EVENTS {
            return None;
        }
        let oldest = self.oldest_first.pop_front()?;
        self.observed.remove(&oldest).map(|observed| observed.key)
    }

    fn new_event(
        &self,
        rng: &mut Rng,
        about: &Object,
        id: &EventId,
        (observed, message): (&Observed, Arc<str>),
        now: Time,
    ) -> Object {
        let mut fields = Map::new();
        fields.insert("involvedObject", reference(about, &id.field_path));
        fields.insert("reason", id.reason);
        fields.insert("message", message);
        fields.insert("type", id.event_type.name());
        fields.insert("source", Map::from_iter([("component", id.actor.component())]));
        fields.insert("firstTimestamp", observed.first.to_string());
        fields.insert("lastTimestamp", now.to_string());
        fields.insert("count", observed.count);
        fields.insert("reportingComponent", id.actor.component());
        fields.insert("reportingInstance", "");
        let meta = Meta {
            name: observed.key.name.clone(),
            namespace: observed.key.namespace.clone(),
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

/// The patch of an event that occurs again; a combined one gets the last message.
fn with_increased_count(event: &Object, observed: &Observed, message: Arc<str>, now: Time) -> Object {
    let mut fields = event.body.fields().clone();
    fields.insert("count", observed.count);
    fields.insert("lastTimestamp", now.to_string());
    fields.insert("message", message);
    event.with_fields(fields)
}
