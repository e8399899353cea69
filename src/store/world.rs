//! The state of the cluster at one position of the log.

use std::sync::Arc;

use imbl::{OrdMap, OrdSet};

use super::controlled_pods::{ControlledPod, ControlledPods, OrdinalAndName};
use super::index::{AttachmentIndex, PodIndex};
use super::log::{Actor, Change, Decision, Entry, EntryKind};
use super::ordinal::ordinal;
use super::waiting::Waiting;
use crate::object::{Key, Kind, Object, OwnerRef, Time, Uid};

/// Label of a StatefulSet's pod with the name of its ControllerRevision.
pub const REVISION_LABEL: &str = "controller-revision-hash";

/// All objects and all current reasons to wait. Cloning is cheap: the maps are persistent, the objects shared.
///
/// [`World::apply`] is the only mutation.
#[derive(Clone, Debug, Default)]
pub struct World {
    objects: OrdMap<Key, Arc<Object>>,
    /// Objects by the UID of each owner.
    dependents: OrdMap<Uid, OrdSet<Key>>,
    /// Pods by the UID of their controller.
    controlled: OrdMap<Uid, ControlledPods>,
    /// The revision names of all pods so far, so that equal names share one allocation.
    revisions: OrdSet<Arc<str>>,
    /// Pods without a controller.
    loose_pods: OrdSet<Key>,
    pods: PodIndex,
    attachments: AttachmentIndex,
    decisions: OrdMap<(Key, Actor), Arc<Decision>>,
    seq: u64,
    now: Time,
    plugins: AdmissionPlugins,
}

/// Which of kube-apiserver's admission plugins, and of the controllers that they need, the cluster has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AdmissionPlugins {
    /// Those that are on by default.
    #[default]
    Default,
    /// Neither ServiceAccount nor DefaultTolerationSeconds. Most recordings were made so.
    WithoutServiceAccounts,
}

impl World {
    /// An empty world with these admission plugins.
    pub fn with_plugins(plugins: AdmissionPlugins) -> World {
        World {
            plugins,
            ..World::default()
        }
    }

    /// The admission plugins of the cluster.
    pub fn plugins(&self) -> AdmissionPlugins {
        self.plugins
    }

    /// Position in the log: the `seq` of the last applied entry.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The time of the last applied entry.
    pub fn now(&self) -> Time {
        self.now
    }

    /// The object with that key.
    pub fn get(&self, key: &Key) -> Option<&Arc<Object>> {
        self.objects.get(key)
    }

    /// All objects of a kind, ordered by namespace and name.
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

    /// All objects, ordered by kind, namespace and name.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Object>> {
        self.objects.values()
    }

    /// The keys of the objects with an owner reference to this UID.
    pub fn dependents(&self, owner: &Uid) -> impl Iterator<Item = &Key> {
        self.dependents.get(owner).into_iter().flatten()
    }

    /// The pods of the controller with this UID, ordered by ordinal (-1 for names without one) and name.
    pub fn controlled(&self, controller: &Uid) -> impl Iterator<Item = (i64, &Arc<Object>)> {
        self.controlled
            .get(controller)
            .into_iter()
            .flat_map(ControlledPods::pods)
            .map(|entry| (entry.ordinal, &entry.pod))
    }

    /// The index of the pods of the controller with this UID.
    pub fn controlled_pods(&self, controller: &Uid) -> Option<&ControlledPods> {
        self.controlled.get(controller)
    }

    /// The entries of the index of the pods of the controller with this UID.
    pub fn controlled_pod_entries(
        &self,
        controller: &Uid,
    ) -> impl DoubleEndedIterator<Item = &ControlledPod> {
        self.controlled
            .get(controller)
            .into_iter()
            .flat_map(ControlledPods::pods)
    }

    /// The pods without a controller.
    pub fn loose_pods(&self) -> impl Iterator<Item = &Arc<Object>> {
        self.loose_pods.iter().filter_map(|key| self.objects.get(key))
    }

    /// Attachments by volume.
    pub fn attachments(&self) -> &AttachmentIndex {
        &self.attachments
    }

    /// Pods by node, claim and controller.
    pub fn pods(&self) -> &PodIndex {
        &self.pods
    }

    /// Why this actor waits with this object.
    pub fn waiting(&self, actor: Actor, object: &Key) -> Option<&Waiting> {
        self.decisions.get(&(object.clone(), actor))?.waiting.as_ref()
    }

    /// The current reasons to wait of all actors with this object.
    pub fn waiting_about(&self, object: &Key) -> impl Iterator<Item = &Arc<Decision>> {
        let first = (object.clone(), Actor::Person);
        let object = object.clone();
        self.decisions
            .range(first..)
            .take_while(move |((key, _), _)| *key == object)
            .map(|(_, decision)| decision)
    }

    /// All current reasons to wait.
    pub fn decisions(&self) -> impl Iterator<Item = &Arc<Decision>> {
        self.decisions.values()
    }

    /// Applies the next entry of the log.
    pub fn apply(&mut self, entry: &Entry) {
        self.seq = entry.seq;
        self.now = entry.at;
        match &entry.kind {
            EntryKind::Change(change) => self.change(change),
            EntryKind::Decision(decision) => self.decide(decision),
        }
    }

    fn change(&mut self, change: &Change) {
        let old = match &change.object {
            Some(object) => self.objects.insert(change.key.clone(), object.clone()),
            None => self.objects.remove(&change.key),
        };
        let new = change.object.as_ref();
        self.index_owners(&change.key, old.as_deref(), new.map(AsRef::as_ref));
        match change.key.kind {
            Kind::Pod => self.index_pod(&change.key, old.as_deref(), new),
            Kind::PersistentVolumeClaim => self.touch_users(&change.key),
            Kind::VolumeAttachment => {
                let new = new.map(AsRef::as_ref);
                self.attachments.change(&change.key, old.as_deref(), new);
            }
            _ => {}
        }
        if new.is_none() {
            self.remove_decisions(&change.key);
            if let Some(old) = old.filter(|old| {
                self.controlled_pods(&old.meta.uid)
                    .is_some_and(ControlledPods::is_empty)
            }) {
                self.controlled.remove(&old.meta.uid);
            }
        }
    }

    fn index_owners(&mut self, key: &Key, old: Option<&Object>, new: Option<&Object>) {
        if let (Some(old), Some(new)) = (old, new)
            && (Arc::ptr_eq(&old.meta.owners, &new.meta.owners) || old.meta.owners == new.meta.owners)
        {
            return;
        }
        for owner in old.iter().flat_map(|old| old.meta.owners.iter()) {
            if let Some(keys) = self.dependents.get_mut(&owner.uid) {
                keys.remove(key);
                if keys.is_empty() {
                    self.dependents.remove(&owner.uid);
                }
            }
        }
        for owner in new.iter().flat_map(|new| new.meta.owners.iter()) {
            let keys = self.dependents.entry(owner.uid.clone()).or_default();
            keys.insert(key.clone());
        }
    }

    fn index_pod(&mut self, key: &Key, old: Option<&Object>, new: Option<&Arc<Object>>) {
        let controller = |pod: &Object| pod.meta.controller().cloned();
        let (before, after) = (old.and_then(controller), new.and_then(|pod| controller(pod)));
        let id = (ordinal(&key.name), key.name.clone());
        if let Some(owner) = before.filter(|owner| after.as_ref().is_none_or(|after| after.uid != owner.uid))
        {
            self.remove_controlled(key, &id, &owner);
        }
        match (after, new) {
            (Some(owner), Some(pod)) => {
                self.loose_pods.remove(key);
                let revision = self.revision_of(pod);
                let controlled_pods = self.controlled.entry(owner.uid).or_default();
                controlled_pods.put(&id, Some(ControlledPod::new(pod, revision)), self.seq);
            }
            (_, Some(_)) => {
                self.loose_pods.insert(key.clone());
            }
            (_, None) => {
                self.loose_pods.remove(key);
            }
        }
        self.pods.change(key, old, new.map(AsRef::as_ref));
    }

    /// Removes a pod from its controller. The empty index is kept while the controller exists, which has to learn of
    /// the removed pods.
    fn remove_controlled(&mut self, pod: &Key, id: &OrdinalAndName, owner: &OwnerRef) {
        let Some(controlled_pods) = self.controlled.get_mut(&owner.uid) else {
            return;
        };
        controlled_pods.put(id, None, self.seq);
        if !controlled_pods.is_empty() {
            return;
        }
        let controller_exists = Kind::from_type_meta(&owner.api_version, &owner.kind)
            .and_then(|kind| self.objects.get(&pod.beside(kind, owner.name.clone())))
            .is_some_and(|controller| controller.meta.uid == owner.uid);
        if !controller_exists {
            self.controlled.remove(&owner.uid);
        }
    }

    /// The revision name of a pod.
    fn revision_of(&mut self, pod: &Object) -> Arc<str> {
        let name = pod.meta.label(REVISION_LABEL).cloned().unwrap_or_default();
        if let Some(known) = self.revisions.get(&name) {
            return known.clone();
        }
        self.revisions.insert(name.clone());
        name
    }

    /// Marks the pods that use a changed claim as touched.
    fn touch_users(&mut self, claim: &Key) {
        let pods: Vec<Arc<Object>> = self
            .pods
            .of_claim(claim)
            .filter_map(|pod| self.objects.get(pod).cloned())
            .collect();
        for pod in pods {
            let id = (ordinal(&pod.meta.name), pod.meta.name.clone());
            if let Some(owner) = pod.meta.controller()
                && let Some(controlled_pods) = self.controlled.get_mut(&owner.uid)
            {
                controlled_pods.touch(&id, self.seq);
            }
        }
    }

    /// Removes the decisions about a deleted object.
    fn remove_decisions(&mut self, key: &Key) {
        let first = (key.clone(), Actor::Person);
        while let Some((id, _)) = self
            .decisions
            .range(first.clone()..)
            .next()
            .filter(|((about, _), _)| about == key)
        {
            let id = id.clone();
            self.decisions.remove(&id);
        }
    }

    fn decide(&mut self, decision: &Decision) {
        let id = (decision.object.clone(), decision.actor);
        if decision.waiting.is_some() {
            self.decisions.insert(id, Arc::new(decision.clone()));
        } else {
            self.decisions.remove(&id);
        }
    }
}
