//! Sources of volumes, for pods and PersistentVolumes (`pkg/apis/core/validation/validation.go`).

use super::access::FieldAccess;
use super::content;
use super::field::{BadValue, ErrorList, Path};
use super::file_path;
use crate::object::{Quantity, Value};

/// Requires that none of the string fields is empty.
pub fn validate_required_strings(errors: &mut ErrorList, source: &Value, fields: &[&str], at: &Path<'_>) {
    for field in fields {
        if source.text(field).is_empty() {
            errors.required(&at.child(field), "");
        }
    }
}

/// `validateEmptyDirVolumeSource`.
pub fn validate_empty_dir(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    if source.quantity("sizeLimit").is_some_and(Quantity::is_negative) {
        let detail = "SizeLimit field must be a valid resource quantity";
        errors.forbidden(&at.child("sizeLimit"), detail);
    }
}

/// `validateHostPathVolumeSource`.
pub fn validate_host_path(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    let path = source.text("path");
    if path.is_empty() {
        return errors.required(&at.child("path"), "");
    }
    file_path::validate_no_backsteps(errors, &at.child("path"), path);
    let types = [
        "",
        "BlockDevice",
        "CharDevice",
        "Directory",
        "DirectoryOrCreate",
        "File",
        "FileOrCreate",
        "Socket",
    ];
    if let Some(kind) = source.maybe_text("type").filter(|kind| !types.contains(kind)) {
        errors.not_supported(&at.child("type"), BadValue::named(kind), &types);
    }
}

/// `validateGitRepoVolumeSource`.
pub fn validate_git_repo(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    validate_required_strings(errors, source, &["repository"], at);
    file_path::validate_descending_path(errors, &at.child("directory"), source.text("directory"));
}

/// `validateGCEPersistentDiskVolumeSource`.
pub fn validate_gce_persistent_disk(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    validate_required_strings(errors, source, &["pdName"], at);
    validate_partition(errors, source, at);
}

/// `validateAWSElasticBlockStoreVolumeSource`.
pub fn validate_aws_elastic_block_store(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    validate_required_strings(errors, source, &["volumeID"], at);
    validate_partition(errors, source, at);
}

fn validate_partition(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    let number = source.int("partition");
    if !(0..=255).contains(&number) {
        errors.invalid(
            &at.child("partition"),
            number,
            content::inclusive_range_error(1, 255),
        );
    }
}

/// `validateNFSVolumeSource`.
pub fn validate_nfs(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    validate_required_strings(errors, source, &["server", "path"], at);
    let path = source.text("path");
    if !path.starts_with('/') {
        errors.invalid(&at.child("path"), path, "must be an absolute path");
    }
}

/// `validateFlockerVolumeSource`.
pub fn validate_flocker(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    let (name, id) = (source.text("datasetName"), source.text("datasetUUID"));
    if name.is_empty() && id.is_empty() {
        errors.required(at, "one of datasetName and datasetUUID is required");
    }
    if !name.is_empty() && !id.is_empty() {
        let detail = "datasetName and datasetUUID can not be specified simultaneously";
        errors.invalid(at, "resource", detail);
    }
    if name.contains('/') {
        errors.invalid(&at.child("datasetName"), name, "must not contain '/'");
    }
}

/// `validateRBDVolumeSource`.
pub fn validate_rbd(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    validate_ceph_monitors(errors, source, at);
    validate_required_strings(errors, source, &["image"], at);
}

/// `validateCephFSVolumeSource`.
pub fn validate_ceph_monitors(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    if source.list("monitors").is_empty() {
        errors.required(&at.child("monitors"), "");
    }
}

/// `validateQuobyteVolumeSource`.
pub fn validate_quobyte(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    let pairs = "must be a host:port pair or multiple pairs separated by commas";
    let registry = source.text("registry");
    if registry.is_empty() {
        errors.required(&at.child("registry"), pairs);
    } else if source.text("tenant").len() >= 65 {
        let detail = "must be a UUID and may not exceed a length of 64 characters";
        errors.required(&at.child("tenant"), detail);
    } else {
        let bad = registry.split(',').filter(|pair| pair.matches(':').count() != 1);
        for _ in bad {
            errors.invalid(&at.child("registry"), registry, pairs);
        }
    }
    validate_required_strings(errors, source, &["volume"], at);
}

/// `validateFCVolumeSource`.
pub fn validate_fc(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    let (names, ids) = (source.list("targetWWNs"), source.list("wwids"));
    let names_at = at.child("targetWWNs");
    if names.is_empty() && ids.is_empty() {
        errors.required(&names_at, "must specify either targetWWNs or wwids, but not both");
    }
    if !names.is_empty() && !ids.is_empty() {
        let detail = "targetWWNs and wwids can not be specified simultaneously";
        errors.invalid(&names_at, BadValue::json(source.field("targetWWNs")), detail);
    }
    if !names.is_empty() {
        match source.maybe_int("lun") {
            None => errors.required(&at.child("lun"), "lun is required if targetWWNs is specified"),
            Some(lun) if !(0..=255).contains(&lun) => {
                errors.invalid(&at.child("lun"), lun, content::inclusive_range_error(0, 255));
            }
            Some(_) => {}
        }
    }
}

/// `ValidateCSIDriverName`.
pub fn validate_csi_driver_name(errors: &mut ErrorList, name: &str, at: &Path<'_>) {
    if name.is_empty() {
        errors.required(at, "");
    }
    if name.len() > 63 {
        errors.too_long(at, 63);
    }
    errors.invalid_each(at, name, content::dns_1123_subdomain(&content::to_lower(name)));
}

/// `validateCSIVolumeSource`.
pub fn validate_csi(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    validate_csi_driver_name(errors, source.text("driver"), &at.child("driver"));
    if let Some(reference) = source.maybe("nodePublishSecretRef") {
        match reference.text("name") {
            "" => errors.required(&at.child("nodePublishSecretRef.name"), ""),
            name => errors.invalid_each(&at.child("name"), name, content::dns_1123_subdomain(name)),
        }
    }
}
