//! Labels and label selectors as kubectl prints them.

use super::fields::{entries, go_dump, list, text, texts};
use crate::object::{Map, Value};

/// `key=value` of each entry, by key.
pub fn key_values(map: Option<&Map>) -> Vec<String> {
    let entries = map.into_iter().flat_map(Map::iter);
    entries
        .map(|(key, value)| format!("{key}={}", go_dump(value)))
        .collect()
}

/// Labels in one line, `<none>` if there are none (`labels.FormatLabels`).
pub fn format_labels(labels: Option<&Map>) -> String {
    let pairs = key_values(labels);
    if pairs.is_empty() {
        "<none>".to_owned()
    } else {
        pairs.join(",")
    }
}

/// The requirements of a label selector by key; empty if it has none or is not set (`metav1.LabelSelectorAsSelector`).
pub fn label_selector_string(selector: Option<&Value>) -> String {
    requirements(selector).unwrap_or_default()
}

/// The same, with `<none>` for an empty selector and `<error>` for an invalid one (`metav1.FormatLabelSelector`).
pub fn format_label_selector(selector: Option<&Value>) -> String {
    match requirements(selector) {
        None => "<error>".to_owned(),
        Some(line) if line.is_empty() => "<none>".to_owned(),
        Some(line) => line,
    }
}

/// None if an operator is unknown.
fn requirements(selector: Option<&Value>) -> Option<String> {
    let Some(selector) = selector else {
        return Some(String::new());
    };
    let labels = entries(selector, &["matchLabels"])
        .map(|(key, value)| Some((key, format!("{key}={}", go_dump(value)))));
    let expressions = list(selector, &["matchExpressions"]).iter().map(expression);
    let mut sorted: Vec<(&str, String)> = labels.chain(expressions).collect::<Option<_>>()?;
    sorted.sort_by_key(|(key, _)| *key);
    let parts: Vec<String> = sorted.into_iter().map(|(_, part)| part).collect();
    Some(parts.join(","))
}

fn expression(expression: &Value) -> Option<(&str, String)> {
    let key = text(expression, &["key"]);
    let mut values = texts(expression, &["values"]);
    values.sort_unstable();
    let values = values.join(",");
    let part = match text(expression, &["operator"]) {
        "In" => format!("{key} in ({values})"),
        "NotIn" => format!("{key} notin ({values})"),
        "Exists" => key.to_owned(),
        "DoesNotExist" => format!("!{key}"),
        _ => return None,
    };
    Some((key, part))
}
