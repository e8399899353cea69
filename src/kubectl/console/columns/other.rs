//! Columns of nodes, events, and kinds without behaviour.

use super::{ColumnDefinition, age, at, list, number, or_none, text};
use crate::kubectl::age::human_duration;
use crate::object::status::ConditionStatus;
use crate::object::{Kind, Map, Object, Time, Value, node};

const ROLE: &str = "node-role.kubernetes.io/";

pub(super) fn definition(kind: Kind) -> ColumnDefinition {
    match kind {
        Kind::Node => (
            &[
                "NAME",
                "STATUS",
                "ROLES",
                "AGE",
                "VERSION",
                "*INTERNAL-IP",
                "*EXTERNAL-IP",
                "*OS-IMAGE",
                "*KERNEL-VERSION",
                "*CONTAINER-RUNTIME",
            ],
            node,
        ),
        Kind::Event => (
            &[
                "LAST SEEN",
                "TYPE",
                "REASON",
                "OBJECT",
                "*SUBOBJECT",
                "*SOURCE",
                "MESSAGE",
                "*FIRST SEEN",
                "*COUNT",
                "*NAME",
            ],
            event,
        ),
        Kind::Namespace => (&["NAME", "STATUS", "AGE"], namespace),
        Kind::ConfigMap => (&["NAME", "DATA", "AGE"], config_map),
        Kind::Secret => (&["NAME", "TYPE", "DATA", "AGE"], secret),
        Kind::ServiceAccount => (&["NAME", "SECRETS", "AGE"], service_account),
        Kind::PodDisruptionBudget => (
            &[
                "NAME",
                "MIN AVAILABLE",
                "MAX UNAVAILABLE",
                "ALLOWED DISRUPTIONS",
                "AGE",
            ],
            disruption_budget,
        ),
        Kind::HorizontalPodAutoscaler => (
            &[
                "NAME",
                "REFERENCE",
                "TARGETS",
                "MINPODS",
                "MAXPODS",
                "REPLICAS",
                "AGE",
            ],
            autoscaler,
        ),
        Kind::PriorityClass => (
            &["NAME", "VALUE", "GLOBAL-DEFAULT", "AGE", "PREEMPTIONPOLICY"],
            priority_class,
        ),
        Kind::Lease => (&["NAME", "HOLDER", "AGE"], lease),
        Kind::RoleBinding | Kind::ClusterRoleBinding => (&["NAME", "ROLE", "AGE"], role_binding),
        Kind::Role | Kind::ClusterRole | Kind::LimitRange => (&["NAME", "CREATED AT"], created),
        _ => (&["NAME", "AGE"], plain),
    }
}

fn name(object: &Object) -> String {
    object.meta.name.to_string()
}

fn plain(object: &Object, now: Time) -> Vec<String> {
    vec![name(object), age(object, now)]
}

fn created(object: &Object, _: Time) -> Vec<String> {
    vec![name(object), object.meta.created.to_string()]
}

/// `printNode`.
fn node(object: &Object, now: Time) -> Vec<String> {
    let mut status = match node::ready(object) {
        Some(ConditionStatus::True) => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    }
    .to_owned();
    if node::unschedulable(object) {
        status.push_str(",SchedulingDisabled");
    }
    let roles = object
        .meta
        .labels
        .iter()
        .filter_map(|(key, _)| key.strip_prefix(ROLE));
    let roles: Vec<&str> = roles.filter(|role| !role.is_empty()).collect();
    let info = |field: &str| {
        text(object, &["status", "nodeInfo", field])
            .unwrap_or("<unknown>")
            .to_owned()
    };
    let address = |kind: &str| {
        let addresses = list(object, &["status", "addresses"]).iter();
        let mut found = addresses.filter(|address| address.get("type").and_then(Value::as_str) == Some(kind));
        let address = found.next().and_then(|address| address.get("address")?.as_str());
        address.unwrap_or("<none>").to_owned()
    };
    vec![
        name(object),
        status,
        or_none(roles.join(",")),
        age(object, now),
        text(object, &["status", "nodeInfo", "kubeletVersion"])
            .unwrap_or_default()
            .to_owned(),
        address("InternalIP"),
        address("ExternalIP"),
        info("osImage"),
        info("kernelVersion"),
        info("containerRuntimeVersion"),
    ]
}

/// `printEvent`.
fn event(object: &Object, now: Time) -> Vec<String> {
    let word = |field: &str| text(object, &[field]).unwrap_or_default().to_owned();
    let since = |path: &[&str]| {
        let at = text(object, path).and_then(Time::parse);
        at.map_or_else(|| "<unknown>".to_owned(), |at| human_duration(now.since(at)))
    };
    let (last, count): (&[&str], &[&str]) = match text(object, &["series", "lastObservedTime"]) {
        Some(_) => (&["series", "lastObservedTime"], &["series", "count"]),
        None => (&["lastTimestamp"], &["count"]),
    };
    let about = |field: &str| {
        text(object, &["involvedObject", field])
            .unwrap_or_default()
            .to_owned()
    };
    let count = number(object, count);
    let source = |field: &str| text(object, &["source", field]).unwrap_or_default();
    let from = [source("component"), source("host")];
    let from: Vec<&str> = from.into_iter().filter(|part| !part.is_empty()).collect();
    vec![
        since(last),
        word("type"),
        word("reason"),
        format!("{}/{}", about("kind").to_ascii_lowercase(), about("name")),
        about("fieldPath"),
        from.join(", "),
        word("message").trim().to_owned(),
        since(&["firstTimestamp"]),
        count.max(1).to_string(),
        name(object),
    ]
}

fn namespace(object: &Object, now: Time) -> Vec<String> {
    let phase = text(object, &["status", "phase"]).unwrap_or("Active");
    vec![name(object), phase.to_owned(), age(object, now)]
}

fn size(object: &Object, field: &str) -> usize {
    at(object, &[field])
        .and_then(Value::as_object)
        .map_or(0, Map::len)
}

fn config_map(object: &Object, now: Time) -> Vec<String> {
    let count = size(object, "data") + size(object, "binaryData");
    vec![name(object), count.to_string(), age(object, now)]
}

fn secret(object: &Object, now: Time) -> Vec<String> {
    let kind = text(object, &["type"]).unwrap_or("Opaque");
    vec![
        name(object),
        kind.to_owned(),
        size(object, "data").to_string(),
        age(object, now),
    ]
}

fn service_account(object: &Object, now: Time) -> Vec<String> {
    vec![
        name(object),
        list(object, &["secrets"]).len().to_string(),
        age(object, now),
    ]
}

/// An `IntOrString`, or `N/A`.
fn amount(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.to_string(),
        Some(Value::Int(number)) => number.to_string(),
        _ => "N/A".to_owned(),
    }
}

fn disruption_budget(object: &Object, now: Time) -> Vec<String> {
    vec![
        name(object),
        amount(at(object, &["spec", "minAvailable"])),
        amount(at(object, &["spec", "maxUnavailable"])),
        number(object, &["status", "disruptionsAllowed"]).to_string(),
        age(object, now),
    ]
}

fn autoscaler(object: &Object, now: Time) -> Vec<String> {
    let target = |field: &str| text(object, &["spec", "scaleTargetRef", field]).unwrap_or_default();
    let least = at(object, &["spec", "minReplicas"]).and_then(Value::as_i64);
    vec![
        name(object),
        format!("{}/{}", target("kind"), target("name")),
        metrics(object),
        least.map_or_else(|| "<unset>".to_owned(), |least| least.to_string()),
        number(object, &["spec", "maxReplicas"]).to_string(),
        number(object, &["status", "currentReplicas"]).to_string(),
        age(object, now),
    ]
}

/// The metrics of an autoscaler: nothing measures here, so their current values are unknown (`formatHPAMetrics`).
fn metrics(object: &Object) -> String {
    /// The number of metrics that are shown.
    const SHOWN: usize = 2;
    let specs = at(object, &["spec", "metrics"]).and_then(Value::as_array);
    let specs = specs.unwrap_or_default();
    if specs.is_empty() {
        return "<none>".to_owned();
    }
    let mut texts: Vec<String> = specs.iter().map(metric).collect();
    let more = texts.len().saturating_sub(SHOWN);
    texts.truncate(SHOWN);
    match more {
        0 => texts.join(", "),
        more => format!("{} + {more} more...", texts.join(", ")),
    }
}

fn metric(spec: &Value) -> String {
    let (source, resource) = match spec.get("type").and_then(Value::as_str) {
        Some("Resource") => ("resource", true),
        Some("ContainerResource") => ("containerResource", true),
        Some("Pods") => ("pods", false),
        Some("Object") => ("object", false),
        Some("External") => ("external", false),
        _ => return "<unknown type>".to_owned(),
    };
    let target = |field: &str| spec.at(&[source, "target", field]);
    let quantity = |field: &str| target(field).and_then(Value::as_str);
    if resource {
        let name = spec
            .at(&[source, "name"])
            .and_then(Value::as_str)
            .unwrap_or_default();
        let percent = target("averageUtilization").and_then(Value::as_i64);
        let wanted = match (quantity("averageValue"), percent) {
            (Some(quantity), _) => quantity.to_owned(),
            (None, Some(percent)) => format!("{percent}%"),
            (None, None) => "<auto>".to_owned(),
        };
        return format!("{name}: <unknown>/{wanted}");
    }
    match (quantity("averageValue"), quantity("value")) {
        (Some(average), _) if source == "pods" => format!("<unknown>/{average}"),
        (Some(average), _) => format!("<unknown>/{average} (avg)"),
        (None, value) => format!("<unknown>/{}", value.unwrap_or_default()),
    }
}

fn priority_class(object: &Object, now: Time) -> Vec<String> {
    let global = at(object, &["globalDefault"]).and_then(Value::as_bool);
    vec![
        name(object),
        number(object, &["value"]).to_string(),
        global.unwrap_or(false).to_string(),
        age(object, now),
        text(object, &["preemptionPolicy"])
            .unwrap_or("PreemptLowerPriority")
            .to_owned(),
    ]
}

fn lease(object: &Object, now: Time) -> Vec<String> {
    let holder = text(object, &["spec", "holderIdentity"]).unwrap_or_default();
    vec![name(object), holder.to_owned(), age(object, now)]
}

fn role_binding(object: &Object, now: Time) -> Vec<String> {
    let role = |field: &str| text(object, &["roleRef", field]).unwrap_or_default();
    vec![
        name(object),
        format!("{}/{}", role("kind"), role("name")),
        age(object, now),
    ]
}
