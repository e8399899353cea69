//! What the API server adds to a new Job (`pkg/registry/batch/job/strategy.go`).

use crate::object::{Object, Value};

/// Generates the selector of a new Job and the labels of its pods (`generateSelectorIfNeeded`).
pub(super) fn generate_selector(job: &mut Object) {
    let mut spec = job.spec().clone();
    if spec.get("manualSelector").and_then(Value::as_bool) == Some(true) {
        return;
    }
    let (uid, name) = (job.meta.uid.clone(), job.meta.name.clone());
    for (label, value) in [
        ("batch.kubernetes.io/job-name", &name),
        ("job-name", &name),
        ("controller-uid", &uid),
        ("batch.kubernetes.io/controller-uid", &uid),
    ] {
        let slot = spec.slot(&["template", "metadata", "labels", label]);
        if slot.is_null() {
            *slot = value.clone().into();
        }
    }
    let slot = spec.slot(&["selector", "matchLabels", "batch.kubernetes.io/controller-uid"]);
    if slot.is_null() {
        *slot = uid.into();
    }
    *job = job.with_spec(spec);
}
