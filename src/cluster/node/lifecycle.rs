//! The node lifecycle controller: a silent node is not ready, and is tainted
//! (`pkg/controller/nodelifecycle/node_lifecycle_controller.go`).

use std::sync::Arc;

use imbl::OrdMap;

use crate::api::Status;
use crate::cluster::client::{Client, EventType, Synced};
use crate::cluster::durations::NODE_GRACE_MS;
use crate::cluster::fault::{self, Fault};
use crate::cluster::queue::{Seen, Wakes};
use crate::cluster::taint;
use crate::object::status::{Condition, ConditionStatus, ObjectStatus};
use crate::object::{Key, Kind, Map, Object, Time, Value, node, pod};
use crate::store::Waiting;
use crate::store::waiting::NodeWaiting;

/// Since when nodes have been silent.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    silent_since: OrdMap<Key, Time>,
}

/// Nodes that change, fall silent or speak again.
pub fn interested(seen: &Seen, wakes: &mut Wakes) {
    let key = &seen.change.key;
    match key.kind {
        Kind::Node => wakes.now(key),
        Kind::Fault => {
            for node in Fault::from_key(key)
                .iter()
                .flat_map(|f| fault::silenced(seen.world, f))
            {
                wakes.now(&node);
            }
        }
        _ => {}
    }
}

/// Looks at one node.
pub fn sync(client: &mut Client, key: &Key, state: &mut Lifecycle) -> Synced {
    let Some(node) = client.get(key).cloned() else {
        state.silent_since.remove(key);
        return Ok(());
    };
    if fault::node_silent(client.world(), &key.name) {
        let since = *state.silent_since.entry(key.clone()).or_insert(client.now());
        let until = since.plus(NODE_GRACE_MS);
        if client.now() < until {
            client.wake_at(until, key);
            client.wait(
                key,
                Some(Waiting::Node(NodeWaiting::MonitorGracePeriod { until })),
            );
            return Ok(());
        }
        client.wait(key, None);
        if node::ready(&node).is_some_and(|ready| ready != ConditionStatus::Unknown) {
            return Ok(lose(client, &node)?);
        }
    } else {
        state.silent_since.remove(key);
        client.wait(key, None);
    }
    Ok(taint_by_state(client, &node)?)
}

/// The node is lost: nobody knows its state any more, and its pods count as not ready (`monitorNodeHealth`).
fn lose(client: &mut Client, node: &Object) -> Result<(), Status> {
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
        Some(node) => taint_by_state(client, &node),
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

/// Gives a node the taints that its state calls for, and takes those that it does not
/// (`doNoScheduleTaintingPass`, `processTaintBaseEviction`).
fn taint_by_state(client: &mut Client, node: &Object) -> Result<(), Status> {
    let cordoned = node::unschedulable(node);
    let mut wanted: Vec<(&str, &str)> = Vec::new();
    if cordoned {
        wanted.push((taint::UNSCHEDULABLE, "NoSchedule"));
    }
    let lost = match node::ready(node) {
        None | Some(ConditionStatus::Unknown) => Some(taint::UNREACHABLE),
        Some(ConditionStatus::False) => Some(taint::NOT_READY),
        Some(ConditionStatus::True) => None,
    };
    for effect in ["NoSchedule", "NoExecute"] {
        wanted.extend(lost.map(|key| (key, effect)));
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
            !taint::BY_STATE.contains(&key.as_str()) || wanted.contains(&(key.as_str(), effect.as_str()))
        })
        .cloned()
        .collect();
    for (key, effect) in wanted {
        let there = old
            .iter()
            .any(|taint| text(taint, "key") == key && text(taint, "effect") == effect);
        if !there {
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
