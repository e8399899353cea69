//! Nodes with the pods that run there (`describeNode`).

use std::collections::BTreeSet;

use super::Subject;
use super::fields::{age_of, date, flag, go, has, list, resources, text, texts};
use super::requests::{self, Amounts};
use super::writer::Writer;
use crate::object::status::Phase;
use crate::object::{Key, Kind, Quantity, Value, pod};

/// The namespace of the leases that kubelets renew.
const LEASES: &str = "kube-node-lease";
/// Labels that name roles: in the key, or in the value.
const ROLE_PREFIX: &str = "node-role.kubernetes.io/";
const ROLE_LABEL: &str = "kubernetes.io/role";

/// `describeNode`.
pub fn describe(w: &mut Writer, subject: &Subject<'_>) {
    let node = &subject.document;
    w.names(node, false);
    w.field(0, "Roles", roles(subject));
    w.labels_and_annotations(node);
    w.field(
        0,
        "CreationTimestamp",
        date(node, &["metadata", "creationTimestamp"]),
    );
    w.multiline("", "Taints", &taints(list(node, &["spec", "taints"])));
    w.field(0, "Unschedulable", flag(node, &["spec", "unschedulable"]));
    lease(w, subject);
    conditions(w, list(node, &["status", "conditions"]));
    w.line(0, "Addresses:");
    for address in list(node, &["status", "addresses"]) {
        w.field(1, text(address, &["type"]), text(address, &["address"]));
    }
    for (title, field) in [("Capacity", "capacity"), ("Allocatable", "allocatable")] {
        let amounts = resources(node, &["status", field]);
        if !amounts.is_empty() {
            w.line(0, format_args!("{title}:"));
        }
        for (name, amount) in amounts {
            w.field(1, name, amount);
        }
    }
    system(w, node);
    pods(w, subject);
}

fn roles(subject: &Subject<'_>) -> String {
    let labels = subject.object.meta.labels.iter();
    let roles: BTreeSet<String> = labels
        .filter_map(|(key, value)| match key.strip_prefix(ROLE_PREFIX) {
            Some(role) => Some(role.to_owned()),
            None => (key.as_ref() == ROLE_LABEL).then(|| go(value)),
        })
        .filter(|role| !role.is_empty())
        .collect();
    let roles: Vec<String> = roles.into_iter().collect();
    if roles.is_empty() {
        "<none>".to_owned()
    } else {
        roles.join(",")
    }
}

/// Taints by effect and key, as `Taint.ToString` prints them.
fn taints(taints: &[Value]) -> Vec<String> {
    let mut sorted: Vec<[&str; 3]> = taints
        .iter()
        .map(|taint| ["effect", "key", "value"].map(|field| text(taint, &[field])))
        .collect();
    sorted.sort_by_key(|[effect, key, _]| format!("{effect},{key}"));
    let line = |taint: [&str; 3]| match taint {
        ["", key, ""] => key.to_owned(),
        ["", key, value] => format!("{key}={value}:"),
        [effect, key, ""] => format!("{key}:{effect}"),
        [effect, key, value] => format!("{key}={value}:{effect}"),
    };
    sorted.into_iter().map(line).collect()
}

fn lease(w: &mut Writer, subject: &Subject<'_>) {
    let name = subject.object.name();
    let key = Key {
        kind: Kind::Lease,
        namespace: LEASES.into(),
        name: name.clone(),
    };
    let Some(lease) = subject.world.get(&key) else {
        let missing = format!("leases.coordination.k8s.io \"{name}\" not found");
        w.field(0, "Lease", format_args!("Failed to get lease: {missing}"));
        return;
    };
    w.line(0, "Lease:");
    let spec = lease.spec();
    let holder = spec.get("holderIdentity").and_then(Value::as_str);
    w.field(1, "HolderIdentity", holder.unwrap_or("<unset>"));
    for (title, field) in [("AcquireTime", "acquireTime"), ("RenewTime", "renewTime")] {
        if has(spec, &[field]) {
            w.field(1, title, date(spec, &[field]));
        } else {
            w.field(1, title, "<unset>");
        }
    }
}

fn conditions(w: &mut Writer, conditions: &[Value]) {
    if conditions.is_empty() {
        return;
    }
    w.line(0, "Conditions:");
    w.line(
        1,
        "Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage",
    );
    w.line(
        1,
        "----\t------\t-----------------\t------------------\t------\t-------",
    );
    for condition in conditions {
        let [kind, status, reason, message] =
            ["type", "status", "reason", "message"].map(|field| text(condition, &[field]));
        let [beat, changed] =
            ["lastHeartbeatTime", "lastTransitionTime"].map(|field| date(condition, &[field]));
        w.line(
            1,
            format_args!("{kind} \t{status} \t{beat} \t{changed} \t{reason} \t{message}"),
        );
    }
}

fn system(w: &mut Writer, node: &Value) {
    w.line(0, "System Info:");
    for (title, field) in [
        ("Machine ID", "machineID"),
        ("System UUID", "systemUUID"),
        ("Boot ID", "bootID"),
        ("Kernel Version", "kernelVersion"),
        ("OS Image", "osImage"),
        ("Operating System", "operatingSystem"),
        ("Architecture", "architecture"),
        ("Container Runtime Version", "containerRuntimeVersion"),
        ("Kubelet Version", "kubeletVersion"),
    ] {
        w.field(1, title, text(node, &["status", "nodeInfo", field]));
    }
    let cidrs = texts(node, &["spec", "podCIDRs"]).join(",");
    for (title, value) in [
        ("PodCIDR", text(node, &["spec", "podCIDR"])),
        ("PodCIDRs", &cidrs),
        ("ProviderID", text(node, &["spec", "providerID"])),
    ] {
        if !value.is_empty() {
            w.field(0, title, value);
        }
    }
}

/// Writes what the pods ask for that have not ended, one by one and together (`describeNodeResource`).
fn pods(w: &mut Writer, subject: &Subject<'_>) {
    let name = subject.object.name();
    let pods: Vec<Value> = subject
        .world
        .list(Kind::Pod)
        .filter(|pod| pod::node(pod) == Some(name))
        .filter(|pod| !matches!(pod::phase(pod), Phase::Succeeded | Phase::Failed))
        .map(|pod| pod.document())
        .collect();
    let node = &subject.document;
    let mut room = resources(node, &["status", "allocatable"]);
    if room.is_empty() {
        room = resources(node, &["status", "capacity"]);
    }
    w.field(
        0,
        "Non-terminated Pods",
        format_args!("({} in total)", pods.len()),
    );
    w.line(
        1,
        "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge",
    );
    w.line(
        1,
        "---------\t----\t\t------------\t----------\t---------------\t-------------\t---",
    );
    let (mut requested, mut limited) = (Amounts::new(), Amounts::new());
    for pod in &pods {
        let [requests, limits] = ["requests", "limits"].map(|kind| requests::of_pod(pod, kind));
        let parts = ["cpu", "memory"].map(|resource| {
            [&requests, &limits]
                .map(|amounts| share(amounts, resource, &room, Empty::IsWhatAProcessorMakesOfIt))
                .join("\t")
        });
        let [namespace, name] = ["namespace", "name"].map(|field| text(pod, &["metadata", field]));
        let age = age_of(pod, &["metadata", "creationTimestamp"], subject.now);
        w.line(
            1,
            format_args!("{namespace}\t{name}\t\t{}\t{age}", parts.join("\t")),
        );
        requests::add(&mut requested, &requests);
        requests::add(&mut limited, &limits);
    }
    together(w, &room, &requested, &limited);
}

fn together(w: &mut Writer, room: &Amounts<'_>, requested: &Amounts<'_>, limited: &Amounts<'_>) {
    w.line(0, "Allocated resources:");
    w.line(
        0,
        "  (Total limits may be over 100 percent, i.e., overcommitted.)",
    );
    w.line(1, "Resource\tRequests\tLimits");
    w.line(1, "--------\t--------\t------");
    let basic = ["cpu", "memory", "ephemeral-storage"];
    let huge = room.keys().copied().filter(|name| name.starts_with("hugepages-"));
    for resource in basic.into_iter().chain(huge) {
        let parts = [requested, limited].map(|amounts| share(amounts, resource, room, Empty::IsNothing));
        w.line(1, format_args!("{resource}\t{}", parts.join("\t")));
    }
    let counted = |name: &str| basic.contains(&name) || name == "pods" || name.starts_with("hugepages-");
    for resource in room.keys().filter(|name| !counted(name)) {
        let parts = [requested, limited].map(|amounts| amount(amounts, resource).to_string());
        w.line(1, format_args!("{resource}\t{}", parts.join("\t")));
    }
}

/// What a share of no room at all is.
#[derive(Clone, Copy, PartialEq)]
enum Empty {
    /// Zero.
    IsNothing,
    /// The quotient is no number, which amd64 turns into the smallest whole one.
    IsWhatAProcessorMakesOfIt,
}

fn amount(amounts: &Amounts<'_>, resource: &str) -> Quantity {
    amounts.get(resource).copied().unwrap_or(Quantity::ZERO)
}

/// An amount, and how many percent of the room it is.
fn share(amounts: &Amounts<'_>, resource: &str, room: &Amounts<'_>, empty: Empty) -> String {
    let (part, whole) = (amount(amounts, resource), amount(room, resource));
    let number = |quantity: Quantity| {
        if resource == "cpu" {
            quantity.milli()
        } else {
            quantity.units()
        }
    };
    let quotient = number(part) as f64 / number(whole) as f64 * 100.0;
    let percent = match empty {
        Empty::IsNothing if number(whole) == 0 => 0,
        _ if !quotient.is_finite() => i64::MIN,
        _ => quotient as i64,
    };
    format!("{part} ({percent}%)")
}
