//! Accessors for Nodes.

use super::status::{ConditionStatus, find_condition};
use super::{Object, Value};

/// The status of a Node's Ready condition; `None` without such a condition.
pub fn ready(node: &Object) -> Option<ConditionStatus> {
    let condition = find_condition(node.status.fields()?, "Ready")?;
    Some(ConditionStatus::parse(condition.get("status")?.as_str()?))
}

/// `spec.unschedulable`: whether the Node is cordoned.
pub fn unschedulable(node: &Object) -> bool {
    node.spec().get("unschedulable").and_then(Value::as_bool) == Some(true)
}
