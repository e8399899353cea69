//! The kubelets: each runs the pods of its node (`pkg/kubelet`).

mod back_off;
mod container;
mod image_manager;
mod images;
mod kuberuntime;
mod network;
mod node_status;
mod pod_status;
mod pod_sync;
mod pod_worker;
mod probe;
mod prober;
mod references;
mod security_context;
mod termination;
mod volume_expansion;

use std::sync::Arc;

use imbl::OrdMap;

use crate::cluster::faults::{self, Fault};
use crate::cluster::runtime::durations::{ACCEPT_MS, NODE_BACK_MS};
use crate::cluster::runtime::{Client, SyncResult, WatchEvent, WorkQueue};
use crate::cluster::volumes::{attachment_node, attachment_volume, claim_of, is_attachment_complete};
use crate::object::status::ObjectStatus;
use crate::object::{Key, Kind, Object, Time, pod};
use crate::store::waiting::PodWaiting;
use crate::store::{Actor, Waiting, World};

use images::Images;
use network::Addresses;
use pod_sync::PodSync;
use pod_worker::PodWorker;

/// What the kubelets of all nodes keep between syncs.
#[derive(Clone, Debug, Default)]
pub struct Kubelets {
    workers: OrdMap<Key, Arc<PodWorker>>,
    images: Images,
    addresses: OrdMap<Arc<str>, Addresses>,
    expansions: volume_expansion::Expansions,
}

/// Enqueues bound pods, and pods that a new attachment, ConfigMap or Secret, a node or a fault may concern.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    let key = &event.change.key;
    match key.kind {
        Kind::Pod => {
            let is_bound = |pod: Option<&Object>| pod.is_some_and(|pod| pod::node(pod).is_some());
            if is_bound(event.new()) && !is_bound(event.old) {
                queue.add_after(ACCEPT_MS, key);
            } else if is_bound(event.latest()) && (event.change.by != Actor::Kubelet || event.new().is_none())
            {
                queue.add(key);
            }
        }
        Kind::PersistentVolumeClaim if event.latest().is_some_and(volume_expansion::is_pending) => {
            queue.add(key);
        }
        Kind::VolumeAttachment => {
            let attached = event
                .new()
                .filter(|new| is_attachment_complete(new))
                .and_then(|new| Some((attachment_volume(new)?, attachment_node(new)?)));
            if let Some((volume, node)) = attached {
                enqueue_users(event.world, &volume, node, queue);
            }
        }
        Kind::ConfigMap | Kind::Secret => {
            for decision in event.world.decisions() {
                if decision.actor == Actor::Kubelet && decision.object.namespace == key.namespace {
                    queue.add(&decision.object);
                }
            }
        }
        Kind::Node if event.old.is_none() || event.new().is_none() => {
            enqueue_pods_on(event.world, key, queue)
        }
        Kind::Fault => {
            for node in faults::affected_nodes(event.world, key) {
                enqueue_pods_on(event.world, &node, queue);
                queue.add_after(NODE_BACK_MS, &node);
            }
            let object = Fault::from_key(key).and_then(|fault| fault.object());
            if let Some(pod) = object.filter(|object| object.kind == Kind::Pod) {
                queue.add(&pod);
            }
        }
        _ => {}
    }
}

fn enqueue_pods_on(world: &World, node: &Key, queue: &mut WorkQueue) {
    for pod in world.pods().on_node(&node.name) {
        queue.add(pod);
    }
}

/// Enqueues the pods on a node that use a volume.
fn enqueue_users(world: &World, volume: &Key, node: &str, queue: &mut WorkQueue) {
    let Some(claim) = world.get(volume).and_then(|volume| claim_of(volume)) else {
        return;
    };
    if world
        .get(&claim)
        .is_some_and(|claim| volume_expansion::is_pending(claim))
    {
        queue.add(&claim);
    }
    for user in world.pods().of_claim(&claim) {
        let is_on_node = world
            .get(user)
            .and_then(|pod| pod::node(pod))
            .is_some_and(|name| **name == *node);
        if is_on_node {
            queue.add(user);
        }
    }
}

/// Syncs one pod, the kubelet's own Node, or a claim whose file system has to grow.
pub fn sync(client: &mut Client, key: &Key, state: &mut Kubelets) -> SyncResult {
    if key.kind == Kind::Node {
        return node_status::sync(client, key);
    }
    if key.kind == Kind::PersistentVolumeClaim {
        return volume_expansion::sync(client, key, &mut state.expansions);
    }
    let Some(pod) = client.get(key).cloned() else {
        state.forget(key);
        return Ok(());
    };
    let Some(node) = pod::node(&pod).cloned() else {
        return Ok(());
    };
    let node_key = Key::new(Kind::Node, node.clone());
    if client.get(&node_key).is_none() || faults::node_unreachable(client.world(), &node) {
        let waiting = Waiting::Pod(PodWaiting::NodeUnreachable { node: node_key });
        client.set_waiting(key, (!pod::phase(&pod).terminal()).then_some(waiting));
        return Ok(());
    }
    let accepted_at = accepted_at(&pod);
    if client.now() < accepted_at && !state.knows(&pod) {
        client.requeue_at(accepted_at, key);
        return Ok(());
    }
    let mut worker = state.take_worker(&pod, &node, client.now());
    let result = sync_pod(client, &pod, Arc::make_mut(&mut worker), state);
    if client.get(key).is_some() {
        state.workers.insert(key.clone(), worker);
    } else {
        state.release(&worker);
    }
    result
}

/// When the kubelet receives the bound pod.
fn accepted_at(pod: &Object) -> Time {
    let scheduled = pod::status(pod).and_then(|status| status.condition("PodScheduled"));
    scheduled.map_or(pod.meta.created, |condition| condition.since.plus(ACCEPT_MS))
}

/// Syncs a pod, updates its status and requeues it for its next change.
fn sync_pod(
    client: &mut Client,
    pod: &Arc<Object>,
    worker: &mut PodWorker,
    state: &mut Kubelets,
) -> SyncResult {
    let key = pod.key();
    let mut pod_sync = PodSync {
        client,
        pod,
        worker,
        images: &mut state.images,
        addresses: &mut state.addresses,
    };
    if pod_sync.sync()? {
        return Ok(());
    }
    let status = pod_status::pod_status(pod_sync.client, pod, pod_sync.worker);
    if pod::status(pod) != Some(&status) {
        pod_sync
            .client
            .update_status(&key, ObjectStatus::Pod(Arc::new(status)))?;
    }
    if let Some(at) = pod_sync.worker.next_at(pod_sync.client.now()) {
        match pod_sync.worker.rests() && references::missing_mount(pod_sync.client.world(), pod).is_some() {
            true => pod_sync.client.repeat_at(at, &key),
            false => pod_sync.client.requeue_at(at, &key),
        }
    }
    let waiting = pod_sync.worker.waiting().or_else(|| {
        let running = pod_sync.worker.stage == pod_worker::PodStage::Running;
        let (condition, _) = pod_status::closed_gates(pod, pod::status(pod)?).next()?;
        running.then(|| PodWaiting::ReadinessGate {
            condition: condition.clone(),
        })
    });
    pod_sync.client.set_waiting(&key, waiting.map(Waiting::Pod));
    Ok(())
}

impl Kubelets {
    /// Whether the kubelet has a worker for this pod.
    fn knows(&self, pod: &Object) -> bool {
        self.workers
            .get(&pod.key())
            .is_some_and(|worker| worker.uid == pod.meta.uid)
    }

    /// Removes and returns the worker of the pod, or a new one; forgets that of an earlier pod of the same name.
    fn take_worker(&mut self, pod: &Object, node: &Arc<str>, now: Time) -> Arc<PodWorker> {
        let key = pod.key();
        match self.workers.get(&key) {
            Some(worker) if worker.uid == pod.meta.uid => {}
            Some(_) => self.forget(&key),
            None => {}
        }
        self.workers
            .remove(&key)
            .unwrap_or_else(|| Arc::new(PodWorker::new(pod, node, now)))
    }

    fn forget(&mut self, key: &Key) {
        if let Some(worker) = self.workers.remove(key) {
            self.release(&worker);
        }
    }

    /// Releases the address of a pod.
    fn release(&mut self, worker: &PodWorker) {
        if let Some(ip) = &worker.ip
            && let Some(addresses) = self.addresses.get_mut(&worker.node)
        {
            addresses.release(ip);
        }
    }
}
