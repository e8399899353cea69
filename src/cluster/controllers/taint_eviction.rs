//! The taint eviction controller: deletes pods that do not tolerate the NoExecute taints of their node
//! (`pkg/controller/tainteviction/taint_eviction.go`).

use std::sync::Arc;

use crate::api::DeleteOptions;
use crate::cluster::faults;
use crate::cluster::runtime::{Client, EventType, SyncResult, WatchEvent, WorkQueue};
use crate::cluster::taint::{self, Taint};
use crate::object::status::{Condition, ConditionStatus, ObjectStatus};
use crate::object::{Key, Kind, Object, Time, Value, pod};
use crate::store::waiting::NodeWaiting;
use crate::store::{Actor, Waiting};

/// The end of a toleration without `tolerationSeconds`.
const FOR_EVER: Time = Time(u64::MAX);

/// Enqueues the pods of nodes whose taints change, and pods that are bound to a tainted node or deleted there.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    let key = &event.change.key;
    match key.kind {
        Kind::Node => {
            let taints = |node: Option<&Object>| node.map(taint::read).unwrap_or_default();
            if taints(event.new()) != taints(event.old) {
                for pod in event.world.pods().on_node(&key.name) {
                    queue.add(pod);
                }
            }
        }
        Kind::Pod => {
            let Some(new) = event.new() else { return };
            let node = pod::node(new).and_then(|node| event.world.get(&Key::new(Kind::Node, node.clone())));
            let moved = event.old.and_then(pod::node) != pod::node(new)
                || event.old.is_some_and(|old| old.meta.terminating()) != new.meta.terminating();
            if moved && node.is_some_and(|node| taint::read(node).iter().any(is_no_execute)) {
                queue.add(key);
            }
        }
        _ => {}
    }
}

fn is_no_execute(taint: &Taint) -> bool {
    &*taint.effect == "NoExecute"
}

/// Syncs one pod (`handlePodUpdate`, `processPodOnNode`).
pub fn sync(client: &mut Client, key: &Key) -> SyncResult {
    let Some(object) = client.get(key).cloned() else {
        return Ok(());
    };
    let Some(node_key) = pod::node(&object).map(|node| Key::new(Kind::Node, node.clone())) else {
        return Ok(());
    };
    let taints: Vec<(Taint, Option<Time>)> = client
        .get(&node_key)
        .map(|node| no_execute(node))
        .unwrap_or_default();
    if object.meta.terminating() {
        let unconfirmed = !taints.is_empty() && faults::node_unreachable(client.world(), &node_key.name);
        let waiting = unconfirmed.then_some(Waiting::Node(NodeWaiting::TerminationUnconfirmed {
            node: node_key,
        }));
        client.set_waiting(key, waiting);
        return Ok(());
    }
    let deadline = taints
        .iter()
        .map(|(taint, added)| deadline(&object, taint, added.unwrap_or(client.now())))
        .min()
        .filter(|at| *at < FOR_EVER);
    match deadline {
        _ if pod::phase(&object).terminal() => client.set_waiting(key, None),
        None => {
            let was_marked = client
                .world()
                .waiting(Actor::TaintEvictionController, key)
                .is_some();
            if was_marked && taints.is_empty() {
                let message = format!(
                    "Cancelling deletion of Pod {}/{}",
                    key.namespace, object.meta.name
                );
                client.event(&object, EventType::Normal, "TaintManagerEviction", message);
            }
            client.set_waiting(key, None);
        }
        Some(until) if client.now() < until => {
            client.requeue_at(until, key);
            let node = node_key;
            client.set_waiting(
                key,
                Some(Waiting::Node(NodeWaiting::TolerationSeconds { node, until })),
            );
        }
        Some(_) => {
            evict(client, &object)?;
            let unreachable = faults::node_unreachable(client.world(), &node_key.name);
            let waiting = (unreachable && client.get(key).is_some()).then_some(Waiting::Node(
                NodeWaiting::TerminationUnconfirmed { node: node_key },
            ));
            client.set_waiting(key, waiting);
        }
    }
    Ok(())
}

/// The NoExecute taints of a node, each with the time when it was added.
fn no_execute(node: &Object) -> Vec<(Taint, Option<Time>)> {
    let list = node.spec().get("taints").and_then(Value::as_array);
    let times = list.unwrap_or_default().iter().map(|taint| {
        let text = taint.get("timeAdded").and_then(Value::as_str);
        text.and_then(Time::parse)
    });
    taint::read(node)
        .into_iter()
        .zip(times)
        .filter(|(taint, _)| is_no_execute(taint))
        .collect()
}

/// When the pod stops tolerating the taint (`getMinTolerationTime`).
fn deadline(object: &Object, taint: &Taint, added: Time) -> Time {
    let seconds = taint::toleration(object, taint).map(|toleration| toleration.get("tolerationSeconds"));
    match seconds {
        Some(None) => FOR_EVER,
        Some(Some(seconds)) => {
            let seconds = seconds.as_i64().and_then(|s| u64::try_from(s).ok());
            added.plus(seconds.unwrap_or(0).saturating_mul(1000))
        }
        None => added,
    }
}

/// `addConditionAndDeletePod`.
fn evict(client: &mut Client, object: &Object) -> SyncResult {
    let key = object.key();
    client.event(
        object,
        EventType::Normal,
        "TaintManagerEviction",
        format!("Marking for deletion Pod {}/{}", key.namespace, key.name),
    );
    let mut status = pod::status(object).cloned().unwrap_or_default();
    let now = client.now();
    let condition = Condition {
        reason: Some("DeletionByTaintManager".into()),
        message: Some("Taint manager: deleting due to NoExecute taint".into()),
        ..Condition::new("DisruptionTarget", ConditionStatus::True, now)
    };
    status.conditions.retain(|c| c.kind != condition.kind);
    status.conditions.insert(0, condition);
    client.update_status(&key, ObjectStatus::Pod(Arc::new(status)))?;
    client.delete(&key, DeleteOptions::default())?;
    Ok(())
}
