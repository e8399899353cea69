//! Nodes that fall silent and come back, and what becomes of their pods.

pub mod lifecycle;
pub mod pod_gc;
pub mod taint_manager;

use crate::object::{Object, Value};

/// `status` of a node's Ready condition: `True`, `False` or `Unknown`.
pub fn ready(node: &Object) -> &str {
    condition(node, "Ready")
        .and_then(|condition| condition.get("status"))
        .and_then(Value::as_str)
        .unwrap_or("Unknown")
}

fn condition<'a>(node: &'a Object, kind: &str) -> Option<&'a Value> {
    let conditions = node.status.fields()?.get("conditions")?.as_array()?;
    conditions
        .iter()
        .find(|condition| condition.get("type").and_then(Value::as_str) == Some(kind))
}
