//! What the strategies of PersistentVolumeClaims and PersistentVolumes set (`pkg/api/persistentvolumeclaim/util.go`,
//! `pkg/registry/core/persistentvolume/strategy.go`).

use crate::object::{Map, Object, ObjectStatus, Time, Value};

/// Makes the two data sources of a new claim equal, and drops those that are not allowed
/// (`EnforceDataSourceBackwardsCompatibility`, `NormalizeDataSources`).
pub(super) fn normalize_data_sources(claim: &mut Object) {
    let source = |field: &str| {
        claim
            .spec()
            .get(field)
            .filter(|value| value.as_object().is_some())
    };
    let (old, new) = (source("dataSource").cloned(), source("dataSourceRef").cloned());
    if old.is_none() && new.is_none() {
        return;
    }
    let is_named = |source: &Value| {
        let namespace = source.get("namespace").and_then(Value::as_str);
        namespace.is_some_and(|name| !name.is_empty())
    };
    // The feature gate CrossNamespaceVolumeDataSource is off.
    let new = new.filter(|source| !is_named(source));
    let old = old.filter(|source| new.is_some() || is_claim_or_snapshot(source));
    let old = old.or_else(|| new.clone());
    let new = new.or_else(|| old.clone());
    let mut spec = claim.spec().clone();
    let Some(fields) = spec.as_object_mut() else {
        return;
    };
    for (field, source) in [("dataSource", old), ("dataSourceRef", new)] {
        match source {
            Some(source) => {
                fields.insert(field, source);
            }
            None => {
                fields.remove(field);
            }
        }
    }
    *claim = claim.with_spec(spec);
}

/// `dataSourceIsPvcOrSnapshot`.
fn is_claim_or_snapshot(source: &Value) -> bool {
    let text = |field: &str| source.get(field).and_then(Value::as_str).unwrap_or_default();
    matches!(
        (text("apiGroup"), text("kind")),
        ("", "PersistentVolumeClaim") | ("snapshot.storage.k8s.io", "VolumeSnapshot")
    )
}

/// The status of a new volume.
pub(super) fn new_volume_status(now: Time) -> ObjectStatus {
    let mut status = Map::from_iter([("phase", "Pending")]);
    status.insert("lastPhaseTransitionTime", now.to_string());
    ObjectStatus::Document(status)
}

/// Sets the time of a volume's phase if the phase changes.
pub(super) fn set_phase_time(old: &ObjectStatus, new: &mut ObjectStatus, now: Time) {
    let ObjectStatus::Document(status) = new else {
        return;
    };
    let phase = |status: Option<&Map>| status.and_then(|status| status.text("phase")).cloned();
    if phase(old.fields()) != phase(Some(status)) {
        status.insert("lastPhaseTransitionTime", now.to_string());
    }
}
