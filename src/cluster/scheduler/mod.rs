//! The scheduler: binds each pod to a node, or records why no node fits
//! (`pkg/scheduler/schedule_one.go`).

mod affinity;
mod filter;
mod fit_error;
mod resources;
mod volumes;

use std::sync::Arc;

use imbl::{OrdMap, OrdSet};

use crate::api::{Patch, Request};
use crate::cluster::runtime::durations::SCHEDULE_MS;
use crate::cluster::runtime::{Client, EventType, SyncResult, WatchEvent, WorkQueue};
use crate::cluster::volumes::{SELECTED_NODE, claim_of, volume_of};
use crate::object::status::{Condition, ConditionStatus, ObjectStatus, PodStatus};
use crate::object::{Key, Kind, Object, Time, Value, pod};
use crate::store::waiting::SchedulingWaiting;
use crate::store::{Waiting, World};

use fit_error::FitError;
use resources::{Resources, pod_requests};

/// What the scheduler keeps between syncs.
#[derive(Clone, Debug, Default)]
pub struct Scheduler {
    /// Node and requests of each bound pod.
    bound: OrdMap<Key, (Arc<str>, Resources)>,
    /// Sum of the requests of the pods on each node.
    allocated: OrdMap<Arc<str>, Resources>,
    /// Pods that fit no node (`unschedulablePods`).
    unschedulable: OrdSet<Key>,
}

/// Enqueues pods that need a node or leave one, the users of changed claims and volumes, and changed nodes.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    let Some(object) = event.latest() else { return };
    match event.change.key.kind {
        Kind::Pod => {
            let bound = |pod: Option<&Object>| pod.is_some_and(|pod| pod::node(pod).is_some());
            let done = |pod: Option<&Object>| pod.is_none_or(|pod| pod::phase(pod).terminal());
            if event.new().is_some() && !bound(event.new()) {
                if event.old.is_none() {
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
        }
        Kind::Node => {
            let spec =
                |node: Option<&Object>| node.map(|node| (node.spec().clone(), node.meta.labels.clone()));
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

/// Syncs one pod; for a node, all unschedulable pods.
pub fn sync(client: &mut Client, key: &Key, state: &mut Scheduler) -> SyncResult {
    if key.kind == Kind::Node {
        state.requeue_unschedulable(client, 0);
        return Ok(());
    }
    let pod = client.get(key).cloned();
    let needs_node = state.update_pod(client, key, pod.as_deref());
    match pod {
        Some(pod) if needs_node => {
            // The task may have been enqueued for an earlier pod of the same name.
            let from = pod.meta.created.plus(SCHEDULE_MS);
            if client.now() < from {
                client.requeue_at(from, key);
                return Ok(());
            }
            schedule(client, &pod, state)
        }
        _ => Ok(()),
    }
}

impl Scheduler {
    /// Updates the cache for one pod. Returns whether the pod needs a node.
    fn update_pod(&mut self, client: &mut Client, key: &Key, pod: Option<&Object>) -> bool {
        let node = pod.filter(|pod| !pod::phase(pod).terminal()).and_then(pod::node);
        match (node, self.bound.get(key).cloned()) {
            (Some(node), None) => {
                if let Some(pod) = pod {
                    self.assume(key, node, pod_requests(pod));
                }
                self.unschedulable.remove(key);
            }
            (None, Some((node, requests))) => {
                self.bound.remove(key);
                if let Some(allocated) = self.allocated.get_mut(&node) {
                    *allocated = allocated.minus(requests);
                }
                self.requeue_unschedulable(client, SCHEDULE_MS);
            }
            _ => {}
        }
        let needs_node = pod.is_some_and(|pod| pod::node(pod).is_none() && !pod.meta.terminating());
        if !needs_node {
            self.unschedulable.remove(key);
        }
        needs_node
    }

    /// Counts a pod on its node (`assume`).
    fn assume(&mut self, key: &Key, node: &Arc<str>, requests: Resources) {
        self.bound.insert(key.clone(), (node.clone(), requests));
        let allocated = self.allocated.entry(node.clone()).or_default();
        *allocated = allocated.plus(requests);
    }

    fn requeue_unschedulable(&self, client: &mut Client, after_ms: u64) {
        let at = client.now().plus(after_ms);
        for pod in &self.unschedulable {
            client.requeue_at(at, pod);
        }
    }
}

/// `ScheduleOne`.
fn schedule(client: &mut Client, pod: &Arc<Object>, state: &mut Scheduler) -> SyncResult {
    let key = pod.key();
    let found = filter::find_node(client.world(), pod, &state.allocated);
    let error = match found {
        Ok(node) => {
            let unbound = volumes::claims_to_provision(client.world(), pod);
            if unbound.is_empty() {
                return bind(client, pod, &node, state);
            }
            select_node(client, &unbound, &node)?;
            let claim = unbound.first().map_or_else(|| key.clone(), |claim| claim.key());
            client.set_waiting(
                &key,
                Some(Waiting::Scheduling(SchedulingWaiting::VolumeProvisioning {
                    claim,
                    node,
                })),
            );
            return Ok(());
        }
        Err(error) => error,
    };
    state.unschedulable.insert(key.clone());
    fail(client, pod, &error)
}

/// `WaitForFirstConsumer`: sets the selected node of the claims. The pod is bound when its volumes exist.
fn select_node(client: &mut Client, claims: &[Arc<Object>], node: &str) -> SyncResult {
    for claim in claims {
        if claim.meta.annotation(SELECTED_NODE).is_some() {
            continue;
        }
        let mut patch = Value::Null;
        *patch.slot(&["metadata", "annotations", SELECTED_NODE]) = node.into();
        client.write(&Request::Patch {
            key: claim.key(),
            patch: Patch::Merge(patch),
        })?;
    }
    Ok(())
}

fn bind(client: &mut Client, pod: &Object, node: &Arc<str>, state: &mut Scheduler) -> SyncResult {
    let key = pod.key();
    client.write(&Request::Bind {
        pod: key.clone(),
        node: node.clone(),
    })?;
    state.unschedulable.remove(&key);
    if !state.bound.contains_key(&key) {
        state.assume(&key, node, pod_requests(pod));
    }
    client.event(
        pod,
        EventType::Normal,
        "Scheduled",
        format!(
            "Successfully assigned {}/{} to {node}",
            pod.meta.namespace, pod.meta.name
        ),
    );
    client.set_waiting(&key, None);
    Ok(())
}

/// `handleSchedulingFailure`.
fn fail(client: &mut Client, pod: &Object, error: &FitError) -> SyncResult {
    let key = pod.key();
    client.event(
        pod,
        EventType::Warning,
        "FailedScheduling",
        error.message.as_str(),
    );
    if let Some(status) = unschedulable_status(pod, &error.message, client.now()) {
        client.update_status(&key, ObjectStatus::Pod(Arc::new(status)))?;
    }
    client.set_waiting(&key, Some(Waiting::Scheduling(error.waiting.clone())));
    Ok(())
}

/// The status with `PodScheduled=False`; `None` if it has this condition already.
fn unschedulable_status(pod: &Object, message: &str, now: Time) -> Option<PodStatus> {
    let mut status = pod::status(pod).cloned().unwrap_or_default();
    let same = status
        .condition("PodScheduled")
        .is_some_and(|c| c.status == ConditionStatus::False && c.message.as_deref() == Some(message));
    if same {
        return None;
    }
    status.set_condition(Condition {
        reason: Some("Unschedulable".into()),
        message: Some(message.into()),
        ..Condition::new("PodScheduled", ConditionStatus::False, now)
    });
    Some(status)
}
