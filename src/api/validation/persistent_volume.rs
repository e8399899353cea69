//! PersistentVolumes (`ValidatePersistentVolumeSpec` in `pkg/apis/core/validation/validation.go`).

use super::access::{FieldAccess, parse_quantity};
use super::claim::{validate_access_modes, validate_volume_mode};
use super::content;
use super::difference;
use super::field::{BadValue, ErrorList, Path};
use super::file_path;
use super::node_selector;
use super::resources;
use super::volume_source;
use crate::object::{Map, Value};

/// Fields of a volume that name its source, in the order of validation.
const SOURCES: [&str; 22] = [
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "glusterfs",
    "flocker",
    "nfs",
    "rbd",
    "quobyte",
    "cephfs",
    "iscsi",
    "cinder",
    "fc",
    "flexVolume",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "scaleIO",
    "local",
    "storageos",
    "csi",
];

/// `ValidatePersistentVolumeSpec`.
pub fn validate_spec(errors: &mut ErrorList, spec: &Value, name: &str, at: &Path<'_>) {
    if spec.list("accessModes").is_empty() {
        errors.required(&at.child("accessModes"), "");
    }
    validate_access_modes(errors, spec, &at.child("accessModes"));
    validate_capacity(errors, spec, &at.child("capacity"));
    let policies = ["Delete", "Recycle", "Retain"];
    let policy = spec.text("persistentVolumeReclaimPolicy");
    let policy_at = at.child("persistentVolumeReclaimPolicy");
    if !policy.is_empty() && !policies.contains(&policy) {
        errors.not_supported(&policy_at, BadValue::named(policy), &policies);
    }
    let required = spec.field("nodeAffinity").maybe("required");
    if spec.has("nodeAffinity") {
        let at = at.child("nodeAffinity.required");
        match required {
            Some(selector) => node_selector::validate_node_selector(errors, selector, &at),
            None => errors.required(&at, "must specify required node constraints"),
        }
    }
    validate_source(errors, spec, name, required.is_some(), at);
    let host_path = spec.field("hostPath").text("path");
    if !host_path.is_empty() && host_path.bytes().all(|b| b == b'/') && policy == "Recycle" {
        errors.forbidden(&policy_at, "may not be 'recycle' for a hostPath mount of '/'");
    }
    let class = spec.text("storageClassName");
    if !class.is_empty() {
        content::validate_dns_1123_subdomain(errors, &at.child("storageClassName"), class);
    }
    validate_volume_mode(errors, spec, at);
    if let Some(class) = spec.maybe_text("volumeAttributesClassName") {
        let class_at = at.child("volumeAttributesClassName");
        match class {
            "" => errors.required(&class_at, "an empty string is disallowed"),
            class => content::validate_dns_1123_subdomain(errors, &class_at, class),
        }
        if !spec.has("csi") {
            let detail = "has to be specified when using volumeAttributesClassName";
            errors.required(&at.child("csi"), detail);
        }
    }
}

/// Requires a positive `storage` and nothing else.
fn validate_capacity(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let amounts = spec.field("capacity");
    let count = amounts.as_object().map_or(0, Map::len);
    if count == 0 {
        errors.required(at, "");
    }
    if !amounts.has("storage") || count > 1 {
        errors.not_supported(at, BadValue::json(amounts), &["storage"]);
    }
    for (resource, value) in spec.entries("capacity") {
        let Some(amount) = parse_quantity(value) else {
            continue;
        };
        let at = at.key(resource);
        if amount.is_negative() {
            errors.invalid(&at, amount.units(), "must be a valid resource quantity");
        }
        resources::validate_positive_quantity(errors, amount, &at);
    }
}

/// Requires exactly one source; `has_node_affinity`: whether the required node affinity is set.
fn validate_source(errors: &mut ErrorList, spec: &Value, name: &str, has_node_affinity: bool, at: &Path<'_>) {
    let mut found = false;
    for kind in SOURCES {
        let Some(source) = spec.maybe(kind) else { continue };
        let source_at = at.child(kind);
        if found {
            errors.forbidden(&source_at, "may not specify more than 1 volume type");
            continue;
        }
        found = true;
        match kind {
            "iscsi" => volume_source::validate_iscsi(errors, source, Some(name), &source_at),
            "local" => {
                match source.text("path") {
                    "" => errors.required(&source_at.child("path"), ""),
                    path => file_path::validate_no_backsteps(errors, &source_at.child("path"), path),
                }
                if !has_node_affinity {
                    errors.required(&at.child("nodeAffinity"), "Local volume requires node affinity");
                }
            }
            "csi" => {
                volume_source::validate_csi_driver_name(
                    errors,
                    source.text("driver"),
                    &source_at.child("driver"),
                );
                volume_source::validate_required_strings(errors, source, &["volumeHandle"], &source_at);
                for field in CSI_SECRETS {
                    if let Some(reference) = source.maybe(field) {
                        validate_secret_reference(errors, reference, &source_at.child(field));
                    }
                }
            }
            // Spelled as upstream spells it.
            "gcePersistentDisk" => {
                let source_at = at.child("persistentDisk");
                volume_source::validate_shared(errors, kind, source, true, &source_at);
            }
            kind => volume_source::validate_shared(errors, kind, source, true, &source_at),
        }
    }
    if !found {
        errors.required(at, "must specify a volume type");
    }
}

/// References to Secrets in a CSI source, in the order of validation.
const CSI_SECRETS: [&str; 4] = [
    "controllerPublishSecretRef",
    "controllerExpandSecretRef",
    "nodePublishSecretRef",
    "nodeExpandSecretRef",
];

/// `validatePVSecretReference`.
fn validate_secret_reference(errors: &mut ErrorList, reference: &Value, at: &Path<'_>) {
    match reference.text("name") {
        "" => errors.required(&at.child("name"), ""),
        name => content::validate_dns_1123_subdomain(errors, &at.child("name"), name),
    }
    match reference.text("namespace") {
        "" => errors.required(&at.child("namespace"), ""),
        name => content::validate_dns_1123_label(errors, &at.child("namespace"), name),
    }
}

/// Rejects another source and changes of immutable fields (`ValidatePersistentVolumeUpdate`). The new volume has been
/// validated before.
pub fn validate_update(errors: &mut ErrorList, old: &Value, new: &Value) {
    let (before, after) = (old.field("spec"), new.field("spec"));
    let mut compared = after.clone();
    let secret = "controllerExpandSecretRef";
    if before.has("csi") && after.has("csi") && !before.field("csi").has(secret) {
        difference::copy_field(compared.slot(&["csi"]), before.field("csi"), secret);
    }
    if SOURCES
        .iter()
        .any(|source| before.field(source) != compared.field(source))
    {
        let diff = difference::diff(before, &compared, "PersistentVolumeSource");
        let detail = format!("spec.persistentvolumesource is immutable after creation\n{diff}");
        errors.forbidden(&Path::root("spec.persistentvolumesource"), detail);
    }
    if before.field("volumeMode") != after.field("volumeMode") {
        let bad = after
            .maybe("volumeMode")
            .map_or(BadValue::from("null"), BadValue::json);
        errors.invalid(&Path::root("volumeMode"), bad, "field is immutable");
    }
    if before.has("nodeAffinity") && before.field("nodeAffinity") != after.field("nodeAffinity") {
        let bad = BadValue::json(after.field("nodeAffinity"));
        errors.invalid(&Path::root("nodeAffinity"), bad, "field is immutable");
    }
    let class = "volumeAttributesClassName";
    if before.has(class) && !after.has(class) {
        let detail = "update from non-nil value to nil is forbidden";
        errors.forbidden(&Path::root("spec.volumeAttributesClassName"), detail);
    }
}
