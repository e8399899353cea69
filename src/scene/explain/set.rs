//! What the sentence asks of a StatefulSet: who comes next, and who stands at which revision.

use crate::object::{Key, Kind, Object, Value};
use crate::store::{World, ordinal};

/// A StatefulSet as it stands.
pub struct Set<'a> {
    /// Its key.
    pub key: Key,
    world: &'a World,
    object: &'a Object,
    /// First ordinal that is wanted.
    start: i64,
    /// First ordinal behind those that are wanted.
    end: i64,
}

/// What waits for a pod, in two forms.
pub struct Next {
    /// The pod.
    pub pod: Key,
    /// ` waits for it`, said behind its name.
    pub waits: &'static str,
    /// ` is not created`, said behind its name.
    pub is_not: &'static str,
}

impl<'a> Set<'a> {
    /// The set as it stands.
    pub fn new(world: &'a World, object: &'a Object) -> Set<'a> {
        let number = |path: &[&str]| object.spec().at(path).and_then(Value::as_i64);
        let start = number(&["ordinals", "start"]).unwrap_or(0);
        let replicas = number(&["replicas"]).unwrap_or(1);
        Set {
            key: object.key(),
            world,
            object,
            start,
            end: start.saturating_add(replicas),
        }
    }

    /// Whether claims outlive their pods when the set shrinks.
    pub fn keeps_claims(&self) -> bool {
        let policy = self
            .object
            .spec()
            .at(&["persistentVolumeClaimRetentionPolicy", "whenScaled"]);
        policy.and_then(Value::as_str) != Some("Delete")
    }

    /// The Service that gives its pods their names, if the set names one that does not exist.
    pub fn missing_service(&self) -> Option<String> {
        let name = self.object.spec().get("serviceName")?.as_str()?;
        let service = self.key.beside(Kind::Service, name);
        (!name.is_empty() && self.world.get(&service).is_none()).then(|| name.to_owned())
    }

    /// How many pods are wanted.
    pub fn wanted(&self) -> i64 {
        self.end - self.start
    }

    /// The pod of that ordinal.
    pub fn pod(&self, ordinal: i64) -> Key {
        self.key.beside(Kind::Pod, format!("{}-{ordinal}", self.key.name))
    }

    /// Its pods, by ordinal.
    pub fn pods(&self) -> impl DoubleEndedIterator<Item = &'a Object> {
        let pods = self.world.controlled_pod_entries(&self.object.meta.uid);
        pods.map(|entry| entry.pod.as_ref())
    }

    /// The lowest wanted pod that does not stand.
    pub fn missing(&self) -> Option<Key> {
        let mut expected = self.start;
        for pod in self.pods() {
            let have = ordinal(pod.name());
            if have < expected {
                continue;
            }
            if have != expected {
                break;
            }
            expected += 1;
        }
        (expected < self.end).then(|| self.pod(expected))
    }

    /// The highest pod that is not wanted any more, below another.
    pub fn next_condemned(&self, below: &Key) -> Option<Key> {
        let limit = ordinal(&below.name);
        let mut pods = self.pods().rev().filter(|pod| !pod.meta.terminating());
        let unwanted = |at: i64| at < limit && (at >= self.end || at < self.start);
        pods.find(|pod| unwanted(ordinal(pod.name()))).map(Object::key)
    }

    /// Whether a pod stands at another revision than the one that the template describes.
    pub fn outdated(&self, pod: &Key) -> bool {
        let wanted = self.update_revision();
        let have = self.world.get(pod).and_then(|pod| revision(pod));
        wanted.is_some() && have.is_some() && have != wanted
    }

    /// Whether a pod stands at the new revision while a rollout goes on.
    pub fn rolled(&self, pod: &Key) -> bool {
        self.rolling() && !self.outdated(pod)
    }

    /// Whether a rollout goes on.
    pub fn rolling(&self) -> bool {
        let status = self.object.status.stateful_set();
        status.is_some_and(|status| status.current_revision != status.update_revision)
    }

    fn update_revision(&self) -> Option<&str> {
        let status = self.object.status.stateful_set()?;
        Some(status.update_revision.as_ref()).filter(|name| !name.is_empty())
    }

    /// The highest outdated pod below another that a rollout will reach.
    pub fn next_outdated(&self, below: &Key) -> Option<Key> {
        let strategy = self.object.spec().get("updateStrategy");
        let kind = strategy
            .and_then(|strategy| strategy.get("type"))
            .and_then(Value::as_str);
        if kind == Some("OnDelete") {
            return None;
        }
        let partition = strategy.and_then(|strategy| strategy.at(&["rollingUpdate", "partition"]));
        let partition = partition.and_then(Value::as_i64).unwrap_or(0);
        let first = self.start.saturating_add(partition);
        let limit = ordinal(&below.name);
        let mut pods = self.pods().rev().map(Object::key);
        pods.find(|pod| {
            let at = ordinal(&pod.name);
            (first..limit).contains(&at) && at < self.end && self.outdated(pod)
        })
    }

    /// Whether another pod that is wanted stands below this one.
    pub fn next_below(&self, pod: &Key) -> bool {
        let limit = ordinal(&pod.name);
        self.pods()
            .any(|pod| (self.start..limit).contains(&ordinal(pod.name())))
    }

    /// What OrderedReady puts off until a pod is Ready.
    pub fn after(&self, pod: &Key) -> Option<Next> {
        if let Some(missing) = self.missing().filter(|missing| missing != pod) {
            return Some(Next {
                pod: missing,
                waits: " waits for it",
                is_not: " is not created",
            });
        }
        if let Some(condemned) = self.pods().next_back().map(Object::key)
            && ordinal(&condemned.name) >= self.end
            && condemned != *pod
        {
            return Some(Next {
                pod: condemned,
                waits: " is deleted after that",
                is_not: " is not deleted",
            });
        }
        let highest = self.pod(self.end);
        self.next_outdated(&highest)
            .filter(|next| next != pod)
            .map(|pod| Next {
                pod,
                waits: " is updated after that",
                is_not: " is not updated",
            })
    }
}

fn revision(pod: &Object) -> Option<&str> {
    pod.meta.label("controller-revision-hash").map(AsRef::as_ref)
}
