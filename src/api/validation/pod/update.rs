//! Updates of pods (`ValidatePodUpdate` in `pkg/apis/core/validation/validation.go`).

use crate::api::validation::access::FieldAccess;
use crate::api::validation::content;
use crate::api::validation::difference;
use crate::api::validation::field::{ErrorList, Path};
use crate::object::Value;

/// `ValidatePodUpdate`, without the metadata.
pub fn validate_update(errors: &mut ErrorList, old: &Value, new: &Value) {
    super::validate_metadata_and_spec(errors, new);
    let at = Path::root("spec");
    let (before, after) = (old.field("spec"), new.field("spec"));
    for field in ["containers", "initContainers"] {
        if before.list(field).len() != after.list(field).len() {
            return errors.forbidden(&at.child(field), "pod updates may not add or remove containers");
        }
    }
    if validate_active_deadline(errors, before, after, &at) {
        return;
    }
    let tolerations = after.list("tolerations");
    let equals_except_seconds = |one: &Value, other: &Value| {
        let mut same = one.clone();
        difference::copy_field(&mut same, other, "tolerationSeconds");
        same == *other
    };
    let kept = |old: &Value| tolerations.iter().any(|new| equals_except_seconds(old, new));
    if !before.list("tolerations").iter().all(kept) {
        let detail = "existing toleration can not be modified except its tolerationSeconds";
        errors.forbidden(&at.child("tolerations"), detail);
    }
    let changed = munged_spec(before, after);
    if changed != *before {
        let detail = format!(
            "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n{}",
            difference::diff(before, &changed, "PodSpec")
        );
        errors.forbidden(&at, detail);
    }
}

/// Validates a change of `activeDeadlineSeconds`. Returns whether upstream returns here.
fn validate_active_deadline(errors: &mut ErrorList, before: &Value, after: &Value, at: &Path<'_>) -> bool {
    let field = "activeDeadlineSeconds";
    let at = at.child(field);
    let max = i64::from(i32::MAX);
    match (before.maybe_int(field), after.maybe_int(field)) {
        (_, Some(new)) if !(0..=max).contains(&new) => {
            errors.invalid(&at, new, content::inclusive_range_error(0, max));
            true
        }
        (Some(old), Some(new)) if old < new => {
            errors.invalid(&at, new, "must be less than or equal to previous value");
            true
        }
        (Some(_), None) => {
            errors.invalid(
                &at,
                "null",
                "must not update from a positive integer to nil value",
            );
            false
        }
        _ => false,
    }
}

/// Returns the new spec with all mutable fields set to their old values (`mungedPodSpec`).
fn munged_spec(before: &Value, after: &Value) -> Value {
    let mut spec = after.clone();
    for field in ["activeDeadlineSeconds", "tolerations", "schedulingGates"] {
        difference::copy_field(&mut spec, before, field);
    }
    if before.int("terminationGracePeriodSeconds") < 0 && after.int("terminationGracePeriodSeconds") == 1 {
        difference::copy_field(&mut spec, before, "terminationGracePeriodSeconds");
    }
    for field in ["containers", "initContainers"] {
        let Some(map) = spec.as_object_mut() else { continue };
        let Some(list) = map.get_mut(field).and_then(Value::as_array_mut) else {
            continue;
        };
        for (new, old) in list.iter_mut().zip(before.list(field)) {
            difference::copy_field(new, old, "image");
        }
    }
    spec
}
