//! Containers of pods and pod templates (`pkg/apis/core/validation/validation.go`).

use super::context::PodContext;
use super::env;
use super::handler;
use super::security_context;
use super::volume_mounts;
use crate::api::validation::access::FieldAccess;
use crate::api::validation::content;
use crate::api::validation::field::{BadValue, ErrorList, Path};
use crate::api::validation::port::{validate_port_number, validate_protocol};
use crate::api::validation::resources;
use crate::object::Value;

/// `validateContainers`.
pub fn validate_containers(errors: &mut ErrorList, list: &[Value], pod: &PodContext<'_>, at: &Path<'_>) {
    if list.is_empty() {
        return errors.required(at, "");
    }
    let mut names: Vec<&str> = Vec::new();
    for (i, container) in list.iter().enumerate() {
        let at = at.index(i);
        validate_container_common(errors, container, pod, &at);
        let name = container.text("name");
        if names.contains(&name) {
            errors.duplicate(&at.child("name"), name);
        }
        names.push(name);
        validate_lifecycle_and_probes(errors, container, pod, &at);
        validate_restart_policy(errors, container, &at);
    }
    check_host_port_conflicts(errors, list, at);
}

/// `validateInitContainers`.
pub fn validate_init_containers(
    errors: &mut ErrorList,
    list: &[Value],
    regular: &[Value],
    pod: &PodContext<'_>,
    at: &Path<'_>,
) {
    let mut names: Vec<&str> = regular.iter().map(|container| container.text("name")).collect();
    for (i, container) in list.iter().enumerate() {
        let path = at.index(i);
        validate_container_common(errors, container, pod, &path);
        match container.maybe_text("restartPolicy") {
            None => {}
            Some("Always") if container.list("restartPolicyRules").is_empty() => {}
            Some("Always") => {
                let detail =
                    "restartPolicyRules are not allowed for init containers with restart policy Always";
                errors.forbidden(&path.child("restartPolicyRules"), detail);
            }
            Some(_) => validate_restart_policy(errors, container, &path),
        }
        let name = container.text("name");
        if names.contains(&name) {
            errors.duplicate(&path.child("name"), name);
        } else if !name.is_empty() {
            names.push(name);
        }
        check_host_port_conflicts(errors, std::slice::from_ref(container), at);
        if container.text("restartPolicy") == "Always" {
            validate_lifecycle_and_probes(errors, container, pod, &path);
            continue;
        }
        for field in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] {
            if container.has(field) {
                let detail = "may not be set for init containers without restartPolicy=Always";
                errors.forbidden(&path.child(field), detail);
            }
        }
    }
}

/// Lifecycle hooks and probes.
fn validate_lifecycle_and_probes(
    errors: &mut ErrorList,
    container: &Value,
    pod: &PodContext<'_>,
    at: &Path<'_>,
) {
    if let Some(lifecycle) = container.maybe("lifecycle") {
        handler::validate_lifecycle(errors, lifecycle, pod, &at.child("lifecycle"));
    }
    for kind in handler::PROBE_KINDS {
        if let Some(probe) = container.maybe(kind.field()) {
            handler::validate_probe(errors, probe, kind, pod.grace_seconds, &at.child(kind.field()));
        }
    }
}

/// `validateContainerCommon`.
fn validate_container_common(errors: &mut ErrorList, container: &Value, pod: &PodContext<'_>, at: &Path<'_>) {
    match container.text("name") {
        "" => errors.required(&at.child("name"), ""),
        name => content::validate_dns_1123_label(errors, &at.child("name"), name),
    }
    if container.text("image").is_empty() {
        errors.required(&at.child("image"), "");
    }
    let policies = ["File", "FallbackToLogsOnError"];
    let policy_at = at.child("terminationMessagePolicy");
    match container.text("terminationMessagePolicy") {
        "" => errors.required(&policy_at, ""),
        policy if policies.contains(&policy) => {}
        policy => errors.not_supported(&policy_at, BadValue::named(policy), &policies),
    }
    validate_container_ports(errors, container.list("ports"), &at.child("ports"));
    env::validate_env(errors, container.list("env"), &at.child("env"));
    env::validate_env_from(errors, container.list("envFrom"), &at.child("envFrom"));
    volume_mounts::validate_volume_mounts(errors, container, pod, &at.child("volumeMounts"));
    volume_mounts::validate_volume_devices(errors, container, pod, &at.child("volumeDevices"));
    validate_pull_policy(
        errors,
        container.text("imagePullPolicy"),
        &at.child("imagePullPolicy"),
    );
    resources::validate_requirements(
        errors,
        container.field("resources"),
        &pod.resource_claims,
        &at.child("resources"),
    );
    validate_resize_policy(errors, container, pod.restart_policy, &at.child("resizePolicy"));
    if let Some(context) = container.maybe("securityContext") {
        security_context::validate_container(errors, context, pod.host_users, &at.child("securityContext"));
    }
}

/// `validatePullPolicy`.
pub fn validate_pull_policy(errors: &mut ErrorList, policy: &str, at: &Path<'_>) {
    let policies = ["Always", "IfNotPresent", "Never"];
    match policy {
        "" => errors.required(at, ""),
        policy if policies.contains(&policy) => {}
        policy => errors.not_supported(at, BadValue::named(policy), &policies),
    }
}

/// `validateContainerPorts`.
fn validate_container_ports(errors: &mut ErrorList, list: &[Value], at: &Path<'_>) {
    let mut names: Vec<&str> = Vec::new();
    for (i, port) in list.iter().enumerate() {
        let at = at.index(i);
        let name = port.text("name");
        if !name.is_empty() {
            let messages = content::port_name(name);
            if !messages.is_empty() {
                errors.invalid_each(&at.child("name"), name, messages);
            } else if names.contains(&name) {
                errors.duplicate(&at.child("name"), name);
            } else {
                names.push(name);
            }
        }
        match port.int("containerPort") {
            0 => errors.required(&at.child("containerPort"), ""),
            number => validate_port_number(errors, number, &at.child("containerPort")),
        }
        match port.int("hostPort") {
            0 => {}
            number => validate_port_number(errors, number, &at.child("hostPort")),
        }
        validate_protocol(errors, port.text("protocol"), &at.child("protocol"));
    }
}

/// `checkHostPortConflicts`.
fn check_host_port_conflicts(errors: &mut ErrorList, list: &[Value], at: &Path<'_>) {
    let mut seen: Vec<String> = Vec::new();
    for (i, container) in list.iter().enumerate() {
        for (j, port) in container.list("ports").iter().enumerate() {
            let number = port.int("hostPort");
            if number == 0 {
                continue;
            }
            let key = format!("{}/{}/{number}", port.text("protocol"), port.text("hostIP"));
            if seen.contains(&key) {
                let at = at.index(i);
                errors.duplicate(&at.child("ports").index(j).child("hostPort"), key.as_str());
            }
            seen.push(key);
        }
    }
}

/// `validateResizePolicy`.
fn validate_resize_policy(errors: &mut ErrorList, container: &Value, restart: &str, at: &Path<'_>) {
    let mut seen: Vec<&str> = Vec::new();
    for (i, policy) in container.list("resizePolicy").iter().enumerate() {
        let (resource, action) = (policy.text("resourceName"), policy.text("restartPolicy"));
        if seen.contains(&resource) {
            errors.duplicate(&at.index(i), BadValue::named(resource));
        }
        seen.push(resource);
        for (text, supported) in [
            (resource, ["cpu", "memory"]),
            (action, ["NotRequired", "RestartContainer"]),
        ] {
            match text {
                "" => errors.required(at, ""),
                text if supported.contains(&text) => {}
                text => errors.not_supported(at, BadValue::named(text), &supported),
            }
        }
        if restart == "Never" && action != "NotRequired" {
            let detail = "must be 'NotRequired' when `restartPolicy` is 'Never'";
            errors.invalid(at, BadValue::named(action), detail);
        }
    }
}

/// `validateContainerRestartPolicy`: a container's own restart policy and its rules for exit codes.
fn validate_restart_policy(errors: &mut ErrorList, container: &Value, at: &Path<'_>) {
    let policy_at = at.child("restartPolicy");
    let rules = container.list("restartPolicyRules");
    let policies = ["Always", "Never", "OnFailure"];
    match container.maybe_text("restartPolicy") {
        Some(policy) if !policies.contains(&policy) => {
            errors.not_supported(&policy_at, BadValue::named(policy), &policies);
        }
        None if !rules.is_empty() => {
            let detail = "must specify restartPolicy when restart rules are used";
            errors.required(&policy_at, detail);
        }
        _ => {}
    }
    let rules_at = at.child("restartPolicyRules");
    if rules.len() > 20 {
        errors.too_many(&rules_at, rules.len(), 20);
    }
    for (i, rule) in rules.iter().enumerate() {
        let at = rules_at.index(i);
        let actions = ["Restart", "RestartAllContainers"];
        let action = rule.text("action");
        if !actions.contains(&action) {
            errors.not_supported(&at.child("action"), BadValue::named(action), &actions);
        }
        let Some(codes) = rule.maybe("exitCodes") else {
            errors.required(&at.child("exitCodes"), "must be specified");
            continue;
        };
        let codes_at = at.child("exitCodes");
        let operator = codes.text("operator");
        if !["In", "NotIn"].contains(&operator) {
            errors.not_supported(
                &codes_at.child("operator"),
                BadValue::named(operator),
                &["In", "NotIn"],
            );
        }
        if codes.list("values").len() > 255 {
            errors.too_many(&codes_at.child("values"), codes.list("values").len(), 255);
        }
    }
}
