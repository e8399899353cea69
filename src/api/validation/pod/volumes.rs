//! Volumes of a pod (`pkg/apis/core/validation/validation.go`).

use std::collections::BTreeMap;

use super::container::validate_pull_policy;
use super::projected;
use crate::api::validation::access::FieldAccess;
use crate::api::validation::claim;
use crate::api::validation::content;
use crate::api::validation::field::{ErrorList, Path};
use crate::api::validation::object_meta;
use crate::api::validation::volume_source::{self, validate_required_strings};
use crate::object::Value;

/// Fields of a volume that name its source, in the order of validation.
const SOURCES: [&str; 30] = [
    "emptyDir",
    "hostPath",
    "gitRepo",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "secret",
    "nfs",
    "iscsi",
    "glusterfs",
    "flocker",
    "persistentVolumeClaim",
    "rbd",
    "cinder",
    "cephfs",
    "quobyte",
    "downwardAPI",
    "fc",
    "flexVolume",
    "configMap",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "storageos",
    "projected",
    "scaleIO",
    "csi",
    "ephemeral",
    "image",
];

/// Validates volumes and returns the valid ones by name (`ValidateVolumes`).
///
/// `pod` is the name of the pod, `None` for a pod template.
pub fn validate_volumes<'a>(
    errors: &mut ErrorList,
    list: &[&'a Value],
    pod: Option<&str>,
    at: &Path<'_>,
) -> BTreeMap<&'a str, &'a Value> {
    let mut valid = BTreeMap::new();
    let claim_of = |volume: &Value| match pod {
        Some(pod) if !pod.is_empty() && volume.has("ephemeral") => {
            Some(format!("{pod}-{}", volume.text("name")))
        }
        _ => None,
    };
    let made: Vec<String> = list.iter().filter_map(|volume| claim_of(volume)).collect();
    for (i, &volume) in list.iter().enumerate() {
        let at = at.index(i);
        let name = volume.text("name");
        let before = errors.len();
        validate_volume_source(errors, volume, pod.is_some(), &at);
        if let Some(claim) = claim_of(volume).filter(|_| !name.is_empty()) {
            for message in content::dns_1123_subdomain(&claim) {
                errors.invalid(&at.child("name"), name, format!("PVC name {claim:?}: {message}"));
            }
        }
        match name {
            "" => errors.required(&at.child("name"), ""),
            name => content::validate_dns_1123_label(errors, &at.child("name"), name),
        }
        if valid.contains_key(name) {
            errors.duplicate(&at.child("name"), name);
        }
        if errors.len() == before {
            valid.insert(name, volume);
        }
        let claim = volume.field("persistentVolumeClaim").text("claimName");
        if made.iter().any(|made| made == claim) {
            let detail = "must not reference a PVC that gets created for an ephemeral volume";
            errors.invalid(&at.child("persistentVolumeClaim.claimName"), claim, detail);
        }
    }
    valid
}

/// Requires exactly one source (`validateVolumeSource`).
fn validate_volume_source(errors: &mut ErrorList, volume: &Value, is_pod: bool, at: &Path<'_>) {
    let mut found = false;
    for field in SOURCES {
        let Some(source) = volume.maybe(field) else {
            continue;
        };
        if found {
            // Spelled as upstream spells them.
            let name = match field {
                "cephfs" => "cephFS",
                "downwardAPI" => "downwarAPI",
                field => field,
            };
            errors.forbidden(&at.child(name), "may not specify more than 1 volume type");
            continue;
        }
        found = true;
        let name = match field {
            "gcePersistentDisk" => "persistentDisk",
            field => field,
        };
        validate_source_fields(errors, field, source, is_pod, &at.child(name));
        let length = volume.text("name").len() + 1 + source.text("targetPortal").len();
        if field == "iscsi" && source.has("initiatorName") && length > 64 {
            errors.invalid(
                &at.child("name"),
                volume.text("name"),
                volume_source::ISCSI_TOO_LONG,
            );
        }
    }
    if !found {
        errors.required(at, "must specify a volume type");
    }
}

/// Validates the fields of one source; `field` names its type.
fn validate_source_fields(errors: &mut ErrorList, field: &str, source: &Value, is_pod: bool, at: &Path<'_>) {
    match field {
        "emptyDir" => volume_source::validate_empty_dir(errors, source, at),
        "gitRepo" => volume_source::validate_git_repo(errors, source, at),
        "secret" => projected::validate_secret(errors, source, at),
        "downwardAPI" => projected::validate_downward_api(errors, source, at),
        "configMap" => projected::validate_config_map(errors, source, at),
        "projected" => projected::validate_projected(errors, source, at),
        "csi" => volume_source::validate_csi(errors, source, at),
        "iscsi" => volume_source::validate_iscsi(errors, source, None, at),
        "ephemeral" => validate_ephemeral(errors, source, at),
        "image" => validate_image(errors, source, is_pod, at),
        "persistentVolumeClaim" => validate_required_strings(errors, source, &["claimName"], at),
        field => volume_source::validate_shared(errors, field, source, false, at),
    }
}

/// `validateEphemeralVolumeSource`.
fn validate_ephemeral(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    let at = at.child("volumeClaimTemplate");
    let Some(template) = source.maybe("volumeClaimTemplate") else {
        return errors.required(&at, "");
    };
    let (meta, meta_at) = (template.field("metadata"), at.child("metadata"));
    object_meta::validate_annotations(errors, meta, &meta_at.child("annotations"));
    object_meta::validate_labels(errors, meta.field("labels"), &meta_at.child("labels"));
    for (field, value) in template.entries("metadata") {
        if !["annotations", "labels"].contains(&field) && !value.is_null() {
            errors.forbidden(&meta_at.child(field), "cannot be set");
        }
    }
    claim::validate_spec(errors, template.field("spec"), &at.child("spec"));
}

/// `validateImageVolumeSource`; only a pod must name the image, a template need not.
fn validate_image(errors: &mut ErrorList, source: &Value, is_pod: bool, at: &Path<'_>) {
    if is_pod {
        validate_required_strings(errors, source, &["reference"], at);
    }
    validate_pull_policy(errors, source.text("pullPolicy"), &at.child("pullPolicy"));
}
