//! Taints of nodes (`pkg/apis/core/validation/validation.go`).

use super::access::FieldAccess;
use super::content;
use super::field::{BadValue, ErrorList, Path};
use crate::object::Value;

/// `validateNodeTaints`.
pub fn validate_taints(errors: &mut ErrorList, list: &[Value], at: &Path<'_>) {
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
