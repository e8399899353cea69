//! PersistentVolumeClaims, PersistentVolumes and StorageClasses.

use super::difference;
use super::field::{Bad, Errors, Path};
use super::read::{Read, quantity};
use super::resources;
use super::scheduling;
use super::selector;
use super::text;
use super::volumes;
use crate::object::{Map, Quantity, Value};

const MODES: [&str; 4] = [
    "ReadOnlyMany",
    "ReadWriteMany",
    "ReadWriteOnce",
    "ReadWriteOncePod",
];
const VOLUME_MODES: [&str; 2] = ["Block", "Filesystem"];

/// `ValidatePersistentVolumeClaimSpec`.
pub fn spec(errors: &mut Errors, spec: &Value, at: &Path<'_>) {
    let modes_at = at.child("accessModes");
    if spec.list("accessModes").is_empty() {
        errors.required(&modes_at, "at least 1 access mode is required");
    }
    selector::validate(errors, spec.part("selector"), &at.child("selector"));
    access_modes(errors, spec, &modes_at);
    let resources_at = at.child("resources");
    let storage_at = resources_at.key("storage");
    match spec.part("resources").part("requests").amount("storage") {
        None => errors.required(&storage_at, ""),
        Some(size) => {
            resources::positive(errors, size, &storage_at);
        }
    }
    let class = spec.text("storageClassName");
    if !class.is_empty() {
        text::subdomain(errors, &at.child("storageClassName"), class);
    }
    volume_mode(errors, spec, at);
    for field in ["dataSource", "dataSourceRef"] {
        if let Some(source) = spec.maybe(field) {
            data_source(errors, source, &at.child(field));
        }
    }
    data_sources_agree(errors, spec, at);
    let class = spec.text("volumeAttributesClassName");
    if !class.is_empty() {
        text::subdomain(errors, &at.child("volumeAttributesClassName"), class);
    }
}

fn access_modes(errors: &mut Errors, spec: &Value, at: &Path<'_>) {
    for mode in spec.texts("accessModes").filter(|mode| !MODES.contains(mode)) {
        errors.not_supported(at, Bad::named(mode), &MODES);
    }
    let known = || spec.texts("accessModes").filter(|mode| MODES.contains(mode));
    if known().any(|mode| mode == "ReadWriteOncePod") && known().any(|mode| mode != "ReadWriteOncePod") {
        errors.forbidden(at, "may not use ReadWriteOncePod with other access modes");
    }
}

fn volume_mode(errors: &mut Errors, spec: &Value, at: &Path<'_>) {
    if let Some(mode) = spec
        .maybe_text("volumeMode")
        .filter(|mode| !VOLUME_MODES.contains(mode))
    {
        errors.not_supported(&at.child("volumeMode"), Bad::named(mode), &VOLUME_MODES);
    }
}

fn data_source(errors: &mut Errors, source: &Value, at: &Path<'_>) {
    for field in ["name", "kind"] {
        if source.text(field).is_empty() {
            errors.required(&at.child(field), "");
        }
    }
    let (group, kind) = (source.text("apiGroup"), source.text("kind"));
    if group.is_empty() && kind != "PersistentVolumeClaim" {
        let detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
        errors.invalid(at, kind, detail);
    }
    if !group.is_empty() {
        text::subdomain(errors, &at.child("apiGroup"), group);
    }
    let namespace = source.text("namespace");
    if !namespace.is_empty() {
        text::label(errors, &at.child("namespace"), namespace);
    }
}

/// The old and the new way of naming a source must name the same one.
fn data_sources_agree(errors: &mut Errors, spec: &Value, at: &Path<'_>) {
    let (Some(source), Some(reference)) = (spec.maybe("dataSource"), spec.maybe("dataSourceRef")) else {
        return;
    };
    // Upstream prints a path here, and paths have no public field.
    let bad = || Bad::Json("{}".to_owned());
    if !reference.text("namespace").is_empty() {
        errors.invalid(
            at,
            bad(),
            "may not be specified when dataSourceRef.namespace is specified",
        );
    } else if ["apiGroup", "kind", "name"]
        .iter()
        .any(|key| source.part(key) != reference.part(key))
    {
        errors.invalid(at, bad(), "must match dataSourceRef");
    }
}

/// `ValidatePersistentVolumeClaimUpdate`, after the new claim's own validation.
pub fn update(errors: &mut Errors, old: &Value, new: &Value) {
    let (before, after) = (old.part("spec"), new.part("spec"));
    let bound = new.part("status").text("phase") == "Bound";
    let at = Path::root("spec");
    let mut compared = after.clone();
    let mut stored = before.clone();
    if stored.text("volumeName").is_empty() {
        difference::copy(&mut stored, after, "volumeName");
    }
    if !before.has("storageClassName") && after.has("storageClassName") {
        difference::copy(&mut compared, before, "storageClassName");
    }
    let size_of = |spec: &Value| spec.part("resources").part("requests").amount("storage");
    if bound {
        if after.part("resources").has("requests") {
            *compared.slot(&["resources", "requests", "storage"]) =
                before.part("resources").part("requests").part("storage").clone();
        }
        if after.has("volumeAttributesClassName") {
            difference::copy(&mut compared, before, "volumeAttributesClassName");
        }
    }
    if compared != stored {
        let detail = format!(
            "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n{}",
            difference::of(&stored, &compared, "core.PersistentVolumeClaimSpec")
        );
        errors.forbidden(&at, detail);
    }
    let capacity = old
        .part("status")
        .part("capacity")
        .amount("storage")
        .unwrap_or(Quantity::ZERO);
    let zero = Quantity::ZERO;
    let (was, is) = (size_of(before).unwrap_or(zero), size_of(after).unwrap_or(zero));
    if is < was && is <= capacity {
        let detail = "field can not be less than status.capacity";
        errors.forbidden(&at.child("resources.requests.storage"), detail);
    }
    if before.part("volumeMode") != after.part("volumeMode") {
        let bad = after.maybe("volumeMode").map_or(Bad::from("null"), Bad::json);
        errors.invalid(&Path::root("volumeMode"), bad, "field is immutable");
    }
}

/// `ValidatePersistentVolumeSpec`.
pub fn volume(errors: &mut Errors, spec: &Value, at: &Path<'_>) {
    if spec.list("accessModes").is_empty() {
        errors.required(&at.child("accessModes"), "");
    }
    access_modes(errors, spec, &at.child("accessModes"));
    capacity(errors, spec, &at.child("capacity"));
    let policies = ["Delete", "Recycle", "Retain"];
    let policy = spec.text("persistentVolumeReclaimPolicy");
    let policy_at = at.child("persistentVolumeReclaimPolicy");
    if !policy.is_empty() && !policies.contains(&policy) {
        errors.not_supported(&policy_at, Bad::named(policy), &policies);
    }
    let required = spec.part("nodeAffinity").maybe("required");
    if spec.has("nodeAffinity") {
        let at = at.child("nodeAffinity.required");
        match required {
            Some(selector) => scheduling::node_selector(errors, selector, &at),
            None => errors.required(&at, "must specify required node constraints"),
        }
    }
    volume_source(errors, spec, required.is_some(), at);
    if spec.part("hostPath").text("path") == "/" && policy == "Recycle" {
        errors.forbidden(&policy_at, "may not be 'recycle' for a hostPath mount of '/'");
    }
    let class = spec.text("storageClassName");
    if !class.is_empty() {
        text::subdomain(errors, &at.child("storageClassName"), class);
    }
    volume_mode(errors, spec, at);
}

fn capacity(errors: &mut Errors, spec: &Value, at: &Path<'_>) {
    let amounts = spec.part("capacity");
    let count = amounts.as_object().map_or(0, Map::len);
    if count == 0 {
        errors.required(at, "");
    }
    if !amounts.has("storage") || count > 1 {
        errors.not_supported(at, Bad::json(amounts), &["storage"]);
    }
    for (resource, value) in spec.entries("capacity") {
        let Some(amount) = quantity(value) else { continue };
        let at = at.key(resource);
        if amount.is_negative() {
            errors.invalid(&at, amount.units(), "must be a valid resource quantity");
        }
        resources::positive(errors, amount, &at);
    }
}

fn volume_source(errors: &mut Errors, spec: &Value, on_node: bool, at: &Path<'_>) {
    let kinds = [
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
    let mut found = false;
    for kind in kinds {
        let Some(source) = spec.maybe(kind) else { continue };
        let here = at.child(kind);
        if found {
            errors.forbidden(&here, "may not specify more than 1 volume type");
            continue;
        }
        found = true;
        match kind {
            "hostPath" => volumes::host_path(errors, source, &here),
            "nfs" => volumes::nfs(errors, source, &here),
            "local" => {
                match source.text("path") {
                    "" => errors.required(&here.child("path"), ""),
                    path => text::no_backsteps(errors, &here.child("path"), path),
                }
                if !on_node {
                    errors.required(&at.child("nodeAffinity"), "Local volume requires node affinity");
                }
            }
            "csi" => {
                volumes::driver_name(errors, source.text("driver"), &here.child("driver"));
                if source.text("volumeHandle").is_empty() {
                    errors.required(&here.child("volumeHandle"), "");
                }
            }
            _ => {}
        }
    }
    if !found {
        errors.required(at, "must specify a volume type");
    }
}

/// `ValidateStorageClass`.
pub fn storage_class(errors: &mut Errors, class: &Value) {
    let provisioner = class.text("provisioner");
    let at = Path::root("provisioner");
    match provisioner {
        "" => errors.required(&at, ""),
        name => errors.invalid_each(&at, name, text::qualified_name(&text::lower_case(name))),
    }
    parameters(errors, class);
    let policies = ["Delete", "Retain"];
    let policy = class.text("reclaimPolicy");
    if !policy.is_empty() && !policies.contains(&policy) {
        errors.not_supported(&Path::root("reclaimPolicy"), Bad::named(policy), &policies);
    }
    let modes = ["Immediate", "WaitForFirstConsumer"];
    let at = Path::root("volumeBindingMode");
    match class.maybe_text("volumeBindingMode") {
        None => errors.required(&at, ""),
        Some(mode) if !modes.contains(&mode) => errors.not_supported(&at, Bad::named(mode), &modes),
        Some(_) => {}
    }
}

fn parameters(errors: &mut Errors, class: &Value) {
    let at = Path::root("parameters");
    let mut size = 0;
    for (key, value) in class.entries("parameters") {
        if key.is_empty() {
            errors.invalid(&at, key, "field can not be empty.");
        }
        size += key.len() + value.as_str().unwrap_or_default().len();
    }
    if size > 256 * 1024 {
        errors.too_long(&at, 256 * 1024);
    }
}

/// `ValidateStorageClassUpdate`.
pub fn storage_class_update(errors: &mut Errors, old: &Value, new: &Value) {
    for field in ["parameters", "provisioner"] {
        if old.part(field) != new.part(field) {
            errors.forbidden(&Path::root(field), format!("updates to {field} are forbidden."));
        }
    }
    for field in ["reclaimPolicy", "volumeBindingMode"] {
        if old.part(field) != new.part(field) {
            errors.invalid(
                &Path::root(field),
                Bad::json(new.part(field)),
                "field is immutable",
            );
        }
    }
}
