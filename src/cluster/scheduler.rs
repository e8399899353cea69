//! The scheduler: finds a node for each pod that has none, or says why there is none
//! (`pkg/scheduler/schedule_one.go`).

pub use volumes::SELECTED_NODE;

mod affinity;
mod filter;
mod room;
mod volumes;

use std::sync::Arc;

use imbl::{OrdMap, OrdSet};

use super::client::{Client, EventType, Synced};
use super::command::KubeletMode;
use super::durations::SCHEDULE_MS;
use super::queue::{Seen, Wakes};
use crate::api::{Patch, Request};
use crate::object::status::{Condition, ConditionStatus, ObjectStatus, PodStatus};
use crate::object::{Key, Kind, Object, Time, Value, pod};
use crate::store::waiting::SchedulingWaiting;
use crate::store::{Waiting, World};

use filter::Refused;
use room::Room;

/// What the scheduler remembers between pods.
#[derive(Clone, Debug, Default)]
pub struct Scheduler {
    /// What each bound pod takes, and where.
    taken: OrdMap<Key, (Arc<str>, Room)>,
    /// What is taken of each node.
    used: OrdMap<Arc<str>, Room>,
    /// Pods that found no node.
    waiting: OrdSet<Key>,
}

/// Pods that may need a node, or that leave one.
pub fn interested(seen: &Seen, wakes: &mut Wakes) {
    let Some(object) = seen.latest() else { return };
    match seen.change.key.kind {
        Kind::Pod => {
            let bound = |pod: Option<&Object>| pod.is_some_and(|pod| pod::node(pod).is_some());
            let done = |pod: Option<&Object>| pod.is_none_or(|pod| pod::phase(pod).terminal());
            if seen.new().is_some() && !bound(seen.new()) {
                if seen.old.is_none() {
                    wakes.after(SCHEDULE_MS, &seen.change.key);
                }
            } else if bound(seen.new()) != bound(seen.old) || done(seen.new()) != done(seen.old) {
                wakes.now(&seen.change.key);
            }
        }
        Kind::PersistentVolumeClaim => {
            let volume =
                |claim: Option<&Object>| claim.and_then(|claim| claim.spec().get("volumeName").cloned());
            let leaving = |claim: Option<&Object>| claim.map(|claim| claim.meta.terminating());
            if volume(seen.new()) != volume(seen.old) || leaving(seen.new()) != leaving(seen.old) {
                wake_users(seen.world, &seen.change.key, wakes);
            }
        }
        Kind::PersistentVolume => {
            let place = |volume: Option<&Object>| volume.map(|v| v.spec().clone());
            if place(seen.new()) != place(seen.old)
                && let Some(claim) = super::volumes::claim_of(object)
                && seen
                    .world
                    .get(&claim)
                    .and_then(|claim| super::volumes::volume_of(claim))
                    == Some(object.key())
            {
                wake_users(seen.world, &claim, wakes);
            }
        }
        Kind::Node => {
            let spec =
                |node: Option<&Object>| node.map(|node| (node.spec().clone(), node.meta.labels.clone()));
            if spec(seen.new()) != spec(seen.old) {
                wakes.after(SCHEDULE_MS, &seen.change.key);
            }
        }
        _ => {}
    }
}

fn wake_users(world: &World, claim: &Key, wakes: &mut Wakes) {
    for user in world.pods().of_claim(claim) {
        if world.get(user).is_some_and(|pod| pod::node(pod).is_none()) {
            wakes.after(SCHEDULE_MS, user);
        }
    }
}

/// Looks at one pod; for a node, at all pods that wait for one.
pub fn sync(client: &mut Client, key: &Key, state: &mut Scheduler) -> Synced {
    if key.kind == Kind::Node {
        state.wake_waiting(client, 0);
        return Ok(());
    }
    let standing = client.get(key).cloned();
    let needs_node = state.follow(client, key, standing.as_deref());
    match standing {
        Some(pod) if needs_node && client.settings().kubelet == KubeletMode::Automatic => {
            // A task about an earlier pod of the name may have come here first.
            let from = pod.meta.created.plus(SCHEDULE_MS);
            if client.now() < from {
                client.wake_at(from, key);
                return Ok(());
            }
            schedule(client, &pod, state)
        }
        _ => Ok(()),
    }
}

impl Scheduler {
    /// Keeps the books; says whether the pod is to be scheduled.
    fn follow(&mut self, client: &mut Client, key: &Key, pod: Option<&Object>) -> bool {
        let place = pod.filter(|pod| !pod::phase(pod).terminal()).and_then(pod::node);
        match (place, self.taken.get(key).cloned()) {
            (Some(node), None) => {
                if let Some(pod) = pod {
                    self.take(key, node, room::of_pod(pod));
                }
                self.waiting.remove(key);
            }
            (None, Some((node, room))) => {
                self.taken.remove(key);
                if let Some(used) = self.used.get_mut(&node) {
                    *used = used.minus(room);
                }
                self.wake_waiting(client, SCHEDULE_MS);
            }
            _ => {}
        }
        let needs_node = pod.is_some_and(|pod| pod::node(pod).is_none() && !pod.meta.terminating());
        if !needs_node {
            self.waiting.remove(key);
        }
        needs_node
    }

    fn take(&mut self, key: &Key, node: &Arc<str>, room: Room) {
        self.taken.insert(key.clone(), (node.clone(), room));
        let used = self.used.entry(node.clone()).or_default();
        *used = used.plus(room);
    }

    fn wake_waiting(&self, client: &mut Client, after_ms: u64) {
        let at = client.now().plus(after_ms);
        for pod in &self.waiting {
            client.wake_at(at, pod);
        }
    }
}

fn schedule(client: &mut Client, pod: &Arc<Object>, state: &mut Scheduler) -> Synced {
    let key = pod.key();
    let found = filter::find(client.world(), pod, &state.used);
    let refused = match found {
        Ok(node) => {
            let unbound = volumes::to_provision(client.world(), pod);
            if unbound.is_empty() {
                return bind(client, pod, &node, state);
            }
            select_node(client, &unbound, &node)?;
            let claim = unbound.first().map_or_else(|| key.clone(), |claim| claim.key());
            client.wait(
                &key,
                Some(Waiting::Scheduling(SchedulingWaiting::VolumeProvisioning {
                    claim,
                    node,
                })),
            );
            return Ok(());
        }
        Err(refused) => refused,
    };
    state.waiting.insert(key.clone());
    fail(client, pod, refused)
}

/// WaitForFirstConsumer: the claims learn their node; the pod is bound when their volumes are there.
fn select_node(client: &mut Client, claims: &[Arc<Object>], node: &str) -> Synced {
    for claim in claims {
        if claim.meta.annotation(volumes::SELECTED_NODE).is_some() {
            continue;
        }
        let mut patch = Value::Null;
        *patch.slot(&["metadata", "annotations", volumes::SELECTED_NODE]) = node.into();
        client.write(&Request::Patch {
            key: claim.key(),
            patch: Patch::Merge(patch),
        })?;
    }
    Ok(())
}

fn bind(client: &mut Client, pod: &Object, node: &Arc<str>, state: &mut Scheduler) -> Synced {
    let key = pod.key();
    client.write(&Request::Bind {
        pod: key.clone(),
        node: node.clone(),
    })?;
    state.waiting.remove(&key);
    if !state.taken.contains_key(&key) {
        state.take(&key, node, room::of_pod(pod));
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
    client.wait(&key, None);
    Ok(())
}

fn fail(client: &mut Client, pod: &Object, refused: Refused) -> Synced {
    let key = pod.key();
    client.event(
        pod,
        EventType::Warning,
        "FailedScheduling",
        refused.message.as_str(),
    );
    if let Some(status) = unschedulable(pod, &refused.message, client.now()) {
        client.update_status(&key, ObjectStatus::Pod(Arc::new(status)))?;
    }
    client.wait(&key, Some(Waiting::Scheduling(refused.waiting)));
    Ok(())
}

/// The status with PodScheduled=False; none if it says so already.
fn unschedulable(pod: &Object, message: &str, now: Time) -> Option<PodStatus> {
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
