//! What the scheduler's queue takes notice of (`pkg/scheduler/eventhandlers.go`).

use crate::cluster::runtime::durations::SCHEDULE_MS;
use crate::cluster::runtime::{WatchEvent, WorkQueue};
use crate::cluster::volumes::{claim_of, volume_of};
use crate::object::{Key, Kind, Object, Value, pod};
use crate::store::World;

/// Enqueues pods that need a node or leave one, the users of changed claims and volumes, and changed nodes.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    let Some(object) = event.latest() else { return };
    match event.change.key.kind {
        Kind::Pod => {
            let bound = |pod: Option<&Object>| pod.is_some_and(|pod| pod::node(pod).is_some());
            let done = |pod: Option<&Object>| pod.is_none_or(|pod| pod::phase(pod).terminal());
            if event.new().is_some() && !bound(event.new()) {
                if may_fit_now(event.old, event.new()) {
                    queue.add_after(SCHEDULE_MS, &event.change.key);
                }
            } else if bound(event.new()) != bound(event.old) || done(event.new()) != done(event.old) {
                queue.add(&event.change.key);
            }
        }
        Kind::PersistentVolumeClaim => {
            let volume =
                |claim: Option<&Object>| claim.and_then(|claim| claim.spec().get("volumeName").cloned());
            let leaving = |claim: Option<&Object>| claim.map(|claim| claim.meta.terminating());
            if volume(event.new()) != volume(event.old) || leaving(event.new()) != leaving(event.old) {
                enqueue_users(event.world, &event.change.key, queue);
            }
        }
        Kind::PersistentVolume => {
            let spec = |volume: Option<&Object>| volume.map(|v| v.spec().clone());
            if spec(event.new()) != spec(event.old)
                && let Some(claim) = claim_of(object)
                && event.world.get(&claim).and_then(|claim| volume_of(claim)) == Some(object.key())
            {
                enqueue_users(event.world, &claim, queue);
            }
            if event.old.is_none() && claim_of(object).is_none() {
                queue.add_after(SCHEDULE_MS, &event.change.key);
            }
        }
        Kind::Node => {
            let spec = |node: Option<&Object>| {
                let allocatable = |node: &Object| node.status.fields()?.get("allocatable").cloned();
                node.map(|node| (node.spec().clone(), node.meta.labels.clone(), allocatable(node)))
            };
            if spec(event.new()) != spec(event.old) {
                queue.add_after(SCHEDULE_MS, &event.change.key);
            }
        }
        _ => {}
    }
}

fn enqueue_users(world: &World, claim: &Key, queue: &mut WorkQueue) {
    for user in world.pods().of_claim(claim) {
        if world.get(user).is_some_and(|pod| pod::node(pod).is_none()) {
            queue.add_after(SCHEDULE_MS, user);
        }
    }
}

/// Whether an update of a pod without a node can make it schedulable (`isPodUpdated`).
fn may_fit_now(old: Option<&Object>, new: Option<&Object>) -> bool {
    let (Some(old), Some(new)) = (old, new) else {
        return true;
    };
    let fields =
        |pod: &Object| ["schedulingGates", "tolerations"].map(|field| pod.spec().get(field).cloned());
    fields(old) != fields(new) || old.meta.labels != new.meta.labels
}

/// Whether the pod names a scheduler that is not this one.
pub fn has_other_scheduler(object: &Object) -> bool {
    let name = object.spec().get("schedulerName").and_then(Value::as_str);
    name.is_some_and(|name| !name.is_empty() && name != "default-scheduler")
}

/// Whether the pod has scheduling gates (`plugins/schedulinggates`).
pub fn is_gated(object: &Object) -> bool {
    let gates = object.spec().get("schedulingGates").and_then(Value::as_array);
    gates.is_some_and(|gates| !gates.is_empty())
}
