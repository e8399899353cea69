//! Indexes for lookups by other properties than the key.

use std::sync::Arc;

use imbl::{OrdMap, OrdSet};

use crate::object::{Key, Object, Uid, pod};

/// Pods by node, claim and controller.
#[derive(Clone, Debug, Default)]
pub struct PodIndex {
    by_node: OrdMap<Arc<str>, OrdSet<Key>>,
    by_claim: OrdMap<Key, OrdSet<Key>>,
    by_controller_and_node: OrdMap<(Uid, Arc<str>), usize>,
}

impl PodIndex {
    /// The pods that are bound to this node, terminal ones included.
    pub fn on_node(&self, node: &str) -> impl Iterator<Item = &Key> {
        self.by_node.get(node).into_iter().flatten()
    }

    /// Number of pods that are bound to this node.
    pub fn count_on_node(&self, node: &str) -> usize {
        self.by_node.get(node).map_or(0, OrdSet::len)
    }

    /// The pods that use this claim.
    pub fn of_claim(&self, claim: &Key) -> impl Iterator<Item = &Key> {
        self.by_claim.get(claim).into_iter().flatten()
    }

    /// Number of pods of one controller that are bound to this node.
    pub fn count_of_controller(&self, controller: &Uid, node: &Arc<str>) -> usize {
        self.by_controller_and_node
            .get(&(controller.clone(), node.clone()))
            .copied()
            .unwrap_or(0)
    }

    /// Updates the index for a changed pod.
    pub(super) fn change(&mut self, key: &Key, old: Option<&Object>, new: Option<&Object>) {
        let node = |pod: Option<&Object>| pod.and_then(pod::node).cloned();
        let owner = |pod: Option<&Object>| pod.and_then(|pod| Some(pod.meta.controller()?.uid.clone()));
        let same_body = matches!((old, new), (Some(old), Some(new)) if Arc::ptr_eq(&old.body, &new.body));
        if !same_body && let Some(old) = old {
            for claim in pod::claims(old) {
                remove(&mut self.by_claim, &claim, key);
            }
        }
        if !same_body && let Some(new) = new {
            for claim in pod::claims(new) {
                self.by_claim.entry(claim).or_default().insert(key.clone());
            }
        }
        let (before, after) = (node(old), node(new));
        if before != after {
            if let Some(node) = &before {
                remove(&mut self.by_node, node, key);
            }
            if let Some(node) = &after {
                self.by_node.entry(node.clone()).or_default().insert(key.clone());
            }
        }
        let (before, after) = (owner(old).zip(before), owner(new).zip(after));
        if before != after {
            self.count(before, usize::wrapping_sub);
            self.count(after, usize::wrapping_add);
        }
    }

    fn count(&mut self, item: Option<(Uid, Arc<str>)>, step: fn(usize, usize) -> usize) {
        let Some(item) = item else { return };
        let number = step(self.by_controller_and_node.get(&item).copied().unwrap_or(0), 1);
        if number == 0 {
            self.by_controller_and_node.remove(&item);
        } else {
            self.by_controller_and_node.insert(item, number);
        }
    }
}

/// VolumeAttachments by volume.
#[derive(Clone, Debug, Default)]
pub struct AttachmentIndex {
    by_volume: OrdMap<Arc<str>, OrdSet<Key>>,
}

impl AttachmentIndex {
    /// The attachments of the volume with that name.
    pub fn of_volume(&self, volume: &str) -> impl Iterator<Item = &Key> {
        self.by_volume.get(volume).into_iter().flatten()
    }

    /// Updates the index for a changed attachment; its volume is immutable.
    pub(super) fn change(&mut self, key: &Key, old: Option<&Object>, new: Option<&Object>) {
        let volume = |attachment: &Object| {
            let source = attachment.spec().get("source")?.as_object()?;
            source.text("persistentVolumeName").cloned()
        };
        match (old, new) {
            (None, Some(new)) => {
                if let Some(volume) = volume(new) {
                    self.by_volume.entry(volume).or_default().insert(key.clone());
                }
            }
            (Some(old), None) => {
                if let Some(volume) = volume(old) {
                    remove(&mut self.by_volume, &volume, key);
                }
            }
            _ => {}
        }
    }
}

fn remove<K: Ord + Clone>(index: &mut OrdMap<K, OrdSet<Key>>, entry: &K, key: &Key) {
    if let Some(keys) = index.get_mut(entry) {
        keys.remove(key);
        if keys.is_empty() {
            index.remove(entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::{Kind, Map, OwnerRef, Value};
    use serde_json::json;

    fn pod(node: &str, claim: &str) -> Object {
        let document: Value = json!({
            "metadata": {"name": "web-0", "namespace": "default"},
            "spec": {"nodeName": node, "volumes": [
                {"name": "data", "persistentVolumeClaim": {"claimName": claim}},
                {"name": "tmp", "emptyDir": {}},
            ]},
        })
        .into();
        let map: &Map = document.as_object().expect("an object");
        let mut pod = Object::read(Kind::Pod, map);
        pod.meta.owners = Arc::from([OwnerRef::controller(
            Kind::StatefulSet,
            &"web".into(),
            &"uid-1".into(),
        )]);
        pod
    }

    #[test]
    fn a_pod_is_found_by_node_claim_and_controller() {
        let key = Key::new(Kind::Pod, "web-0");
        let claim = Key::new(Kind::PersistentVolumeClaim, "data-web-0");
        let (uid, node): (Uid, Arc<str>) = ("uid-1".into(), "node-1".into());
        let unbound = pod("", "data-web-0");
        let bound = pod("node-1", "data-web-0");
        let mut index = PodIndex::default();

        index.change(&key, None, Some(&unbound));
        assert_eq!(index.of_claim(&claim).collect::<Vec<_>>(), [&key]);
        assert_eq!(index.count_on_node("node-1"), 0);

        index.change(&key, Some(&unbound), Some(&bound));
        assert_eq!(index.on_node("node-1").collect::<Vec<_>>(), [&key]);
        assert_eq!(index.count_of_controller(&uid, &node), 1);

        index.change(&key, Some(&bound), None);
        assert_eq!(index.of_claim(&claim).count(), 0);
        assert_eq!(index.count_on_node("node-1"), 0);
        assert_eq!(index.count_of_controller(&uid, &node), 0);
    }
}
