//! The cluster's state at one position of the log.

use std::sync::Arc;

use imbl::{OrdMap, OrdSet};

use super::index::PodIndex;
use super::log::{Actor, Change, Decision, Entry, What};
use super::waiting::Waiting;
use crate::object::{Key, Kind, Object, Time, Uid};

/// All objects and all open reasons to wait. Cloning is cheap: the maps are persistent, the objects shared.
///
/// [`World::apply`] is the only mutation there is.
#[derive(Clone, Debug, Default)]
pub struct World {
    objects: OrdMap<Key, Arc<Object>>,
    /// Objects by the UID of each owner.
    dependents: OrdMap<Uid, OrdSet<Key>>,
    /// Pods by the UID of their managing controller, by ordinal: what a StatefulSet's sync walks.
    controlled: OrdMap<Uid, OrdMap<(i64, Arc<str>), Arc<Object>>>,
    pods: PodIndex,
    decisions: OrdMap<(Key, Actor), Arc<Decision>>,
    seq: u64,
    now: Time,
}

impl World {
    /// Position in the log: the `seq` of the last entry applied.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// When the last entry was applied.
    pub fn now(&self) -> Time {
        self.now
    }

    /// The object of that key.
    pub fn get(&self, key: &Key) -> Option<&Arc<Object>> {
        self.objects.get(key)
    }

    /// All objects of a kind, by namespace and name.
    pub fn list(&self, kind: Kind) -> impl Iterator<Item = &Arc<Object>> {
        let first = Key {
            kind,
            namespace: "".into(),
            name: "".into(),
        };
        self.objects
            .range(first..)
            .map(|(_, object)| object)
            .take_while(move |object| object.kind == kind)
    }

    /// Every object there is, by kind, namespace and name.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Object>> {
        self.objects.values()
    }

    /// The keys of the objects that have an owner with this UID.
    pub fn dependents(&self, owner: &Uid) -> impl Iterator<Item = &Key> {
        self.dependents.get(owner).into_iter().flatten()
    }

    /// The pods that the controller with this UID manages, by ordinal (-1 for names without one) and name.
    pub fn controlled(&self, controller: &Uid) -> impl Iterator<Item = (i64, &Arc<Object>)> {
        self.controlled
            .get(controller)
            .into_iter()
            .flatten()
            .map(|((ordinal, _), pod)| (*ordinal, pod))
    }

    /// Pods by node, claim and controller.
    pub fn pods(&self) -> &PodIndex {
        &self.pods
    }

    /// Why this actor waits about this object.
    pub fn waiting(&self, actor: Actor, object: &Key) -> Option<&Waiting> {
        self.decisions.get(&(object.clone(), actor))?.waiting.as_ref()
    }

    /// Every actor's open reason to wait about this object.
    pub fn waiting_about(&self, object: &Key) -> impl Iterator<Item = &Arc<Decision>> {
        let first = (object.clone(), Actor::Person);
        let object = object.clone();
        self.decisions
            .range(first..)
            .take_while(move |((key, _), _)| *key == object)
            .map(|(_, decision)| decision)
    }

    /// All open reasons to wait.
    pub fn decisions(&self) -> impl Iterator<Item = &Arc<Decision>> {
        self.decisions.values()
    }

    /// Moves on by one entry of the log.
    pub fn apply(&mut self, entry: &Entry) {
        self.seq = entry.seq;
        self.now = entry.at;
        match &entry.what {
            What::Change(change) => self.change(change),
            What::Decision(decision) => self.decide(decision),
        }
    }

    fn change(&mut self, change: &Change) {
        let old = match &change.object {
            Some(object) => self.objects.insert(change.key.clone(), object.clone()),
            None => self.objects.remove(&change.key),
        };
        if change.key.kind == Kind::Pod {
            self.pods
                .change(&change.key, old.as_deref(), change.object.as_deref());
        }
        if let Some(old) = old {
            self.forget(&change.key, &old, change.object.as_deref());
        }
        if let Some(new) = &change.object {
            self.index(&change.key, new);
        } else {
            let first = (change.key.clone(), Actor::Person);
            while let Some((place, _)) = self
                .decisions
                .range(first.clone()..)
                .next()
                .filter(|((key, _), _)| *key == change.key)
            {
                let place = place.clone();
                self.decisions.remove(&place);
            }
        }
    }

    fn forget(&mut self, key: &Key, old: &Object, new: Option<&Object>) {
        let same_owners = new.is_some_and(|new| new.meta.owners == old.meta.owners);
        if same_owners {
            return;
        }
        for owner in old.meta.owners.iter() {
            if let Some(keys) = self.dependents.get_mut(&owner.uid) {
                keys.remove(key);
                if keys.is_empty() {
                    self.dependents.remove(&owner.uid);
                }
            }
        }
        if let (Kind::Pod, Some(controller)) = (key.kind, old.meta.controller())
            && let Some(pods) = self.controlled.get_mut(&controller.uid)
        {
            pods.remove(&(ordinal(&key.name), key.name.clone()));
            if pods.is_empty() {
                self.controlled.remove(&controller.uid);
            }
        }
    }

    fn index(&mut self, key: &Key, new: &Arc<Object>) {
        for owner in new.meta.owners.iter() {
            let keys = self.dependents.entry(owner.uid.clone()).or_default();
            if !keys.contains(key) {
                keys.insert(key.clone());
            }
        }
        if let (Kind::Pod, Some(controller)) = (key.kind, new.meta.controller()) {
            let pods = self.controlled.entry(controller.uid.clone()).or_default();
            pods.insert((ordinal(&key.name), key.name.clone()), new.clone());
        }
    }

    fn decide(&mut self, decision: &Decision) {
        let place = (decision.object.clone(), decision.actor);
        if decision.waiting.is_some() {
            self.decisions.insert(place, Arc::new(decision.clone()));
        } else {
            self.decisions.remove(&place);
        }
    }
}

/// The trailing number of a name such as `web-12`, or -1 (`getParentNameAndOrdinal` in `stateful_set_utils.go`).
pub fn ordinal(name: &str) -> i64 {
    name.rsplit_once('-')
        .filter(|(_, digits)| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
        .and_then(|(_, digits)| digits.parse::<i32>().ok())
        .map_or(-1, i64::from)
}
