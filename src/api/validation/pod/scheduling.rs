//! Affinity, tolerations and topology spread constraints (`pkg/apis/core/validation/validation.go`).

use crate::api::validation::access::FieldAccess;
use crate::api::validation::content;
use crate::api::validation::field::{BadValue, ErrorList, Path};
use crate::api::validation::label_selector;
use crate::api::validation::node::validate_taint_effect;
use crate::api::validation::node_selector::{validate_node_selector, validate_node_selector_term};
use crate::object::Value;

/// `validateAffinity`.
pub fn validate_affinity(errors: &mut ErrorList, affinity: &Value, at: &Path<'_>) {
    if let Some(node) = affinity.maybe("nodeAffinity") {
        validate_node_affinity(errors, node, &at.child("nodeAffinity"));
    }
    for kind in ["podAffinity", "podAntiAffinity"] {
        let at = at.child(kind);
        let required = "requiredDuringSchedulingIgnoredDuringExecution";
        let required_at = at.child(required);
        for (i, term) in affinity.field(kind).list(required).iter().enumerate() {
            validate_pod_affinity_term(errors, term, &required_at.index(i));
        }
        let preferred = "preferredDuringSchedulingIgnoredDuringExecution";
        let preferred_at = at.child(preferred);
        for (i, weighted) in affinity.field(kind).list(preferred).iter().enumerate() {
            let at = preferred_at.index(i);
            validate_weight(errors, weighted, &at);
            validate_pod_affinity_term(
                errors,
                weighted.field("podAffinityTerm"),
                &at.child("podAffinityTerm"),
            );
        }
    }
}

/// The weight of a preferred term.
fn validate_weight(errors: &mut ErrorList, term: &Value, at: &Path<'_>) {
    let weight = term.int("weight");
    if !(1..=100).contains(&weight) {
        errors.invalid(&at.child("weight"), weight, "must be in the range 1-100");
    }
}

/// `validateNodeAffinity`.
fn validate_node_affinity(errors: &mut ErrorList, affinity: &Value, at: &Path<'_>) {
    let required = "requiredDuringSchedulingIgnoredDuringExecution";
    if let Some(selector) = affinity.maybe(required) {
        validate_node_selector(errors, selector, &at.child(required));
    }
    let preferred = "preferredDuringSchedulingIgnoredDuringExecution";
    let preferred_at = at.child(preferred);
    for (i, term) in affinity.list(preferred).iter().enumerate() {
        let at = preferred_at.index(i);
        validate_weight(errors, term, &at);
        validate_node_selector_term(errors, term.field("preference"), false, &at.child("preference"));
    }
}

/// `validatePodAffinityTerm`.
fn validate_pod_affinity_term(errors: &mut ErrorList, term: &Value, at: &Path<'_>) {
    for field in ["labelSelector", "namespaceSelector"] {
        label_selector::validate(errors, term.field(field), &at.child(field));
    }
    for name in term.texts("namespaces") {
        content::validate_dns_1123_label(errors, &at.child("namespace"), name);
    }
    validate_match_and_mismatch_label_keys(errors, term, at);
    let key = term.text("topologyKey");
    if key.is_empty() {
        errors.required(&at.child("topologyKey"), "can not be empty");
    }
    errors.invalid_each(&at.child("topologyKey"), key, content::qualified_name(key));
}

/// `ValidateMatchLabelKeysAndMismatchLabelKeys`. A key may be in the selector too, but not twice: the API server adds the
/// keys to the expressions of a pod's selector.
fn validate_match_and_mismatch_label_keys(errors: &mut ErrorList, term: &Value, at: &Path<'_>) {
    for field in ["matchLabelKeys", "mismatchLabelKeys"] {
        validate_label_keys(errors, term, field, &at.child(field));
    }
    let selector = term.field("labelSelector");
    let mut seen: Vec<&str> = selector.entries("matchLabels").map(|(key, _)| key).collect();
    for expression in selector.list("matchExpressions") {
        let key = expression.text("key");
        let position = term.texts("matchLabelKeys").position(|other| other == key);
        if let Some(i) = position.filter(|_| seen.contains(&key)) {
            let detail = "exists in both matchLabelKeys and labelSelector";
            errors.invalid(&at.index(i), key, detail);
        }
        seen.push(key);
    }
    let keys_at = at.child("matchLabelKeys");
    for (i, key) in term.texts("matchLabelKeys").enumerate() {
        if term.texts("mismatchLabelKeys").any(|other| other == key) {
            let detail = "exists in both matchLabelKeys and mismatchLabelKeys";
            errors.invalid(&keys_at.index(i), key, detail);
        }
    }
}

/// `validateLabelKeys`.
fn validate_label_keys(errors: &mut ErrorList, term: &Value, field: &str, at: &Path<'_>) {
    let keys = term.list(field);
    if keys.is_empty() {
        return;
    }
    if !term.has("labelSelector") {
        return errors.forbidden(at, "must not be specified when labelSelector is not set");
    }
    for (i, key) in term.texts(field).enumerate() {
        errors.invalid_each(&at.index(i), key, content::qualified_name(key));
    }
}

/// `ValidateTolerations`.
pub fn validate_tolerations(errors: &mut ErrorList, list: &[Value], at: &Path<'_>) {
    for (i, toleration) in list.iter().enumerate() {
        let at = at.index(i);
        let operator_at = at.child("operator");
        let (key, operator) = (toleration.text("key"), toleration.text("operator"));
        let (value, effect) = (toleration.text("value"), toleration.text("effect"));
        if !key.is_empty() {
            errors.invalid_each(&at.child("key"), key, content::qualified_name(key));
        } else if operator != "Exists" {
            let detail =
                "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";
            errors.invalid(&operator_at, BadValue::named(operator), detail);
        }
        if toleration.has("tolerationSeconds") && effect != "NoExecute" {
            let detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
            errors.invalid(&at.child("effect"), BadValue::named(effect), detail);
        }
        match operator {
            "" | "Equal" => {
                let messages = content::label_value(value);
                if !messages.is_empty() {
                    errors.invalid(&operator_at, value, messages.join(";"));
                }
            }
            "Exists" if !value.is_empty() => {
                errors.invalid(
                    &operator_at,
                    value,
                    "value must be empty when `operator` is 'Exists'",
                );
            }
            "Exists" => {}
            operator => errors.not_supported(&operator_at, BadValue::named(operator), &["Equal", "Exists"]),
        }
        if !effect.is_empty() {
            validate_taint_effect(errors, effect, &at.child("effect"));
        }
    }
}

/// `validateTopologySpreadConstraints`.
pub fn validate_topology_spread_constraints(errors: &mut ErrorList, list: &[Value], at: &Path<'_>) {
    for (i, constraint) in list.iter().enumerate() {
        let at = at.index(i);
        let (key, action) = (
            constraint.text("topologyKey"),
            constraint.text("whenUnsatisfiable"),
        );
        let skew = constraint.int("maxSkew");
        if skew <= 0 {
            errors.invalid(&at.child("maxSkew"), skew, "must be greater than zero");
        }
        if key.is_empty() {
            errors.required(&at.child("topologyKey"), "can not be empty");
        }
        let actions = ["DoNotSchedule", "ScheduleAnyway"];
        if !actions.contains(&action) {
            errors.not_supported(&at.child("whenUnsatisfiable"), BadValue::named(action), &actions);
        }
        let repeats =
            |other: &Value| other.text("topologyKey") == key && other.text("whenUnsatisfiable") == action;
        if list.iter().skip(i + 1).any(repeats) {
            let pair = format!("{{{key}, {action}}}");
            errors.duplicate(&at.child("{topologyKey, whenUnsatisfiable}"), pair.as_str());
        }
        if let Some(domains) = constraint.maybe_int("minDomains") {
            let at = at.child("minDomains");
            if domains <= 0 {
                errors.invalid(&at, domains, "must be greater than zero");
            }
            if action != "DoNotSchedule" {
                let detail =
                    format!("can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}");
                errors.invalid(&at, domains, detail);
            }
        }
        for field in ["nodeAffinityPolicy", "nodeTaintsPolicy"] {
            let policies = ["Honor", "Ignore"];
            if let Some(policy) = constraint.maybe_text(field).filter(|p| !policies.contains(p)) {
                errors.not_supported(&at.child(field), BadValue::named(policy), &policies);
            }
        }
        validate_match_and_mismatch_label_keys(errors, constraint, &at);
        label_selector::validate(
            errors,
            constraint.field("labelSelector"),
            &at.child("labelSelector"),
        );
    }
}
