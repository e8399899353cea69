//! What moves at a moment of the show, and how far it is: a function of time, so that scrubbing back is as exact as
//! playing. Motion follows changes and never anticipates them; where motion is unwanted, nothing of this is asked, and
//! everything stands in its end state.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::object::{Key, Kind, Object, Value, pod};
use crate::store::{Actor, Decision, Entry, EntryKind, Waiting, World, ordinal};
use crate::timeline::Show;

/// Longest motion, in milliseconds of show: what changed earlier stands still.
pub const WINDOW_MS: u64 = 450;

/// A way of moving.
#[derive(Clone, Debug, PartialEq)]
pub enum Motion {
    /// A pod's outline or a claim comes.
    Appear,
    /// A pod's card fills: its containers have started.
    Fill,
    /// A pod became Ready: its name lights up.
    Light,
    /// A pod is not Ready any more: its name goes dark.
    Dim,
    /// A disk fills: its volume is there.
    Pour,
    /// The cable of an attached volume plugs in.
    Plug,
    /// The cable comes out.
    Unplug,
    /// What was there goes.
    Leave,
    /// A controller's marker goes from one ordinal to another.
    Travel {
        /// Where it was.
        from: i64,
        /// Where it is to stand.
        to: i64,
    },
}

impl Motion {
    /// How long it takes, in milliseconds of show.
    pub fn ms(&self) -> u64 {
        match self {
            Motion::Appear => 220,
            Motion::Light | Motion::Dim => 240,
            Motion::Plug | Motion::Unplug => 260,
            Motion::Travel { .. } => 320,
            Motion::Fill | Motion::Pour => 420,
            Motion::Leave => WINDOW_MS,
        }
    }
}

/// Something on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Moving {
    /// What moves: for cables and disks the volume, for the marker the workload.
    pub key: Key,
    /// How.
    pub motion: Motion,
    /// How far it is, from 0 to 1, eased.
    pub progress: f32,
    /// The last version of what goes.
    pub leaving: Option<Arc<Object>>,
}

/// What moves at `now`. `before` is the world [`WINDOW_MS`] earlier, `recent` the entries since then with the moments
/// at which they are shown.
pub fn moving<'a>(
    before: &'a World,
    recent: impl Iterator<Item = (Show, &'a Entry)>,
    now: Show,
) -> Vec<Moving> {
    let mut found: Vec<Moving> = Vec::new();
    let mut standing: BTreeMap<&Key, Option<&Arc<Object>>> = BTreeMap::new();
    let mut markers: BTreeMap<&Key, Option<i64>> = BTreeMap::new();
    for (shown, entry) in recent {
        let motions = match &entry.kind {
            EntryKind::Change(change) => {
                let old = match standing.get(&change.key) {
                    Some(version) => *version,
                    None => before.get(&change.key),
                };
                standing.insert(&change.key, change.object.as_ref());
                of_change(&change.key, old, change.object.as_ref())
            }
            EntryKind::Decision(decision) => travel(before, &mut markers, decision).into_iter().collect(),
        };
        for (key, motion, leaving) in motions {
            let ms = motion.ms();
            let passed = now.since(shown);
            found.retain(|moving| moving.key != key || !replaces(&motion, &moving.motion));
            if passed < ms {
                found.push(Moving {
                    key,
                    progress: ease(passed as f32 / ms as f32),
                    motion,
                    leaving,
                });
            }
        }
    }
    found
}

/// Whether a later motion of one object ends an earlier one.
fn replaces(later: &Motion, earlier: &Motion) -> bool {
    let plugging = |motion: &Motion| matches!(motion, Motion::Plug | Motion::Unplug);
    let shining = |motion: &Motion| matches!(motion, Motion::Light | Motion::Dim);
    let being = |motion: &Motion| matches!(motion, Motion::Appear | Motion::Leave);
    std::mem::discriminant(later) == std::mem::discriminant(earlier)
        || plugging(later) && plugging(earlier)
        || shining(later) && shining(earlier)
        || being(later) && being(earlier)
}

type Found = (Key, Motion, Option<Arc<Object>>);

fn of_change(key: &Key, old: Option<&Arc<Object>>, new: Option<&Arc<Object>>) -> Vec<Found> {
    let plain = |motion| (key.clone(), motion, None);
    match (key.kind, old, new) {
        (Kind::Pod | Kind::PersistentVolumeClaim, None, Some(_)) => vec![plain(Motion::Appear)],
        (Kind::Pod | Kind::PersistentVolumeClaim, Some(old), None) => {
            vec![(key.clone(), Motion::Leave, Some(old.clone()))]
        }
        (Kind::PersistentVolume, None, Some(_)) => vec![plain(Motion::Pour)],
        (Kind::Pod, Some(old), Some(new)) => {
            let mut found = Vec::new();
            match (pod::ready(old), pod::ready(new)) {
                (false, true) => found.push(plain(Motion::Light)),
                (true, false) => found.push(plain(Motion::Dim)),
                _ => {}
            }
            if !running(old) && running(new) {
                found.push(plain(Motion::Fill));
            }
            found
        }
        (Kind::VolumeAttachment, old, new) => {
            let Some(volume) = new.or(old).and_then(|attachment| volume_of(attachment)) else {
                return Vec::new();
            };
            match (old.is_some_and(|o| attached(o)), new.is_some_and(|o| attached(o))) {
                (false, true) => vec![(volume, Motion::Plug, None)],
                (true, false) => vec![(volume, Motion::Unplug, None)],
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

fn running(object: &Object) -> bool {
    pod::phase(object) != crate::object::status::Phase::Pending
}

/// Whether an attachment has been made.
fn attached(attachment: &Object) -> bool {
    let status = attachment.status.fields();
    status
        .and_then(|status| status.get("attached"))
        .and_then(Value::as_bool)
        == Some(true)
}

fn volume_of(attachment: &Object) -> Option<Key> {
    let source = attachment.spec().get("source")?.as_object()?;
    Some(Key::new(
        Kind::PersistentVolume,
        source.text("persistentVolumeName")?.clone(),
    ))
}

/// The marker's way from the ordinal of a controller's last reason to wait to that of the next.
fn travel<'a>(
    before: &World,
    markers: &mut BTreeMap<&'a Key, Option<i64>>,
    decision: &'a Decision,
) -> Option<Found> {
    if decision.actor != Actor::StatefulSetController {
        return None;
    }
    let from = match markers.get(&decision.object) {
        Some(known) => *known,
        None => before.waiting(decision.actor, &decision.object).and_then(stop),
    };
    let to = decision.waiting.as_ref().and_then(stop);
    markers.insert(&decision.object, to);
    let (from, to) = (from?, to?);
    (from != to).then(|| (decision.object.clone(), Motion::Travel { from, to }, None))
}

/// The ordinal at which a StatefulSet controller's sync stopped.
fn stop(waiting: &Waiting) -> Option<i64> {
    super::band::stopped_at(waiting).map(|pod| ordinal(&pod.name))
}

/// Starts fast and settles.
fn ease(t: f32) -> f32 {
    let rest = 1.0 - t.clamp(0.0, 1.0);
    1.0 - rest * rest * rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::{Map, Time};
    use crate::store::{Cause, Change};
    use serde_json::json;

    fn pod(status: Option<serde_json::Value>) -> Option<Arc<Object>> {
        let document: Value =
            json!({"metadata": {"name": "web-0", "namespace": "default"}, "status": status?}).into();
        let map: &Map = document.as_object()?;
        Some(Arc::new(Object::read(Kind::Pod, map)))
    }

    fn entry(seq: u64, object: Option<Arc<Object>>) -> Entry {
        Entry {
            seq,
            at: Time(seq),
            cause: Cause::Timer,
            kind: EntryKind::Change(Change {
                key: Key::new(Kind::Pod, "web-0"),
                object,
                by: Actor::Kubelet,
            }),
        }
    }

    fn moves(
        before: Option<serde_json::Value>,
        after: Option<serde_json::Value>,
        ms: u64,
    ) -> Vec<(Motion, bool)> {
        let mut world = World::default();
        if let Some(object) = pod(before) {
            world.apply(&entry(1, Some(object)));
        }
        let change = entry(2, pod(after));
        let found = moving(&world, [(Show(1000), &change)].into_iter(), Show(1000 + ms));
        found
            .into_iter()
            .map(|moving| (moving.motion, moving.leaving.is_some()))
            .collect()
    }

    #[test]
    fn motion_follows_what_changed() {
        let pending = || Some(json!({"phase": "Pending"}));
        let running =
            || Some(json!({"phase": "Running", "conditions": [{"type": "Ready", "status": "False"}]}));
        let ready = || Some(json!({"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}));
        assert_eq!(moves(None, pending(), 0), [(Motion::Appear, false)]);
        assert_eq!(moves(pending(), running(), 0), [(Motion::Fill, false)]);
        assert_eq!(moves(running(), ready(), 0), [(Motion::Light, false)]);
        assert_eq!(moves(ready(), running(), 0), [(Motion::Dim, false)]);
        assert_eq!(moves(ready(), None, 0), [(Motion::Leave, true)]);
        assert_eq!(moves(ready(), ready(), 0), []);
    }

    #[test]
    fn motion_ends() {
        assert_eq!(moves(None, Some(json!({})), 219).len(), 1);
        assert_eq!(moves(None, Some(json!({})), 220), []);
    }

    #[test]
    fn easing_begins_at_nothing_and_ends_at_all() {
        assert_eq!((ease(0.0), ease(1.0)), (0.0, 1.0));
        assert!(ease(0.5) > 0.5);
    }
}
