//! Roles and their bindings (`pkg/apis/rbac/validation/validation.go`).

use super::access::FieldAccess;
use super::content;
use super::field::{BadValue, ErrorList, Path};
use super::label_selector;
use crate::object::Value;

const GROUP: &str = "rbac.authorization.k8s.io";

/// `ValidateRole` and `ValidateClusterRole`, without the metadata.
pub fn validate_role(errors: &mut ErrorList, role: &Value, namespaced: bool) {
    let at = Path::root("rules");
    for (i, rule) in role.list("rules").iter().enumerate() {
        validate_rule(errors, rule, namespaced, &at.index(i));
    }
    let Some(aggregation) = role.maybe("aggregationRule").filter(|_| !namespaced) else {
        return;
    };
    let at = Path::root("aggregationRule.clusterRoleSelectors");
    let selectors = aggregation.list("clusterRoleSelectors");
    if selectors.is_empty() {
        let detail = "at least one clusterRoleSelector required if aggregationRule is non-nil";
        errors.required(&at, detail);
    }
    for (i, selector) in selectors.iter().enumerate() {
        label_selector::validate(errors, selector, &at.index(i));
    }
}

/// `ValidatePolicyRule`.
fn validate_rule(errors: &mut ErrorList, rule: &Value, namespaced: bool, at: &Path<'_>) {
    if rule.list("verbs").is_empty() {
        errors.required(&at.child("verbs"), "verbs must contain at least one value");
    }
    let lists = ["apiGroups", "resources", "resourceNames"];
    if !rule.list("nonResourceURLs").is_empty() {
        let at = at.child("nonResourceURLs");
        let bad = || BadValue::json(rule.field("nonResourceURLs"));
        if namespaced {
            errors.invalid(&at, bad(), "namespaced rules cannot apply to non-resource URLs");
        }
        if lists.iter().any(|list| !rule.list(list).is_empty()) {
            let detail = "rules cannot apply to both regular resources and non-resource URLs";
            errors.invalid(&at, bad(), detail);
        }
        return;
    }
    if rule.list("apiGroups").is_empty() {
        errors.required(
            &at.child("apiGroups"),
            "resource rules must supply at least one api group",
        );
    }
    if rule.list("resources").is_empty() {
        errors.required(
            &at.child("resources"),
            "resource rules must supply at least one resource",
        );
    }
}

/// `ValidateRoleBinding` and `ValidateClusterRoleBinding`, without the metadata.
pub fn validate_binding(errors: &mut ErrorList, binding: &Value, namespaced: bool) {
    let (role, at) = (binding.field("roleRef"), Path::root("roleRef"));
    let group = role.text("apiGroup");
    if group != GROUP {
        errors.not_supported(&at.child("apiGroup"), group, &[GROUP]);
    }
    let kinds: &[&str] = match namespaced {
        true => &["Role", "ClusterRole"],
        false => &["ClusterRole"],
    };
    let kind = role.text("kind");
    if !kinds.contains(&kind) {
        errors.not_supported(&at.child("kind"), kind, kinds);
    }
    match role.text("name") {
        "" => errors.required(&at.child("name"), ""),
        name => errors.invalid_each(&at.child("name"), name, content::path_segment_name(name)),
    }
    let at = Path::root("subjects");
    for (i, subject) in binding.list("subjects").iter().enumerate() {
        validate_subject(errors, subject, namespaced, &at.index(i));
    }
}

/// `ValidateRoleBindingSubject`.
fn validate_subject(errors: &mut ErrorList, subject: &Value, namespaced: bool, at: &Path<'_>) {
    let (name, group) = (subject.text("name"), subject.text("apiGroup"));
    if name.is_empty() {
        errors.required(&at.child("name"), "");
    }
    match subject.text("kind") {
        "ServiceAccount" => {
            if !name.is_empty() {
                content::validate_dns_1123_subdomain(errors, &at.child("name"), name);
            }
            if !group.is_empty() {
                errors.not_supported(&at.child("apiGroup"), group, &[""]);
            }
            if !namespaced && subject.text("namespace").is_empty() {
                errors.required(&at.child("namespace"), "");
            }
        }
        "User" | "Group" => {
            if group != GROUP {
                errors.not_supported(&at.child("apiGroup"), group, &[GROUP]);
            }
        }
        kind => errors.not_supported(&at.child("kind"), kind, &["ServiceAccount", "User", "Group"]),
    }
}

/// Rejects another role (`ValidateRoleBindingUpdate`). The new binding is validated before.
pub fn validate_binding_update(errors: &mut ErrorList, old: &Value, new: &Value) {
    let (before, after) = (old.field("roleRef"), new.field("roleRef"));
    if before != after {
        let bad = format!(
            "{{\"APIGroup\":{},\"Kind\":{},\"Name\":{}}}",
            after.field("apiGroup"),
            after.field("kind"),
            after.field("name")
        );
        errors.invalid(
            &Path::root("roleRef"),
            BadValue::Json(bad),
            "cannot change roleRef",
        );
    }
}
