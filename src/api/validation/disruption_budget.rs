//! PodDisruptionBudgets (`pkg/apis/policy/validation/validation.go`).

use super::access::FieldAccess;
use super::field::{BadValue, ErrorList, Path};
use super::int_or_string::{validate_not_more_than_100_percent, validate_positive_int_or_percent};
use super::label_selector;
use crate::object::Value;

/// `ValidatePodDisruptionBudgetSpec`.
pub fn validate_spec(errors: &mut ErrorList, spec: &Value) {
    let at = Path::root("spec");
    let policy = spec.maybe_text("unhealthyPodEvictionPolicy");
    if spec.has("minAvailable") && spec.has("maxUnavailable") {
        let selector = match spec.maybe("selector") {
            Some(selector) => label_selector::bad_selector(selector).to_string(),
            None => "null".to_owned(),
        };
        let policy = policy.map_or(Value::Null, Value::from);
        let bad = format!(
            "{{\"MinAvailable\":{},\"MaxUnavailable\":{},\"Selector\":{selector},\"UnhealthyPodEvictionPolicy\":{policy}}}",
            spec.field("minAvailable"),
            spec.field("maxUnavailable")
        );
        let detail = "minAvailable and maxUnavailable cannot be both set";
        errors.invalid(&at, BadValue::Json(bad), detail);
    }
    for field in ["minAvailable", "maxUnavailable"] {
        if let Some(value) = spec.maybe(field) {
            validate_positive_int_or_percent(errors, value, &at.child(field));
            validate_not_more_than_100_percent(errors, value, &at.child(field));
        }
    }
    label_selector::validate(errors, spec.field("selector"), &at.child("selector"));
    let policies = ["AlwaysAllow", "IfHealthyBudget"];
    if let Some(policy) = policy.filter(|policy| !policies.contains(policy)) {
        errors.not_supported(
            &at.child("unhealthyPodEvictionPolicy"),
            BadValue::named(policy),
            &policies,
        );
    }
}
