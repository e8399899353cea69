//! Label selectors as one line (`metav1.LabelSelectorAsSelector`, `metav1.FormatLabelSelector`).

use super::fields::{entries, go, list, text, texts};
use crate::object::Value;

/// A selector's requirements by key; empty for one that has none, or for none at all.
pub fn plain(selector: Option<&Value>) -> String {
    requirements(selector).unwrap_or_default()
}

/// The same where nothing is said as `<none>`, and nonsense as `<error>`.
pub fn formatted(selector: Option<&Value>) -> String {
    match requirements(selector) {
        None => "<error>".to_owned(),
        Some(line) if line.is_empty() => "<none>".to_owned(),
        Some(line) => line,
    }
}

/// None if an operator does not exist.
fn requirements(selector: Option<&Value>) -> Option<String> {
    let Some(selector) = selector else {
        return Some(String::new());
    };
    let labels =
        entries(selector, &["matchLabels"]).map(|(key, value)| Some((key, format!("{key}={}", go(value)))));
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
