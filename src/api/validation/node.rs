//! Nodes and their taints (`pkg/apis/core/validation/validation.go`).

use super::access::FieldAccess;
use super::content;
use super::field::{BadValue, ErrorList, Path};
use super::ip;
use crate::object::Value;

/// `ValidateNode`, without the metadata and the status; an update checks less.
pub fn validate(errors: &mut ErrorList, spec: &Value, creating: bool) {
    validate_taints(errors, spec.list("taints"), &Path::root("metadata.taints"));
    if !creating {
        return;
    }
    let at = Path::root("spec.podCIDRs");
    let ranges: Vec<&str> = spec.texts("podCIDRs").collect();
    for (i, range) in ranges.iter().enumerate() {
        ip::validate_cidr(errors, &at.index(i), range);
    }
    let of_both_families = ranges.len() == 2 && ranges[0].contains(':') != ranges[1].contains(':');
    if ranges.len() > 1 && !of_both_families {
        let detail = "may specify no more than one CIDR for each IP family";
        errors.invalid(&at, BadValue::json(spec.field("podCIDRs")), detail);
    }
}

/// `ValidateNodeUpdate`, without what creation checks too.
pub fn validate_update(errors: &mut ErrorList, old: &Value, new: &Value) {
    let (before, after) = (old.field("spec"), new.field("spec"));
    for (field, shown) in [("podCIDRs", "podCIDR"), ("providerID", "providerID")] {
        if before.has(field) && before.field(field) != after.field(field) {
            let detail = format!("node updates may not change {shown} except from \"\" to valid");
            errors.forbidden(&Path::root("spec").child(field), detail);
        }
    }
}

/// `validateNodeTaints`.
fn validate_taints(errors: &mut ErrorList, list: &[Value], at: &Path<'_>) {
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for (i, taint) in list.iter().enumerate() {
        let at = at.index(i);
        let (key, value, effect) = (taint.text("key"), taint.text("value"), taint.text("effect"));
        errors.invalid_each(&at.child("key"), key, content::qualified_name(key));
        let messages = content::label_value(value);
        if !messages.is_empty() {
            errors.invalid(&at.child("value"), value, messages.join(";"));
        }
        match effect {
            "" => errors.required(&at.child("effect"), ""),
            effect => validate_taint_effect(errors, effect, &at.child("effect")),
        }
        if seen.contains(&(effect, key)) {
            let [key, value, effect] = [key, value, effect].map(Value::from);
            let bad = format!("{{\"Key\":{key},\"Value\":{value},\"Effect\":{effect},\"TimeAdded\":null}}");
            errors.duplicate_with_detail(
                &at,
                BadValue::Json(bad),
                "taints must be unique by key and effect pair",
            );
        }
        seen.push((effect, key));
    }
}

/// `validateTaintEffect`.
pub fn validate_taint_effect(errors: &mut ErrorList, effect: &str, at: &Path<'_>) {
    let effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
    if !effects.contains(&effect) {
        errors.not_supported(at, BadValue::named(effect), &effects);
    }
}
