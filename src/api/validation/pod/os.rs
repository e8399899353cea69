//! What depends on a pod's operating system, and options of Windows (`pkg/apis/core/validation/validation.go`).

use crate::api::validation::access::FieldAccess;
use crate::api::validation::content;
use crate::api::validation::field::{BadValue, ErrorList, Path};
use crate::object::Value;

/// `validateOS`, `validateLinux`, `validateWindows`.
pub fn validate(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let Some(os) = spec.maybe("os") else { return };
    let os_at = at.child("os");
    match os.text("name") {
        "" => errors.required(&os_at.child("name"), ""),
        "linux" => validate_linux(errors, spec, at),
        "windows" => validate_windows(errors, spec, at),
        name => errors.not_supported(&os_at, BadValue::named(name), &["linux", "windows"]),
    }
}

/// Calls a function for each container, in upstream's order (`VisitContainersWithPath`).
pub fn visit_containers(spec: &Value, at: &Path<'_>, visit: &mut dyn FnMut(&Value, &Path<'_>)) {
    for field in ["initContainers", "containers", "ephemeralContainers"] {
        let list_at = at.child(field);
        for (i, container) in spec.list(field).iter().enumerate() {
            visit(container, &list_at.index(i));
        }
    }
}

fn validate_linux(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let detail = "windows options cannot be set for a linux pod";
    if spec.field("securityContext").has("windowsOptions") {
        errors.forbidden(&at.child("securityContext.windowsOptions"), detail);
    }
    visit_containers(spec, at, &mut |container, at| {
        if container.field("securityContext").has("windowsOptions") {
            errors.forbidden(&at.child("securityContext.windowsOptions"), detail);
        }
    });
}

fn validate_windows(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let detail = "cannot be set for a windows pod";
    let context_at = at.child("securityContext");
    let context = spec.field("securityContext");
    // The fields of Go's internal security context, some of which are those of the pod.
    for (of_context, field) in [
        (true, "appArmorProfile"),
        (true, "seLinuxOptions"),
        (false, "hostUsers"),
        (false, "hostPID"),
        (false, "hostIPC"),
        (true, "seccompProfile"),
        (true, "fsGroup"),
        (true, "fsGroupChangePolicy"),
        (true, "sysctls"),
        (false, "shareProcessNamespace"),
        (true, "runAsUser"),
        (true, "runAsGroup"),
        (true, "supplementalGroups"),
        (true, "supplementalGroupsPolicy"),
        (true, "seLinuxChangePolicy"),
    ] {
        let (owner, owner_at) = match of_context {
            true => (context, &context_at),
            false => (spec, at),
        };
        if owner.has(field) {
            errors.forbidden(&owner_at.child(field), detail);
        }
    }
    visit_containers(spec, at, &mut |container, at| {
        let at = at.child("securityContext");
        for field in [
            "appArmorProfile",
            "seLinuxOptions",
            "seccompProfile",
            "capabilities",
            "readOnlyRootFilesystem",
            "privileged",
            "allowPrivilegeEscalation",
            "procMount",
            "runAsUser",
            "runAsGroup",
        ] {
            if container.field("securityContext").has(field) {
                errors.forbidden(&at.child(field), detail);
            }
        }
    });
}

/// `validateWindowsHostProcessPod`.
pub fn validate_host_process(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let host_process = |owner: &Value| {
        let options = owner.field("securityContext").field("windowsOptions");
        options.maybe_flag("hostProcess")
    };
    let of_pod = host_process(spec);
    let (mut all, mut count) = (0, 0);
    visit_containers(spec, at, &mut |container, at| {
        let own = host_process(container);
        all += 1;
        count += usize::from(own.or(of_pod) == Some(true));
        if let (Some(pod), Some(own)) = (of_pod, own)
            && pod != own
        {
            let detail = format!("pod hostProcess value must be identical if both are specified, was {pod}");
            let at = at.child("securityContext.windowsOptions.hostProcess");
            errors.invalid(&at, own, detail);
        }
    });
    if count == 0 {
        return;
    }
    if count != all {
        let detail =
            "If pod contains any hostProcess containers then all containers must be HostProcess containers";
        errors.invalid(at, "", detail);
    }
    if !spec.flag("hostNetwork") {
        let detail = "hostNetwork must be true if pod contains any hostProcess containers";
        errors.invalid(&at.child("hostNetwork"), false, detail);
    }
}

/// `validateWindowsSecurityContextOptions`, without the format of the domain of a user.
pub fn validate_options(errors: &mut ErrorList, options: &Value, at: &Path<'_>) {
    if let Some(name) = options.maybe_text("gmsaCredentialSpecName") {
        content::validate_dns_1123_subdomain(errors, &at.child("gmsaCredentialSpecName"), name);
    }
    if let Some(spec) = options.maybe_text("gmsaCredentialSpec") {
        let at = at.child("gmsaCredentialSpec");
        match spec.len() {
            0 => errors.invalid(&at, spec, "gmsaCredentialSpec cannot be an empty string"),
            1..=65536 => {}
            _ => errors.invalid(&at, spec, "gmsaCredentialSpec size must be under 64 KiB"),
        }
    }
    let Some(user) = options.maybe_text("runAsUserName") else {
        return;
    };
    let at = at.child("runAsUserName");
    let (domain, name) = user.split_once('\\').unwrap_or(("", user));
    if user.is_empty() {
        return errors.invalid(&at, user, "runAsUserName cannot be an empty string");
    } else if user.chars().any(|c| c.is_ascii_control()) {
        return errors.invalid(&at, user, "runAsUserName cannot contain control characters");
    } else if name.contains('\\') {
        return errors.invalid(&at, user, "runAsUserName cannot contain more than one backslash");
    }
    if domain.len() >= 256 {
        let detail = "runAsUserName's Domain length must be under 256 characters";
        errors.invalid(&at, user, detail);
    }
    if name.is_empty() {
        errors.invalid(&at, user, "runAsUserName's User cannot be empty");
    } else if name.len() > 104 {
        let detail = "runAsUserName's User length must not be longer than 104 characters";
        errors.invalid(&at, user, detail);
    }
    if !name.is_empty() && name.chars().all(|c| matches!(c, '.' | ' ')) {
        let detail = "runAsUserName's User cannot contain only periods or spaces";
        errors.invalid(&at, user, detail);
    }
    if name.contains([
        '"', '/', '\\', ':', ';', '|', '=', ',', '+', '*', '?', '<', '>', '@', '[', ']',
    ]) {
        let detail = r#"runAsUserName's User cannot contain the following characters: "/\:;|=,+*?<>@[]"#;
        errors.invalid(&at, user, detail);
    }
}
