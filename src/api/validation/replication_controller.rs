//! ReplicationControllers (`ValidateReplicationControllerSpec` in `pkg/apis/core/validation/validation.go`).

use super::access::FieldAccess;
use super::content;
use super::field::{BadValue, ErrorList, Path};
use super::pod;
use super::workload::validate_restart_policy;
use crate::object::Value;

/// `ValidateReplicationControllerSpec`.
pub fn validate_spec(errors: &mut ErrorList, spec: &Value) {
    let at = Path::root("spec");
    content::validate_non_negative(errors, &at.child("minReadySeconds"), spec.int("minReadySeconds"));
    if spec.entries("selector").next().is_none() {
        errors.required(&at.child("selector"), "");
    }
    content::validate_non_negative(errors, &at.child("replicas"), spec.int("replicas"));
    let at = at.child("template");
    let Some(template) = spec.maybe("template") else {
        return errors.required(&at, "");
    };
    let labels = template.field("metadata").field("labels");
    if spec
        .entries("selector")
        .any(|(key, value)| labels.field(key) != value)
    {
        let detail = "`selector` does not match template `labels`";
        errors.invalid(&at.child("metadata.labels"), BadValue::json(labels), detail);
    }
    let volumes: Vec<&Value> = template.field("spec").list("volumes").iter().collect();
    pod::validate_template(errors, template, &volumes, &at);
    validate_restart_policy(errors, template, "ReplicationController", &at);
}
