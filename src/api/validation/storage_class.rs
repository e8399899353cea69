//! StorageClasses (`pkg/apis/storage/validation/validation.go`).

use std::collections::{BTreeMap, BTreeSet};

use super::access::FieldAccess;
use super::content;
use super::field::{BadValue, ErrorList, Path};
use crate::object::Value;

/// `ValidateStorageClass`.
pub fn validate(errors: &mut ErrorList, class: &Value) {
    let provisioner = class.text("provisioner");
    let at = Path::root("provisioner");
    match provisioner {
        "" => errors.required(&at, ""),
        name => errors.invalid_each(&at, name, content::qualified_name(&content::to_lower(name))),
    }
    validate_parameters(errors, class);
    let policies = ["Delete", "Retain"];
    let policy = class.text("reclaimPolicy");
    if !policy.is_empty() && !policies.contains(&policy) {
        errors.not_supported(&Path::root("reclaimPolicy"), BadValue::named(policy), &policies);
    }
    let modes = ["Immediate", "WaitForFirstConsumer"];
    let at = Path::root("volumeBindingMode");
    match class.maybe_text("volumeBindingMode") {
        None => errors.required(&at, ""),
        Some(mode) if !modes.contains(&mode) => errors.not_supported(&at, BadValue::named(mode), &modes),
        Some(_) => {}
    }
    validate_allowed_topologies(errors, class);
}

/// `validateAllowedTopologies`. Upstream compares each term with as many empty ones as there are terms, so that an empty
/// term is a duplicate.
fn validate_allowed_topologies(errors: &mut ErrorList, class: &Value) {
    let terms_at = Path::root("allowedTopologies");
    let mut seen: Vec<BTreeMap<&str, BTreeSet<&str>>> = vec![BTreeMap::new()];
    for (i, term) in class.list("allowedTopologies").iter().enumerate() {
        let at = terms_at.index(i);
        let list_at = at.child("matchLabelExpressions");
        let mut keys: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (j, expression) in term.list("matchLabelExpressions").iter().enumerate() {
            let (at, key) = (list_at.index(j), expression.text("key"));
            let values_at = at.child("values");
            let mut values = BTreeSet::new();
            if expression.list("values").is_empty() {
                errors.required(&values_at, "");
            }
            for (k, value) in expression.texts("values").enumerate() {
                if !values.insert(value) {
                    errors.duplicate(&values_at.index(k), value);
                }
            }
            errors.invalid_each(&at.child("key"), key, content::qualified_name(key));
            if keys.insert(key, values).is_some() {
                errors.duplicate(&at.child("key"), key);
            }
        }
        if seen.contains(&keys) {
            errors.duplicate(&list_at, "");
        }
        seen.push(keys);
    }
}

/// `validateParameters`.
pub fn validate_parameters(errors: &mut ErrorList, class: &Value) {
    let at = Path::root("parameters");
    if class.entries("parameters").count() > 512 {
        return errors.too_long(&at, 512);
    }
    let mut size = 0;
    for (key, value) in class.entries("parameters") {
        if key.is_empty() {
            errors.invalid(&at, key, "field can not be empty.");
        }
        size += key.len() + value.as_str().unwrap_or_default().len();
    }
    if size > 256 * 1024 {
        errors.too_long(&at, 256 * 1024);
    }
}

/// `ValidateStorageClassUpdate`.
pub fn validate_update(errors: &mut ErrorList, old: &Value, new: &Value) {
    for field in ["parameters", "provisioner", "reclaimPolicy"] {
        if old.field(field) != new.field(field) {
            errors.forbidden(&Path::root(field), format!("updates to {field} are forbidden."));
        }
    }
    let field = "volumeBindingMode";
    if old.field(field) != new.field(field) {
        let bad = BadValue::json(new.field(field));
        errors.invalid(&Path::root(field), bad, "field is immutable");
    }
}
