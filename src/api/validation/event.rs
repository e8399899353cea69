//! Events (`legacyValidateEvent` in `pkg/apis/core/validation/events.go`).

use super::access::FieldAccess;
use super::content;
use super::field::{ErrorList, Path};
use crate::object::Value;

/// Validates an Event of version `v1`.
pub fn validate(errors: &mut ErrorList, event: &Value) {
    let namespace = event.field("metadata").text("namespace");
    let involved = event.field("involvedObject").text("namespace");
    let involved_at = Path::root("involvedObject.namespace");
    let mismatch = "does not match event.namespace";
    if !event.has("eventTime") {
        let agree = match involved {
            "" => ["", "default"].contains(&namespace),
            involved => involved == namespace,
        };
        if !agree {
            errors.invalid(&involved_at, involved, mismatch);
        }
        return;
    }
    if involved.is_empty() && !["default", "kube-system"].contains(&namespace) {
        errors.invalid(&involved_at, involved, mismatch);
    }
    let reporter = event.text("reportingComponent");
    let at = Path::root("reportingComponent");
    if reporter.is_empty() {
        errors.required(&at, "");
    }
    errors.invalid_each(&at, reporter, content::qualified_name(reporter));
    for (field, max) in [("reportingInstance", 128), ("action", 128), ("reason", 128)] {
        let (text, at) = (event.text(field), Path::root(field));
        if text.is_empty() {
            errors.required(&at, "");
        }
        if text.len() > max {
            errors.invalid(&at, "", format!("can have at most {max} characters"));
        }
    }
    if event.text("message").len() > 1024 {
        errors.invalid(&Path::root("message"), "", "can have at most 1024 characters");
    }
}
