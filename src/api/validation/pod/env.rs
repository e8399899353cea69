//! Environment variables and their sources (`pkg/apis/core/validation/validation.go`).

use crate::api::validation::access::FieldAccess;
use crate::api::validation::content;
use crate::api::validation::field::{BadValue, ErrorList, Path};
use crate::api::validation::file_path;
use crate::object::Value;

/// Fields that an environment variable can refer to (`validEnvDownwardAPIFieldPathExpressions`).
const ENV_FIELD_PATHS: &[&str] = &[
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

/// Fields that a file of a `downwardAPI` volume can refer to (`validVolumeDownwardAPIFieldPathExpressions`).
pub const VOLUME_FIELD_PATHS: &[&str] = &[
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
];

/// Fields that `ConvertDownwardAPIFieldLabel` knows.
const CONVERTIBLE_FIELD_LABELS: &[&str] = &[
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

/// `validContainerResourceFieldPathExpressions`.
const RESOURCE_FIELD_PATHS: &[&str] = &[
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];

/// Divisors of memory and storage (`validContainerResourceDivisorForMemory`).
const MEMORY_DIVISORS: &[&str] = &[
    "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei",
];

/// `ValidateEnv`.
pub fn validate_env(errors: &mut ErrorList, list: &[Value], at: &Path<'_>) {
    for (i, variable) in list.iter().enumerate() {
        let at = at.index(i);
        match variable.text("name") {
            "" => errors.required(&at.child("name"), ""),
            name => errors.invalid_each(&at.child("name"), name, content::env_var_name(name)),
        }
        if let Some(from) = variable.maybe("valueFrom") {
            validate_env_var_value_from(errors, variable, from, &at.child("valueFrom"));
        }
    }
}

/// `validateEnvVarValueFrom`.
fn validate_env_var_value_from(errors: &mut ErrorList, variable: &Value, from: &Value, at: &Path<'_>) {
    let mut sources = 0;
    if let Some(field) = from.maybe("fieldRef") {
        sources += 1;
        validate_object_field_selector(errors, field, ENV_FIELD_PATHS, &at.child("fieldRef"));
    }
    if let Some(resource) = from.maybe("resourceFieldRef") {
        sources += 1;
        validate_resource_field_selector(errors, resource, false, &at.child("resourceFieldRef"));
    }
    for source in ["configMapKeyRef", "secretKeyRef"] {
        if let Some(key) = from.maybe(source) {
            sources += 1;
            validate_key_selector(errors, key, &at.child(source));
        }
    }
    if let Some(file) = from.maybe("fileKeyRef") {
        sources += 1;
        validate_file_key_selector(errors, file, &at.child("fileKeyRef"));
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

/// Splits `metadata.labels['app']` into path and subscript (`SplitMaybeSubscriptedPath`).
fn split_subscripted_path(path: &str) -> Option<(&str, &str)> {
    let inner = path.strip_suffix("']")?;
    inner.split_once("['").filter(|(head, _)| !head.is_empty())
}

/// `validateObjectFieldSelector`.
pub fn validate_object_field_selector(
    errors: &mut ErrorList,
    selector: &Value,
    known: &[&str],
    at: &Path<'_>,
) {
    let version = selector.maybe_text("apiVersion").unwrap_or("v1");
    let path = selector.text("fieldPath");
    if version.is_empty() {
        return errors.required(&at.child("apiVersion"), "");
    }
    if path.is_empty() {
        return errors.required(&at.child("fieldPath"), "");
    }
    let split = split_subscripted_path(path);
    let has_subscript = |head: &str| ["metadata.annotations", "metadata.labels"].contains(&head);
    let problem = match split {
        _ if version != "v1" => Some(format!("unsupported pod version: {version}")),
        Some((head, _)) if !has_subscript(head) => {
            Some(format!("field label does not support subscript: {path}"))
        }
        None if !CONVERTIBLE_FIELD_LABELS.contains(&path) => {
            Some(format!("field label not supported: {path}"))
        }
        _ => None,
    };
    if let Some(problem) = problem {
        let detail = format!("error converting fieldPath: {problem}");
        return errors.invalid(&at.child("fieldPath"), path, detail);
    }
    match split {
        Some(("metadata.annotations", key)) => {
            let key = content::to_lower(key);
            errors.invalid_each(at, &key, content::qualified_name(&key));
        }
        Some((_, key)) => errors.invalid_each(at, key, content::qualified_name(key)),
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

/// `validateContainerResourceFieldSelector`; in a volume (`is_volume`) the selector must name a container.
pub fn validate_resource_field_selector(
    errors: &mut ErrorList,
    selector: &Value,
    is_volume: bool,
    at: &Path<'_>,
) {
    let resource = selector.text("resource");
    let huge = resource.starts_with("limits.hugepages-") || resource.starts_with("requests.hugepages-");
    if is_volume && selector.text("containerName").is_empty() {
        errors.required(&at.child("containerName"), "");
    } else if resource.is_empty() {
        errors.required(&at.child("resource"), "");
    } else if !RESOURCE_FIELD_PATHS.contains(&resource) && !huge {
        errors.not_supported(&at.child("resource"), resource, RESOURCE_FIELD_PATHS);
    }
    let Some(divisor) = selector.quantity("divisor").filter(|divisor| !divisor.is_zero()) else {
        return;
    };
    let (allowed, detail): (&[&str], &str) = match resource {
        "limits.cpu" | "requests.cpu" => (
            &["1m", "1"],
            "only divisor's values 1m and 1 are supported with the cpu resource",
        ),
        "limits.memory" | "requests.memory" => (
            MEMORY_DIVISORS,
            "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the memory resource",
        ),
        "limits.ephemeral-storage" | "requests.ephemeral-storage" => (
            MEMORY_DIVISORS,
            "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the local ephemeral storage resource",
        ),
        _ if huge => (
            MEMORY_DIVISORS,
            "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the hugepages resource",
        ),
        _ => return,
    };
    if !allowed.contains(&divisor.to_string().as_str()) {
        errors.invalid(&at.child("divisor"), resource, detail);
    }
}

/// `validateConfigMapKeySelector`, `validateSecretKeySelector`.
fn validate_key_selector(errors: &mut ErrorList, selector: &Value, at: &Path<'_>) {
    let name = selector.text("name");
    errors.invalid_each(&at.child("name"), name, content::dns_1123_subdomain(name));
    match selector.text("key") {
        "" => errors.required(&at.child("key"), ""),
        key => errors.invalid_each(&at.child("key"), key, content::config_map_key(key)),
    }
}

/// `validateFileKeySelector`.
fn validate_file_key_selector(errors: &mut ErrorList, selector: &Value, at: &Path<'_>) {
    match selector.text("key") {
        "" => errors.required(&at.child("key"), ""),
        key => errors.invalid_each(&at.child("key"), key, content::env_var_name(key)),
    }
    match selector.text("volumeName") {
        "" => errors.required(&at.child("volumeName"), ""),
        name => content::validate_dns_1123_label(errors, &at.child("volumeName"), name),
    }
    match selector.text("path") {
        "" => errors.required(&at.child("path"), ""),
        path => file_path::validate_local_path(errors, &at.child("path"), path),
    }
}

/// `ValidateEnvFrom`.
pub fn validate_env_from(errors: &mut ErrorList, list: &[Value], at: &Path<'_>) {
    for (i, source) in list.iter().enumerate() {
        let path = at.index(i);
        let prefix = source.text("prefix");
        if !prefix.is_empty() {
            errors.invalid_each(&path.child("prefix"), prefix, content::env_var_name(prefix));
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
                    let masked = content::mask_trailing_dash(name);
                    errors.invalid_each(&at.child("name"), name, content::dns_1123_subdomain(&masked));
                }
            }
        }
        if sources == 0 {
            errors.invalid(at, "", "must specify one of: `configMapRef` or `secretRef`");
        } else if sources > 1 {
            let detail = "may not have more than one field specified at a time";
            errors.invalid(at, BadValue::from(""), detail);
        }
    }
}
