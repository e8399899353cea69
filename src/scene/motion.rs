//! The motions in progress at a show time, and their progress. Motion is a function of the log, so that scrubbing back
//! is as exact as playing. It follows changes and never anticipates them. With reduced motion this module is not
//! called, and everything is drawn in its final state.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::statefulset::stopped_ordinal;
use super::volume::{attachment_volume, is_attached};
use crate::object::status::Phase;
use crate::object::{Key, Kind, Object, pod};
use crate::store::{Actor, Decision, Entry, EntryKind, World};
use crate::timeline::Show;

/// Duration of the longest motion, in milliseconds of show time. What changed earlier is not in motion.
pub const WINDOW_MS: u64 = 450;

/// A kind of motion, named after what it shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Motion {
    /// A pod or a claim was created: its outline appears.
    Create,
    /// A pod's containers have started: its card fills.
    Start,
    /// A pod became Ready: its name lights up.
    BecomeReady,
    /// A pod is not Ready any more: its name goes dark.
    BecomeUnready,
    /// A volume was created: its disk fills.
    Provision,
    /// A volume was attached: its cable plugs in.
    Attach,
    /// A volume was detached: its cable comes out.
    Detach,
    /// A pod or a claim was deleted: it disappears.
    Delete,
    /// A controller's sync stopped at another ordinal: its marker moves.
    MoveMarker {
        /// The ordinal before.
        from: i64,
        /// The ordinal now.
        to: i64,
    },
}

impl Motion {
    /// How long it takes, in milliseconds of show time.
    pub fn ms(&self) -> u64 {
        match self {
            Motion::Create => 220,
            Motion::BecomeReady | Motion::BecomeUnready => 240,
            Motion::Attach | Motion::Detach => 260,
            Motion::MoveMarker { .. } => 320,
            Motion::Start | Motion::Provision => 420,
            Motion::Delete => WINDOW_MS,
        }
    }

    /// Whether a later motion of the same object ends an earlier one.
    fn replaces(&self, earlier: &Motion) -> bool {
        match self {
            Motion::Create | Motion::Delete => matches!(earlier, Motion::Create | Motion::Delete),
            Motion::BecomeReady | Motion::BecomeUnready => {
                matches!(earlier, Motion::BecomeReady | Motion::BecomeUnready)
            }
            Motion::Attach | Motion::Detach => matches!(earlier, Motion::Attach | Motion::Detach),
            Motion::Start => matches!(earlier, Motion::Start),
            Motion::Provision => matches!(earlier, Motion::Provision),
            Motion::MoveMarker { .. } => matches!(earlier, Motion::MoveMarker { .. }),
        }
    }
}

/// A motion under way.
#[derive(Clone, Debug, PartialEq)]
pub struct ActiveMotion {
    /// What moves: for cables and disks the volume, for the marker the workload.
    pub key: Key,
    /// How it moves.
    pub motion: Motion,
    /// Its progress, from 0 to 1, eased.
    pub progress: f32,
    /// The last version of an object that was deleted.
    pub deleted: Option<Arc<Object>>,
}

/// Returns what is in motion at `now`. `before` is the world [`WINDOW_MS`] earlier. `recent` are the entries since
/// then, with the show time of each.
pub fn active_motions<'a>(
    before: &'a World,
    recent: impl Iterator<Item = (Show, &'a Entry)>,
    now: Show,
) -> Vec<ActiveMotion> {
    let mut active: Vec<ActiveMotion> = Vec::new();
    let mut versions: BTreeMap<&Key, Option<&Arc<Object>>> = BTreeMap::new();
    let mut markers: BTreeMap<&Key, Option<i64>> = BTreeMap::new();
    for (shown, entry) in recent {
        let started = match &entry.kind {
            EntryKind::Change(change) => {
                let old = match versions.get(&change.key) {
                    Some(version) => *version,
                    None => before.get(&change.key),
                };
                versions.insert(&change.key, change.object.as_ref());
                motions_of_change(&change.key, old, change.object.as_ref())
            }
            EntryKind::Decision(decision) => marker_motion(before, &mut markers, decision)
                .into_iter()
                .collect(),
        };
        let passed = now.since(shown);
        for StartedMotion { key, motion, deleted } in started {
            let ms = motion.ms();
            active.retain(|earlier| earlier.key != key || !motion.replaces(&earlier.motion));
            if passed < ms {
                active.push(ActiveMotion {
                    key,
                    progress: ease(passed as f32 / ms as f32),
                    motion,
                    deleted,
                });
            }
        }
    }
    active
}

/// A motion that an entry of the log starts.
struct StartedMotion {
    key: Key,
    motion: Motion,
    deleted: Option<Arc<Object>>,
}

impl StartedMotion {
    fn new(key: &Key, motion: Motion) -> StartedMotion {
        StartedMotion {
            key: key.clone(),
            motion,
            deleted: None,
        }
    }
}

fn motions_of_change(key: &Key, old: Option<&Arc<Object>>, new: Option<&Arc<Object>>) -> Vec<StartedMotion> {
    match (key.kind, old, new) {
        (Kind::Pod | Kind::PersistentVolumeClaim, None, Some(_)) => {
            vec![StartedMotion::new(key, Motion::Create)]
        }
        (Kind::Pod | Kind::PersistentVolumeClaim, Some(old), None) => vec![StartedMotion {
            deleted: Some(old.clone()),
            ..StartedMotion::new(key, Motion::Delete)
        }],
        (Kind::PersistentVolume, None, Some(_)) => vec![StartedMotion::new(key, Motion::Provision)],
        (Kind::Pod, Some(old), Some(new)) => pod_motions(key, old, new),
        (Kind::VolumeAttachment, old, new) => attachment_motion(old, new).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn pod_motions(key: &Key, old: &Object, new: &Object) -> Vec<StartedMotion> {
    let mut motions = Vec::new();
    match (pod::ready(old), pod::ready(new)) {
        (false, true) => motions.push(StartedMotion::new(key, Motion::BecomeReady)),
        (true, false) => motions.push(StartedMotion::new(key, Motion::BecomeUnready)),
        (true, true) | (false, false) => {}
    }
    let has_started = |pod: &Object| pod::phase(pod) != Phase::Pending;
    if !has_started(old) && has_started(new) {
        motions.push(StartedMotion::new(key, Motion::Start));
    }
    motions
}

fn attachment_motion(old: Option<&Arc<Object>>, new: Option<&Arc<Object>>) -> Option<StartedMotion> {
    let name = new.or(old).and_then(|attachment| attachment_volume(attachment))?;
    let attached =
        |attachment: Option<&Arc<Object>>| attachment.is_some_and(|attachment| is_attached(attachment));
    let motion = match (attached(old), attached(new)) {
        (false, true) => Motion::Attach,
        (true, false) => Motion::Detach,
        (true, true) | (false, false) => return None,
    };
    let volume = Key::new(Kind::PersistentVolume, name.clone());
    Some(StartedMotion::new(&volume, motion))
}

/// The marker moves from the ordinal of a StatefulSet controller's last reason to wait to that of the next.
fn marker_motion<'a>(
    before: &World,
    markers: &mut BTreeMap<&'a Key, Option<i64>>,
    decision: &'a Decision,
) -> Option<StartedMotion> {
    if decision.actor != Actor::StatefulSetController {
        return None;
    }
    let from = match markers.get(&decision.object) {
        Some(known) => *known,
        None => before
            .waiting(decision.actor, &decision.object)
            .and_then(stopped_ordinal),
    };
    let to = decision.waiting.as_ref().and_then(stopped_ordinal);
    markers.insert(&decision.object, to);
    let (from, to) = (from?, to?);
    (from != to).then(|| StartedMotion::new(&decision.object, Motion::MoveMarker { from, to }))
}

/// Starts fast and slows down.
fn ease(t: f32) -> f32 {
    let rest = 1.0 - t.clamp(0.0, 1.0);
    1.0 - rest * rest * rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::{Map, Time, Value};
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
        let active = active_motions(&world, [(Show(1000), &change)].into_iter(), Show(1000 + ms));
        active
            .into_iter()
            .map(|active| (active.motion, active.deleted.is_some()))
            .collect()
    }

    #[test]
    fn changes_start_motions() {
        let pending = || Some(json!({"phase": "Pending"}));
        let running =
            || Some(json!({"phase": "Running", "conditions": [{"type": "Ready", "status": "False"}]}));
        let ready = || Some(json!({"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}));
        assert_eq!(moves(None, pending(), 0), [(Motion::Create, false)]);
        assert_eq!(moves(pending(), running(), 0), [(Motion::Start, false)]);
        assert_eq!(moves(running(), ready(), 0), [(Motion::BecomeReady, false)]);
        assert_eq!(moves(ready(), running(), 0), [(Motion::BecomeUnready, false)]);
        assert_eq!(moves(ready(), None, 0), [(Motion::Delete, true)]);
        assert_eq!(moves(ready(), ready(), 0), []);
    }

    #[test]
    fn a_motion_ends_after_its_duration() {
        assert_eq!(moves(None, Some(json!({})), 219).len(), 1);
        assert_eq!(moves(None, Some(json!({})), 220), []);
    }

    #[test]
    fn easing_goes_from_zero_to_one() {
        assert_eq!((ease(0.0), ease(1.0)), (0.0, 1.0));
        assert!(ease(0.5) > 0.5);
    }
}
