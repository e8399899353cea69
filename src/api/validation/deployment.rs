//! Deployments and ReplicaSets (`pkg/apis/apps/validation/validation.go`).

use super::access::FieldAccess;
use super::content;
use super::field::{BadValue, ErrorList, Path};
use super::int_or_string::{
    int_or_percent_value, validate_not_more_than_100_percent, validate_positive_int_or_percent,
};
use super::label_selector::{self, SelectorMatch};
use super::pod;
use super::workload::{strategy_json, validate_restart_policy, validate_selector, validate_template_labels};
use crate::object::Value;

/// `ValidateDeploymentSpec`.
pub fn validate_spec(errors: &mut ErrorList, spec: &Value) {
    let at = Path::root("spec");
    content::validate_non_negative(errors, &at.child("replicas"), spec.int("replicas"));
    validate_selector_and_template(errors, spec, &at);
    validate_strategy(errors, spec.field("strategy"), &at.child("strategy"));
    content::validate_non_negative(errors, &at.child("minReadySeconds"), spec.int("minReadySeconds"));
    content::validate_non_negative(
        errors,
        &at.child("revisionHistoryLimit"),
        spec.int("revisionHistoryLimit"),
    );
    if let Some(seconds) = spec.maybe_int("progressDeadlineSeconds") {
        let at = at.child("progressDeadlineSeconds");
        content::validate_non_negative(errors, &at, seconds);
        if seconds <= spec.int("minReadySeconds") {
            errors.invalid(&at, seconds, "must be greater than minReadySeconds");
        }
    }
}

/// `ValidateReplicaSetSpec`.
pub fn validate_replica_set_spec(errors: &mut ErrorList, spec: &Value) {
    let at = Path::root("spec");
    content::validate_non_negative(errors, &at.child("replicas"), spec.int("replicas"));
    content::validate_non_negative(errors, &at.child("minReadySeconds"), spec.int("minReadySeconds"));
    validate_selector_and_template(errors, spec, &at);
}

/// `ValidatePodTemplateSpecForReplicaSet`, and the selector.
fn validate_selector_and_template(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    // Upstream's message says "deployment" for ReplicaSets too.
    let selector_match = validate_selector(errors, spec, "deployment", at);
    if selector_match == SelectorMatch::Invalid {
        let bad = label_selector::bad_selector(spec.field("selector"));
        return errors.invalid(&at.child("selector"), bad, "invalid label selector");
    }
    let (template, at) = (spec.field("template"), at.child("template"));
    validate_template_labels(errors, template, selector_match, &at);
    let volumes: Vec<&Value> = template.field("spec").list("volumes").iter().collect();
    pod::validate_template(errors, template, &volumes, &at);
    validate_restart_policy(errors, template, "ReplicaSet", &at);
}

/// `ValidateDeploymentStrategy`.
fn validate_strategy(errors: &mut ErrorList, strategy: &Value, at: &Path<'_>) {
    let rolling = strategy.maybe("rollingUpdate");
    let rolling_at = at.child("rollingUpdate");
    match strategy.text("type") {
        "Recreate" if rolling.is_some() => {
            let detail = "may not be specified when strategy `type` is 'Recreate'";
            errors.forbidden(&rolling_at, detail);
        }
        "Recreate" => {}
        "RollingUpdate" => match rolling {
            None => errors.required(&rolling_at, "this should be defaulted and never be nil"),
            Some(rolling) => {
                let (max_unavailable, max_surge) =
                    (rolling.field("maxUnavailable"), rolling.field("maxSurge"));
                let max_unavailable_at = rolling_at.child("maxUnavailable");
                validate_positive_int_or_percent(errors, max_unavailable, &max_unavailable_at);
                validate_positive_int_or_percent(errors, max_surge, &rolling_at.child("maxSurge"));
                if int_or_percent_value(max_unavailable) == 0 && int_or_percent_value(max_surge) == 0 {
                    errors.invalid(
                        &max_unavailable_at,
                        BadValue::json(max_unavailable),
                        "may not be 0 when `maxSurge` is 0",
                    );
                }
                validate_not_more_than_100_percent(errors, max_unavailable, &max_unavailable_at);
            }
        },
        kind => {
            let bad = strategy_json(kind, rolling);
            errors.not_supported(at, bad, &["Recreate", "RollingUpdate"]);
        }
    }
}
