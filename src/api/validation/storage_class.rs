//! StorageClasses (`pkg/apis/storage/validation/validation.go`).

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
}

/// `validateParameters`.
pub fn validate_parameters(errors: &mut ErrorList, class: &Value) {
    let at = Path::root("parameters");
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
    for field in ["parameters", "provisioner"] {
        if old.field(field) != new.field(field) {
            errors.forbidden(&Path::root(field), format!("updates to {field} are forbidden."));
        }
    }
    for field in ["reclaimPolicy", "volumeBindingMode"] {
        if old.field(field) != new.field(field) {
            errors.invalid(
                &Path::root(field),
                BadValue::json(new.field(field)),
                "field is immutable",
            );
        }
    }
}
