//! Label selectors (`apimachinery/pkg/apis/meta/v1/validation`, `…/labels`).

use super::field::{Bad, Errors, Path};
use super::meta;
use super::read::Read;
use super::text;
use crate::object::selector::LabelSelector;
use crate::object::{Map, Value};

/// `ValidateLabelSelector`.
pub fn validate(errors: &mut Errors, selector: &Value, at: &Path<'_>) {
    meta::labels(errors, selector.part("matchLabels"), &at.child("matchLabels"));
    let expressions = at.child("matchExpressions");
    for (i, expression) in selector.list("matchExpressions").iter().enumerate() {
        requirement(errors, expression, &expressions.index(i));
    }
}

fn requirement(errors: &mut Errors, expression: &Value, at: &Path<'_>) {
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
            Bad::named(operator),
            "not a valid selector operator",
        ),
    }
    let key = expression.text("key");
    errors.invalid_each(&at.child("key"), key, text::qualified_name(key));
    let at = at.child("values");
    for (i, value) in expression.texts("values").enumerate() {
        errors.invalid_each(&at.index(i), value, text::label_value(value));
    }
}

/// What a selector selects (`LabelSelectorAsSelector`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The selector cannot be read.
    Broken,
    /// It has no requirement and selects everything.
    Empty,
    /// It selects these labels.
    Matches,
    /// It does not.
    Differs,
}

/// Whether a selector selects labels; a missing selector selects nothing.
pub fn verdict(selector: &Value, labels: &Value) -> Verdict {
    if selector.is_null() {
        return Verdict::Differs;
    }
    if LabelSelector::read(Some(selector)).is_empty() {
        return Verdict::Empty;
    }
    let mut errors = Errors::default();
    validate(&mut errors, selector, &Path::root(""));
    if errors.len() > 0 {
        return Verdict::Broken;
    }
    let none = Map::new();
    if LabelSelector::read(Some(selector)).matches(labels.as_object().unwrap_or(&none)) {
        Verdict::Matches
    } else {
        Verdict::Differs
    }
}

/// A selector as messages print it: fields in Go's order.
pub fn bad(selector: &Value) -> Bad {
    let fields: Vec<String> = ["matchLabels", "matchExpressions"]
        .iter()
        .filter_map(|key| {
            let part = selector.maybe(key)?;
            let empty =
                part.as_array().is_some_and(<[_]>::is_empty) || part.as_object().is_some_and(Map::is_empty);
            (!empty).then(|| format!("\"{key}\":{part}"))
        })
        .collect();
    Bad::Json(format!("{{{}}}", fields.join(",")))
}
