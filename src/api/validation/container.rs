//! Containers of a pod or a pod template.

use std::collections::BTreeMap;

use super::environment;
use super::field::{Bad, Errors, Path};
use super::handler;
use super::mounts;
use super::read::Read;
use super::resources;
use super::security;
use super::text;
use crate::object::Value;

/// What validators of containers need to know of the pod around them.
#[derive(Debug)]
pub struct Around<'a> {
    /// Its volumes by name.
    pub volumes: BTreeMap<&'a str, &'a Value>,
    /// Names of `spec.resourceClaims`.
    pub claims: Vec<&'a str>,
    /// `terminationGracePeriodSeconds`.
    pub grace_seconds: Option<i64>,
    /// `spec.restartPolicy`.
    pub restart_policy: &'a str,
    /// `spec.hostUsers`, true if it is not said.
    pub host_users: bool,
}

/// `validateContainers`.
pub fn containers(errors: &mut Errors, list: &[Value], around: &Around<'_>, at: &Path<'_>) {
    if list.is_empty() {
        return errors.required(at, "");
    }
    let mut names: Vec<&str> = Vec::new();
    for (i, container) in list.iter().enumerate() {
        let at = at.index(i);
        common(errors, container, around, &at);
        let name = container.text("name");
        if names.contains(&name) {
            errors.duplicate(&at.child("name"), name);
        }
        names.push(name);
        life(errors, container, around, &at);
        restart_policy(errors, container, &at);
    }
    host_ports(errors, list, at);
}

/// `validateInitContainers`.
pub fn init_containers(
    errors: &mut Errors,
    list: &[Value],
    regular: &[Value],
    around: &Around<'_>,
    at: &Path<'_>,
) {
    let mut names: Vec<&str> = regular.iter().map(|container| container.text("name")).collect();
    for (i, container) in list.iter().enumerate() {
        let path = at.index(i);
        common(errors, container, around, &path);
        restart_policy(errors, container, &path);
        let name = container.text("name");
        if names.contains(&name) {
            errors.duplicate(&path.child("name"), name);
        } else if !name.is_empty() {
            names.push(name);
        }
        host_ports(errors, std::slice::from_ref(container), at);
        if container.text("restartPolicy") == "Always" {
            life(errors, container, around, &path);
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

fn life(errors: &mut Errors, container: &Value, around: &Around<'_>, at: &Path<'_>) {
    if let Some(lifecycle) = container.maybe("lifecycle") {
        handler::lifecycle(errors, lifecycle, around.grace_seconds, &at.child("lifecycle"));
    }
    for kind in handler::PROBES {
        if let Some(probe) = container.maybe(kind.field()) {
            handler::probe(errors, probe, kind, around.grace_seconds, &at.child(kind.field()));
        }
    }
}

/// `validateContainerCommon`.
fn common(errors: &mut Errors, container: &Value, around: &Around<'_>, at: &Path<'_>) {
    match container.text("name") {
        "" => errors.required(&at.child("name"), ""),
        name => text::label(errors, &at.child("name"), name),
    }
    if container.text("image").is_empty() {
        errors.required(&at.child("image"), "");
    }
    let policies = ["File", "FallbackToLogsOnError"];
    let policy_at = at.child("terminationMessagePolicy");
    match container.text("terminationMessagePolicy") {
        "" => errors.required(&policy_at, ""),
        policy if policies.contains(&policy) => {}
        policy => errors.not_supported(&policy_at, Bad::named(policy), &policies),
    }
    ports(errors, container.list("ports"), &at.child("ports"));
    environment::variables(errors, container.list("env"), &at.child("env"));
    environment::sources(errors, container.list("envFrom"), &at.child("envFrom"));
    mounts::mounts(errors, container, around, &at.child("volumeMounts"));
    mounts::devices(errors, container, around, &at.child("volumeDevices"));
    pull_policy(
        errors,
        container.text("imagePullPolicy"),
        &at.child("imagePullPolicy"),
    );
    resources::requirements(
        errors,
        container.part("resources"),
        &around.claims,
        &at.child("resources"),
    );
    resize_policy(
        errors,
        container,
        around.restart_policy,
        &at.child("resizePolicy"),
    );
    if let Some(context) = container.maybe("securityContext") {
        security::container(errors, context, around.host_users, &at.child("securityContext"));
    }
}

/// `validatePullPolicy`.
pub fn pull_policy(errors: &mut Errors, policy: &str, at: &Path<'_>) {
    let policies = ["Always", "IfNotPresent", "Never"];
    match policy {
        "" => errors.required(at, ""),
        policy if policies.contains(&policy) => {}
        policy => errors.not_supported(at, Bad::named(policy), &policies),
    }
}

/// Fault of a port's protocol, here and in services.
pub fn protocol(errors: &mut Errors, protocol: &str, at: &Path<'_>) {
    let protocols = ["SCTP", "TCP", "UDP"];
    match protocol {
        "" => errors.required(at, ""),
        protocol if protocols.contains(&protocol) => {}
        protocol => errors.not_supported(at, Bad::named(protocol), &protocols),
    }
}

/// `validateContainerPorts`.
fn ports(errors: &mut Errors, list: &[Value], at: &Path<'_>) {
    let mut names: Vec<&str> = Vec::new();
    for (i, port) in list.iter().enumerate() {
        let at = at.index(i);
        let name = port.text("name");
        if !name.is_empty() {
            let messages = text::port_name(name);
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
            number => port_in_range(errors, number, &at.child("containerPort")),
        }
        match port.int("hostPort") {
            0 => {}
            number => port_in_range(errors, number, &at.child("hostPort")),
        }
        protocol(errors, port.text("protocol"), &at.child("protocol"));
    }
}

/// Faults of a port's number.
pub fn port_in_range(errors: &mut Errors, number: i64, at: &Path<'_>) {
    for message in text::port_number(number) {
        errors.invalid(at, number, message);
    }
}

/// `ValidatePortNumOrName`.
pub fn port_number_or_name(errors: &mut Errors, port: &Value, at: &Path<'_>) {
    match port {
        Value::String(name) => errors.invalid_each(at, name, text::port_name(name)),
        port => port_in_range(errors, port.as_i64().unwrap_or_default(), at),
    }
}

/// `checkHostPortConflicts`.
fn host_ports(errors: &mut Errors, list: &[Value], at: &Path<'_>) {
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
fn resize_policy(errors: &mut Errors, container: &Value, restart: &str, at: &Path<'_>) {
    let mut seen: Vec<&str> = Vec::new();
    for (i, policy) in container.list("resizePolicy").iter().enumerate() {
        let (resource, action) = (policy.text("resourceName"), policy.text("restartPolicy"));
        if seen.contains(&resource) {
            errors.duplicate(&at.index(i), Bad::named(resource));
        }
        seen.push(resource);
        for (text, supported) in [
            (resource, ["cpu", "memory"]),
            (action, ["NotRequired", "RestartContainer"]),
        ] {
            match text {
                "" => errors.required(at, ""),
                text if supported.contains(&text) => {}
                text => errors.not_supported(at, Bad::named(text), &supported),
            }
        }
        if restart == "Never" && action != "NotRequired" {
            let detail = "must be 'NotRequired' when `restartPolicy` is 'Never'";
            errors.invalid(at, Bad::named(action), detail);
        }
    }
}

/// `validateContainerRestartPolicy`: a container's own policy and its rules by exit code.
fn restart_policy(errors: &mut Errors, container: &Value, at: &Path<'_>) {
    let policy_at = at.child("restartPolicy");
    let rules = container.list("restartPolicyRules");
    let policies = ["Always", "Never", "OnFailure"];
    match container.maybe_text("restartPolicy") {
        Some(policy) if !policies.contains(&policy) => {
            errors.not_supported(&policy_at, Bad::named(policy), &policies);
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
            errors.not_supported(&at.child("action"), Bad::named(action), &actions);
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
                Bad::named(operator),
                &["In", "NotIn"],
            );
        }
        if codes.list("values").len() > 255 {
            errors.too_many(&codes_at.child("values"), codes.list("values").len(), 255);
        }
    }
}
