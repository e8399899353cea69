//! Drains nodes as `kubectl drain` does: cordons a node, evicts its pods, tries again while a PodDisruptionBudget refuses,
//! and waits until the pods have gone (`kubectl/pkg/drain/drain.go`).
//!
//! kubectl is a client that goes on for some time, so it is an actor here. What it does is in the log: the evictions, and
//! as decisions of [`Actor::Person`] each refusal and the end of a node's drain.

mod filters;

use std::collections::VecDeque;
use std::sync::Arc;

use super::runtime::{Client, Failure, SyncResult, WatchEvent, WorkQueue};
use crate::api::{DeleteOptions, Patch, Reason, Request, Status, budgets_of};
use crate::object::selector::Requirement;
use crate::object::{Key, Kind, Object, Time, Uid, Value, node, pod};
use crate::store::waiting::NodeWaiting;
use crate::store::{Actor, Waiting};

pub use filters::PodDeleteList;

/// A refused eviction is tried again after this time (`EvictErrorRetryDelay`).
pub const RETRY_MS: u64 = 5_000;

/// How nodes are drained (`drain.Helper`).
#[derive(Clone, Debug, Default)]
pub struct DrainOptions {
    /// `--force`.
    pub force: bool,
    /// `--ignore-daemonsets`.
    pub ignore_daemon_sets: bool,
    /// `--delete-emptydir-data`.
    pub delete_emptydir_data: bool,
    /// `--disable-eviction`.
    pub disable_eviction: bool,
    /// `--grace-period`; `None` for the pods' own.
    pub grace_seconds: Option<i64>,
    /// `--timeout` for each node, in milliseconds; `None` for no limit.
    pub timeout_ms: Option<u64>,
    /// `--pod-selector`.
    pub pod_selector: Vec<Requirement>,
    /// `--skip-wait-for-delete-timeout`.
    pub skip_wait_for_delete_seconds: i64,
}

impl DrainOptions {
    /// Those of a drain that is to leave nothing that can be deleted.
    pub fn everything() -> DrainOptions {
        DrainOptions {
            force: true,
            ignore_daemon_sets: true,
            delete_emptydir_data: true,
            ..DrainOptions::default()
        }
    }
}

/// The drains that have not ended.
#[derive(Clone, Debug, Default)]
pub struct Drains {
    jobs: Vec<Drain>,
}

/// The drain of some nodes, one after the other.
#[derive(Clone, Debug)]
struct Drain {
    options: DrainOptions,
    nodes: VecDeque<Key>,
    /// The pods of the first node, once its drain has begun.
    pods: Option<Vec<DrainedPod>>,
    deadline: Option<Time>,
}

#[derive(Clone, Debug)]
struct DrainedPod {
    key: Key,
    uid: Uid,
    state: PodState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PodState {
    /// It is to be evicted at this time.
    Due(Time),
    /// It is to end.
    Evicted,
    /// It has gone, or the drain has given up.
    Done,
}

/// Makes a node unschedulable, or schedulable again (`RunCordonOrUncordon`).
///
/// # Errors
/// The API server's refusal.
pub fn cordon(client: &mut Client, node: &str, unschedulable: bool) -> Result<(), Status> {
    client
        .write(&Request::Patch {
            key: Key::new(Kind::Node, node),
            patch: cordon_patch(unschedulable),
        })
        .map(drop)
}

/// The patch that [`cordon`] sends.
pub fn cordon_patch(unschedulable: bool) -> Patch {
    let mut patch = Value::Null;
    *patch.slot(&["spec", "unschedulable"]) = if unschedulable { true.into() } else { Value::Null };
    Patch::Strategic(patch)
}

/// Enqueues nodes that become schedulable again while they are drained, and pods that have gone from such nodes.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    let key = &event.change.key;
    let is_drained = |node: &Key| event.world.waiting(Actor::Person, node).is_some();
    match key.kind {
        Kind::Node => {
            let cordoned = |node: Option<&Object>| node.is_some_and(node::unschedulable);
            if cordoned(event.old) && !cordoned(event.new()) {
                queue.add(key);
            }
        }
        Kind::Pod => {
            let Some(old) = event.old.filter(|_| event.new().is_none()) else {
                return;
            };
            let node = pod::node(old).map(|node| Key::new(Kind::Node, node.clone()));
            if node.is_some_and(|node| is_drained(&node)) {
                queue.add(key);
            }
        }
        _ => {}
    }
}

/// Syncs the drains that concern one node or one pod.
pub fn sync(client: &mut Client, key: &Key, drains: &mut Drains) -> SyncResult {
    let mut retry = None;
    for drain in &mut drains.jobs {
        match key.kind {
            Kind::Node if drain.nodes.front() == Some(key) => drain.sync_node(client, key),
            Kind::Pod => retry = retry.or(drain.sync_pod(client, key)),
            _ => {}
        }
    }
    drains.jobs.retain(|drain| !drain.nodes.is_empty());
    match retry {
        Some(failure) => Err(failure),
        None => Ok(()),
    }
}

impl Drains {
    /// Begins to drain nodes that have been cordoned; the first eviction follows when the clock advances.
    pub fn begin(&mut self, client: &mut Client, nodes: &[Arc<str>], options: DrainOptions) {
        let nodes: VecDeque<Key> = nodes
            .iter()
            .map(|node| Key::new(Kind::Node, node.clone()))
            .collect();
        if let Some(first) = nodes.front() {
            client.enqueue(first);
        }
        self.jobs.push(Drain {
            options,
            nodes,
            pods: None,
            deadline: None,
        });
    }
}

impl Drain {
    fn sync_node(&mut self, client: &mut Client, node: &Key) {
        if self.pods.is_none() {
            return self.begin_node(client);
        }
        let is_cordoned = client.get(node).is_some_and(|node| node::unschedulable(node));
        let is_late = self.deadline.is_some_and(|deadline| deadline <= client.now());
        for pod in self.pods.iter_mut().flatten() {
            if !is_cordoned || is_late && pod.state == PodState::Evicted {
                pod.state = PodState::Done;
                client.set_waiting(&pod.key, None);
            }
        }
        if !is_cordoned {
            // Whoever uncordons the node has interrupted the drain.
            client.set_waiting(node, None);
            self.nodes.clear();
            return;
        }
        self.end_node(client);
    }

    /// Begins with the next node that has pods to evict.
    fn begin_node(&mut self, client: &mut Client) {
        while let Some(node) = self.nodes.front().cloned() {
            let list = PodDeleteList::read(client.world(), &node.name, &self.options, client.now());
            let pods: Vec<DrainedPod> = match list.errors().is_empty() {
                true => list
                    .pods()
                    .map(|pod| DrainedPod {
                        key: pod.key(),
                        uid: pod.meta.uid.clone(),
                        state: PodState::Due(client.now()),
                    })
                    .collect(),
                false => Vec::new(),
            };
            if let Some(first) = pods.first() {
                let pod = first.key.clone();
                client.set_waiting(&node, Some(Waiting::Node(NodeWaiting::Draining { pod })));
                self.deadline = self.options.timeout_ms.map(|ms| client.now().plus(ms));
                if let Some(deadline) = self.deadline {
                    client.requeue_at(deadline, &node);
                }
                for pod in &pods {
                    client.enqueue(&pod.key);
                }
                self.pods = Some(pods);
                return;
            }
            self.nodes.pop_front();
        }
    }

    /// Begins with the next node if the first one has been drained, or the time is up.
    fn end_node(&mut self, client: &mut Client) {
        let (Some(node), Some(pods)) = (self.nodes.front().cloned(), &self.pods) else {
            return;
        };
        let left = pods.iter().find(|pod| pod.state != PodState::Done);
        let waiting = left.map(|pod| NodeWaiting::Draining { pod: pod.key.clone() });
        let ends = waiting.is_none();
        client.set_waiting(&node, waiting.map(Waiting::Node));
        if ends {
            (self.pods, self.deadline) = (None, None);
            self.nodes.pop_front();
            self.begin_node(client);
        }
    }

    /// Evicts a pod that is due. Returns the failure if the API server refuses.
    fn sync_pod(&mut self, client: &mut Client, key: &Key) -> Option<Failure> {
        let options = self.options.clone();
        let is_late = self.deadline.is_some_and(|deadline| deadline <= client.now());
        let pod = self.pods.iter_mut().flatten().find(|pod| pod.key == *key)?;
        let exists = client.get(key).is_some_and(|object| object.meta.uid == pod.uid);
        let mut failure = None;
        match pod.state {
            PodState::Done => return None,
            _ if !exists => pod.state = PodState::Done,
            PodState::Evicted => return None,
            PodState::Due(at) if at > client.now() => return Some(retry_at(client, at)),
            PodState::Due(_) if is_late => {
                pod.state = PodState::Done;
                client.set_waiting(key, None);
            }
            PodState::Due(_) => match evict(client, key, &options) {
                Ok(()) => {
                    pod.state = PodState::Evicted;
                    client.set_waiting(key, None);
                    if client.get(key).is_none_or(|object| object.meta.uid != pod.uid) {
                        pod.state = PodState::Done;
                    }
                }
                Err(status) if status.reason == Reason::TooManyRequests => {
                    let until = client.now().plus(RETRY_MS);
                    pod.state = PodState::Due(until);
                    refuse(client, key, &status, until);
                    failure = Some(retry_at(client, until));
                }
                Err(status) => {
                    pod.state = PodState::Done;
                    let now = client.now();
                    refuse(client, key, &status, now);
                    client.set_waiting(key, None);
                }
            },
        }
        self.end_node(client);
        failure
    }
}

fn retry_at(client: &Client, at: Time) -> Failure {
    Failure {
        message: "the eviction is refused".into(),
        retry_after_ms: Some(at.since(client.now())),
    }
}

/// Evicts or deletes a pod (`EvictPod`, `DeletePod`).
fn evict(client: &mut Client, pod: &Key, options: &DrainOptions) -> Result<(), Status> {
    let body = DeleteOptions {
        grace_seconds: options.grace_seconds,
        ..DeleteOptions::default()
    };
    if options.disable_eviction {
        return client.delete(pod, body).map(drop);
    }
    let request = Request::Evict {
        pod: pod.clone(),
        options: body,
    };
    client.write(&request).map(drop)
}

/// Records a refusal; one that is final is not tried again later than now.
fn refuse(client: &mut Client, pod: &Key, status: &Status, until: Time) {
    let object = client.get(pod).cloned();
    let budget = object.and_then(|pod| match budgets_of(client.world(), &pod).as_slice() {
        [budget] => Some(budget.key()),
        _ => None,
    });
    let waiting = NodeWaiting::EvictionRefused {
        budget: budget.unwrap_or_else(|| pod.clone()),
        message: status.message.as_str().into(),
        until,
    };
    client.set_waiting(pod, Some(Waiting::Node(waiting)));
}
