//! Label selectors (`apimachinery/pkg/apis/meta/v1/validation`, `apimachinery/pkg/apis/meta/v1/helpers.go`).

use super::access::FieldAccess;
use super::content;
use super::field::{BadValue, ErrorList, Path};
use super::object_meta;
use crate::object::selector::LabelSelector;
use crate::object::{Map, Value};

/// `ValidateLabelSelector`.
pub fn validate(errors: &mut ErrorList, selector: &Value, at: &Path<'_>) {
    object_meta::validate_labels(errors, selector.field("matchLabels"), &at.child("matchLabels"));
    let expressions = at.child("matchExpressions");
    for (i, expression) in selector.list("matchExpressions").iter().enumerate() {
        validate_requirement(errors, expression, &expressions.index(i));
    }
}

/// `ValidateLabelSelectorRequirement`.
fn validate_requirement(errors: &mut ErrorList, expression: &Value, at: &Path<'_>) {
    let values = expression.list("values");
    match expression.text("operator") {
        "In" | "NotIn" if values.is_empty() => errors.required(
            &at.child("values"),
            "must be specified when `operator` is 'In' or 'NotIn'",
        ),
        "Exists" | "DoesNotExist" if !values.is_empty() => errors.forbidden(
            &at.child("values"),
            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        ),
        "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
        operator => errors.invalid(
            &at.child("operator"),
            BadValue::named(operator),
            "not a valid selector operator",
        ),
    }
    let key = expression.text("key");
    errors.invalid_each(&at.child("key"), key, content::qualified_name(key));
    let at = at.child("values");
    for (i, value) in expression.texts("values").enumerate() {
        errors.invalid_each(&at.index(i), value, content::label_value(value));
    }
}

/// How a selector relates to labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectorMatch {
    /// The selector is invalid.
    Invalid,
    /// The selector is empty, so it matches all labels.
    Empty,
    /// The selector matches the labels.
    Matches,
    /// The selector does not match the labels.
    Mismatch,
}

/// Matches labels against a selector; an absent selector matches nothing (`LabelSelectorAsSelector`).
pub fn match_labels(selector: &Value, labels: &Value) -> SelectorMatch {
    if selector.is_null() {
        return SelectorMatch::Mismatch;
    }
    let label_selector = LabelSelector::read(Some(selector));
    if label_selector.is_empty() {
        return SelectorMatch::Empty;
    }
    let mut errors = ErrorList::default();
    validate(&mut errors, selector, &Path::root(""));
    if errors.len() > 0 {
        return SelectorMatch::Invalid;
    }
    match label_selector.matches(labels.as_object().unwrap_or(&Map::new())) {
        true => SelectorMatch::Matches,
        false => SelectorMatch::Mismatch,
    }
}

/// Formats a selector as messages print it, with the fields in Go's order.
pub fn bad_selector(selector: &Value) -> BadValue {
    let fields: Vec<String> = ["matchLabels", "matchExpressions"]
        .iter()
        .filter_map(|key| {
            let part = selector.maybe(key)?;
            let empty =
                part.as_array().is_some_and(<[_]>::is_empty) || part.as_object().is_some_and(Map::is_empty);
            (!empty).then(|| format!("\"{key}\":{part}"))
        })
        .collect();
    BadValue::Json(format!("{{{}}}", fields.join(",")))
}
