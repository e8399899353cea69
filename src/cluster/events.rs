//! Events, as client-go's recorder makes them (`client-go/tools/record`): the same event again only counts up.
//!
//! The recorder's limit for one object (25 at once, then one every five minutes) is left out: the page shows them all.

use std::collections::VecDeque;
use std::sync::Arc;

use imbl::OrdMap;

use super::client::EventType;
use super::sim::Core;
use crate::limits;
use crate::object::{Key, Kind, Map, Meta, Object, ObjectStatus, Time, Uid};
use crate::store::{Actor, Cause, Change};

/// What makes two events one (`getEventKey` in `events_cache.go`).
type Sameness = (Uid, Actor, EventType, &'static str, Arc<str>);

/// The events that stand, for counting up and for forgetting the oldest.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    known: OrdMap<Sameness, Key>,
    oldest: VecDeque<Sameness>,
    made: u64,
}

impl Core {
    /// Writes an event, or counts up the one that says the same.
    pub(super) fn record(
        &mut self,
        actor: Actor,
        cause: Cause,
        about: &Object,
        severity: EventType,
        reason: &'static str,
        message: Arc<str>,
    ) {
        let sameness = (about.meta.uid.clone(), actor, severity, reason, message);
        let known = self.recorder.known.get(&sameness).cloned();
        let again = known
            .as_ref()
            .and_then(|key| self.world.get(key))
            .map(|event| counted_up(event, self.now));
        let event = match again {
            Some(event) => event,
            None => {
                let event = self.first(about, &sameness);
                if known.is_none() {
                    self.recorder.oldest.push_back(sameness.clone());
                }
                self.recorder.known.insert(sameness, event.key());
                event
            }
        };
        self.commit_object(actor, cause, event);
        self.forget_oldest_event();
    }

    fn first(&mut self, about: &Object, sameness: &Sameness) -> Object {
        let (_, actor, severity, reason, message) = sameness;
        self.recorder.made += 1;
        let at = self.now.to_string();
        let namespace = if about.meta.namespace.is_empty() {
            crate::object::DEFAULT_NAMESPACE.into()
        } else {
            about.meta.namespace.clone()
        };
        let mut fields = Map::new();
        fields.insert("involvedObject", reference(about));
        fields.insert("reason", *reason);
        fields.insert("message", message.clone());
        fields.insert("type", severity.name());
        fields.insert("source", Map::from_iter([("component", actor.component())]));
        fields.insert("firstTimestamp", at.as_str());
        fields.insert("lastTimestamp", at);
        fields.insert("count", 1);
        fields.insert("reportingComponent", actor.component());
        fields.insert("reportingInstance", "");
        let meta = Meta {
            // Upstream's suffix is the time in nanoseconds; two events of one instant need two names here.
            name: format!(
                "{}.{:016x}",
                about.meta.name,
                self.now.unix_nanos() + self.recorder.made
            )
            .into(),
            namespace,
            uid: self.uid().into(),
            created: self.now,
            ..Meta::default()
        };
        Object::new(Kind::Event, meta, fields, ObjectStatus::None)
    }

    fn forget_oldest_event(&mut self) {
        if self.recorder.oldest.len() <= limits::EVENTS {
            return;
        }
        let key = self
            .recorder
            .oldest
            .pop_front()
            .and_then(|sameness| self.recorder.known.remove(&sameness));
        if let Some(key) = key.filter(|key| self.world.get(key).is_some()) {
            let gone = Change {
                key,
                object: None,
                by: Actor::ApiServer,
            };
            self.commit(Cause::Timer, gone);
        }
    }
}

fn reference(about: &Object) -> Map {
    let mut map = Map::new();
    map.insert("apiVersion", about.kind.api_version());
    map.insert("kind", about.kind.info().name);
    map.insert("name", about.meta.name.clone());
    if !about.meta.namespace.is_empty() {
        map.insert("namespace", about.meta.namespace.clone());
    }
    map.insert("resourceVersion", about.meta.resource_version.to_string());
    map.insert("uid", about.meta.uid.clone());
    map
}

fn counted_up(event: &Object, now: Time) -> Object {
    let mut fields = event.body.fields().clone();
    let count = fields
        .get("count")
        .and_then(crate::object::Value::as_i64)
        .unwrap_or(1);
    fields.insert("count", count.saturating_add(1));
    fields.insert("lastTimestamp", now.to_string());
    event.with_fields(fields)
}
