//! Resource claims of a pod, and the volumes of its environment (`pkg/apis/core/validation/validation.go`).

use super::os::visit_containers;
use crate::api::validation::access::FieldAccess;
use crate::api::validation::content;
use crate::api::validation::field::{BadValue, ErrorList, Path};
use crate::object::Value;

/// `validatePodResourceClaims`.
pub fn validate_resource_claims(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let mut seen: Vec<&str> = Vec::new();
    for (i, claim) in spec.list("resourceClaims").iter().enumerate() {
        let (at, name) = (at.index(i), claim.text("name"));
        if name.is_empty() {
            errors.required(&at.child("name"), "");
        } else if seen.contains(&name) {
            errors.duplicate(&at.child("name"), name);
        } else {
            content::validate_dns_1123_label(errors, &at.child("name"), name);
            seen.push(name);
        }
        let fields = ["resourceClaimName", "resourceClaimTemplateName"];
        let [own, template] = fields.map(|field| claim.field(field));
        let bad = || {
            BadValue::Json(format!(
                "{{\"Name\":{},\"ResourceClaimName\":{own},\"ResourceClaimTemplateName\":{template}}}",
                Value::from(name)
            ))
        };
        match (own.is_null(), template.is_null()) {
            (false, false) => {
                let detail =
                    "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified";
                errors.invalid(&at, bad(), detail);
            }
            (true, true) => {
                let detail = "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`";
                errors.invalid(&at, bad(), detail);
            }
            _ => {}
        }
        for field in fields {
            if let Some(name) = claim.maybe_text(field) {
                content::validate_dns_1123_subdomain(errors, &at.child(field), name);
            }
        }
    }
}

/// `validateFileKeyRefVolumes`: a file with variables is in an `emptyDir`.
pub fn validate_file_key_volumes(errors: &mut ErrorList, spec: &Value, volumes: &[&Value], at: &Path<'_>) {
    visit_containers(spec, at, &mut |container, at| {
        let env_at = at.child("env");
        for (i, variable) in container.list("env").iter().enumerate() {
            let Some(file) = variable.field("valueFrom").maybe("fileKeyRef") else {
                continue;
            };
            let (at, name) = (env_at.index(i), file.text("volumeName"));
            let at = at.child("valueFrom.fileKeyRef.volumeName");
            match volumes.iter().find(|volume| volume.text("name") == name) {
                None => errors.not_found(&at, name, ""),
                Some(volume) if !volume.has("emptyDir") => {
                    errors.invalid(&at, name, "referenced volume must be of type emptyDir");
                }
                Some(_) => {}
            }
        }
    });
}
