//! Environment variables and where their values come from.

use super::field::{Bad, Errors, Path};
use super::read::Read;
use super::text;
use crate::object::Value;

const FIELDS_OF_VARIABLES: &[&str] = &[
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];
/// What a file of a `downwardAPI` volume can show.
pub const FIELDS_OF_FILES: &[&str] = &[
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
];
const CONVERTIBLE: &[&str] = &[
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.serviceAccountName",
    "spec.schedulerName",
    "status.phase",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
    "spec.terminationGracePeriodSeconds",
    "spec.host",
];
const RESOURCES: &[&str] = &[
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];
const SIZES: &[&str] = &[
    "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei",
];

/// `ValidateEnv`.
pub fn variables(errors: &mut Errors, list: &[Value], at: &Path<'_>) {
    for (i, variable) in list.iter().enumerate() {
        let at = at.index(i);
        match variable.text("name") {
            "" => errors.required(&at.child("name"), ""),
            name => errors.invalid_each(&at.child("name"), name, text::environment_name(name)),
        }
        if let Some(from) = variable.maybe("valueFrom") {
            value_from(errors, variable, from, &at.child("valueFrom"));
        }
    }
}

/// `validateEnvVarValueFrom`.
fn value_from(errors: &mut Errors, variable: &Value, from: &Value, at: &Path<'_>) {
    let mut sources = 0;
    if let Some(field) = from.maybe("fieldRef") {
        sources += 1;
        field_selector(errors, field, FIELDS_OF_VARIABLES, &at.child("fieldRef"));
    }
    if let Some(resource) = from.maybe("resourceFieldRef") {
        sources += 1;
        resource_selector(errors, resource, false, &at.child("resourceFieldRef"));
    }
    for source in ["configMapKeyRef", "secretKeyRef"] {
        if let Some(key) = from.maybe(source) {
            sources += 1;
            key_selector(errors, key, &at.child(source));
        }
    }
    if let Some(file) = from.maybe("fileKeyRef") {
        sources += 1;
        file_selector(errors, file, &at.child("fileKeyRef"));
    }
    if sources == 0 {
        let detail = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`";
        errors.invalid(at, "", detail);
    } else if !variable.text("value").is_empty() {
        errors.invalid(at, "", "may not be specified when `value` is not empty");
    } else if sources > 1 {
        errors.invalid(at, "", "may not have more than one field specified at a time");
    }
}

/// Splits `metadata.labels['app']` (`SplitMaybeSubscriptedPath`).
fn subscripted(path: &str) -> Option<(&str, &str)> {
    let inner = path.strip_suffix("']")?;
    inner.split_once("['").filter(|(head, _)| !head.is_empty())
}

/// `validateObjectFieldSelector`.
pub fn field_selector(errors: &mut Errors, selector: &Value, known: &[&str], at: &Path<'_>) {
    let version = selector.maybe_text("apiVersion").unwrap_or("v1");
    let path = selector.text("fieldPath");
    if version.is_empty() {
        return errors.required(&at.child("apiVersion"), "");
    }
    if path.is_empty() {
        return errors.required(&at.child("fieldPath"), "");
    }
    let split = subscripted(path);
    let annotated = |head: &str| ["metadata.annotations", "metadata.labels"].contains(&head);
    let problem = match split {
        _ if version != "v1" => Some(format!("unsupported pod version: {version}")),
        Some((head, _)) if !annotated(head) => {
            Some(format!("field label does not support subscript: {path}"))
        }
        None if !CONVERTIBLE.contains(&path) => Some(format!("field label not supported: {path}")),
        _ => None,
    };
    if let Some(problem) = problem {
        let detail = format!("error converting fieldPath: {problem}");
        return errors.invalid(&at.child("fieldPath"), path, detail);
    }
    match split {
        Some(("metadata.annotations", key)) => {
            let key = text::lower_case(key);
            errors.invalid_each(at, &key, text::qualified_name(&key));
        }
        Some((_, key)) => errors.invalid_each(at, key, text::qualified_name(key)),
        None => {
            let path = if path == "spec.host" {
                "spec.nodeName"
            } else {
                path
            };
            if !known.contains(&path) {
                errors.not_supported(&at.child("fieldPath"), path, known);
            }
        }
    }
}

/// `validateContainerResourceFieldSelector`; `file`: for a file of a volume, which must name its container.
pub fn resource_selector(errors: &mut Errors, selector: &Value, file: bool, at: &Path<'_>) {
    let resource = selector.text("resource");
    let huge = resource.starts_with("limits.hugepages-") || resource.starts_with("requests.hugepages-");
    if file && selector.text("containerName").is_empty() {
        errors.required(&at.child("containerName"), "");
    } else if resource.is_empty() {
        errors.required(&at.child("resource"), "");
    } else if !RESOURCES.contains(&resource) && !huge {
        errors.not_supported(&at.child("resource"), resource, RESOURCES);
    }
    let Some(divisor) = selector.amount("divisor").filter(|divisor| !divisor.is_zero()) else {
        return;
    };
    let (allowed, detail): (&[&str], &str) = match resource {
        "limits.cpu" | "requests.cpu" => (
            &["1m", "1"],
            "only divisor's values 1m and 1 are supported with the cpu resource",
        ),
        "limits.memory" | "requests.memory" => (
            SIZES,
            "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the memory resource",
        ),
        "limits.ephemeral-storage" | "requests.ephemeral-storage" => (
            SIZES,
            "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the local ephemeral storage resource",
        ),
        _ if huge => (
            SIZES,
            "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the hugepages resource",
        ),
        _ => return,
    };
    if !allowed.contains(&divisor.to_string().as_str()) {
        errors.invalid(&at.child("divisor"), resource, detail);
    }
}

/// `validateConfigMapKeySelector`, `validateSecretKeySelector`.
fn key_selector(errors: &mut Errors, selector: &Value, at: &Path<'_>) {
    let name = selector.text("name");
    errors.invalid_each(&at.child("name"), name, text::dns_1123_subdomain(name));
    match selector.text("key") {
        "" => errors.required(&at.child("key"), ""),
        key => errors.invalid_each(&at.child("key"), key, text::config_key(key)),
    }
}

/// `validateFileKeySelector`.
fn file_selector(errors: &mut Errors, selector: &Value, at: &Path<'_>) {
    match selector.text("key") {
        "" => errors.required(&at.child("key"), ""),
        key => errors.invalid_each(&at.child("key"), key, text::environment_name(key)),
    }
    match selector.text("volumeName") {
        "" => errors.required(&at.child("volumeName"), ""),
        name => text::label(errors, &at.child("volumeName"), name),
    }
    match selector.text("path") {
        "" => errors.required(&at.child("path"), ""),
        path => text::local_path(errors, &at.child("path"), path),
    }
}

/// `ValidateEnvFrom`.
pub fn sources(errors: &mut Errors, list: &[Value], at: &Path<'_>) {
    for (i, source) in list.iter().enumerate() {
        let path = at.index(i);
        let prefix = source.text("prefix");
        if !prefix.is_empty() {
            errors.invalid_each(&path.child("prefix"), prefix, text::environment_name(prefix));
        }
        let mut sources = 0;
        for kind in ["configMapRef", "secretRef"] {
            let Some(reference) = source.maybe(kind) else {
                continue;
            };
            sources += 1;
            let at = path.child(kind);
            match reference.text("name") {
                "" => errors.required(&at.child("name"), ""),
                name => {
                    let masked = text::mask_trailing_dash(name);
                    errors.invalid_each(&at.child("name"), name, text::dns_1123_subdomain(&masked));
                }
            }
        }
        if sources == 0 {
            errors.invalid(at, "", "must specify one of: `configMapRef` or `secretRef`");
        } else if sources > 1 {
            let detail = "may not have more than one field specified at a time";
            errors.invalid(at, Bad::from(""), detail);
        }
    }
}
