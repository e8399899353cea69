//! DaemonSets (`pkg/apis/apps/validation/validation.go`).

use super::access::FieldAccess;
use super::content;
use super::field::{BadValue, ErrorList, Path};
use super::int_or_string::{
    int_or_percent_value, validate_not_more_than_100_percent, validate_positive_int_or_percent,
};
use super::label_selector::{self, SelectorMatch};
use super::pod;
use super::workload::{strategy_json, validate_restart_policy, validate_template_labels};
use crate::object::Value;

/// `ValidateDaemonSetSpec`.
pub fn validate_spec(errors: &mut ErrorList, spec: &Value) {
    let at = Path::root("spec");
    let (selector, template) = (spec.field("selector"), spec.field("template"));
    label_selector::validate(errors, selector, &at.child("selector"));
    let selector_match = label_selector::match_labels(selector, template.field("metadata").field("labels"));
    let template_at = at.child("template");
    validate_template_labels(errors, template, selector_match, &template_at);
    if selector_match == SelectorMatch::Empty {
        let detail = "empty selector is invalid for daemonset";
        errors.invalid(
            &at.child("selector"),
            label_selector::bad_selector(selector),
            detail,
        );
    }
    let volumes: Vec<&Value> = template.field("spec").list("volumes").iter().collect();
    pod::validate_template(errors, template, &volumes, &template_at);
    validate_restart_policy(errors, template, "DaemonSet", &template_at);
    content::validate_non_negative(errors, &at.child("minReadySeconds"), spec.int("minReadySeconds"));
    validate_update_strategy(errors, spec.field("updateStrategy"), &at.child("updateStrategy"));
    content::validate_non_negative(
        errors,
        &at.child("revisionHistoryLimit"),
        spec.int("revisionHistoryLimit"),
    );
}

/// `ValidateDaemonSetUpdateStrategy`.
fn validate_update_strategy(errors: &mut ErrorList, strategy: &Value, at: &Path<'_>) {
    let rolling = strategy.maybe("rollingUpdate");
    let rolling_at = at.child("rollingUpdate");
    match (strategy.text("type"), rolling) {
        ("OnDelete", _) => {}
        ("RollingUpdate", None) => errors.required(&rolling_at, ""),
        ("RollingUpdate", Some(rolling)) => {
            let (max_unavailable, max_surge) = (rolling.field("maxUnavailable"), rolling.field("maxSurge"));
            let (max_unavailable_at, max_surge_at) =
                (rolling_at.child("maxUnavailable"), rolling_at.child("maxSurge"));
            validate_positive_int_or_percent(errors, max_unavailable, &max_unavailable_at);
            validate_positive_int_or_percent(errors, max_surge, &max_surge_at);
            validate_not_more_than_100_percent(errors, max_unavailable, &max_unavailable_at);
            validate_not_more_than_100_percent(errors, max_surge, &max_surge_at);
            match (
                int_or_percent_value(max_unavailable) != 0,
                int_or_percent_value(max_surge) != 0,
            ) {
                (true, true) => {
                    errors.invalid(
                        &max_surge_at,
                        BadValue::json(max_surge),
                        "may not be set when maxUnavailable is non-zero",
                    );
                }
                (false, false) => errors.required(&max_unavailable_at, "cannot be 0 when maxSurge is 0"),
                _ => {}
            }
        }
        (kind, rolling) => {
            errors.not_supported(at, strategy_json(kind, rolling), &["RollingUpdate", "OnDelete"]);
        }
    }
}
