//! Small questions about pods (`stateful_set_utils.go`).

use std::sync::Arc;

use super::set::Set;
use crate::object::{Object, Time, pod};
use crate::store::{ControlledPod, ordinal};

/// The label that repeats a pod's name.
pub const POD_NAME_LABEL: &str = "statefulset.kubernetes.io/pod-name";
/// The label that gives a pod's ordinal.
pub const POD_INDEX_LABEL: &str = "apps.kubernetes.io/pod-index";

/// The set's name in a pod's name (`getParentName`); none for names without an ordinal.
pub fn parent(pod_name: &str) -> Option<&str> {
    if ordinal(pod_name) < 0 {
        return None;
    }
    pod_name.rsplit_once('-').map(|(parent, _)| parent)
}

/// `getPodName`.
pub fn pod_name(set: &Set, ordinal: i64) -> Arc<str> {
    format!("{}-{ordinal}", set.object.meta.name).into()
}

/// When the pod is available, if it is Ready: `minReadySeconds` after it became so (`IsPodAvailable`).
pub fn available_at(set: &Set, entry: &ControlledPod) -> Option<Time> {
    entry.ready_since.map(|since| since.plus(set.min_ready_ms))
}

/// `IsPodAvailable`.
pub fn is_available(set: &Set, entry: &ControlledPod, now: Time) -> bool {
    available_at(set, entry).is_some_and(|at| at <= now)
}

/// Neither available nor to stay (`isUnavailable`).
pub fn is_unavailable(set: &Set, entry: &ControlledPod, now: Time) -> bool {
    entry.terminating || !is_available(set, entry, now)
}

/// `isRunningAndAvailable`.
pub fn is_running_and_available(set: &Set, entry: &ControlledPod, now: Time) -> bool {
    entry.running_and_ready() && is_available(set, entry, now)
}

/// Whether name and pod-name label are right (`identityMatches`); the index label is never looked at.
pub fn identity_matches(set: &Set, pod: &Object) -> bool {
    parent(&pod.meta.name) == Some(set.object.meta.name.as_ref())
        && *pod.meta.name == *pod_name(set, ordinal(&pod.meta.name))
        && pod.meta.label(POD_NAME_LABEL) == Some(&pod.meta.name)
}

/// Whether there is a volume for each claim template, with the right claim (`storageMatches`).
pub fn storage_matches(set: &Set, pod: &Object) -> bool {
    let ordinal = ordinal(&pod.meta.name);
    set.claim_templates.keys().all(|template| {
        let name = super::claims::claim_name(set, template, ordinal);
        pod::claim_volumes(pod).any(|(volume, claim)| volume == template && claim.as_ref() == name.as_ref())
    })
}
