//! The kubelets: each brings the pods of its node to life and to an end (`pkg/kubelet`).

mod back_off;
mod container;
mod heartbeat;
mod images;
mod network;
mod probes;
mod pull;
mod references;
mod report;
mod stop;
mod worker;

use std::sync::Arc;

use imbl::OrdMap;

use super::client::{Client, Synced};
use super::command::KubeletMode;
use super::durations::{ACCEPT_MS, NODE_BACK_MS};
use super::fault::{self, Fault};
use super::queue::{Seen, Wakes};
use super::volumes::{attach, claim_of, is_done};
use crate::object::status::ObjectStatus;
use crate::object::{Key, Kind, Object, Time, pod};
use crate::store::waiting::PodWaiting;
use crate::store::{Actor, Waiting, World};

use images::Images;
use network::Addresses;
use worker::{Turn, Worker};

/// What the kubelets of all nodes keep for themselves.
#[derive(Clone, Debug, Default)]
pub struct Kubelets {
    workers: OrdMap<Key, Arc<Worker>>,
    images: Images,
    addresses: OrdMap<Arc<str>, Addresses>,
}

/// Pods on nodes, and what they wait for: attachments, configuration, their node, and the end of a fault.
pub fn interested(seen: &Seen, wakes: &mut Wakes) {
    let key = &seen.change.key;
    match key.kind {
        Kind::Pod => {
            let bound = |pod: Option<&Object>| pod.is_some_and(|pod| pod::node(pod).is_some());
            if bound(seen.new()) && !bound(seen.old) {
                wakes.after(ACCEPT_MS, key);
            } else if bound(seen.latest()) && (seen.change.by != Actor::Kubelet || seen.new().is_none()) {
                wakes.now(key);
            }
        }
        Kind::VolumeAttachment => {
            let place = seen
                .new()
                .filter(|new| is_done(new))
                .and_then(|new| Some((attach::volume_of(new)?, attach::node_of(new)?)));
            if let Some((volume, node)) = place {
                wake_users(seen.world, &volume, node, wakes);
            }
        }
        Kind::ConfigMap | Kind::Secret if seen.old.is_none() => {
            for decision in seen.world.decisions() {
                if decision.actor == Actor::Kubelet && decision.object.namespace == key.namespace {
                    wakes.now(&decision.object);
                }
            }
        }
        Kind::Node if seen.old.is_none() || seen.new().is_none() => wake_node(seen.world, key, wakes),
        Kind::Fault => {
            let fault = Fault::from_key(key);
            for node in fault.iter().flat_map(|f| fault::silenced(seen.world, f)) {
                wake_node(seen.world, &node, wakes);
                wakes.after(NODE_BACK_MS, &node);
            }
            if let Some(pod) = fault.and_then(|fault| fault.pod()) {
                wakes.now(&pod);
            }
        }
        _ => {}
    }
}

fn wake_node(world: &World, node: &Key, wakes: &mut Wakes) {
    for pod in world.pods().on_node(&node.name) {
        wakes.now(pod);
    }
}

fn wake_users(world: &World, volume: &Key, node: &str, wakes: &mut Wakes) {
    let Some(claim) = world.get(volume).and_then(|volume| claim_of(volume)) else {
        return;
    };
    for user in world.pods().of_claim(&claim) {
        let here = world
            .get(user)
            .and_then(|pod| pod::node(pod))
            .is_some_and(|of| **of == *node);
        if here {
            wakes.now(user);
        }
    }
}

/// Looks at one pod, or at its own node.
pub fn sync(client: &mut Client, key: &Key, state: &mut Kubelets) -> Synced {
    if client.settings().kubelet == KubeletMode::Manual {
        return Ok(());
    }
    if key.kind == Kind::Node {
        return heartbeat::report(client, key);
    }
    let Some(pod) = client.get(key).cloned() else {
        state.forget(key);
        return Ok(());
    };
    let Some(node) = pod::node(&pod).cloned() else {
        return Ok(());
    };
    let node_key = Key::new(Kind::Node, node.clone());
    if client.get(&node_key).is_none() || fault::node_silent(client.world(), &node) {
        let waiting = Waiting::Pod(PodWaiting::NodeUnreachable { node: node_key });
        client.wait(key, (!pod::phase(&pod).terminal()).then_some(waiting));
        return Ok(());
    }
    let from = accepts_from(&pod);
    if client.now() < from && !state.knows(&pod) {
        client.wake_at(from, key);
        return Ok(());
    }
    let mut worker = state.worker(&pod, &node, client);
    let result = work(client, &pod, Arc::make_mut(&mut worker), state);
    if client.get(key).is_some() {
        state.workers.insert(key.clone(), worker);
    } else {
        state.release(&worker);
    }
    result
}

/// When the kubelet has heard of the pod's binding.
fn accepts_from(pod: &Object) -> Time {
    let scheduled = pod::status(pod).and_then(|status| status.condition("PodScheduled"));
    scheduled.map_or(pod.meta.created, |condition| condition.since.plus(ACCEPT_MS))
}

/// Goes on with a pod as far as time allows, reports, and asks to be woken.
fn work(client: &mut Client, pod: &Arc<Object>, worker: &mut Worker, state: &mut Kubelets) -> Synced {
    let key = pod.key();
    let mut turn = Turn {
        client,
        pod,
        worker,
        images: &mut state.images,
        addresses: &mut state.addresses,
    };
    if turn.run()? {
        return Ok(());
    }
    let status = report::status(turn.client, pod, turn.worker);
    if pod::status(pod) != Some(&status) {
        turn.client
            .update_status(&key, ObjectStatus::Pod(Arc::new(status)))?;
    }
    if let Some(at) = turn.worker.next_at(turn.client.now()) {
        turn.client.wake_at(at, &key);
    }
    let waiting = turn.worker.waiting();
    turn.client.wait(&key, waiting.map(Waiting::Pod));
    Ok(())
}

impl Kubelets {
    fn knows(&self, pod: &Object) -> bool {
        self.workers
            .get(&pod.key())
            .is_some_and(|worker| worker.uid == pod.meta.uid)
    }

    /// Takes out the worker of this very pod; one of an earlier pod of the same name is forgotten.
    fn worker(&mut self, pod: &Object, node: &Arc<str>, client: &Client) -> Arc<Worker> {
        let key = pod.key();
        match self.workers.get(&key) {
            Some(worker) if worker.uid == pod.meta.uid => {}
            Some(_) => self.forget(&key),
            None => {}
        }
        self.workers
            .remove(&key)
            .unwrap_or_else(|| Arc::new(Worker::new(pod, node, client)))
    }

    fn forget(&mut self, key: &Key) {
        if let Some(worker) = self.workers.remove(key) {
            self.release(&worker);
        }
    }

    fn release(&mut self, worker: &Worker) {
        if let Some(ip) = &worker.ip
            && let Some(addresses) = self.addresses.get_mut(&worker.node)
        {
            addresses.release(ip);
        }
    }
}
