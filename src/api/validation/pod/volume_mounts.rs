//! Volume mounts and volume devices of containers (`pkg/apis/core/validation/validation.go`).

use super::context::PodContext;
use crate::api::validation::access::FieldAccess;
use crate::api::validation::field::{BadValue, ErrorList, Path};
use crate::api::validation::file_path;
use crate::object::Value;

/// `ValidateVolumeMounts`.
pub fn validate_volume_mounts(
    errors: &mut ErrorList,
    container: &Value,
    pod: &PodContext<'_>,
    list_at: &Path<'_>,
) {
    let mut paths: Vec<&str> = Vec::new();
    let devices = container.list("volumeDevices");
    for (i, mount) in container.list("volumeMounts").iter().enumerate() {
        let at = list_at.index(i);
        let (name, path) = (mount.text("name"), mount.text("mountPath"));
        if name.is_empty() {
            errors.required(&at.child("name"), "");
        }
        if !pod.volumes.contains_key(name) {
            errors.not_found(&at.child("name"), name, "");
        }
        if path.is_empty() {
            errors.required(&at.child("mountPath"), "");
        }
        if paths.contains(&path) {
            errors.invalid(&at.child("mountPath"), path, "must be unique");
        }
        paths.push(path);
        if devices.iter().any(|device| device.text("name") == name) {
            errors.invalid(&at.child("name"), name, "must not already exist in volumeDevices");
        }
        if devices.iter().any(|device| device.text("devicePath") == path) {
            let detail = "must not already exist as a path in volumeDevices";
            errors.invalid(&at.child("mountPath"), path, detail);
        }
        validate_sub_paths(errors, mount, &at, list_at);
        if let Some(mode) = mount.maybe_text("mountPropagation") {
            validate_mount_propagation(errors, mode, container, &list_at.child("mountPropagation"));
        }
        validate_recursive_read_only(errors, mount, &list_at.child("recursiveReadOnly"));
    }
}

/// `subPath` and `subPathExpr`.
fn validate_sub_paths(errors: &mut ErrorList, mount: &Value, at: &Path<'_>, list_at: &Path<'_>) {
    let (sub, expression) = (mount.text("subPath"), mount.text("subPathExpr"));
    if !sub.is_empty() {
        file_path::validate_descending_path(errors, &list_at.child("subPath"), sub);
    }
    if !expression.is_empty() {
        if !sub.is_empty() {
            let detail = "subPathExpr and subPath are mutually exclusive";
            errors.invalid(&at.child("subPathExpr"), expression, detail);
        }
        file_path::validate_descending_path(errors, &list_at.child("subPathExpr"), expression);
    }
}

/// `validateMountPropagation`.
fn validate_mount_propagation(errors: &mut ErrorList, mode: &str, container: &Value, at: &Path<'_>) {
    let modes = ["Bidirectional", "HostToContainer", "None"];
    if !modes.contains(&mode) {
        errors.not_supported(at, BadValue::named(mode), &modes);
    }
    if mode == "Bidirectional" && !container.field("securityContext").flag("privileged") {
        let detail = "Bidirectional mount propagation is available only to privileged containers";
        errors.forbidden(at, detail);
    }
}

/// `validateMountRecursiveReadOnly`.
fn validate_recursive_read_only(errors: &mut ErrorList, mount: &Value, at: &Path<'_>) {
    let Some(mode) = mount.maybe_text("recursiveReadOnly") else {
        return;
    };
    match mode {
        "Disabled" => {}
        "Enabled" | "IfPossible" => {
            if !mount.flag("readOnly") {
                errors.forbidden(at, "may only be specified when readOnly is true");
            }
            if !["", "None"].contains(&mount.text("mountPropagation")) {
                let detail = "may only be specified when mountPropagation is None or not specified";
                errors.forbidden(at, detail);
            }
        }
        mode => errors.not_supported(at, BadValue::named(mode), &["Disabled", "Enabled", "IfPossible"]),
    }
}

/// `ValidateVolumeDevices`.
pub fn validate_volume_devices(
    errors: &mut ErrorList,
    container: &Value,
    pod: &PodContext<'_>,
    list_at: &Path<'_>,
) {
    let (mut paths, mut names): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    let mounts = container.list("volumeMounts");
    for (i, device) in container.list("volumeDevices").iter().enumerate() {
        let at = list_at.index(i);
        let (name, path) = (device.text("name"), device.text("devicePath"));
        let (name_at, path_at) = (at.child("name"), at.child("devicePath"));
        if name.is_empty() {
            errors.required(&name_at, "");
        }
        if names.contains(&name) {
            errors.invalid(&name_at, name, "must be unique");
        }
        match pod.volumes.get(name) {
            None => errors.not_found(&name_at, name, ""),
            Some(volume) if !volume.has("persistentVolumeClaim") && !volume.has("ephemeral") => {
                let detail =
                    "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode";
                errors.invalid(&name_at, name, detail);
            }
            Some(_) => {}
        }
        if path.is_empty() {
            errors.required(&path_at, "");
        }
        if paths.contains(&path) {
            errors.invalid(&path_at, path, "must be unique");
        }
        if path.split('/').any(|part| part == "..") {
            errors.invalid(&path_at, path, "can not contain backsteps ('..')");
        } else {
            paths.push(path);
        }
        if mounts.iter().any(|mount| mount.text("name") == name) {
            errors.invalid(&name_at, name, "must not already exist in volumeMounts");
        }
        if mounts.iter().any(|mount| mount.text("mountPath") == path) {
            errors.invalid(&path_at, path, "must not already exist as a path in volumeMounts");
        }
        if !name.is_empty() {
            names.push(name);
        }
    }
}
