//! PersistentVolumeClaims (`pkg/apis/core/validation/validation.go`).

use super::access::FieldAccess;
use super::content;
use super::difference;
use super::field::{BadValue, ErrorList, Path};
use super::label_selector;
use super::resources;
use crate::object::{Quantity, Value};

const ACCESS_MODES: [&str; 4] = [
    "ReadOnlyMany",
    "ReadWriteMany",
    "ReadWriteOnce",
    "ReadWriteOncePod",
];

const VOLUME_MODES: [&str; 2] = ["Block", "Filesystem"];

/// `ValidatePersistentVolumeClaimSpec`.
pub fn validate_spec(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let modes_at = at.child("accessModes");
    if spec.list("accessModes").is_empty() {
        errors.required(&modes_at, "at least 1 access mode is required");
    }
    label_selector::validate(errors, spec.field("selector"), &at.child("selector"));
    validate_access_modes(errors, spec, &modes_at);
    let resources_at = at.child("resources");
    let storage_at = resources_at.key("storage");
    match spec.field("resources").field("requests").quantity("storage") {
        None => errors.required(&storage_at, ""),
        Some(size) => resources::validate_positive_quantity(errors, size, &storage_at),
    }
    let class = spec.text("storageClassName");
    if !class.is_empty() {
        content::validate_dns_1123_subdomain(errors, &at.child("storageClassName"), class);
    }
    validate_volume_mode(errors, spec, at);
    for field in ["dataSource", "dataSourceRef"] {
        if let Some(source) = spec.maybe(field) {
            validate_data_source(errors, source, &at.child(field));
        }
    }
    validate_data_sources_match(errors, spec, at);
    let class = spec.text("volumeAttributesClassName");
    if !class.is_empty() {
        content::validate_dns_1123_subdomain(errors, &at.child("volumeAttributesClassName"), class);
    }
}

/// Access modes must be known; `ReadWriteOncePod` excludes the others.
pub fn validate_access_modes(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    for mode in spec
        .texts("accessModes")
        .filter(|mode| !ACCESS_MODES.contains(mode))
    {
        errors.not_supported(at, BadValue::named(mode), &ACCESS_MODES);
    }
    let known = || {
        spec.texts("accessModes")
            .filter(|mode| ACCESS_MODES.contains(mode))
    };
    if known().any(|mode| mode == "ReadWriteOncePod") && known().any(|mode| mode != "ReadWriteOncePod") {
        errors.forbidden(at, "may not use ReadWriteOncePod with other access modes");
    }
}

/// `spec.volumeMode` must be known.
pub fn validate_volume_mode(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    if let Some(mode) = spec
        .maybe_text("volumeMode")
        .filter(|mode| !VOLUME_MODES.contains(mode))
    {
        errors.not_supported(&at.child("volumeMode"), BadValue::named(mode), &VOLUME_MODES);
    }
}

/// `validateDataSource`, `validateDataSourceRef`.
fn validate_data_source(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
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
        content::validate_dns_1123_subdomain(errors, &at.child("apiGroup"), group);
    }
    let namespace = source.text("namespace");
    if !namespace.is_empty() {
        content::validate_dns_1123_label(errors, &at.child("namespace"), namespace);
    }
}

/// Requires that `dataSource` and `dataSourceRef` name the same object.
fn validate_data_sources_match(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let (Some(source), Some(reference)) = (spec.maybe("dataSource"), spec.maybe("dataSourceRef")) else {
        return;
    };
    // Upstream passes a `field.Path` as the value, which has no exported field and so prints as `{}`.
    let bad = || BadValue::Json("{}".to_owned());
    if !reference.text("namespace").is_empty() {
        errors.invalid(
            at,
            bad(),
            "may not be specified when dataSourceRef.namespace is specified",
        );
    } else if ["apiGroup", "kind", "name"]
        .iter()
        .any(|key| source.field(key) != reference.field(key))
    {
        errors.invalid(at, bad(), "must match dataSourceRef");
    }
}

/// A class of attributes that has been applied can be replaced, not removed.
fn validate_attributes_class_update(errors: &mut ErrorList, old: &Value, after: &Value) {
    let field = "volumeAttributesClassName";
    let current = "currentVolumeAttributesClassName";
    let same = old.field("spec").field(field) == after.field(field);
    if same || !old.field("status").has(current) {
        return;
    }
    let what = match after.maybe_text(field) {
        None => "nil",
        Some("") => "empty string",
        Some(_) => return,
    };
    let detail = format!("update to {what} is forbidden when status.{current} is not nil");
    errors.forbidden(&Path::root("spec.volumeAttributesClassName"), detail);
}

/// `ValidatePersistentVolumeClaimUpdate`. The new claim has been validated before.
pub fn validate_update(errors: &mut ErrorList, old: &Value, new: &Value) {
    let (before, after) = (old.field("spec"), new.field("spec"));
    let bound = new.field("status").text("phase") == "Bound";
    let at = Path::root("spec");
    let mut compared = after.clone();
    let mut stored = before.clone();
    if stored.text("volumeName").is_empty() {
        difference::copy_field(&mut stored, after, "volumeName");
    }
    if !before.has("storageClassName") && after.has("storageClassName") {
        difference::copy_field(&mut compared, before, "storageClassName");
    }
    let requested_storage = |spec: &Value| spec.field("resources").field("requests").quantity("storage");
    if bound {
        if after.field("resources").has("requests") {
            *compared.slot(&["resources", "requests", "storage"]) = before
                .field("resources")
                .field("requests")
                .field("storage")
                .clone();
        }
        if after.has("volumeAttributesClassName") {
            difference::copy_field(&mut compared, before, "volumeAttributesClassName");
        }
    }
    if compared != stored {
        let detail = format!(
            "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n{}",
            difference::diff(&stored, &compared, "PersistentVolumeClaimSpec")
        );
        errors.forbidden(&at, detail);
    }
    let capacity = old
        .field("status")
        .field("capacity")
        .quantity("storage")
        .unwrap_or(Quantity::ZERO);
    let zero = Quantity::ZERO;
    let (was, is) = (
        requested_storage(before).unwrap_or(zero),
        requested_storage(after).unwrap_or(zero),
    );
    if is < was && is <= capacity {
        let detail = "field can not be less than status.capacity";
        errors.forbidden(&at.child("resources.requests.storage"), detail);
    }
    if before.field("volumeMode") != after.field("volumeMode") {
        let bad = after
            .maybe("volumeMode")
            .map_or(BadValue::from("null"), BadValue::json);
        errors.invalid(&Path::root("volumeMode"), bad, "field is immutable");
    }
    validate_attributes_class_update(errors, old, after);
}
