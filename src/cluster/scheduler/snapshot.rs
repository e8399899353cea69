//! What the filters read (`pkg/scheduler/backend/cache/snapshot.go`).

use std::collections::BTreeSet;
use std::sync::Arc;

use imbl::{OrdMap, OrdSet};

use super::resources::{Resources, pod_requests};
use crate::object::{Key, Object, Value, pod};
use crate::store::World;

/// The highest score that a plugin gives a node (`MaxNodeScore` in `kube-scheduler/framework`).
pub const MAX_NODE_SCORE: i64 = 100;

/// The cluster as the scheduler sees it while it looks for a node, without the pods that a preemption would evict.
pub struct Snapshot<'a> {
    /// The cluster.
    pub world: &'a World,
    /// Sum of the requests of the pods on each node.
    pub allocated: &'a OrdMap<Arc<str>, Resources>,
    /// Bound pods that have required anti-affinity.
    pub anti_affine: &'a OrdSet<Key>,
    /// Bound pods whose affinity matters to the scores of others.
    pub affine: &'a OrdSet<Key>,
    /// Pods that have preempted others, each with the node that it is to get (`nominator`).
    pub nominated: &'a OrdMap<Key, Arc<str>>,
    /// Pods that are treated as if they did not exist.
    pub removed: BTreeSet<Key>,
}

impl<'a> Snapshot<'a> {
    /// The pods on a node that have not ended.
    pub fn pods_on(&self, node: &str) -> impl Iterator<Item = &'a Arc<Object>> {
        self.world
            .pods()
            .on_node(node)
            .filter(|key| !self.removed.contains(*key))
            .filter_map(|key| self.world.get(key))
            .filter(|pod| !pod::phase(pod).terminal())
    }

    /// The bound pods that have required anti-affinity.
    pub fn anti_affine_pods(&self) -> impl Iterator<Item = &'a Arc<Object>> {
        self.anti_affine
            .iter()
            .filter(|key| !self.removed.contains(*key))
            .filter_map(|key| self.world.get(key))
    }

    /// The bound pods whose affinity matters to the scores of others.
    pub fn affine_pods(&self) -> impl Iterator<Item = &'a Arc<Object>> {
        self.affine.iter().filter_map(|key| self.world.get(key))
    }

    /// The requests that a pod finds on a node: of its pods, and of the pods that preempted others there, unless they
    /// have a lower priority (`addGENominatedPods`).
    pub fn allocated_for(&self, object: &Object, node: &str) -> Resources {
        let sum = self.allocated.get(node).cloned().unwrap_or_default();
        let removed = self.removed.iter().filter_map(|key| self.world.get(key));
        let sum = removed
            .filter(|pod| pod::node(pod).is_some_and(|name| **name == *node))
            .fold(sum, |sum, pod| sum.minus(&pod_requests(pod)));
        let own = object.key();
        let nominated = self
            .nominated
            .iter()
            .filter(|(key, name)| ***name == *node && **key != own);
        nominated
            .filter_map(|(key, _)| self.world.get(key))
            .filter(|pod| priority(pod) >= priority(object))
            .fold(sum, |sum, pod| sum.plus(&pod_requests(pod)))
    }
}

/// `spec.priority`.
pub fn priority(object: &Object) -> i64 {
    object.spec().get("priority").and_then(Value::as_i64).unwrap_or(0)
}
