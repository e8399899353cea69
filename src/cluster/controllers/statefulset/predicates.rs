//! Predicates on pods (`stateful_set_utils.go`).

use super::names::{POD_NAME_LABEL, claim_name, parent_name, pod_name};
use super::set::Set;
use crate::object::{Object, Time, pod};
use crate::store::{ControlledPod, ordinal};

/// When a Ready pod is available: `minReadySeconds` after it became Ready (`IsPodAvailable`).
pub fn available_at(set: &Set, entry: &ControlledPod) -> Option<Time> {
    entry.ready_since.map(|since| since.plus(set.min_ready_ms))
}

/// `IsPodAvailable`.
pub fn is_available(set: &Set, entry: &ControlledPod, now: Time) -> bool {
    available_at(set, entry).is_some_and(|at| at <= now)
}

/// `isUnavailable`: terminating or not available.
pub fn is_unavailable(set: &Set, entry: &ControlledPod, now: Time) -> bool {
    entry.terminating || !is_available(set, entry, now)
}

/// `isRunningAndAvailable`.
pub fn is_running_and_available(set: &Set, entry: &ControlledPod, now: Time) -> bool {
    entry.running_and_ready() && is_available(set, entry, now)
}

/// Whether name and pod-name label match (`identityMatches`); the index label is not compared.
pub fn identity_matches(set: &Set, pod: &Object) -> bool {
    let set_name = &set.object.meta.name;
    parent_name(&pod.meta.name) == Some(set_name.as_ref())
        && *pod.meta.name == *pod_name(set_name, ordinal(&pod.meta.name))
        && pod.meta.label(POD_NAME_LABEL) == Some(&pod.meta.name)
}

/// Whether the pod has a volume with the right claim for each claim template (`storageMatches`).
pub fn storage_matches(set: &Set, pod: &Object) -> bool {
    let ordinal = ordinal(&pod.meta.name);
    set.claim_templates.keys().all(|template| {
        let name = claim_name(&set.object.meta.name, template, ordinal);
        pod::claim_volumes(pod).any(|(volume, claim)| volume == template && claim.as_ref() == name.as_ref())
    })
}
