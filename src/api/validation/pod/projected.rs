//! Volumes with files from the API: `secret`, `configMap`, `downwardAPI` and `projected`
//! (`pkg/apis/core/validation/validation.go`).

use super::env::{self, VOLUME_FIELD_PATHS};
use crate::api::validation::access::FieldAccess;
use crate::api::validation::field::{ErrorList, Path};
use crate::api::validation::file_path;
use crate::api::validation::volume_source::validate_required_strings;
use crate::object::Value;

const FILE_MODE_ERROR: &str = "must be a number between 0 and 0777 (octal), both inclusive";

/// An optional file mode (`fileModeErrorMsg`).
fn validate_file_mode(errors: &mut ErrorList, parent: &Value, field: &str, at: &Path<'_>) {
    if let Some(mode) = parent.maybe_int(field).filter(|mode| !(0..=0o777).contains(mode)) {
        errors.invalid(&at.child(field), mode, FILE_MODE_ERROR);
    }
}

/// `validateSecretVolumeSource`.
pub fn validate_secret(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    validate_required_strings(errors, source, &["secretName"], at);
    validate_file_mode(errors, source, "defaultMode", at);
    validate_key_to_paths(errors, source, at);
}

/// `validateConfigMapVolumeSource`.
pub fn validate_config_map(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    validate_required_strings(errors, source, &["name"], at);
    validate_file_mode(errors, source, "defaultMode", at);
    validate_key_to_paths(errors, source, at);
}

/// `validateKeyToPath`, for each item.
fn validate_key_to_paths(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    let at = at.child("items");
    for (i, item) in source.list("items").iter().enumerate() {
        let at = at.index(i);
        validate_required_strings(errors, item, &["key", "path"], &at);
        file_path::validate_local_path(errors, &at.child("path"), item.text("path"));
        validate_file_mode(errors, item, "mode", &at);
    }
}

/// `validateDownwardAPIVolumeSource`. Upstream reports errors of a file at the path of the volume.
pub fn validate_downward_api(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    validate_file_mode(errors, source, "defaultMode", at);
    for file in source.list("items") {
        validate_downward_api_file(errors, file, at);
    }
}

/// `validateDownwardAPIVolumeFile`.
fn validate_downward_api_file(errors: &mut ErrorList, file: &Value, at: &Path<'_>) {
    validate_required_strings(errors, file, &["path"], at);
    file_path::validate_local_path(errors, &at.child("path"), file.text("path"));
    match (file.maybe("fieldRef"), file.maybe("resourceFieldRef")) {
        (Some(field), other) => {
            env::validate_object_field_selector(errors, field, VOLUME_FIELD_PATHS, &at.child("fieldRef"));
            if other.is_some() {
                let detail = "fieldRef and resourceFieldRef can not be specified simultaneously";
                errors.invalid(at, "resource", detail);
            }
        }
        (None, Some(resource)) => {
            env::validate_resource_field_selector(errors, resource, true, &at.child("resourceFieldRef"));
        }
        (None, None) => errors.required(at, "one of fieldRef and resourceFieldRef is required"),
    }
    validate_file_mode(errors, file, "mode", at);
}

/// `validateProjectedVolumeSource`.
pub fn validate_projected(errors: &mut ErrorList, source: &Value, at: &Path<'_>) {
    validate_file_mode(errors, source, "defaultMode", at);
    let sources_at = at.child("sources");
    let mut paths: Vec<&str> = Vec::new();
    for (i, part) in source.list("sources").iter().enumerate() {
        let path = sources_at.index(i);
        let mut count = 0;
        for kind in ["secret", "configMap"] {
            let Some(source) = part.maybe(kind) else { continue };
            count += 1;
            let kind_at = path.child(kind);
            validate_required_strings(errors, source, &["name"], &kind_at);
            validate_key_to_paths(errors, source, &kind_at);
            for item in source.list("items") {
                validate_unique_path(errors, &mut paths, item.text("path"), source.text("name"), at);
            }
        }
        if let Some(source) = part.maybe("downwardAPI") {
            count += 1;
            for file in source.list("items") {
                validate_downward_api_file(errors, file, &path.child("downwardAPI"));
                validate_unique_path(errors, &mut paths, file.text("path"), file.text("path"), at);
            }
        }
        if let Some(token) = part.maybe("serviceAccountToken") {
            count += 1;
            validate_service_account_token(errors, token, &path.child("serviceAccountToken"), at);
        }
        count += ["clusterTrustBundle", "podCertificate"]
            .iter()
            .filter(|kind| part.has(kind))
            .count();
        if count > 1 {
            errors.forbidden(&path, "may not specify more than 1 volume type per source");
        }
    }
}

/// Rejects a path that another source has; `bad` is the value in the message.
fn validate_unique_path<'a>(
    errors: &mut ErrorList,
    paths: &mut Vec<&'a str>,
    path: &'a str,
    bad: &str,
    at: &Path<'_>,
) {
    if path.is_empty() {
        return;
    }
    if paths.contains(&path) {
        errors.invalid(at, bad, "conflicting duplicate paths");
    } else {
        paths.push(path);
    }
}

/// A projected service account token, whose errors upstream reports at two paths.
fn validate_service_account_token(errors: &mut ErrorList, token: &Value, token_at: &Path<'_>, at: &Path<'_>) {
    let seconds = token.maybe_int("expirationSeconds").unwrap_or(3600);
    let seconds_at = token_at.child("expirationSeconds");
    if seconds < 600 {
        errors.invalid(
            &seconds_at,
            seconds,
            "may not specify a duration less than 10 minutes",
        );
    }
    if seconds > 1 << 32 {
        errors.invalid(
            &seconds_at,
            seconds,
            "may not specify a duration larger than 2^32 seconds",
        );
    }
    match token.text("path") {
        "" => errors.required(&at.child("path"), ""),
        path => file_path::validate_local_path(errors, &at.child("path"), path),
    }
}
