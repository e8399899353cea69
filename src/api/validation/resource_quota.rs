//! ResourceQuotas (`ValidateResourceQuota` in `pkg/apis/core/validation/validation.go`).

use super::access::{FieldAccess, parse_quantity};
use super::field::{BadValue, ErrorList, Path};
use super::resources;
use crate::object::Value;

const SCOPES: [&str; 7] = [
    "Terminating",
    "NotTerminating",
    "BestEffort",
    "NotBestEffort",
    "PriorityClass",
    "CrossNamespacePodAffinity",
    "VolumeAttributesClass",
];

/// Pairs of scopes that exclude each other.
const CONFLICTS: [[&str; 2]; 2] = [["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"]];

/// `ValidateResourceQuotaSpec`.
pub fn validate_spec(errors: &mut ErrorList, spec: &Value) {
    let at = Path::root("spec");
    let hard_at = at.child("hard");
    for (name, amount) in spec.entries("hard") {
        let at = hard_at.key(name);
        let valid = resources::validate_resource_name(errors, name, &at);
        if valid && !name.contains('/') && !resources::is_standard_for_quota(name) {
            let detail = "must be a standard resource for quota";
            errors.invalid(&at, BadValue::named(name), detail);
        }
        if let Some(amount) = parse_quantity(amount) {
            resources::validate_quantity(errors, name, amount, &at);
        }
    }
    validate_scopes(errors, spec, &at.child("scopes"));
    validate_selector(errors, spec, &at.child("scopeSelector.matchExpressions"));
}

/// `validateResourceQuotaScopes`.
fn validate_scopes(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let bad = || BadValue::json(spec.field("scopes"));
    let scopes: Vec<&str> = spec.texts("scopes").collect();
    for scope in &scopes {
        if !SCOPES.contains(scope) {
            errors.invalid(at, bad(), "unsupported scope");
        }
        for (name, _) in spec.entries("hard") {
            if resources::is_standard_for_quota(name) && !is_scope_valid(scope, name) {
                errors.invalid(at, bad(), "unsupported scope applied to resource");
            }
        }
    }
    for pair in CONFLICTS {
        if pair.iter().all(|scope| scopes.contains(scope)) {
            errors.invalid(at, bad(), "conflicting scopes");
        }
    }
}

/// `validateScopedResourceSelectorRequirement`.
fn validate_selector(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let selector = spec.field("scopeSelector");
    let requirements = selector.list("matchExpressions");
    for requirement in requirements {
        let (scope, operator) = (requirement.text("scopeName"), requirement.text("operator"));
        if !SCOPES.contains(&scope) {
            errors.invalid(
                &at.child("scopeName"),
                BadValue::named(scope),
                "unsupported scope",
            );
        }
        for (name, _) in spec.entries("hard") {
            if resources::is_standard_for_quota(name) && !is_scope_valid(scope, name) {
                let bad = BadValue::Json(selector_json(requirements));
                errors.invalid(at, bad, "unsupported scope applied to resource");
            }
        }
        let operator_at = at.child("operator");
        let only_exists =
            !["PriorityClass", "VolumeAttributesClass"].contains(&scope) && SCOPES.contains(&scope);
        if only_exists && operator != "Exists" {
            let detail = "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
            errors.invalid(&operator_at, BadValue::named(operator), detail);
        }
        let values_at = at.child("values");
        match (operator, requirement.list("values").is_empty()) {
            ("In" | "NotIn", true) => {
                let detail =
                    "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
                errors.required(&values_at, detail);
            }
            ("Exists" | "DoesNotExist", false) => {
                let detail =
                    "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
                errors.invalid(&values_at, BadValue::json(requirement.field("values")), detail);
            }
            ("In" | "NotIn" | "Exists" | "DoesNotExist", _) => {}
            _ => errors.invalid(
                &operator_at,
                BadValue::named(operator),
                "not a valid selector operator",
            ),
        }
    }
    for pair in CONFLICTS {
        let has = |scope: &&str| requirements.iter().any(|one| one.text("scopeName") == *scope);
        if pair.iter().all(has) {
            errors.invalid(at, BadValue::json(spec.field("scopes")), "conflicting scopes");
        }
    }
}

/// Formats Go's internal scope selector as JSON.
fn selector_json(requirements: &[Value]) -> String {
    let list: Vec<String> = requirements
        .iter()
        .map(|one| {
            let (scope, operator, values) =
                (one.field("scopeName"), one.field("operator"), one.field("values"));
            format!("{{\"ScopeName\":{scope},\"Operator\":{operator},\"Values\":{values}}}")
        })
        .collect();
    format!("{{\"MatchExpressions\":[{}]}}", list.join(","))
}

/// `IsResourceQuotaScopeValidForResource`.
fn is_scope_valid(scope: &str, name: &str) -> bool {
    let computes = [
        "cpu",
        "memory",
        "limits.cpu",
        "limits.memory",
        "requests.cpu",
        "requests.memory",
    ];
    match scope {
        "Terminating"
        | "NotTerminating"
        | "NotBestEffort"
        | "PriorityClass"
        | "CrossNamespacePodAffinity" => name == "pods" || computes.contains(&name),
        "BestEffort" => name == "pods",
        _ => true,
    }
}

/// Rejects other scopes (`ValidateResourceQuotaUpdate`).
pub fn validate_update(errors: &mut ErrorList, old: &Value, new: &Value) {
    let (before, after) = (old.field("spec"), new.field("spec"));
    let sorted = |spec: &Value| {
        let mut scopes: Vec<String> = spec.texts("scopes").map(str::to_owned).collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    };
    if sorted(before) != sorted(after) {
        let bad = match after.has("scopes") {
            true => BadValue::json(after.field("scopes")),
            false => BadValue::Json("null".to_owned()),
        };
        errors.invalid(&Path::root("spec.scopes"), bad, "field is immutable");
    }
}
