//! Volumes whose files come from the API: secrets, config maps, a pod's own fields, and these together.

use super::environment::{self, FIELDS_OF_FILES};
use super::field::{Errors, Path};
use super::read::Read;
use super::text;
use super::volumes::required_texts;
use crate::object::Value;

const MODE: &str = "must be a number between 0 and 0777 (octal), both inclusive";

fn mode(errors: &mut Errors, of: &Value, field: &str, at: &Path<'_>) {
    if let Some(mode) = of.maybe_int(field).filter(|mode| !(0..=0o777).contains(mode)) {
        errors.invalid(&at.child(field), mode, MODE);
    }
}

pub fn secret(errors: &mut Errors, source: &Value, at: &Path<'_>) {
    required_texts(errors, source, &["secretName"], at);
    mode(errors, source, "defaultMode", at);
    items(errors, source, at);
}

pub fn config_map(errors: &mut Errors, source: &Value, at: &Path<'_>) {
    required_texts(errors, source, &["name"], at);
    mode(errors, source, "defaultMode", at);
    items(errors, source, at);
}

/// `validateKeyToPath` of each item.
fn items(errors: &mut Errors, source: &Value, at: &Path<'_>) {
    let at = at.child("items");
    for (i, item) in source.list("items").iter().enumerate() {
        let at = at.index(i);
        required_texts(errors, item, &["key", "path"], &at);
        text::local_path(errors, &at.child("path"), item.text("path"));
        mode(errors, item, "mode", &at);
    }
}

pub fn downward(errors: &mut Errors, source: &Value, at: &Path<'_>) {
    mode(errors, source, "defaultMode", at);
    for file in source.list("items") {
        downward_file(errors, file, at);
    }
}

/// `validateDownwardAPIVolumeFile`; upstream gives all files the place of their volume.
fn downward_file(errors: &mut Errors, file: &Value, at: &Path<'_>) {
    required_texts(errors, file, &["path"], at);
    text::local_path(errors, &at.child("path"), file.text("path"));
    match (file.maybe("fieldRef"), file.maybe("resourceFieldRef")) {
        (Some(field), other) => {
            environment::field_selector(errors, field, FIELDS_OF_FILES, &at.child("fieldRef"));
            if other.is_some() {
                let detail = "fieldRef and resourceFieldRef can not be specified simultaneously";
                errors.invalid(at, "resource", detail);
            }
        }
        (None, Some(resource)) => {
            environment::resource_selector(errors, resource, true, &at.child("resourceFieldRef"));
        }
        (None, None) => errors.required(at, "one of fieldRef and resourceFieldRef is required"),
    }
    mode(errors, file, "mode", at);
}

/// `validateProjectedVolumeSource`.
pub fn projected(errors: &mut Errors, source: &Value, at: &Path<'_>) {
    mode(errors, source, "defaultMode", at);
    let sources_at = at.child("sources");
    let mut paths: Vec<&str> = Vec::new();
    for (i, part) in source.list("sources").iter().enumerate() {
        let path = sources_at.index(i);
        let mut count = 0;
        for kind in ["secret", "configMap"] {
            let Some(of) = part.maybe(kind) else { continue };
            count += 1;
            let kind_at = path.child(kind);
            required_texts(errors, of, &["name"], &kind_at);
            items(errors, of, &kind_at);
            for item in of.list("items") {
                claim_path(errors, &mut paths, item.text("path"), of.text("name"), at);
            }
        }
        if let Some(of) = part.maybe("downwardAPI") {
            count += 1;
            for file in of.list("items") {
                downward_file(errors, file, &path.child("downwardAPI"));
                claim_path(errors, &mut paths, file.text("path"), file.text("path"), at);
            }
        }
        if let Some(token) = part.maybe("serviceAccountToken") {
            count += 1;
            account_token(errors, token, &path.child("serviceAccountToken"), at);
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

fn claim_path<'a>(errors: &mut Errors, paths: &mut Vec<&'a str>, path: &'a str, bad: &str, at: &Path<'_>) {
    if path.is_empty() {
        return;
    }
    if paths.contains(&path) {
        errors.invalid(at, bad, "conflicting duplicate paths");
    } else {
        paths.push(path);
    }
}

fn account_token(errors: &mut Errors, token: &Value, token_at: &Path<'_>, at: &Path<'_>) {
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
        path => text::local_path(errors, &at.child("path"), path),
    }
}
