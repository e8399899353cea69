//! Taints of nodes and tolerations of pods (`component-helpers/scheduling/corev1/helpers.go`).

use std::sync::Arc;

use crate::object::{Object, Value, pod};

/// One taint of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taint {
    /// Its key.
    pub key: Arc<str>,
    /// Its value, often empty.
    pub value: Arc<str>,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    pub effect: Arc<str>,
}

/// Taint of a node whose kubelet does not post its status.
pub const UNREACHABLE: &str = "node.kubernetes.io/unreachable";

/// Taint of a node that reports `Ready=False`.
pub const NOT_READY: &str = "node.kubernetes.io/not-ready";

/// Taint with which a person confirms that a node is shut down.
pub const OUT_OF_SERVICE: &str = "node.kubernetes.io/out-of-service";

/// Taint of a cordoned node.
pub const UNSCHEDULABLE: &str = "node.kubernetes.io/unschedulable";

/// The taints that the node lifecycle controller manages.
pub const MANAGED: [&str; 3] = [UNREACHABLE, NOT_READY, UNSCHEDULABLE];

/// Reads the taints of a node.
pub fn read(node: &Object) -> Vec<Taint> {
    let taints = node.spec().get("taints").and_then(Value::as_array);
    taints
        .unwrap_or_default()
        .iter()
        .filter_map(|taint| {
            let text = |key: &str| taint.get(key).and_then(Value::as_str).unwrap_or_default();
            Some(Taint {
                key: Some(text("key")).filter(|key| !key.is_empty())?.into(),
                value: text("value").into(),
                effect: text("effect").into(),
            })
        })
        .collect()
}

/// Whether a node has a taint with that key.
pub fn has(node: &Object, key: &str) -> bool {
    let taints = node.spec().get("taints").and_then(Value::as_array);
    taints
        .unwrap_or_default()
        .iter()
        .any(|taint| taint.get("key").and_then(Value::as_str) == Some(key))
}

/// The first taint that keeps the pod from being scheduled to the node (`FindMatchingUntoleratedTaint`).
pub fn untolerated(object: &Object, node: &Object) -> Option<Taint> {
    read(node)
        .into_iter()
        .filter(|taint| &*taint.effect != "PreferNoSchedule")
        .find(|taint| toleration(object, taint).is_none())
}

/// Number of taints that make other nodes preferable (`countIntolerableTaintsPreferNoSchedule`).
pub fn count_not_preferred(object: &Object, node: &Object) -> usize {
    let taints = read(node);
    let soft = taints.iter().filter(|taint| &*taint.effect == "PreferNoSchedule");
    soft.filter(|taint| toleration(object, taint).is_none()).count()
}

/// Whether the pod tolerates cordoned nodes (`plugins/nodeunschedulable`).
pub fn tolerates_unschedulable(object: &Object) -> bool {
    let taint = Taint {
        key: UNSCHEDULABLE.into(),
        value: "".into(),
        effect: "NoSchedule".into(),
    };
    toleration(object, &taint).is_some()
}

/// The first toleration of the pod that tolerates the taint.
pub fn toleration<'a>(object: &'a Object, taint: &Taint) -> Option<&'a Value> {
    pod::tolerations(object)
        .iter()
        .find(|toleration| tolerates(toleration, taint))
}

/// `ToleratesTaint`.
fn tolerates(toleration: &Value, taint: &Taint) -> bool {
    let text = |key: &str| toleration.get(key).and_then(Value::as_str).unwrap_or_default();
    let (key, effect) = (text("key"), text("effect"));
    if !effect.is_empty() && *effect != *taint.effect || !key.is_empty() && *key != *taint.key {
        return false;
    }
    match text("operator") {
        "Exists" => true,
        "" | "Equal" => text("value") == &*taint.value && !key.is_empty(),
        "Lt" => numbers(&taint.value, text("value")).is_some_and(|(taint, limit)| taint < limit),
        "Gt" => numbers(&taint.value, text("value")).is_some_and(|(taint, limit)| taint > limit),
        _ => false,
    }
}

/// The values of a taint and a toleration as integers (`compareNumericValues`).
fn numbers(taint: &str, toleration: &str) -> Option<(i64, i64)> {
    Some((taint.parse().ok()?, toleration.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::{Kind, Map};
    use serde_json::json;

    #[track_caller]
    fn check(toleration: serde_json::Value, expected: bool) {
        let taint = Taint {
            key: "k".into(),
            value: "v".into(),
            effect: "NoExecute".into(),
        };
        let document: Value = json!({"spec": {"tolerations": [toleration]}}).into();
        let map: &Map = document.as_object().expect("an object");
        let object = Object::read(Kind::Pod, map);
        assert_eq!(super::toleration(&object, &taint).is_some(), expected);
    }

    #[test]
    fn a_toleration_matches_key_value_and_effect() {
        check(json!({"operator": "Exists"}), true);
        check(json!({"key": "k", "operator": "Exists"}), true);
        check(json!({"key": "k", "value": "v"}), true);
        check(json!({"key": "k", "value": "other"}), false);
        check(json!({"key": "other", "operator": "Exists"}), false);
        check(
            json!({"key": "k", "operator": "Exists", "effect": "NoSchedule"}),
            false,
        );
        check(
            json!({"key": "k", "operator": "Exists", "effect": "NoExecute"}),
            true,
        );
    }
}
