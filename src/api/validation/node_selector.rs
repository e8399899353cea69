//! Node selectors of pods and PersistentVolumes (`pkg/apis/core/validation/validation.go`).

use super::access::FieldAccess;
use super::content;
use super::field::{BadValue, ErrorList, Path};
use crate::object::Value;

/// `ValidateNodeSelector`.
pub fn validate_node_selector(errors: &mut ErrorList, selector: &Value, at: &Path<'_>) {
    let at = at.child("nodeSelectorTerms");
    let terms = selector.list("nodeSelectorTerms");
    if terms.is_empty() {
        errors.required(&at, "must have at least one node selector term");
    }
    for (i, term) in terms.iter().enumerate() {
        validate_node_selector_term(errors, term, true, &at.index(i));
    }
}

/// `ValidateNodeSelectorTerm`; `strict` also validates the label values.
pub fn validate_node_selector_term(errors: &mut ErrorList, term: &Value, strict: bool, at: &Path<'_>) {
    let labels_at = at.child("matchExpressions");
    for (i, requirement) in term.list("matchExpressions").iter().enumerate() {
        validate_node_selector_requirement(errors, requirement, strict, &labels_at.index(i));
    }
    let fields_at = at.child("matchFields");
    for (i, requirement) in term.list("matchFields").iter().enumerate() {
        validate_node_field_selector_requirement(errors, requirement, &fields_at.index(i));
    }
}

/// `ValidateNodeSelectorRequirement`.
fn validate_node_selector_requirement(
    errors: &mut ErrorList,
    requirement: &Value,
    strict: bool,
    at: &Path<'_>,
) {
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
            let bad = BadValue::named(operator);
            errors.invalid(&at.child("operator"), bad, "not a valid selector operator");
        }
    }
    let key = requirement.text("key");
    errors.invalid_each(&at.child("key"), key, content::qualified_name(key));
    if strict {
        for (i, value) in requirement.texts("values").enumerate() {
            errors.invalid_each(&values_at.index(i), value, content::label_value(value));
        }
    }
}

/// `ValidateNodeFieldSelectorRequirement`.
fn validate_node_field_selector_requirement(errors: &mut ErrorList, requirement: &Value, at: &Path<'_>) {
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
            let bad = BadValue::named(operator);
            errors.invalid(&at.child("operator"), bad, "not a valid selector operator");
        }
    }
    let key = requirement.text("key");
    if key != "metadata.name" {
        return errors.invalid(&at.child("key"), key, "not a valid field selector key");
    }
    for (i, value) in requirement.texts("values").enumerate() {
        content::validate_dns_1123_subdomain(errors, &values_at.index(i), value);
    }
}
