//! Differences between two versions of a spec, and messages about fields that must not change.

mod internal;
mod unified;

use super::access::FieldAccess;
use super::field::{BadValue, ErrorList, Path};
use super::label_selector;
use crate::object::Value;
use internal::InternalJson;

/// Copies a field from `from` to `to`, or removes it if `from` lacks it.
pub fn copy_field(to: &mut Value, from: &Value, field: &str) {
    let Some(map) = to.as_object_mut() else { return };
    match from.maybe(field) {
        Some(value) => {
            map.insert(field, value.clone());
        }
        None => {
            map.remove(field);
        }
    }
}

/// The difference between two versions of an object of an internal Go type, as a unified diff of their JSON
/// (`Diff` in `apimachinery/pkg/util/diff/diff.go`).
pub fn diff(old: &Value, new: &Value, go_type: &str) -> String {
    let [old, new] = [old, new].map(|value| InternalJson::new(go_type, value).pretty());
    unified::diff(&old, &new)
}

/// A pod template as messages print it: JSON of the internal type.
pub fn internal_template(template: &Value) -> BadValue {
    let meta = template.field("metadata").to_string();
    let spec = InternalJson::new("PodSpec", template.field("spec")).compact();
    let meta = meta
        .strip_prefix('{')
        .and_then(|meta| meta.strip_suffix('}'))
        .unwrap_or_default();
    let comma = if meta.is_empty() { "" } else { "," };
    BadValue::Json(format!("{{{meta}{comma}\"Spec\":{spec}}}"))
}

/// Rejects a change of a field (`ValidateImmutableField`).
pub fn validate_immutable(errors: &mut ErrorList, before: &Value, after: &Value, field: &str, at: &Path<'_>) {
    let value = after.field(field);
    if before.field(field) == value {
        return;
    }
    let bad = match value {
        // A nil pointer is printed as a string.
        Value::Null => BadValue::from("null"),
        Value::Object(_) if field == "selector" => label_selector::bad_selector(value),
        value => BadValue::json(value),
    };
    errors.invalid(&at.child(field), bad, "field is immutable");
}
