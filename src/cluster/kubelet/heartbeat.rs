//! What a kubelet says of its node (`pkg/kubelet/nodestatus/setters.go`).

use std::sync::Arc;

use crate::cluster::bootstrap;
use crate::cluster::client::{Client, EventType, Synced};
use crate::cluster::fault;
use crate::object::status::{ConditionStatus, ObjectStatus};
use crate::object::{Key, Value, node};

/// Status, reason and message of each condition of a node that is well.
const WELL: [(&str, &str, &str, &str); 4] = [
    (
        "MemoryPressure",
        "False",
        "KubeletHasSufficientMemory",
        "kubelet has sufficient memory available",
    ),
    (
        "DiskPressure",
        "False",
        "KubeletHasNoDiskPressure",
        "kubelet has no disk pressure",
    ),
    (
        "PIDPressure",
        "False",
        "KubeletHasSufficientPID",
        "kubelet has sufficient PID available",
    ),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
];

/// A node that was thought lost says that it is well; one whose object was deleted meanwhile registers again.
pub fn report(client: &mut Client, key: &Key) -> Synced {
    if fault::node_silent(client.world(), &key.name) {
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
            let well = WELL.iter().find(|(known, ..)| *known == kind);
            if let (Some((_, state, reason, message)), Value::Object(map)) = (well, condition) {
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

fn register(client: &mut Client, key: &Key) -> Synced {
    let Some(node) = bootstrap::machine(&key.name) else {
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
