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

/// Validates a source that pods and PersistentVolumes can have; `of_volume`: whether it is that of a PersistentVolume,
/// whose references to Secrets need a namespace.
pub fn validate_shared(errors: &mut ErrorList, kind: &str, source: &Value, of_volume: bool, at: &Path<'_>) {
    let required: &[&str] = match kind {
        "hostPath" => return validate_host_path(errors, source, at),
        "gcePersistentDisk" => return validate_gce_persistent_disk(errors, source, at),
        "awsElasticBlockStore" => return validate_aws_elastic_block_store(errors, source, at),
        "nfs" => return validate_nfs(errors, source, at),
        "flocker" => return validate_flocker(errors, source, at),
        "rbd" => return validate_rbd(errors, source, at),
        "cephfs" => return validate_ceph_monitors(errors, source, at),
        "quobyte" => return validate_quobyte(errors, source, at),
        "fc" => return validate_fc(errors, source, at),
        "azureDisk" => return validate_azure_disk(errors, source, at),
        "flexVolume" => return validate_flex(errors, source, at),
        "glusterfs" => &["endpoints", "path"],
        "cinder" | "portworxVolume" => &["volumeID"],
        "azureFile" => &["secretName", "shareName"],
        "vsphereVolume" => &["volumePath"],
        "photonPersistentDisk" => &["pdID"],
        "storageos" => &["volumeName"],
        "scaleIO" => &["gateway", "system", "volumeName"],
        _ => &[],
    };
    validate_required_strings(errors, source, required, at);
    if kind == "storageos" {
        for field in ["volumeName", "volumeNamespace"] {
            let name = source.text(field);
            if !name.is_empty() {
                content::validate_dns_1123_label(errors, &at.child(field), name);
            }
        }
    }
    if let ("storageos" | "cinder", Some(reference)) = (kind, source.maybe("secretRef")) {
        let fields: &[&str] = match of_volume {
            true => &["name", "namespace"],
            false => &["name"],
        };
        validate_required_strings(errors, reference, fields, &at.child("secretRef"));
    }
    if kind == "azureFile" && of_volume && source.maybe_text("secretNamespace") == Some("") {
        errors.required(&at.child("secretNamespace"), "");
    }
}

/// `validateAzureDisk`.
fn validate_azure_disk(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    validate_required_strings(errors, source, &["diskName", "diskURI"], at);
    for (field, supported) in [
        ("cachingMode", ["None", "ReadOnly", "ReadWrite"]),
        ("kind", ["Dedicated", "Managed", "Shared"]),
    ] {
        if let Some(text) = source.maybe_text(field).filter(|text| !supported.contains(text)) {
            errors.not_supported(&at.child(field), BadValue::named(text), &supported);
        }
    }
    let disk = source.text("diskURI");
    let (prefix, supported) = match source.maybe_text("kind") {
        None => return,
        Some("Managed") => (
            "/subscriptions/",
            "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}",
        ),
        Some(_) => (
            SECURE,
            "{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd",
        ),
    };
    if !disk.starts_with(prefix) {
        let scheme = if prefix == SECURE { SECURE } else { "" };
        errors.not_supported(&at.child("diskURI"), disk, &[&format!("{scheme}{supported}")]);
    }
}

/// The scheme of addresses of disks.
const SECURE: &str = concat!("https:", "//");

/// `validateFlexVolumeSource`.
fn validate_flex(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    validate_required_strings(errors, source, &["driver"], at);
    let options_at = at.child("options");
    for (key, _) in source.entries("options") {
        let namespace = key.split('/').next().unwrap_or_default();
        let dotted = format!(".{}", content::to_lower(namespace));
        if dotted.ends_with(".kubernetes.io") || dotted.ends_with(".k8s.io") {
            let detail = "kubernetes.io and k8s.io namespaces are reserved";
            errors.invalid(&options_at.key(key), key, detail);
        }
    }
}

/// `validateISCSIVolumeSource`, or `validateISCSIPersistentVolumeSource` for the volume of that name.
pub fn validate_iscsi(errors: &mut ErrorList, source: &Value, volume: Option<&str>, at: &Path<'_>) {
    validate_required_strings(errors, source, &["targetPortal"], at);
    let portal = source.text("targetPortal");
    let initiator = source.maybe_text("initiatorName");
    if let (Some(volume), Some(_)) = (volume, initiator)
        && volume.len() + 1 + portal.len() > 64
    {
        errors.invalid(&at.child("targetportal"), portal, ISCSI_TOO_LONG);
    }
    let explained = match volume {
        Some(_) => "must be valid format",
        None => "must be valid format starting with iqn, eui, or naa",
    };
    match source.text("iqn") {
        "" => errors.required(&at.child("iqn"), ""),
        name => validate_iscsi_name(errors, name, explained, &at.child("iqn")),
    }
    let unit = source.int("lun");
    if !(0..=255).contains(&unit) {
        errors.invalid(&at.child("lun"), unit, content::inclusive_range_error(0, 255));
    }
    let authenticated = source.flag("chapAuthDiscovery") || source.flag("chapAuthSession");
    match source.maybe("secretRef") {
        None if authenticated => errors.required(&at.child("secretRef"), ""),
        Some(reference) if volume.is_some() => {
            validate_required_strings(errors, reference, &["name"], &at.child("secretRef"));
        }
        _ => {}
    }
    if let Some(name) = initiator {
        validate_iscsi_name(errors, name, explained, &at.child("initiatorname"));
    }
}

/// What is said of a volume whose name and portal are too long together.
pub const ISCSI_TOO_LONG: &str = "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if \
                                  iscsi.initiatorName is specified.";

/// The name of an iSCSI target or initiator (`iscsiInitiatorIqnRegex` and its neighbours).
fn validate_iscsi_name(errors: &mut ErrorList, name: &str, explained: &str, at: &Path<'_>) {
    let hex = |length: usize| {
        let rest = name.get(4..).unwrap_or_default();
        rest.len() == length && rest.chars().all(|c| c.is_ascii_alphanumeric())
    };
    let (known, valid) = match name.get(..3) {
        Some("iqn") => (true, is_iqn(name)),
        Some("eui") => (true, hex(16)),
        Some("naa") => (true, hex(32)),
        _ => (false, false),
    };
    if !known {
        errors.invalid(at, name, explained);
    } else if !valid {
        errors.invalid(at, name, "must be valid format");
    }
}

/// Whether a name is of the form `iqn.2001-04.com.example:storage`.
fn is_iqn(name: &str) -> bool {
    let Some((head, tail)) = name.split_once(':') else {
        return false;
    };
    let Some((date, authority)) = head.strip_prefix("iqn.").and_then(|head| head.split_once('.')) else {
        return false;
    };
    let digits = |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    let dated = date
        .split_once('-')
        .is_some_and(|(year, month)| digits(year, 4) && digits(month, 2));
    let named = !authority.is_empty()
        && authority
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
    let clean = |c: char| !",;*&$|".contains(c) && !c.is_whitespace();
    dated && named && !tail.is_empty() && tail.chars().all(clean)
}

/// `validateEmptyDirVolumeSource`.
pub fn validate_empty_dir(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    if source.quantity("sizeLimit").is_some_and(Quantity::is_negative) {
        let detail = "SizeLimit field must be a valid resource quantity";
        errors.forbidden(&at.child("sizeLimit"), detail);
    }
}

/// `validateHostPathVolumeSource`.
fn validate_host_path(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
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
fn validate_gce_persistent_disk(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    validate_required_strings(errors, source, &["pdName"], at);
    validate_partition(errors, source, at);
}

/// `validateAWSElasticBlockStoreVolumeSource`.
fn validate_aws_elastic_block_store(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
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
fn validate_nfs(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    validate_required_strings(errors, source, &["server", "path"], at);
    let path = source.text("path");
    if !path.starts_with('/') {
        errors.invalid(&at.child("path"), path, "must be an absolute path");
    }
}

/// `validateFlockerVolumeSource`.
fn validate_flocker(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
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
fn validate_rbd(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    validate_ceph_monitors(errors, source, at);
    validate_required_strings(errors, source, &["image"], at);
}

/// `validateCephFSVolumeSource`.
fn validate_ceph_monitors(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    if source.list("monitors").is_empty() {
        errors.required(&at.child("monitors"), "");
    }
}

/// `validateQuobyteVolumeSource`.
fn validate_quobyte(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
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
fn validate_fc(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
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
