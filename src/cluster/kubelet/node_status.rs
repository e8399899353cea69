//! Registers and updates the Node of a kubelet (`pkg/kubelet/kubelet_node_status.go`, `nodestatus/setters.go`).

use std::sync::Arc;

use crate::cluster::faults;
use crate::cluster::nodes::{HEALTHY_CONDITIONS, new_node};
use crate::cluster::runtime::{Client, EventType, SyncResult};
use crate::object::status::{ConditionStatus, ObjectStatus};
use crate::object::{Key, Value, node};

/// Sets the conditions of a node to healthy; registers the node if its object was deleted (`syncNodeStatus`).
pub fn sync(client: &mut Client, key: &Key) -> SyncResult {
    if faults::node_unreachable(client.world(), &key.name) {
        return Ok(());
    }
    let Some(node) = client.get(key).cloned() else {
        return register(client, key);
    };
    if node::ready(&node) == Some(ConditionStatus::True) {
        return Ok(());
    }
    let now = client.now().to_string();
    let mut status = node.status.fields().cloned().unwrap_or_default();
    if let Some(Value::Array(conditions)) = status.get_mut("conditions") {
        for condition in Arc::make_mut(conditions) {
            let kind = condition.get("type").and_then(Value::as_str).unwrap_or_default();
            let healthy = HEALTHY_CONDITIONS.iter().find(|(known, ..)| *known == kind);
            if let (Some((_, state, reason, message)), Value::Object(map)) = (healthy, condition) {
                map.insert("status", *state);
                map.insert("reason", *reason);
                map.insert("message", *message);
                map.insert("lastHeartbeatTime", now.as_str());
                map.insert("lastTransitionTime", now.as_str());
            }
        }
    }
    client.update_status(key, ObjectStatus::Document(status))?;
    let message = format!("Node {} status is now: NodeReady", key.name);
    client.event(&node, EventType::Normal, "NodeReady", message);
    Ok(())
}

/// `registerWithAPIServer`.
fn register(client: &mut Client, key: &Key) -> SyncResult {
    let Some(node) = new_node(&key.name) else {
        return Ok(());
    };
    let status = node.status.clone();
    if let Some(node) = client.create(node)? {
        client.update_status(key, status)?;
        let message = format!("Node {} status is now: NodeReady", key.name);
        client.event(&node, EventType::Normal, "NodeReady", message);
    }
    Ok(())
}
