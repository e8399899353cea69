//! Security contexts of pods and containers (`pkg/apis/core/validation/validation.go`).

use super::os;
use crate::api::validation::access::FieldAccess;
use crate::api::validation::content;
use crate::api::validation::field::{BadValue, ErrorList, Path};
use crate::api::validation::file_path;
use crate::object::{Map, Value};

/// `ValidateSecurityContext`; `host_users`: whether the pod uses the host's user namespace.
pub fn validate_container(errors: &mut ErrorList, context: &Value, host_users: bool, at: &Path<'_>) {
    for field in ["runAsUser", "runAsGroup"] {
        validate_user_or_group_id(errors, context, field, at);
    }
    if let Some(mount) = context.maybe_text("procMount") {
        let at = at.child("procMount");
        if !["Default", "Unmasked"].contains(&mount) {
            errors.not_supported(&at, BadValue::named(mount), &["Default", "Unmasked"]);
        }
        if host_users && mount == "Unmasked" {
            let detail = "`hostUsers` must be false to use `Unmasked`";
            errors.invalid(&at, BadValue::named(mount), detail);
        }
    }
    validate_seccomp_profile(
        errors,
        context.field("seccompProfile"),
        &at.child("seccompProfile"),
    );
    if context.maybe_flag("allowPrivilegeEscalation") == Some(false) {
        if context.flag("privileged") {
            let detail = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
            errors.invalid(at, BadValue::Json(internal_json(context)), detail);
        }
        for capability in context.field("capabilities").texts("add") {
            if capability == "CAP_SYS_ADMIN" {
                let detail =
                    "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN";
                errors.invalid(at, BadValue::Json(internal_json(context)), detail);
            }
        }
    }
    os::validate_options(
        errors,
        context.field("windowsOptions"),
        &at.child("windowsOptions"),
    );
    validate_app_armor_profile(
        errors,
        context.field("appArmorProfile"),
        &at.child("appArmorProfile"),
    );
}

/// Formats Go's internal `SecurityContext` as JSON, whose keys are the names of the Go fields.
fn internal_json(context: &Value) -> String {
    let fields = [
        ("Capabilities", "capabilities"),
        ("Privileged", "privileged"),
        ("SELinuxOptions", "seLinuxOptions"),
        ("WindowsOptions", "windowsOptions"),
        ("RunAsUser", "runAsUser"),
        ("RunAsGroup", "runAsGroup"),
        ("RunAsNonRoot", "runAsNonRoot"),
        ("ReadOnlyRootFilesystem", "readOnlyRootFilesystem"),
        ("AllowPrivilegeEscalation", "allowPrivilegeEscalation"),
        ("ProcMount", "procMount"),
        ("SeccompProfile", "seccompProfile"),
        ("AppArmorProfile", "appArmorProfile"),
    ];
    let parts: Vec<String> = fields
        .iter()
        .map(|(go, field)| format!("\"{go}\":{}", capitalized(context.field(field))))
        .collect();
    format!("{{{}}}", parts.join(","))
}

/// Capitalizes the keys of an object, which makes them the names of the Go fields.
fn capitalized(value: &Value) -> Value {
    let Some(map) = value.as_object() else {
        return value.clone();
    };
    let rename = |key: &str| {
        let mut letters = key.chars();
        letters
            .next()
            .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
    };
    map.iter()
        .filter_map(|(key, value)| Some((rename(key)?, value.clone())))
        .collect::<Map>()
        .into()
}

/// `IsValidUserID`, `IsValidGroupID`.
fn validate_user_or_group_id(errors: &mut ErrorList, context: &Value, field: &str, at: &Path<'_>) {
    let Some(id) = context.maybe_int(field) else {
        return;
    };
    for message in content::user_id(id) {
        errors.invalid(&at.child(field), id, message);
    }
}

/// `validatePodSpecSecurityContext`.
pub fn validate_pod(errors: &mut ErrorList, context: &Value, spec: &Value, at: &Path<'_>) {
    for field in ["fsGroup", "runAsUser", "runAsGroup"] {
        validate_user_or_group_id(errors, context, field, at);
    }
    let groups_at = at.child("supplementalGroups");
    for (i, id) in context.list("supplementalGroups").iter().enumerate() {
        let id = id.as_i64().unwrap_or_default();
        for message in content::user_id(id) {
            errors.invalid(&groups_at.index(i), id, message);
        }
    }
    if spec.flag("shareProcessNamespace") && spec.flag("hostPID") {
        let detail = "ShareProcessNamespace and HostPID cannot both be enabled";
        errors.invalid(&at.child("shareProcessNamespace"), true, detail);
    }
    validate_sysctls(errors, context, spec, &at.child("sysctls"));
    validate_one_of(
        errors,
        context,
        "fsGroupChangePolicy",
        &["Always", "OnRootMismatch"],
        at,
    );
    validate_seccomp_profile(
        errors,
        context.field("seccompProfile"),
        &at.child("seccompProfile"),
    );
    os::validate_options(
        errors,
        context.field("windowsOptions"),
        &at.child("windowsOptions"),
    );
    validate_app_armor_profile(
        errors,
        context.field("appArmorProfile"),
        &at.child("appArmorProfile"),
    );
    validate_one_of(
        errors,
        context,
        "supplementalGroupsPolicy",
        &["Merge", "Strict"],
        at,
    );
    validate_one_of(
        errors,
        context,
        "seLinuxChangePolicy",
        &["MountOption", "Recursive"],
        at,
    );
}

/// An optional string that must be one of the supported values.
fn validate_one_of(errors: &mut ErrorList, context: &Value, field: &str, supported: &[&str], at: &Path<'_>) {
    if let Some(text) = context.maybe_text(field).filter(|text| !supported.contains(text)) {
        errors.not_supported(&at.child(field), BadValue::named(text), supported);
    }
}

/// `validateSysctls`.
fn validate_sysctls(errors: &mut ErrorList, context: &Value, spec: &Value, at: &Path<'_>) {
    let mut seen: Vec<&str> = Vec::new();
    for (i, sysctl) in context.list("sysctls").iter().enumerate() {
        let (at, name) = (at.index(i), sysctl.text("name"));
        let at = at.child("name");
        if name.is_empty() {
            errors.required(&at, "");
        } else if !is_sysctl_name(name) {
            let detail = "must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
            errors.invalid(&at, name, detail);
        } else if seen.contains(&name) {
            errors.duplicate(&at, name);
        }
        seen.push(name);
        let dotted = name.replace('/', ".");
        let ipc_prefixes = ["kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue."];
        if spec.flag("hostNetwork") && dotted.starts_with("net.") {
            errors.invalid(&at, name, "may not be specified when 'hostNetwork' is true");
        } else if spec.flag("hostIPC") && ipc_prefixes.iter().any(|prefix| dotted.starts_with(prefix)) {
            errors.invalid(&at, name, "may not be specified when 'hostIPC' is true");
        }
    }
}

/// `IsValidSysctlName`.
fn is_sysctl_name(name: &str) -> bool {
    let edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let word = |part: &str| {
        part.starts_with(edge)
            && part.ends_with(edge)
            && part.chars().all(|c| edge(c) || c == '-' || c == '_')
    };
    name.len() <= 253 && name.split(['.', '/']).all(word)
}

/// Types of seccomp and AppArmor profiles.
const PROFILE_TYPES: [&str; 3] = ["Localhost", "RuntimeDefault", "Unconfined"];

/// `validateSeccompProfileField`.
fn validate_seccomp_profile(errors: &mut ErrorList, profile: &Value, at: &Path<'_>) {
    if profile.is_null() {
        return;
    }
    let kind = profile.text("type");
    match kind {
        "" => errors.required(&at.child("type"), "type is required when seccompProfile is set"),
        kind if PROFILE_TYPES.contains(&kind) => {}
        kind => errors.not_supported(&at.child("type"), BadValue::named(kind), &PROFILE_TYPES),
    }
    let local_at = at.child("localhostProfile");
    match (kind, profile.maybe_text("localhostProfile")) {
        ("Localhost", None) => errors.required(&local_at, "must be set when seccomp type is Localhost"),
        ("Localhost", Some(path)) => file_path::validate_descending_path(errors, &local_at, path),
        (_, None) => {}
        (_, Some(path)) => {
            let (kind, path) = (Value::from(kind), Value::from(path));
            let bad = BadValue::Json(format!("{{\"Type\":{kind},\"LocalhostProfile\":{path}}}"));
            errors.invalid(&local_at, bad, "can only be set when seccomp type is Localhost");
        }
    }
}

/// `ValidateAppArmorProfileField`.
fn validate_app_armor_profile(errors: &mut ErrorList, profile: &Value, at: &Path<'_>) {
    if profile.is_null() {
        return;
    }
    let local = profile.maybe_text("localhostProfile");
    let local_at = at.child("localhostProfile");
    let missing = "must be set when AppArmor type is Localhost";
    match (profile.text("type"), local) {
        ("Localhost", None | Some("")) => errors.required(&local_at, missing),
        ("Localhost", Some(path)) if path.trim() != path => {
            errors.invalid(&local_at, path, "must not be padded with whitespace");
        }
        ("Localhost", Some(path)) if path.len() > 4095 => errors.too_long(&local_at, 4095),
        ("RuntimeDefault" | "Unconfined", Some(path)) => {
            errors.invalid(&local_at, path, "can only be set when AppArmor type is Localhost");
        }
        ("Localhost" | "RuntimeDefault" | "Unconfined", _) => {}
        ("", _) => errors.required(&at.child("type"), "type is required when appArmorProfile is set"),
        (kind, _) => errors.not_supported(&at.child("type"), BadValue::named(kind), &PROFILE_TYPES),
    }
}
