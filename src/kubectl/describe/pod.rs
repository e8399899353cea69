//! Pods (`describePod`).

use super::{DescribeContext, pod_resources, workload};
use crate::kubectl::fields::{age_of, date, has, list, maybe_text, number, text};
use crate::kubectl::pod_template;
use crate::kubectl::pod_template::containers::{self, ContainerOwner};
use crate::kubectl::pod_template::volumes;
use crate::kubectl::prefix_writer::PrefixWriter;
use crate::object::Value;

/// `describePod`.
pub fn describe(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let pod = &ctx.document;
    placement(w, pod);
    w.labels_and_annotations(pod);
    status(w, ctx);
    w.field(0, "IP", text(pod, &["status", "podIP"]));
    let addresses = list(pod, &["status", "podIPs"]);
    if addresses.is_empty() {
        w.field(0, "IPs", "<none>");
    } else {
        w.line(0, "IPs:");
    }
    for address in addresses {
        w.field(1, "IP", text(address, &["ip"]));
    }
    workload::controlled_by(w, ctx.object);
    maybe(w, pod, "NominatedNodeName", &["status", "nominatedNodeName"]);
    if has(pod, &["spec", "resources"]) {
        w.line(0, "Resources:");
        containers::amounts(w, 1, pod.at(&["spec", "resources"]));
    }
    for (title, field, statuses) in [
        ("Init Containers", "initContainers", "initContainerStatuses"),
        ("Containers", "containers", "containerStatuses"),
        (
            "Ephemeral Containers",
            "ephemeralContainers",
            "ephemeralContainerStatuses",
        ),
    ] {
        let containers = list(pod, &["spec", field]);
        if !containers.is_empty() || field == "containers" {
            containers::describe(w, title, containers, statuses, ContainerOwner::Pod(pod));
        }
    }
    conditions(w, pod);
    volumes::describe(w, list(pod, &["spec", "volumes"]), ContainerOwner::Pod(pod));
    w.field(0, "QoS Class", pod_resources::qos_class(pod));
    w.labels("", "Node-Selectors", pod.at(&["spec", "nodeSelector"]));
    w.tolerations("Tolerations", list(pod, &["spec", "tolerations"]));
    pod_template::spread(w, "", list(pod, &["spec", "topologySpreadConstraints"]));
}

/// Writes a field if it is not empty.
fn maybe(w: &mut PrefixWriter, pod: &Value, title: &str, path: &[&str]) {
    match text(pod, path) {
        "" => {}
        text => w.field(0, title, text),
    }
}

/// Writes the name of the pod and its node.
fn placement(w: &mut PrefixWriter, pod: &Value) {
    w.names(pod, true);
    if has(pod, &["spec", "priority"]) {
        w.field(0, "Priority", number(pod, &["spec", "priority"]));
    }
    maybe(w, pod, "Priority Class Name", &["spec", "priorityClassName"]);
    maybe(w, pod, "Runtime Class Name", &["spec", "runtimeClassName"]);
    maybe(w, pod, "Service Account", &["spec", "serviceAccountName"]);
    match maybe_text(pod, &["spec", "nodeName"]).filter(|node| !node.is_empty()) {
        Some(node) => w.field(
            0,
            "Node",
            format_args!("{node}/{}", text(pod, &["status", "hostIP"])),
        ),
        None => w.field(0, "Node", "<none>"),
    }
    if has(pod, &["status", "startTime"]) {
        w.field(0, "Start Time", date(pod, &["status", "startTime"]));
    }
}

/// Writes the phase or, for a terminating pod, the time since the end of its grace period.
fn status(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let pod = &ctx.document;
    let phase = text(pod, &["status", "phase"]);
    let deletion = ["metadata", "deletionTimestamp"];
    if has(pod, &deletion) && !matches!(phase, "Failed" | "Succeeded") {
        w.field(
            0,
            "Status",
            format_args!("Terminating (lasts {})", age_of(pod, &deletion, ctx.now)),
        );
        let grace = number(pod, &["metadata", "deletionGracePeriodSeconds"]);
        w.field(0, "Termination Grace Period", format_args!("{grace}s"));
    } else {
        w.field(0, "Status", phase);
    }
    maybe(w, pod, "Reason", &["status", "reason"]);
    maybe(w, pod, "Message", &["status", "message"]);
    let profile = ["spec", "securityContext", "seccompProfile"];
    if has(pod, &profile) {
        containers::seccomp(w, 0, 0, pod.at(&profile));
    }
}

/// Writes readiness gates and conditions.
fn conditions(w: &mut PrefixWriter, pod: &Value) {
    let conditions = list(pod, &["status", "conditions"]);
    let gates = list(pod, &["spec", "readinessGates"]);
    let head = |w: &mut PrefixWriter, title: &str| {
        w.line(0, format_args!("{title}:"));
        w.line(1, "Type\tStatus");
    };
    if !gates.is_empty() {
        head(w, "Readiness Gates");
    }
    for gate in gates {
        let kind = text(gate, &["conditionType"]);
        let condition = conditions
            .iter()
            .find(|condition| text(condition, &["type"]) == kind);
        let status = condition.map_or("<none>", |condition| text(condition, &["status"]));
        w.line(1, format_args!("{kind} \t{status} "));
    }
    if !conditions.is_empty() {
        head(w, "Conditions");
    }
    for condition in conditions {
        let [kind, status] = ["type", "status"].map(|field| text(condition, &[field]));
        w.line(1, format_args!("{kind} \t{status} "));
    }
}
