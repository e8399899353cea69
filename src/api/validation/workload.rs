//! Checks that StatefulSets, Deployments, ReplicaSets and DaemonSets share (`pkg/apis/apps/validation/validation.go`).

use super::access::FieldAccess;
use super::field::{BadValue, ErrorList, Path};
use super::label_selector::{self, SelectorMatch};
use crate::object::Value;

const MISMATCH: &str = "`selector` does not match template `labels`";

/// Requires a selector that is not empty, and matches the labels of the pod template against it.
pub fn validate_selector(errors: &mut ErrorList, spec: &Value, kind: &str, at: &Path<'_>) -> SelectorMatch {
    let selector = spec.field("selector");
    let at = at.child("selector");
    let labels = spec.field("template").field("metadata").field("labels");
    let selector_match = label_selector::match_labels(selector, labels);
    if selector.is_null() {
        errors.required(&at, "");
    } else {
        label_selector::validate(errors, selector, &at);
        if selector_match == SelectorMatch::Empty {
            let detail = format!("empty selector is invalid for {kind}");
            errors.invalid(&at, label_selector::bad_selector(selector), detail);
        }
    }
    selector_match
}

/// Requires that the selector matches the labels of the pod template.
pub fn validate_template_labels(
    errors: &mut ErrorList,
    template: &Value,
    selector_match: SelectorMatch,
    at: &Path<'_>,
) {
    if selector_match == SelectorMatch::Mismatch {
        let labels = BadValue::json(template.field("metadata").field("labels"));
        errors.invalid(&at.child("metadata.labels"), labels, MISMATCH);
    }
}

/// Requires `restartPolicy: Always` and no `activeDeadlineSeconds`.
pub fn validate_restart_policy(errors: &mut ErrorList, template: &Value, kind: &str, at: &Path<'_>) {
    let spec = template.field("spec");
    let policy = spec.text("restartPolicy");
    if policy != "Always" {
        errors.not_supported(
            &at.child("spec.restartPolicy"),
            BadValue::named(policy),
            &["Always"],
        );
    }
    if spec.has("activeDeadlineSeconds") {
        let detail = format!("activeDeadlineSeconds in {kind} is not Supported");
        errors.forbidden(&at.child("spec.activeDeadlineSeconds"), detail);
    }
}

/// Formats Go's internal strategy as JSON; `rolling` is `rollingUpdate`.
pub fn strategy_json(kind: &str, rolling: Option<&Value>) -> BadValue {
    let rolling = rolling.map_or_else(
        || "null".to_owned(),
        |rolling| {
            let int_or_zero = |field| rolling.maybe(field).cloned().unwrap_or(Value::Int(0));
            let (max_unavailable, max_surge) = (int_or_zero("maxUnavailable"), int_or_zero("maxSurge"));
            format!("{{\"MaxUnavailable\":{max_unavailable},\"MaxSurge\":{max_surge}}}")
        },
    );
    BadValue::Json(format!(
        "{{\"Type\":{},\"RollingUpdate\":{rolling}}}",
        Value::from(kind)
    ))
}

/// Rejects a change of the selector (`ValidateImmutableField` in the strategies).
pub fn validate_immutable_selector(errors: &mut ErrorList, old: &Value, new: &Value) {
    let (before, after) = (
        old.field("spec").field("selector"),
        new.field("spec").field("selector"),
    );
    if before != after {
        let bad = match after.is_null() {
            true => BadValue::from("null"),
            false => label_selector::bad_selector(after),
        };
        errors.invalid(&Path::root("spec.selector"), bad, "field is immutable");
    }
}
