//! Which pods a StatefulSet has, lacks and processes next.

use crate::object::{Key, Kind, Object, Value};
use crate::store::{World, ordinal};

/// A StatefulSet with its pods.
pub struct StatefulSetPods<'a> {
    /// The set's key.
    pub key: Key,
    world: &'a World,
    object: &'a Object,
    /// The lowest desired ordinal.
    start: i64,
    /// One more than the highest desired ordinal.
    end: i64,
}

/// A pod that OrderedReady does not process until another one is Ready.
pub struct BlockedPod {
    /// The pod.
    pub pod: Key,
    /// What happens once the other pod is Ready, to follow the name: ` waits for it`.
    pub once_ready: &'static str,
    /// What does not happen until then, to follow the name: ` is not created`.
    pub until_ready: &'static str,
}

impl<'a> StatefulSetPods<'a> {
    /// Reads the set's spec.
    pub fn new(world: &'a World, object: &'a Object) -> StatefulSetPods<'a> {
        let number = |path: &[&str]| object.spec().at(path).and_then(Value::as_i64);
        let start = number(&["ordinals", "start"]).unwrap_or(0);
        let replicas = number(&["replicas"]).unwrap_or(1);
        StatefulSetPods {
            key: object.key(),
            world,
            object,
            start,
            end: start.saturating_add(replicas),
        }
    }

    /// Whether claims are retained when the set is scaled down (`whenScaled`).
    pub fn retains_claims(&self) -> bool {
        let policy = self
            .object
            .spec()
            .at(&["persistentVolumeClaimRetentionPolicy", "whenScaled"]);
        policy.and_then(Value::as_str) != Some("Delete")
    }

    /// The name of its governing Service, if that does not exist.
    pub fn missing_service(&self) -> Option<String> {
        let name = self.object.spec().get("serviceName")?.as_str()?;
        let service = self.key.beside(Kind::Service, name);
        (!name.is_empty() && self.world.get(&service).is_none()).then(|| name.to_owned())
    }

    /// `spec.replicas`.
    pub fn replicas(&self) -> i64 {
        self.end - self.start
    }

    /// The key of the pod with that ordinal.
    pub fn pod_key(&self, ordinal: i64) -> Key {
        self.key.beside(Kind::Pod, format!("{}-{ordinal}", self.key.name))
    }

    /// Its pods by ordinal.
    pub fn pods(&self) -> impl DoubleEndedIterator<Item = &'a Object> {
        let pods = self.world.controlled_pod_entries(&self.object.meta.uid);
        pods.map(|entry| entry.pod.as_ref())
    }

    /// The lowest desired pod that does not exist.
    pub fn first_missing(&self) -> Option<Key> {
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
        (expected < self.end).then(|| self.pod_key(expected))
    }

    /// The highest condemned pod below another that is not terminating.
    pub fn next_condemned(&self, below: &Key) -> Option<Key> {
        let limit = ordinal(&below.name);
        let mut pods = self.pods().rev().filter(|pod| !pod.meta.terminating());
        let condemned = |at: i64| at < limit && (at >= self.end || at < self.start);
        pods.find(|pod| condemned(ordinal(pod.name()))).map(Object::key)
    }

    /// Whether a pod is not at the update revision.
    pub fn is_outdated(&self, pod: &Key) -> bool {
        let update = self.update_revision();
        let current = self.world.get(pod).and_then(|pod| revision(pod));
        update.is_some() && current.is_some() && current != update
    }

    /// Whether a rollout is in progress and the pod is at the update revision.
    pub fn is_updated(&self, pod: &Key) -> bool {
        self.is_rolling_out() && !self.is_outdated(pod)
    }

    /// Whether a rollout is in progress.
    pub fn is_rolling_out(&self) -> bool {
        let status = self.object.status.stateful_set();
        status.is_some_and(|status| status.current_revision != status.update_revision)
    }

    fn update_revision(&self) -> Option<&str> {
        let status = self.object.status.stateful_set()?;
        Some(status.update_revision.as_ref()).filter(|name| !name.is_empty())
    }

    /// The highest outdated pod below another that the rolling update will replace.
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
            (first..limit).contains(&at) && at < self.end && self.is_outdated(pod)
        })
    }

    /// Whether a desired pod with a lower ordinal exists.
    pub fn has_lower_replica(&self, pod: &Key) -> bool {
        let limit = ordinal(&pod.name);
        self.pods()
            .any(|pod| (self.start..limit).contains(&ordinal(pod.name())))
    }

    /// The pod that OrderedReady does not process until this one is Ready.
    pub fn blocked_by(&self, pod: &Key) -> Option<BlockedPod> {
        if let Some(missing) = self.first_missing().filter(|missing| missing != pod) {
            return Some(BlockedPod {
                pod: missing,
                once_ready: " waits for it",
                until_ready: " is not created",
            });
        }
        if let Some(condemned) = self.pods().next_back().map(Object::key)
            && ordinal(&condemned.name) >= self.end
            && condemned != *pod
        {
            return Some(BlockedPod {
                pod: condemned,
                once_ready: " is deleted after that",
                until_ready: " is not deleted",
            });
        }
        let end = self.pod_key(self.end);
        self.next_outdated(&end)
            .filter(|next| next != pod)
            .map(|pod| BlockedPod {
                pod,
                once_ready: " is updated after that",
                until_ready: " is not updated",
            })
    }
}

fn revision(pod: &Object) -> Option<&str> {
    pod.meta.label("controller-revision-hash").map(AsRef::as_ref)
}
