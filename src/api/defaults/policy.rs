//! Defaults of LimitRanges (`pkg/apis/core/v1/defaults.go`) and the behavior of HorizontalPodAutoscalers
//! (`pkg/apis/autoscaling/v2/defaults.go`).

use super::{set_if_empty, set_if_nil};
use crate::object::{Map, Value};

/// `SetDefaults_LimitRangeItem`.
pub(super) fn limit_range_item(map: &mut Map) {
    if map.text("type").map(AsRef::as_ref) != Some("Container") {
        return;
    }
    for (from, to) in [
        ("max", "default"),
        ("default", "defaultRequest"),
        ("min", "defaultRequest"),
    ] {
        let amounts = map
            .get(from)
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        let mut filled = map
            .get(to)
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        for (name, amount) in amounts.iter() {
            set_if_nil(&mut filled, name, amount.clone());
        }
        if !filled.is_empty() {
            map.insert(to, filled);
        }
    }
}

/// `GenerateHPAScaleUpRules`, `GenerateHPAScaleDownRules`: both directions if one is set.
pub(super) fn behavior(map: &mut Map) {
    let percent = policy("Percent", 100);
    let up = vec![policy("Pods", 4), percent.clone()];
    for (direction, policies) in [("scaleUp", up), ("scaleDown", vec![percent])] {
        let mut rules = map
            .get(direction)
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        if direction == "scaleUp" {
            set_if_nil(&mut rules, "stabilizationWindowSeconds", 0);
        }
        set_if_empty(&mut rules, "selectPolicy", "Max");
        set_if_nil(&mut rules, "policies", policies);
        map.insert(direction, rules);
    }
}

/// A policy for each 15 seconds.
fn policy(kind: &str, amount: i64) -> Value {
    let mut map = Map::new();
    map.insert("type", kind);
    map.insert("value", amount);
    map.insert("periodSeconds", 15);
    map.into()
}
