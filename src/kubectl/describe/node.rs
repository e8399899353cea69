//! Nodes and the pods on them (`describeNode`).

use std::collections::BTreeSet;

use super::DescribeContext;
use super::pod_resources::{self, Amounts};
use crate::kubectl::fields::{age_of, date, flag, go_dump, has, list, resources, text, texts};
use crate::kubectl::prefix_writer::PrefixWriter;
use crate::object::status::Phase;
use crate::object::{Key, Kind, Quantity, Value, pod};

/// The namespace of the kubelets' leases.
const LEASES: &str = "kube-node-lease";
/// Labels with roles: in the key, or in the value (`findNodeRoles`).
const ROLE_PREFIX: &str = "node-role.kubernetes.io/";
const ROLE_LABEL: &str = "kubernetes.io/role";

/// `describeNode`.
pub fn describe(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let node = &ctx.document;
    w.names(node, false);
    w.field(0, "Roles", roles(ctx));
    w.labels_and_annotations(node);
    w.field(
        0,
        "CreationTimestamp",
        date(node, &["metadata", "creationTimestamp"]),
    );
    w.multiline("", "Taints", &taints(list(node, &["spec", "taints"])));
    w.field(0, "Unschedulable", flag(node, &["spec", "unschedulable"]));
    lease(w, ctx);
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
    pods(w, ctx);
}

fn roles(ctx: &DescribeContext<'_>) -> String {
    let labels = ctx.object.meta.labels.iter();
    let roles: BTreeSet<String> = labels
        .filter_map(|(key, value)| match key.strip_prefix(ROLE_PREFIX) {
            Some(role) => Some(role.to_owned()),
            None => (key.as_ref() == ROLE_LABEL).then(|| go_dump(value)),
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

/// Formats taints, sorted by effect and key (`Taint.ToString`).
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

fn lease(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let name = ctx.object.name();
    let key = Key {
        kind: Kind::Lease,
        namespace: LEASES.into(),
        name: name.clone(),
    };
    let Some(lease) = ctx.world.get(&key) else {
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

fn conditions(w: &mut PrefixWriter, conditions: &[Value]) {
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

fn system(w: &mut PrefixWriter, node: &Value) {
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

/// Writes the requests and limits of the non-terminated pods and their sums (`describeNodeResource`).
fn pods(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let name = ctx.object.name();
    let pods: Vec<Value> = ctx
        .world
        .list(Kind::Pod)
        .filter(|pod| pod::node(pod) == Some(name))
        .filter(|pod| !matches!(pod::phase(pod), Phase::Succeeded | Phase::Failed))
        .map(|pod| pod.document())
        .collect();
    let node = &ctx.document;
    let mut allocatable = resources(node, &["status", "allocatable"]);
    if allocatable.is_empty() {
        allocatable = resources(node, &["status", "capacity"]);
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
        let [requests, limits] = ["requests", "limits"].map(|kind| pod_resources::sum_for_pod(pod, kind));
        let parts = ["cpu", "memory"].map(|resource| {
            [&requests, &limits]
                .map(|amounts| {
                    amount_with_percentage(amounts, resource, &allocatable, DivisionByZero::MinInt64)
                })
                .join("\t")
        });
        let [namespace, name] = ["namespace", "name"].map(|field| text(pod, &["metadata", field]));
        let age = age_of(pod, &["metadata", "creationTimestamp"], ctx.now);
        w.line(
            1,
            format_args!("{namespace}\t{name}\t\t{}\t{age}", parts.join("\t")),
        );
        pod_resources::add(&mut requested, &requests);
        pod_resources::add(&mut limited, &limits);
    }
    totals(w, &allocatable, &requested, &limited);
}

/// Writes the sums (`describeNodeResource`).
fn totals(w: &mut PrefixWriter, allocatable: &Amounts<'_>, requested: &Amounts<'_>, limited: &Amounts<'_>) {
    w.line(0, "Allocated resources:");
    w.line(
        0,
        "  (Total limits may be over 100 percent, i.e., overcommitted.)",
    );
    w.line(1, "Resource\tRequests\tLimits");
    w.line(1, "--------\t--------\t------");
    let basic = ["cpu", "memory", "ephemeral-storage"];
    let huge = allocatable
        .keys()
        .copied()
        .filter(|name| name.starts_with("hugepages-"));
    for resource in basic.into_iter().chain(huge) {
        let parts = [requested, limited]
            .map(|amounts| amount_with_percentage(amounts, resource, allocatable, DivisionByZero::Zero));
        w.line(1, format_args!("{resource}\t{}", parts.join("\t")));
    }
    let counted = |name: &str| basic.contains(&name) || name == "pods" || name.starts_with("hugepages-");
    for resource in allocatable.keys().filter(|name| !counted(name)) {
        let parts = [requested, limited].map(|amounts| amount(amounts, resource).to_string());
        w.line(1, format_args!("{resource}\t{}", parts.join("\t")));
    }
}

/// The percentage of a capacity of zero.
#[derive(Clone, Copy, PartialEq)]
enum DivisionByZero {
    /// 0.
    Zero,
    /// The smallest 64-bit integer, to which amd64 converts the quotient.
    MinInt64,
}

fn amount(amounts: &Amounts<'_>, resource: &str) -> Quantity {
    amounts.get(resource).copied().unwrap_or(Quantity::ZERO)
}

/// An amount and its percentage of the allocatable one.
fn amount_with_percentage(
    amounts: &Amounts<'_>,
    resource: &str,
    allocatable: &Amounts<'_>,
    division_by_zero: DivisionByZero,
) -> String {
    let (part, whole) = (amount(amounts, resource), amount(allocatable, resource));
    let number = |quantity: Quantity| {
        if resource == "cpu" {
            quantity.milli()
        } else {
            quantity.units()
        }
    };
    let quotient = number(part) as f64 / number(whole) as f64 * 100.0;
    let percent = match division_by_zero {
        DivisionByZero::Zero if number(whole) == 0 => 0,
        _ if !quotient.is_finite() => i64::MIN,
        _ => quotient as i64,
    };
    format!("{part} ({percent}%)")
}
