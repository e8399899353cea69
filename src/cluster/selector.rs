//! Label selectors (`metav1.LabelSelectorAsSelector`).

use crate::object::Map;
use crate::object::typed::{LabelSelector, LabelSelectorRequirement};

/// Whether labels match a selector. An empty selector matches nothing here: no controller would own everything.
pub fn matches(selector: &LabelSelector, labels: &Map) -> bool {
    let mut rules = 0;
    for (key, value) in selector.match_labels.iter().flat_map(|labels| labels.iter()) {
        rules += 1;
        if labels.get(key) != Some(value) {
            return false;
        }
    }
    for expression in selector.match_expressions() {
        rules += 1;
        if !expression_matches(&expression, labels) {
            return false;
        }
    }
    rules > 0
}

/// Whether every operator is one that exists and has the values that it needs.
pub fn is_valid(selector: &LabelSelector) -> bool {
    selector
        .match_expressions()
        .all(|expression| match expression.operator {
            "In" | "NotIn" => !expression.values.is_empty(),
            "Exists" | "DoesNotExist" => expression.values.is_empty(),
            _ => false,
        })
}

fn expression_matches(expression: &LabelSelectorRequirement, labels: &Map) -> bool {
    let value = labels.get(expression.key);
    let listed = value.is_some_and(|value| expression.values.contains(value));
    match expression.operator {
        "In" => listed,
        "NotIn" => !listed,
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Value;
    use serde_json::json;

    #[track_caller]
    fn check(selector: serde_json::Value, labels: serde_json::Value, expected: bool) {
        let (selector, labels) = (Value::from(selector), Value::from(labels));
        let selector = LabelSelector::read(Some(&selector));
        assert_eq!(matches(&selector, labels.as_object().expect("labels")), expected);
    }

    #[test]
    fn all_rules_must_hold() {
        let labels = json!({"app": "web", "tier": "a"});
        check(json!({"matchLabels": {"app": "web"}}), labels.clone(), true);
        check(
            json!({"matchLabels": {"app": "web", "tier": "b"}}),
            labels.clone(),
            false,
        );
        check(json!({}), labels.clone(), false);
        let expression = |operator: &str, key: &str, values: &[&str]| json!({"matchExpressions": [{"key": key, "operator": operator, "values": values}]});
        check(expression("In", "app", &["db", "web"]), labels.clone(), true);
        check(expression("NotIn", "app", &["db"]), labels.clone(), true);
        check(expression("NotIn", "none", &["db"]), labels.clone(), true);
        check(expression("Exists", "tier", &[]), labels.clone(), true);
        check(expression("DoesNotExist", "tier", &[]), labels, false);
    }
}
