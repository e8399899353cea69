//! Where a pod may run: affinity, tolerations, spread.

use super::field::{Bad, Errors, Path};
use super::read::Read;
use super::selector;
use super::text;
use crate::object::Value;

/// `validateAffinity`.
pub fn affinity(errors: &mut Errors, affinity: &Value, at: &Path<'_>) {
    if let Some(node) = affinity.maybe("nodeAffinity") {
        node_affinity(errors, node, &at.child("nodeAffinity"));
    }
    for kind in ["podAffinity", "podAntiAffinity"] {
        let at = at.child(kind);
        let required = "requiredDuringSchedulingIgnoredDuringExecution";
        let required_at = at.child(required);
        for (i, term) in affinity.part(kind).list(required).iter().enumerate() {
            pod_term(errors, term, &required_at.index(i));
        }
        let preferred = "preferredDuringSchedulingIgnoredDuringExecution";
        let preferred_at = at.child(preferred);
        for (i, weighted) in affinity.part(kind).list(preferred).iter().enumerate() {
            let at = preferred_at.index(i);
            weight(errors, weighted, &at);
            pod_term(
                errors,
                weighted.part("podAffinityTerm"),
                &at.child("podAffinityTerm"),
            );
        }
    }
}

fn weight(errors: &mut Errors, of: &Value, at: &Path<'_>) {
    let weight = of.int("weight");
    if !(1..=100).contains(&weight) {
        errors.invalid(&at.child("weight"), weight, "must be in the range 1-100");
    }
}

fn node_affinity(errors: &mut Errors, affinity: &Value, at: &Path<'_>) {
    let required = "requiredDuringSchedulingIgnoredDuringExecution";
    if let Some(selector) = affinity.maybe(required) {
        node_selector(errors, selector, &at.child(required));
    }
    let preferred = "preferredDuringSchedulingIgnoredDuringExecution";
    let preferred_at = at.child(preferred);
    for (i, term) in affinity.list(preferred).iter().enumerate() {
        let at = preferred_at.index(i);
        weight(errors, term, &at);
        node_term(errors, term.part("preference"), false, &at.child("preference"));
    }
}

/// `ValidateNodeSelector`.
pub fn node_selector(errors: &mut Errors, selector: &Value, at: &Path<'_>) {
    let at = at.child("nodeSelectorTerms");
    let terms = selector.list("nodeSelectorTerms");
    if terms.is_empty() {
        errors.required(&at, "must have at least one node selector term");
    }
    for (i, term) in terms.iter().enumerate() {
        node_term(errors, term, true, &at.index(i));
    }
}

/// `ValidateNodeSelectorTerm`; `strict`: label values are looked at too.
fn node_term(errors: &mut Errors, term: &Value, strict: bool, at: &Path<'_>) {
    let labels_at = at.child("matchExpressions");
    for (i, requirement) in term.list("matchExpressions").iter().enumerate() {
        node_requirement(errors, requirement, strict, &labels_at.index(i));
    }
    let fields_at = at.child("matchFields");
    for (i, requirement) in term.list("matchFields").iter().enumerate() {
        field_requirement(errors, requirement, &fields_at.index(i));
    }
}

fn node_requirement(errors: &mut Errors, requirement: &Value, strict: bool, at: &Path<'_>) {
    let values = requirement.list("values");
    let values_at = at.child("values");
    match requirement.text("operator") {
        "In" | "NotIn" if values.is_empty() => {
            errors.required(&values_at, "must be specified when `operator` is 'In' or 'NotIn'");
        }
        "Exists" | "DoesNotExist" if !values.is_empty() => errors.forbidden(
            &values_at,
            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        ),
        "Gt" | "Lt" if values.len() != 1 => errors.required(
            &values_at,
            "must be specified single value when `operator` is 'Lt' or 'Gt'",
        ),
        "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt" => {}
        operator => {
            let bad = Bad::named(operator);
            errors.invalid(&at.child("operator"), bad, "not a valid selector operator");
        }
    }
    let key = requirement.text("key");
    errors.invalid_each(&at.child("key"), key, text::qualified_name(key));
    if strict {
        for (i, value) in requirement.texts("values").enumerate() {
            errors.invalid_each(&values_at.index(i), value, text::label_value(value));
        }
    }
}

fn field_requirement(errors: &mut Errors, requirement: &Value, at: &Path<'_>) {
    let values_at = at.child("values");
    match requirement.text("operator") {
        "In" | "NotIn" => {
            if requirement.list("values").len() != 1 {
                let detail =
                    "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
                errors.required(&values_at, detail);
            }
        }
        operator => {
            let bad = Bad::named(operator);
            errors.invalid(&at.child("operator"), bad, "not a valid selector operator");
        }
    }
    let key = requirement.text("key");
    if key != "metadata.name" {
        return errors.invalid(&at.child("key"), key, "not a valid field selector key");
    }
    for (i, value) in requirement.texts("values").enumerate() {
        text::subdomain(errors, &values_at.index(i), value);
    }
}

/// `validatePodAffinityTerm`.
fn pod_term(errors: &mut Errors, term: &Value, at: &Path<'_>) {
    for field in ["labelSelector", "namespaceSelector"] {
        selector::validate(errors, term.part(field), &at.child(field));
    }
    for name in term.texts("namespaces") {
        text::label(errors, &at.child("namespace"), name);
    }
    for field in ["matchLabelKeys", "mismatchLabelKeys"] {
        label_keys(errors, term, field, &at.child(field));
    }
    let keys_at = at.child("matchLabelKeys");
    for (i, key) in term.texts("matchLabelKeys").enumerate() {
        if term.texts("mismatchLabelKeys").any(|other| other == key) {
            let detail = "exists in both matchLabelKeys and mismatchLabelKeys";
            errors.invalid(&keys_at.index(i), key, detail);
        }
    }
    let key = term.text("topologyKey");
    if key.is_empty() {
        errors.required(&at.child("topologyKey"), "can not be empty");
    }
    errors.invalid_each(&at.child("topologyKey"), key, text::qualified_name(key));
}

fn label_keys(errors: &mut Errors, of: &Value, field: &str, at: &Path<'_>) {
    let keys = of.list(field);
    if keys.is_empty() {
        return;
    }
    if !of.has("labelSelector") {
        return errors.forbidden(at, "must not be specified when labelSelector is not set");
    }
    for (i, key) in of.texts(field).enumerate() {
        errors.invalid_each(&at.index(i), key, text::qualified_name(key));
    }
}

/// `ValidateTolerations`.
pub fn tolerations(errors: &mut Errors, list: &[Value], at: &Path<'_>) {
    for (i, toleration) in list.iter().enumerate() {
        let at = at.index(i);
        let operator_at = at.child("operator");
        let (key, operator) = (toleration.text("key"), toleration.text("operator"));
        let (value, effect) = (toleration.text("value"), toleration.text("effect"));
        if !key.is_empty() {
            errors.invalid_each(&at.child("key"), key, text::qualified_name(key));
        } else if operator != "Exists" {
            let detail =
                "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";
            errors.invalid(&operator_at, Bad::named(operator), detail);
        }
        if toleration.has("tolerationSeconds") && effect != "NoExecute" {
            let detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
            errors.invalid(&at.child("effect"), Bad::named(effect), detail);
        }
        match operator {
            "" | "Equal" => {
                let messages = text::label_value(value);
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
            operator => errors.not_supported(&operator_at, Bad::named(operator), &["Equal", "Exists"]),
        }
        if !effect.is_empty() {
            taint_effect(errors, effect, &at.child("effect"));
        }
    }
}

fn taint_effect(errors: &mut Errors, effect: &str, at: &Path<'_>) {
    let effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
    if !effects.contains(&effect) {
        errors.not_supported(at, Bad::named(effect), &effects);
    }
}

/// `validateNodeTaints`.
pub fn taints(errors: &mut Errors, list: &[Value], at: &Path<'_>) {
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for (i, taint) in list.iter().enumerate() {
        let at = at.index(i);
        let (key, value, effect) = (taint.text("key"), taint.text("value"), taint.text("effect"));
        errors.invalid_each(&at.child("key"), key, text::qualified_name(key));
        let messages = text::label_value(value);
        if !messages.is_empty() {
            errors.invalid(&at.child("value"), value, messages.join(";"));
        }
        match effect {
            "" => errors.required(&at.child("effect"), ""),
            effect => taint_effect(errors, effect, &at.child("effect")),
        }
        if seen.contains(&(effect, key)) {
            let [key, value, effect] = [key, value, effect].map(Value::from);
            let bad = format!("{{\"Key\":{key},\"Value\":{value},\"Effect\":{effect},\"TimeAdded\":null}}");
            errors.duplicate_of(
                &at,
                Bad::Json(bad),
                "taints must be unique by key and effect pair",
            );
        }
        seen.push((effect, key));
    }
}

/// `validateTopologySpreadConstraints`.
pub fn spread(errors: &mut Errors, list: &[Value], at: &Path<'_>) {
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
            errors.not_supported(&at.child("whenUnsatisfiable"), Bad::named(action), &actions);
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
                errors.not_supported(&at.child(field), Bad::named(policy), &policies);
            }
        }
        spread_keys(errors, constraint, &at.child("matchLabelKeys"));
        selector::validate(
            errors,
            constraint.part("labelSelector"),
            &at.child("labelSelector"),
        );
    }
}

fn spread_keys(errors: &mut Errors, constraint: &Value, at: &Path<'_>) {
    let selector = constraint.part("labelSelector");
    if selector.is_null() && !constraint.list("matchLabelKeys").is_empty() {
        errors.forbidden(at, "must not be specified when labelSelector is not set");
    }
    for (i, key) in constraint.texts("matchLabelKeys").enumerate() {
        errors.invalid_each(&at.index(i), key, text::qualified_name(key));
        let in_labels = selector.part("matchLabels").has(key);
        let in_expressions = selector
            .list("matchExpressions")
            .iter()
            .any(|of| of.text("key") == key);
        if in_labels || in_expressions {
            errors.invalid(
                &at.index(i),
                key,
                "exists in both matchLabelKeys and labelSelector",
            );
        }
    }
}
