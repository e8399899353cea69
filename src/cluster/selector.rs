//! Label selectors (`metav1.LabelSelectorAsSelector`).

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};

use crate::object::Map;

/// Whether labels match a selector. An empty selector matches nothing here: no controller would own everything.
pub fn matches(selector: &LabelSelector, labels: &Map) -> bool {
    let equal = selector.match_labels.iter().flatten();
    let expressions = selector.match_expressions.iter().flatten();
    let mut rules = 0;
    for (key, value) in equal {
        rules += 1;
        if labels.text(key).map(AsRef::as_ref) != Some(value.as_str()) {
            return false;
        }
    }
    for expression in expressions {
        rules += 1;
        if !expression_matches(expression, labels) {
            return false;
        }
    }
    rules > 0
}

/// Whether every operator is one that exists and has the values that it needs.
pub fn is_valid(selector: &LabelSelector) -> bool {
    selector.match_expressions.iter().flatten().all(|expression| {
        let values = expression.values.as_ref().map_or(0, Vec::len);
        match expression.operator.as_str() {
            "In" | "NotIn" => values > 0,
            "Exists" | "DoesNotExist" => values == 0,
            _ => false,
        }
    })
}

fn expression_matches(expression: &LabelSelectorRequirement, labels: &Map) -> bool {
    let value = labels.text(&expression.key);
    let listed = value.is_some_and(|value| {
        let mut values = expression.values.iter().flatten();
        values.any(|listed| listed.as_str() == value.as_ref())
    });
    match expression.operator.as_str() {
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
    use serde_json::json;

    #[track_caller]
    fn check(selector: serde_json::Value, labels: serde_json::Value, expected: bool) {
        let selector: LabelSelector = serde_json::from_value(selector).expect("a selector");
        let labels = crate::object::Value::from(labels);
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
