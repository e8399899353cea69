//! What identifies an event.

use std::sync::Arc;

use crate::object::Uid;
use crate::store::Actor;

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
    /// For series, the object's version: the reference to it belongs to the key of a series (`getKey`). Otherwise 0.
    pub version: u64,
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
