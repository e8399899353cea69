//! Containers of a pod or of a pod template (`describeContainers` in `describe.go`).

use crate::kubectl::fields::{
    date, flag, has, int_or_string, list, maybe_text, number, or, quantity, resources, text, texts, truth,
};
use crate::kubectl::prefix_writer::PrefixWriter;
use crate::object::{Quantity, Value};

/// The owner of containers and volumes.
#[derive(Clone, Copy)]
pub enum ContainerOwner<'a> {
    /// A pod, with its document.
    Pod(&'a Value),
    /// A pod template; its lines are indented by one level more.
    Template,
}

impl ContainerOwner<'_> {
    /// The indentation of titles.
    pub fn space(self) -> &'static str {
        match self {
            ContainerOwner::Pod(_) => "",
            ContainerOwner::Template => "  ",
        }
    }

    /// The indentation of the name of a container or volume.
    pub fn name_indent(self) -> &'static str {
        match self {
            ContainerOwner::Pod(_) => "",
            ContainerOwner::Template => " ",
        }
    }
}

/// Writes containers under a title; `statuses` is the field of the pod's status with their statuses.
pub fn describe(
    w: &mut PrefixWriter,
    title: &str,
    containers: &[Value],
    statuses: &str,
    owner: ContainerOwner<'_>,
) {
    let none = if containers.is_empty() { " <none>" } else { "" };
    w.line(0, format_args!("{}{title}:{none}", owner.space()));
    for container in containers {
        let name = text(container, &["name"]);
        let status = match owner {
            ContainerOwner::Pod(pod) => list(pod, &["status", statuses])
                .iter()
                .rev()
                .find(|status| text(status, &["name"]) == name),
            ContainerOwner::Template => None,
        };
        w.line(1, format_args!("{}{name}:", owner.name_indent()));
        basics(w, container, status);
        command(w, container);
        if let Some(status) = status {
            state(w, "State", status.get("state"));
            if has(status, &["lastState", "terminated"]) {
                state(w, "Last State", status.get("lastState"));
            }
            w.field(2, "Ready", truth(flag(status, &["ready"])));
            w.field(2, "Restart Count", number(status, &["restartCount"]));
        }
        amounts(w, 2, container.get("resources"));
        for (title, field) in [
            ("Liveness", "livenessProbe"),
            ("Readiness", "readinessProbe"),
            ("Startup", "startupProbe"),
        ] {
            if let Some(probe) = container.get(field).filter(|probe| !probe.is_null()) {
                w.field(2, title, probe_line(probe));
            }
        }
        sources(w, container);
        variables(w, container, owner);
        mounts(w, container);
    }
}

fn basics(w: &mut PrefixWriter, container: &Value, status: Option<&Value>) {
    if let Some(status) = status {
        w.field(2, "Container ID", text(status, &["containerID"]));
    }
    w.field(2, "Image", text(container, &["image"]));
    if let Some(status) = status {
        w.field(2, "Image ID", text(status, &["imageID"]));
    }
    for (title, field) in [("Port", "containerPort"), ("Host Port", "hostPort")] {
        let ports: Vec<String> = list(container, &["ports"])
            .iter()
            .map(|port| port_line(port, field))
            .collect();
        let ports = ports.join(", ");
        let plural = if ports.contains(',') { "s" } else { "" };
        w.field(2, &format!("{title}{plural}"), or(&ports, "<none>"));
    }
    let profile = ["securityContext", "seccompProfile"];
    if has(container, &profile) {
        seccomp(w, 2, 3, container.at(&profile));
    }
}

fn port_line(port: &Value, field: &str) -> String {
    let line = format!("{}/{}", number(port, &[field]), text(port, &["protocol"]));
    match text(port, &["name"]) {
        "" => line,
        name => format!("{line} ({name})"),
    }
}

/// Writes a seccomp profile, and the file of a local one.
pub fn seccomp(w: &mut PrefixWriter, level: usize, file_level: usize, profile: Option<&Value>) {
    let read = |field: &str| profile.map_or("", |profile| text(profile, &[field]));
    w.field(level, "SeccompProfile", read("type"));
    if read("type") == "Localhost" {
        w.field(file_level, "LocalhostProfile", read("localhostProfile"));
    }
}

fn command(w: &mut PrefixWriter, container: &Value) {
    for (title, field) in [("Command", "command"), ("Args", "args")] {
        let words = texts(container, &[field]);
        if !words.is_empty() {
            w.line(2, format_args!("{title}:"));
        }
        for line in words.iter().flat_map(|word| word.split('\n')) {
            w.line(3, line);
        }
    }
}

/// Writes limits and requests by resource (`describeResources`).
pub fn amounts(w: &mut PrefixWriter, level: usize, requirements: Option<&Value>) {
    let Some(requirements) = requirements else { return };
    for (title, field) in [("Limits", "limits"), ("Requests", "requests")] {
        let amounts = resources(requirements, &[field]);
        if !amounts.is_empty() {
            w.line(level, format_args!("{title}:"));
        }
        for (name, amount) in amounts {
            w.field(level + 1, name, amount);
        }
    }
}

/// Writes the state of a container (`describeStatus`).
fn state(w: &mut PrefixWriter, title: &str, state: Option<&Value>) {
    let nothing = Value::Null;
    let state = state.unwrap_or(&nothing);
    let maybe = |w: &mut PrefixWriter, name: &str, path: &[&str]| match text(state, path) {
        "" => {}
        text => w.field(3, name, text),
    };
    if has(state, &["running"]) {
        w.field(2, title, "Running");
        w.field(3, "Started", date(state, &["running", "startedAt"]));
    } else if has(state, &["waiting"]) || !has(state, &["terminated"]) {
        w.field(2, title, "Waiting");
        maybe(w, "Reason", &["waiting", "reason"]);
    } else {
        w.field(2, title, "Terminated");
        maybe(w, "Reason", &["terminated", "reason"]);
        maybe(w, "Message", &["terminated", "message"]);
        w.field(3, "Exit Code", number(state, &["terminated", "exitCode"]));
        let signal = number(state, &["terminated", "signal"]);
        if signal > 0 {
            w.field(3, "Signal", signal);
        }
        w.field(3, "Started", date(state, &["terminated", "startedAt"]));
        w.field(3, "Finished", date(state, &["terminated", "finishedAt"]));
    }
}

/// Formats a probe (`DescribeProbe`).
fn probe_line(probe: &Value) -> String {
    let count = |field: &str| number(probe, &[field]);
    let attributes = format!(
        "delay={}s timeout={}s period={}s #success={} #failure={}",
        count("initialDelaySeconds"),
        count("timeoutSeconds"),
        count("periodSeconds"),
        count("successThreshold"),
        count("failureThreshold")
    );
    if has(probe, &["exec"]) {
        return format!(
            "exec [{}] {attributes}",
            texts(probe, &["exec", "command"]).join(" ")
        );
    }
    if has(probe, &["httpGet"]) {
        return format!("http-get {} {attributes}", probe_url(probe));
    }
    if has(probe, &["tcpSocket"]) {
        let port = int_or_string(probe.at(&["tcpSocket", "port"]));
        return format!(
            "tcp-socket {}:{port} {attributes}",
            text(probe, &["tcpSocket", "host"])
        );
    }
    if has(probe, &["grpc"]) {
        let service = text(probe, &["grpc", "service"]);
        return format!(
            "grpc <pod>:{} {service} {attributes}",
            number(probe, &["grpc", "port"])
        );
    }
    format!("unknown {attributes}")
}

/// The URL of an HTTP probe, as Go's `url.URL` prints it.
fn probe_url(probe: &Value) -> String {
    let port = int_or_string(probe.at(&["httpGet", "port"]));
    let host = text(probe, &["httpGet", "host"]);
    let scheme = text(probe, &["httpGet", "scheme"]).to_ascii_lowercase();
    let scheme = if scheme.is_empty() {
        String::new()
    } else {
        format!("{scheme}:")
    };
    let path = escaped_path(text(probe, &["httpGet", "path"]));
    let slash = if path.is_empty() || path.starts_with('/') {
        ""
    } else {
        "/"
    };
    format!(
        "{scheme}//{}{slash}{path}",
        crate::kubectl::fields::host_port(host, &port)
    )
}

/// Escapes a path for a URL (`url.EscapedPath`).
fn escaped_path(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn optional(reference: &Value, path: &[&str]) -> bool {
    reference
        .at(path)
        .is_some_and(|reference| flag(reference, &["optional"]))
}

/// Writes the sources of environment variables (`describeContainerEnvFrom`).
fn sources(w: &mut PrefixWriter, container: &Value) {
    let sources = list(container, &["envFrom"]);
    if !sources.is_empty() {
        w.line(2, "Environment Variables from:");
    }
    for source in sources {
        let kinds = [("ConfigMap", "configMapRef"), ("Secret", "secretRef")];
        let known = kinds.into_iter().find(|(_, field)| has(source, &[field]));
        let (from, field) = known.unwrap_or_default();
        let with = match text(source, &["prefix"]) {
            "" => String::new(),
            prefix => format!(" with prefix '{prefix}'"),
        };
        let name = text(source, &[field, "name"]);
        w.line(
            3,
            format_args!("{name}\t{from}{with}\tOptional: {}", optional(source, &[field])),
        );
    }
}

/// Writes environment variables (`describeContainerEnvVars`).
fn variables(w: &mut PrefixWriter, container: &Value, owner: ContainerOwner<'_>) {
    let variables = list(container, &["env"]);
    w.line(
        2,
        if variables.is_empty() {
            "Environment:\t<none>"
        } else {
            "Environment:"
        },
    );
    for variable in variables {
        let name = text(variable, &["name"]);
        let Some(from) = variable.get("valueFrom").filter(|from| !from.is_null()) else {
            for (i, line) in text(variable, &["value"]).split('\n').enumerate() {
                let name = if i == 0 { format!("{name}:") } else { String::new() };
                w.line(3, format_args!("{name}\t{line}"));
            }
            continue;
        };
        if let Some(field) = from.get("fieldRef").filter(|field| !field.is_null()) {
            let value = pod_field(owner, text(field, &["fieldPath"]));
            let [version, path] = ["apiVersion", "fieldPath"].map(|part| text(field, &[part]));
            w.field(3, name, format_args!("{value} ({version}:{path})"));
        } else if let Some(field) = from.get("resourceFieldRef").filter(|field| !field.is_null()) {
            let resource = text(field, &["resource"]);
            let amount = container_resource(container, field);
            let unlimited = amount == "0" && matches!(resource, "limits.cpu" | "limits.memory");
            let amount = if unlimited { "node allocatable" } else { &amount };
            w.field(3, name, format_args!("{amount} ({resource})"));
        } else if let Some(line) = key_line(from) {
            w.field(3, name, line);
        }
    }
}

/// A reference to a key of a Secret or ConfigMap.
fn key_line(from: &Value) -> Option<String> {
    let kinds = [
        ("secretKeyRef", "in secret"),
        ("configMapKeyRef", "of config map"),
    ];
    let (field, relation) = kinds.into_iter().find(|(field, _)| has(from, &[field]))?;
    Some(format!(
        "<set to the key '{}' {relation} '{}'>\tOptional: {}",
        text(from, &[field, "key"]),
        text(from, &[field, "name"]),
        optional(from, &[field])
    ))
}

/// The value of a field reference: kubectl resolves only the name and namespace of a pod, since converting other paths
/// is up to the API server (`EnvValueRetriever`).
fn pod_field<'a>(owner: ContainerOwner<'a>, path: &str) -> &'a str {
    match (owner, path) {
        (ContainerOwner::Pod(pod), "metadata.name") => text(pod, &["metadata", "name"]),
        (ContainerOwner::Pod(pod), "metadata.namespace") => text(pod, &["metadata", "namespace"]),
        _ => "",
    }
}

/// A request or limit of the container in units of the divisor (`ExtractContainerResourceValue`); empty for an unknown
/// resource.
fn container_resource(container: &Value, reference: &Value) -> String {
    let Some((kind, name)) = text(reference, &["resource"]).split_once('.') else {
        return String::new();
    };
    let known = matches!(name, "cpu" | "memory" | "ephemeral-storage") || name.starts_with("hugepages-");
    if !known || !matches!(kind, "limits" | "requests") {
        return String::new();
    }
    let divisor = quantity(reference.get("divisor"));
    let amount = quantity(container.at(&["resources", kind, name]));
    let units = |quantity: Quantity| {
        if name == "cpu" {
            quantity.milli()
        } else {
            quantity.units()
        }
    };
    let one = if name == "cpu" { 1000 } else { 1 };
    let by = if divisor.is_zero() { one } else { units(divisor) }.max(1);
    let whole = units(amount) / by + i64::from(units(amount) % by > 0);
    whole.to_string()
}

/// Writes mounts by path, and devices if there are any (`describeContainerVolumes`).
fn mounts(w: &mut PrefixWriter, container: &Value) {
    let mounts = list(container, &["volumeMounts"]);
    let none = if mounts.is_empty() { "\t<none>" } else { "" };
    w.line(2, format_args!("Mounts:{none}"));
    for mount in sorted(mounts, "mountPath") {
        let mode = if flag(mount, &["readOnly"]) { "ro" } else { "rw" };
        let part = match text(mount, &["subPath"]) {
            "" => String::new(),
            path => format!(",path={path:?}"),
        };
        let [path, name] = ["mountPath", "name"].map(|field| text(mount, &[field]));
        w.line(3, format_args!("{path} from {name} ({mode}{part})"));
    }
    let devices = list(container, &["volumeDevices"]);
    if !devices.is_empty() {
        // Upstream repeats `<none>` here if there are no mounts.
        w.line(2, format_args!("Devices:{none}"));
    }
    for device in sorted(devices, "devicePath") {
        let [path, name] = ["devicePath", "name"].map(|field| text(device, &[field]));
        w.line(3, format_args!("{path} from {name}"));
    }
}

fn sorted<'a>(items: &'a [Value], by: &str) -> Vec<&'a Value> {
    let mut sorted: Vec<&Value> = items.iter().collect();
    sorted.sort_by_key(|item| maybe_text(item, &[by]).unwrap_or_default());
    sorted
}
