//! `podFailurePolicy` and `podReplacementPolicy` of Jobs (`pkg/apis/batch/validation/validation.go`).

use crate::api::validation::access::FieldAccess;
use crate::api::validation::content;
use crate::api::validation::field::{BadValue, ErrorList, Path};
use crate::object::Value;

const ACTIONS: [&str; 4] = ["Count", "FailIndex", "FailJob", "Ignore"];

const OPERATORS: [&str; 2] = ["In", "NotIn"];

const STATUSES: [&str; 3] = ["False", "True", "Unknown"];

/// `validatePodReplacementPolicy`.
pub fn validate_pod_replacement_policy(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let supported: &[&str] = match spec.has("podFailurePolicy") {
        true => &["Failed"],
        false => &["Failed", "TerminatingOrFailed"],
    };
    if let Some(policy) = spec
        .maybe_text("podReplacementPolicy")
        .filter(|policy| !supported.contains(policy))
    {
        errors.not_supported(at, BadValue::named(policy), supported);
    }
}

/// `validatePodFailurePolicy`.
pub fn validate(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let at = at.child("rules");
    let rules = spec.field("podFailurePolicy").list("rules");
    if rules.len() > 20 {
        errors.too_many(&at, rules.len(), 20);
    }
    for (i, rule) in rules.iter().enumerate() {
        validate_rule(errors, spec, rule, &at.index(i));
    }
}

/// `validatePodFailurePolicyRule`.
fn validate_rule(errors: &mut ErrorList, spec: &Value, rule: &Value, at: &Path<'_>) {
    let action_at = at.child("action");
    match rule.text("action") {
        "FailIndex" if spec.has("backoffLimitPerIndex") => {}
        "FailIndex" => {
            let detail = "requires the backoffLimitPerIndex to be set";
            errors.invalid(&action_at, BadValue::named("FailIndex"), detail);
        }
        action => validate_word(errors, action, &ACTIONS, &action_at),
    }
    let conditions = rule.list("onPodConditions");
    if let Some(codes) = rule.maybe("onExitCodes") {
        validate_exit_codes(errors, spec, codes, &at.child("onExitCodes"));
    }
    let conditions_at = at.child("onPodConditions");
    if conditions.len() > 20 {
        errors.too_many(&conditions_at, conditions.len(), 20);
    }
    for (i, condition) in conditions.iter().enumerate() {
        let at = conditions_at.index(i);
        let name = condition.text("type");
        errors.invalid_each(&at.child("type"), name, content::qualified_name(name));
        validate_word(errors, condition.text("status"), &STATUSES, &at.child("status"));
    }
    match (rule.has("onExitCodes"), conditions.is_empty()) {
        (true, false) => {
            let detail = "specifying both OnExitCodes and OnPodConditions is not supported";
            errors.invalid_without_value(at, detail);
        }
        (false, true) => {
            let detail = "specifying one of OnExitCodes and OnPodConditions is required";
            errors.invalid_without_value(at, detail);
        }
        _ => {}
    }
}

/// A word that must be set and be one of the supported ones.
fn validate_word(errors: &mut ErrorList, word: &str, supported: &[&str], at: &Path<'_>) {
    if word.is_empty() {
        let list: Vec<String> = supported.iter().map(|word| format!("{word:?}")).collect();
        errors.required(at, &format!("valid values: [{}]", list.join(" ")));
    } else if !supported.contains(&word) {
        errors.not_supported(at, BadValue::named(word), supported);
    }
}

/// `validatePodFailurePolicyRuleOnExitCodes`.
fn validate_exit_codes(errors: &mut ErrorList, spec: &Value, codes: &Value, at: &Path<'_>) {
    let operator = codes.text("operator");
    validate_word(errors, operator, &OPERATORS, &at.child("operator"));
    let pod = spec.field("template").field("spec");
    let mut containers = pod.list("containers").iter().chain(pod.list("initContainers"));
    if let Some(name) = codes.maybe_text("containerName")
        && !containers.any(|container| container.text("name") == name)
    {
        let detail = "must be one of the container or initContainer names in the pod template";
        errors.invalid(&at.child("containerName"), name, detail);
    }
    let at = at.child("values");
    let values: Vec<i64> = codes.list("values").iter().filter_map(Value::as_i64).collect();
    let bad = || BadValue::json(codes.field("values"));
    if values.is_empty() {
        errors.invalid(&at, bad(), "at least one value is required");
    } else if values.len() > 255 {
        errors.too_many(&at, values.len(), 255);
    }
    for (i, value) in values.iter().enumerate() {
        if operator == "In" && *value == 0 {
            errors.invalid(&at.index(i), 0, "must not be 0 for the In operator");
        }
        if values.iter().take(i).any(|other| other == value) {
            errors.duplicate(&at.index(i), *value);
        }
    }
    if !values.is_sorted() {
        errors.invalid(&at, bad(), "must be ordered");
    }
}
