//! Which events a recorder combines and which it drops (`EventAggregator` and `EventSourceObjectSpamFilter` in
//! `client-go/tools/record/events_cache.go`).

use std::sync::Arc;

use imbl::{OrdMap, OrdSet};

use super::event_id::EventId;
use crate::object::{Time, Uid};
use crate::store::Actor;

/// The number of messages from which similar events are combined (`defaultAggregateMaxEvents`).
const SIMILAR_MAX: usize = 10;

/// Time without a similar event after which they are counted anew (`defaultAggregateIntervalInSeconds`), in
/// milliseconds.
const SIMILAR_MS: u64 = 600_000;

/// How many events of one source about one object are written at once (`defaultSpamBurst`).
const BURST: u64 = 25;

/// Time until one more may be written (`defaultSpamQPS`), in milliseconds.
const REFILL_MS: u64 = 300_000;

/// What a recorder remembers about the events of each source and object.
#[derive(Clone, Debug, Default)]
pub struct Correlator {
    /// By an [`EventId`] without message and part: similar events differ in these only.
    similar: OrdMap<EventId, Similar>,
    budgets: OrdMap<(Uid, Actor), Budget>,
}

/// The messages of similar events.
#[derive(Clone, Debug, Default)]
struct Similar {
    messages: OrdSet<Arc<str>>,
    last: Time,
}

/// A bucket of tokens; a token is worth [`REFILL_MS`].
#[derive(Clone, Copy, Debug)]
struct Budget {
    left_ms: u64,
    at: Time,
}

impl Correlator {
    /// Whether an event is to be combined with similar ones (`EventAggregate`): then this is what they have in common.
    pub fn aggregate(&mut self, id: &EventId, now: Time) -> Option<EventId> {
        let common = EventId {
            message: "".into(),
            field_path: "".into(),
            ..id.clone()
        };
        let similar = self.similar.entry(common.clone()).or_default();
        if now.since(similar.last) > SIMILAR_MS {
            similar.messages.clear();
        }
        similar.last = now;
        similar.messages.insert(id.message.clone());
        if similar.messages.len() < SIMILAR_MAX {
            return None;
        }
        // Upstream removes any of them.
        similar.messages.remove(&id.message);
        Some(common)
    }

    /// Whether one more event of this source about this object may be written (`Filter`).
    pub fn accept(&mut self, uid: &Uid, actor: Actor, now: Time) -> bool {
        const FULL_MS: u64 = BURST * REFILL_MS;
        let budget = self.budgets.entry((uid.clone(), actor)).or_insert(Budget {
            left_ms: FULL_MS,
            at: now,
        });
        let refilled = budget.left_ms.saturating_add(now.since(budget.at)).min(FULL_MS);
        let rest = refilled.checked_sub(REFILL_MS);
        *budget = Budget {
            left_ms: rest.unwrap_or(refilled),
            at: now,
        };
        rest.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::runtime::EventType;

    fn id(message: &str) -> EventId {
        EventId {
            uid: "u".into(),
            version: 0,
            field_path: "".into(),
            actor: Actor::ReplicaSetController,
            event_type: EventType::Warning,
            reason: "FailedCreate",
            message: message.into(),
        }
    }

    #[test]
    fn the_tenth_message_in_ten_minutes_is_combined() {
        let mut correlator = Correlator::default();
        let combined = |correlator: &mut Correlator, n: u64, at| {
            correlator.aggregate(&id(&n.to_string()), Time(at)).is_some()
        };
        let first: Vec<u64> = (0..12).filter(|n| combined(&mut correlator, *n, *n)).collect();
        assert_eq!(first, [9, 10, 11]);
        assert!(!combined(&mut correlator, 0, 20), "it is one of the nine");
        assert!(!combined(&mut correlator, 12, 21 + SIMILAR_MS));
    }

    #[test]
    fn twenty_five_events_are_written_and_then_one_in_five_minutes() {
        let mut correlator = Correlator::default();
        let mut accept = |at: u64| correlator.accept(&"u".into(), Actor::Kubelet, Time(at));
        assert_eq!((0..40).filter(|at| accept(*at)).count(), 25);
        let later = (1..=10).filter(|n| accept(n * 150_000)).count();
        assert_eq!(later, 5);
    }
}
