//! The node lifecycle controller: marks nodes without status updates as `Unknown`, and taints nodes
//! (`pkg/controller/nodelifecycle/node_lifecycle_controller.go`).

use std::sync::Arc;

use imbl::OrdMap;

use crate::api::Status;
use crate::cluster::faults;
use crate::cluster::runtime::durations::NODE_GRACE_MS;
use crate::cluster::runtime::{Client, EventType, SyncResult, WatchEvent, WorkQueue};
use crate::cluster::taint;
use crate::object::status::{Condition, ConditionStatus, ObjectStatus};
use crate::object::{Key, Kind, Map, Object, Time, Value, node, pod};
use crate::store::Waiting;
use crate::store::waiting::NodeWaiting;

/// What the controller keeps between syncs.
#[derive(Clone, Debug, Default)]
pub struct NodeLifecycle {
    /// When the controller first missed the status updates of a node.
    unreachable_since: OrdMap<Key, Time>,
}

/// Enqueues nodes that change, and nodes that become unreachable or reachable.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    let key = &event.change.key;
    match key.kind {
        Kind::Node => queue.add(key),
        Kind::Fault => {
            for node in faults::affected_nodes(event.world, key) {
                queue.add(&node);
            }
        }
        _ => {}
    }
}

/// Syncs one node (`monitorNodeHealth`).
pub fn sync(client: &mut Client, key: &Key, state: &mut NodeLifecycle) -> SyncResult {
    let Some(node) = client.get(key).cloned() else {
        state.unreachable_since.remove(key);
        return Ok(());
    };
    if faults::node_unreachable(client.world(), &key.name) {
        let since = *state.unreachable_since.entry(key.clone()).or_insert(client.now());
        let until = since.plus(NODE_GRACE_MS);
        if client.now() < until {
            client.requeue_at(until, key);
            client.set_waiting(
                key,
                Some(Waiting::Node(NodeWaiting::MonitorGracePeriod { until })),
            );
            return Ok(());
        }
        client.set_waiting(key, None);
        if node::ready(&node).is_some_and(|ready| ready != ConditionStatus::Unknown) {
            return Ok(mark_unknown(client, &node)?);
        }
    } else {
        state.unreachable_since.remove(key);
        client.set_waiting(key, None);
    }
    Ok(sync_taints(client, &node)?)
}

/// Sets the conditions of a node to Unknown and marks its pods as not ready (`tryUpdateNodeHealth`,
/// `monitorNodeHealth`).
fn mark_unknown(client: &mut Client, node: &Object) -> Result<(), Status> {
    let now = client.now();
    let mut status = node.status.fields().cloned().unwrap_or_default();
    if let Some(Value::Array(conditions)) = status.get_mut("conditions") {
        for condition in Arc::make_mut(conditions) {
            if let Value::Object(map) = condition {
                map.insert("status", "Unknown");
                map.insert("reason", "NodeStatusUnknown");
                map.insert("message", "Kubelet stopped posting node status.");
                map.insert("lastTransitionTime", now.to_string());
            }
        }
    }
    let written = client.update_status(&node.key(), ObjectStatus::Document(status))?;
    client.event(
        node,
        EventType::Normal,
        "NodeNotReady",
        format!("Node {} status is now: NodeNotReady", node.meta.name),
    );
    mark_pods_not_ready(client, node)?;
    match written {
        Some(node) => sync_taints(client, &node),
        None => Ok(()),
    }
}

/// `MarkPodsNotReady` in `pkg/controller/util/node/controller_utils.go`.
fn mark_pods_not_ready(client: &mut Client, node: &Object) -> Result<(), Status> {
    let pods: Vec<Key> = client.world().pods().on_node(&node.meta.name).cloned().collect();
    for key in pods {
        let Some(pod) = client.get(&key).cloned() else {
            continue;
        };
        let Some(status) = pod::status(&pod).filter(|_| pod::ready(&pod)) else {
            continue;
        };
        let mut status = status.clone();
        let now = client.now();
        status.set_condition(Condition::new("Ready", ConditionStatus::False, now));
        client.update_status(&key, ObjectStatus::Pod(Arc::new(status)))?;
        client.event(&pod, EventType::Warning, "NodeNotReady", "Node is not ready");
    }
    Ok(())
}

/// Adds the taints that the conditions of a node call for and removes the other managed ones
/// (`doNoScheduleTaintingPass`, `processTaintBaseEviction`).
fn sync_taints(client: &mut Client, node: &Object) -> Result<(), Status> {
    let cordoned = node::unschedulable(node);
    let mut desired: Vec<(&str, &str)> = Vec::new();
    if cordoned {
        desired.push((taint::UNSCHEDULABLE, "NoSchedule"));
    }
    let condition_taint = match node::ready(node) {
        None | Some(ConditionStatus::Unknown) => Some(taint::UNREACHABLE),
        Some(ConditionStatus::False) => Some(taint::NOT_READY),
        Some(ConditionStatus::True) => None,
    };
    for effect in ["NoSchedule", "NoExecute"] {
        desired.extend(condition_taint.map(|key| (key, effect)));
    }
    let old = node.spec().get("taints").and_then(Value::as_array);
    let old = old.unwrap_or_default();
    let text = |taint: &Value, field: &str| {
        taint
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let mut taints: Vec<Value> = old
        .iter()
        .filter(|taint| {
            let (key, effect) = (text(taint, "key"), text(taint, "effect"));
            !taint::MANAGED.contains(&key.as_str()) || desired.contains(&(key.as_str(), effect.as_str()))
        })
        .cloned()
        .collect();
    for (key, effect) in desired {
        let exists = old
            .iter()
            .any(|taint| text(taint, "key") == key && text(taint, "effect") == effect);
        if !exists {
            let mut taint = Map::from_iter([("key", key), ("effect", effect)]);
            taint.insert("timeAdded", client.now().to_string());
            taints.push(taint.into());
        }
    }
    if taints == old {
        return Ok(());
    }
    let mut spec = node.spec().clone();
    if let Value::Object(map) = &mut spec {
        if taints.is_empty() {
            map.remove("taints");
        } else {
            map.insert("taints", taints);
        }
    }
    client.update(node.with_spec(spec))?;
    Ok(())
}
