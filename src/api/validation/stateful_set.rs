//! StatefulSets (`pkg/apis/apps/validation/validation.go`).

use super::access::FieldAccess;
use super::claim;
use super::content;
use super::difference;
use super::field::{BadValue, ErrorList, Path};
use super::int_or_string::{
    int_or_percent_value, validate_not_more_than_100_percent, validate_positive_int_or_percent,
};
use super::label_selector::{self, SelectorMatch};
use super::pod;
use super::workload::{validate_restart_policy, validate_selector, validate_template_labels};
use crate::object::Value;

/// `ValidateStatefulSetSpec`. The claim templates and the Service's name are only validated on creation.
pub fn validate_spec(errors: &mut ErrorList, spec: &Value, creating: bool) {
    let at = Path::root("spec");
    match spec.text("podManagementPolicy") {
        "" => errors.required(&at.child("podManagementPolicy"), ""),
        "OrderedReady" | "Parallel" => {}
        policy => {
            let detail = "must be 'OrderedReady' or 'Parallel'";
            errors.invalid(&at.child("podManagementPolicy"), BadValue::named(policy), detail);
        }
    }
    validate_update_strategy(errors, spec.field("updateStrategy"), &at.child("updateStrategy"));
    let retention = "persistentVolumeClaimRetentionPolicy";
    if let Some(policy) = spec.maybe(retention) {
        let at = at.child(retention);
        for field in ["whenDeleted", "whenScaled"] {
            let policies = ["Retain", "Delete"];
            let text = policy.text(field);
            if !policies.contains(&text) {
                errors.not_supported(&at.child(field), BadValue::named(text), &policies);
            }
        }
    }
    if creating {
        let claims_at = at.child("volumeClaimTemplates");
        for (i, template) in spec.list("volumeClaimTemplates").iter().enumerate() {
            claim::validate_spec(errors, template.field("spec"), &claims_at.index(i).child("spec"));
        }
    }
    content::validate_non_negative(errors, &at.child("replicas"), spec.int("replicas"));
    content::validate_non_negative(errors, &at.child("minReadySeconds"), spec.int("minReadySeconds"));
    content::validate_non_negative(
        errors,
        &at.child("ordinals.start"),
        spec.field("ordinals").int("start"),
    );
    let service = spec.text("serviceName");
    if creating && !service.is_empty() {
        content::validate_dns_1123_label(errors, &at.child("serviceName"), service);
    }
    let template = spec.field("template");
    let selector_match = validate_selector(errors, spec, "statefulset", &at);
    if selector_match == SelectorMatch::Invalid {
        errors.invalid(
            &at.child("selector"),
            label_selector::bad_selector(spec.field("selector")),
            "",
        );
    } else {
        let template_at = at.child("template");
        validate_template_labels(errors, template, selector_match, &template_at);
        let claims = claim_volumes(spec);
        pod::validate_template(
            errors,
            template,
            &volumes_with_claims(spec, &claims),
            &template_at,
        );
    }
    validate_restart_policy(errors, template, "StatefulSet", &at.child("template"));
}

/// The strategy's type and its parameters.
fn validate_update_strategy(errors: &mut ErrorList, strategy: &Value, at: &Path<'_>) {
    let rolling = strategy.maybe("rollingUpdate");
    match strategy.text("type") {
        "" => errors.required(at, ""),
        "OnDelete" => {
            if let Some(rolling) = rolling {
                let bad = BadValue::Json(rolling_update_json(rolling));
                let detail = "only allowed for updateStrategy 'RollingUpdate'";
                errors.invalid(&at.child("rollingUpdate"), bad, detail);
            }
        }
        "RollingUpdate" => {
            let Some(rolling) = rolling else { return };
            let at = at.child("rollingUpdate");
            content::validate_non_negative(errors, &at.child("partition"), rolling.int("partition"));
            if let Some(max_unavailable) = rolling.maybe("maxUnavailable") {
                let at = at.child("maxUnavailable");
                validate_positive_int_or_percent(errors, max_unavailable, &at);
                if int_or_percent_value(max_unavailable) == 0 {
                    errors.invalid(&at, BadValue::json(max_unavailable), "cannot be 0");
                }
                validate_not_more_than_100_percent(errors, max_unavailable, &at);
            }
        }
        kind => {
            let rolling = rolling.map_or_else(|| "null".to_owned(), rolling_update_json);
            let bad = format!("{{\"Type\":{},\"RollingUpdate\":{rolling}}}", Value::from(kind));
            errors.invalid(at, BadValue::Json(bad), "must be 'RollingUpdate' or 'OnDelete'");
        }
    }
}

/// Formats Go's internal `RollingUpdateStatefulSetStrategy` as JSON.
fn rolling_update_json(rolling: &Value) -> String {
    let max_unavailable = rolling.field("maxUnavailable");
    format!(
        "{{\"Partition\":{},\"MaxUnavailable\":{max_unavailable}}}",
        rolling.int("partition")
    )
}

/// Returns the volumes that the controller adds to the pods, one for each name of a claim template.
fn claim_volumes(spec: &Value) -> Vec<Value> {
    let mut names: Vec<&str> = Vec::new();
    for template in spec.list("volumeClaimTemplates") {
        let name = template.field("metadata").text("name");
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
        .into_iter()
        .map(|name| {
            let mut volume = Value::object();
            *volume.slot(&["name"]) = name.into();
            *volume.slot(&["persistentVolumeClaim", "claimName"]) = name.into();
            volume
        })
        .collect()
}

/// Returns the volumes of the claims, then those volumes of the pod template that no claim replaces.
fn volumes_with_claims<'a>(spec: &'a Value, claims: &'a [Value]) -> Vec<&'a Value> {
    let own = spec.field("template").field("spec").list("volumes");
    let replaced = |volume: &Value| {
        claims
            .iter()
            .any(|claim| claim.text("name") == volume.text("name"))
    };
    claims
        .iter()
        .chain(own.iter().filter(|volume| !replaced(volume)))
        .collect()
}

/// Rejects changes of immutable fields (`ValidateStatefulSetUpdate`).
pub fn validate_update(errors: &mut ErrorList, old: &Value, new: &Value) {
    let mut compared = new.field("spec").clone();
    for field in [
        "replicas",
        "template",
        "updateStrategy",
        "minReadySeconds",
        "ordinals",
        "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy",
    ] {
        difference::copy_field(&mut compared, old.field("spec"), field);
    }
    if compared != *old.field("spec") {
        let detail = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
        errors.forbidden(&Path::root("spec"), detail);
    }
}
