//! Names and identity labels of a set's pods and claims (`stateful_set_utils.go`).

use std::sync::Arc;

use crate::store::ordinal;

/// Label with the name of the pod (`StatefulSetPodNameLabel`).
pub const POD_NAME_LABEL: &str = "statefulset.kubernetes.io/pod-name";
/// Label with the ordinal of the pod (`PodIndexLabel`).
pub const POD_INDEX_LABEL: &str = "apps.kubernetes.io/pod-index";

/// The set's name in a pod's name (`getParentName`); `None` if the name has no ordinal.
pub fn parent_name(pod: &str) -> Option<&str> {
    if ordinal(pod) < 0 {
        return None;
    }
    pod.rsplit_once('-').map(|(parent, _)| parent)
}

/// `getPodName`.
pub fn pod_name(set: &str, ordinal: i64) -> Arc<str> {
    format!("{set}-{ordinal}").into()
}

/// `getPersistentVolumeClaimName`.
pub fn claim_name(set: &str, template: &str, ordinal: i64) -> Arc<str> {
    format!("{template}-{set}-{ordinal}").into()
}
