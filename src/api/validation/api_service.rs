//! APIServices (`kube-aggregator/pkg/apis/apiregistration/validation/validation.go`).

use super::access::FieldAccess;
use super::content;
use super::field::{ErrorList, Path};
use crate::object::Value;

/// `ValidateAPIService`, without the metadata.
pub fn validate(errors: &mut ErrorList, service: &Value) {
    let (spec, at) = (service.field("spec"), Path::root("spec"));
    let (group, version) = (spec.text("group"), spec.text("version"));
    let name = service.field("metadata").text("name");
    let required = format!("{version}.{group}");
    if name != required && content::path_segment_name(name).is_empty() {
        let detail = format!("must be `spec.version+\".\"+spec.group`: {required:?}");
        errors.invalid(&Path::root("metadata.name"), name, detail);
    }
    if group.is_empty() && version != "v1" {
        let detail = "only v1 may have an empty group and it better be legacy kube";
        errors.required(&at.child("group"), detail);
    }
    if !group.is_empty() {
        content::validate_dns_1123_subdomain(errors, &at.child("group"), group);
    }
    errors.invalid_each(&at.child("version"), version, content::dns_1035_label(version));
    for (field, max) in [("groupPriorityMinimum", 20_000), ("versionPriority", 1_000)] {
        let number = spec.int(field);
        if !(1..=max).contains(&number) {
            let detail = format!("must be positive and less than {max}");
            errors.invalid(&at.child(field), number, detail);
        }
    }
    let insecure_at = at.child("insecureSkipTLSVerify");
    let (bundle, insecure) = (spec.text("caBundle"), spec.flag("insecureSkipTLSVerify"));
    let Some(target) = spec.maybe("service") else {
        if !bundle.is_empty() {
            let padding = bundle.bytes().rev().take_while(|byte| *byte == b'=').count();
            let bytes = format!("{} bytes", bundle.len() / 4 * 3 - padding);
            let detail = "local APIServices may not have a caBundle";
            errors.invalid(&at.child("caBundle"), bytes.as_str(), detail);
        }
        if insecure {
            let detail = "local APIServices may not have insecureSkipTLSVerify";
            errors.invalid(&insecure_at, true, detail);
        }
        return;
    };
    let service_at = at.child("service");
    for field in ["namespace", "name"] {
        if target.text(field).is_empty() {
            errors.required(&service_at.child(field), "");
        }
    }
    if insecure && !bundle.is_empty() {
        errors.invalid(&insecure_at, true, "may not be true if caBundle is present");
    }
}
