//! The scheduler: binds each pod to a node, or records why no node fits
//! (`pkg/scheduler/schedule_one.go`).

mod filter;
mod find_node;
mod fit_error;
mod hints;
mod node_affinity;
mod node_ports;
mod pod_affinity;
mod preemption;
mod queue;
mod rejector;
mod resources;
mod score;
mod snapshot;
mod spread;
mod status;
mod volumes;

use std::collections::BTreeSet;
use std::sync::Arc;

use imbl::{OrdMap, OrdSet};

use crate::api::{Patch, Request};
use crate::cluster::runtime::durations::SCHEDULE_MS;
use crate::cluster::runtime::{Client, EventType, SyncResult};
use crate::cluster::volumes::{BOUND_BY_CONTROLLER, SELECTED_NODE, claim_ref, claim_uid};
use crate::object::{Key, Kind, Object, Value, pod};
use crate::store::Waiting;
use crate::store::waiting::SchedulingWaiting;

use find_node::find_node;
use hints::node_change_helps;
use pod_affinity::{has_affinity, has_required_anti_affinity};
pub use queue::watch;
use rejector::{Rejector, Rejectors};
use resources::{Resources, pod_requests};
use snapshot::Snapshot;

/// What the scheduler keeps between syncs.
#[derive(Clone, Debug, Default)]
pub struct Scheduler {
    /// Node and requests of each bound pod.
    bound: OrdMap<Key, (Arc<str>, Resources)>,
    /// Sum of the requests of the pods on each node.
    allocated: OrdMap<Arc<str>, Resources>,
    /// Bound pods that have required anti-affinity.
    anti_affine: OrdSet<Key>,
    /// Bound pods whose affinity matters to the scores of others.
    affine: OrdSet<Key>,
    /// Pods that have preempted others, each with the node that it is to get (`nominator`).
    nominated: OrdMap<Key, Arc<str>>,
    /// Pods that fit no node, each with the plugins that rejected it (`unschedulablePods`).
    unschedulable: OrdMap<Key, Arc<Rejectors>>,
    /// The nodes as they were when their last change was looked at.
    nodes: OrdMap<Key, Arc<Object>>,
}

/// Syncs one pod; for a node, the unschedulable pods that its change may help, for another object all of them.
pub fn sync(client: &mut Client, key: &Key, state: &mut Scheduler) -> SyncResult {
    if key.kind == Kind::Node {
        state.requeue_for_node(client, key);
        return Ok(());
    }
    if key.kind != Kind::Pod {
        state.requeue_unschedulable(client, 0);
        return Ok(());
    }
    let pod = client.get(key).cloned();
    let needs_node = state.update_pod(client, key, pod.as_deref());
    match pod {
        Some(pod) if needs_node && queue::has_other_scheduler(&pod) => {
            client.set_waiting(key, Some(Waiting::Scheduling(SchedulingWaiting::OtherScheduler)));
            Ok(())
        }
        Some(pod) if needs_node && queue::is_gated(&pod) => status::gate(client, &pod),
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
                    self.assume(pod, node);
                    self.requeue_affine(client);
                }
                self.unschedulable.remove(key);
            }
            (None, Some((node, requests))) => {
                self.bound.remove(key);
                self.anti_affine.remove(key);
                self.affine.remove(key);
                if let Some(allocated) = self.allocated.get_mut(&node) {
                    *allocated = std::mem::take(allocated).minus(&requests);
                }
                self.requeue_unschedulable(client, SCHEDULE_MS);
            }
            _ => {}
        }
        let needs_node = pod.is_some_and(|pod| pod::node(pod).is_none() && !pod.meta.terminating());
        if !needs_node {
            self.unschedulable.remove(key);
            self.nominated.remove(key);
        }
        needs_node
    }

    /// Counts a pod on its node (`assume`).
    fn assume(&mut self, pod: &Object, node: &Arc<str>) {
        let (key, requests) = (pod.key(), pod_requests(pod));
        let allocated = self.allocated.entry(node.clone()).or_default();
        *allocated = std::mem::take(allocated).plus(&requests);
        if has_required_anti_affinity(pod) {
            self.anti_affine.insert(key.clone());
        }
        if has_affinity(pod) {
            self.affine.insert(key.clone());
        }
        self.nominated.remove(&key);
        self.bound.insert(key, (node.clone(), requests));
    }

    /// Requeues pods that a new neighbour may make schedulable (`isSchedulableAfterPodChange`).
    fn requeue_affine(&self, client: &mut Client) {
        let at = client.now().plus(SCHEDULE_MS);
        for (key, rejectors) in &self.unschedulable {
            let affine = [Rejector::InterPodAffinity, Rejector::PodTopologySpread];
            if affine.iter().any(|rejector| rejectors.contains(rejector)) {
                client.requeue_at(at, key);
            }
        }
    }

    /// Requeues the pods that a change of a node may make schedulable.
    fn requeue_for_node(&mut self, client: &mut Client, key: &Key) {
        let new = client.get(key).cloned();
        let old = match &new {
            Some(node) => self.nodes.insert(key.clone(), node.clone()),
            None => self.nodes.remove(key),
        };
        for (pod, rejectors) in &self.unschedulable {
            let helps = client
                .get(pod)
                .is_some_and(|pod| node_change_helps(pod, rejectors, old.as_deref(), new.as_deref()));
            if helps {
                client.requeue_at(client.now(), pod);
            }
        }
    }

    fn requeue_unschedulable(&self, client: &mut Client, after_ms: u64) {
        let at = client.now().plus(after_ms);
        for pod in self.unschedulable.keys() {
            client.requeue_at(at, pod);
        }
    }
}

/// `ScheduleOne`.
fn schedule(client: &mut Client, pod: &Arc<Object>, state: &mut Scheduler) -> SyncResult {
    let key = pod.key();
    let snapshot = Snapshot {
        world: client.world(),
        allocated: &state.allocated,
        anti_affine: &state.anti_affine,
        affine: &state.affine,
        nominated: &state.nominated,
        removed: BTreeSet::new(),
    };
    let unfit = match find_node(&snapshot, pod) {
        Ok(node) => {
            let object = client.get(&Key::new(Kind::Node, node.clone()));
            let choice = object.map(|node| volumes::choose_volumes(client.world(), pod, node));
            let choice = choice.and_then(Result::ok).unwrap_or_default();
            let claims = choice
                .to_bind
                .iter()
                .map(|(claim, _)| claim)
                .chain(&choice.to_provision);
            let Some(claim) = claims.map(|claim| claim.key()).next() else {
                return bind(client, pod, &node, state);
            };
            status::nominate(client, pod, &node)?;
            reserve_volumes(client, &choice.to_bind)?;
            select_node(client, &choice.to_provision, &node)?;
            let waiting = SchedulingWaiting::VolumeProvisioning { claim, node };
            client.set_waiting(&key, Some(Waiting::Scheduling(waiting)));
            return Ok(());
        }
        Err(unfit) => unfit,
    };
    state
        .unschedulable
        .insert(key.clone(), unfit.error.rejectors.clone());
    let node = unfit
        .nomination
        .as_ref()
        .map(|nomination| nomination.node.clone());
    match &node {
        Some(node) => drop(state.nominated.insert(key, node.clone())),
        None if unfit.clears_nomination => drop(state.nominated.remove(&key)),
        None => {}
    }
    status::fail(client, pod, &unfit.error, node, unfit.clears_nomination)?;
    match unfit.nomination {
        Some(nomination) => status::evict(client, pod, &nomination),
        None => Ok(()),
    }
}

/// Reserves existing volumes for claims (`BindPodVolumes`). The pod is bound when the claims are.
fn reserve_volumes(client: &mut Client, chosen: &[(Arc<Object>, Arc<Object>)]) -> SyncResult {
    for (claim, volume) in chosen {
        if claim_uid(volume).is_some() {
            continue;
        }
        let mut spec = volume.spec().clone();
        *spec.slot(&["claimRef"]) = claim_ref(claim).into();
        let mut reserved = volume.with_spec(spec);
        reserved.meta.annotations.insert(BOUND_BY_CONTROLLER, "yes");
        client.update(reserved)?;
    }
    Ok(())
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
        state.assume(pod, node);
        state.requeue_affine(client);
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
