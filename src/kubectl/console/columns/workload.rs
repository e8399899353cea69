//! Columns of pods and workloads.

use super::{ColumnDefinition, age, at, containers, list, number, or_none, text};
use crate::kubectl::age::human_duration;
use crate::kubectl::labels::{format_label_selector, format_labels};
use crate::object::{Kind, Object, Time, Value, pod, pod_status};

const TEMPLATE: &[&str] = &["spec", "template", "spec", "containers"];

const POD_COLUMNS: &[&str] = &[
    "NAME",
    "READY",
    "STATUS",
    "RESTARTS",
    "AGE",
    "*IP",
    "*NODE",
    "*NOMINATED NODE",
    "*READINESS GATES",
];
const STATEFUL_SET_COLUMNS: &[&str] = &["NAME", "READY", "AGE", "*CONTAINERS", "*IMAGES"];
const DEPLOYMENT_COLUMNS: &[&str] = &[
    "NAME",
    "READY",
    "UP-TO-DATE",
    "AVAILABLE",
    "AGE",
    "*CONTAINERS",
    "*IMAGES",
    "*SELECTOR",
];
const REPLICA_SET_COLUMNS: &[&str] = &[
    "NAME",
    "DESIRED",
    "CURRENT",
    "READY",
    "AGE",
    "*CONTAINERS",
    "*IMAGES",
    "*SELECTOR",
];
const DAEMON_SET_COLUMNS: &[&str] = &[
    "NAME",
    "DESIRED",
    "CURRENT",
    "READY",
    "UP-TO-DATE",
    "AVAILABLE",
    "NODE SELECTOR",
    "AGE",
    "*CONTAINERS",
    "*IMAGES",
    "*SELECTOR",
];
const JOB_COLUMNS: &[&str] = &[
    "NAME",
    "STATUS",
    "COMPLETIONS",
    "DURATION",
    "AGE",
    "*CONTAINERS",
    "*IMAGES",
    "*SELECTOR",
];
const CRON_JOB_COLUMNS: &[&str] = &[
    "NAME",
    "SCHEDULE",
    "TIMEZONE",
    "SUSPEND",
    "ACTIVE",
    "LAST SCHEDULE",
    "AGE",
    "*CONTAINERS",
    "*IMAGES",
    "*SELECTOR",
];
const CONTROLLER_REVISION_COLUMNS: &[&str] = &["NAME", "CONTROLLER", "REVISION", "AGE"];

/// The columns that `kubectl get` prints for a kind; those that start with `*` only with `-o wide`.
pub(super) fn definition(kind: Kind) -> Option<ColumnDefinition> {
    Some(match kind {
        Kind::Pod => (POD_COLUMNS, pod_cells),
        Kind::StatefulSet => (STATEFUL_SET_COLUMNS, stateful_set),
        Kind::Deployment => (DEPLOYMENT_COLUMNS, deployment),
        Kind::ReplicaSet | Kind::ReplicationController => (REPLICA_SET_COLUMNS, replica_set),
        Kind::DaemonSet => (DAEMON_SET_COLUMNS, daemon_set),
        Kind::Job => (JOB_COLUMNS, job),
        Kind::CronJob => (CRON_JOB_COLUMNS, cron_job),
        Kind::ControllerRevision => (CONTROLLER_REVISION_COLUMNS, controller_revision),
        _ => return None,
    })
}

/// `printPod`.
fn pod_cells(object: &Object, now: Time) -> Vec<String> {
    let line = pod_status::summary(object);
    let restarts = match line.last_restart.filter(|_| line.restarts > 0) {
        Some(at) => format!("{} ({} ago)", line.restarts, human_duration(now.since(at))),
        None => line.restarts.to_string(),
    };
    let name =
        |text: Option<&std::sync::Arc<str>>| or_none(text.map(ToString::to_string).unwrap_or_default());
    vec![
        object.meta.name.to_string(),
        format!("{}/{}", line.ready.0, line.ready.1),
        line.status.to_string(),
        restarts,
        age(object, now),
        name(pod::ip(object)),
        name(pod::node(object)),
        "<none>".to_owned(),
        readiness_gates(object),
    ]
}

fn readiness_gates(object: &Object) -> String {
    let gates = list(object, &["spec", "readinessGates"]);
    let met = gates
        .iter()
        .filter_map(|gate| gate.get("conditionType")?.as_str())
        .filter(|condition| pod::condition_is_true(object, condition));
    match gates.len() {
        0 => "<none>".to_owned(),
        all => format!("{}/{all}", met.count()),
    }
}

fn stateful_set(object: &Object, now: Time) -> Vec<String> {
    let ready = object
        .status
        .stateful_set()
        .map_or(0, |status| status.ready_replicas);
    let (names, images) = containers(object, TEMPLATE);
    vec![
        object.meta.name.to_string(),
        format!("{ready}/{}", number(object, &["spec", "replicas"])),
        age(object, now),
        names,
        images,
    ]
}

fn deployment(object: &Object, now: Time) -> Vec<String> {
    let status = |field: &str| number(object, &["status", field]);
    let (names, images) = containers(object, TEMPLATE);
    vec![
        object.meta.name.to_string(),
        format!(
            "{}/{}",
            status("readyReplicas"),
            number(object, &["spec", "replicas"])
        ),
        status("updatedReplicas").to_string(),
        status("availableReplicas").to_string(),
        age(object, now),
        names,
        images,
        format_label_selector(at(object, &["spec", "selector"])),
    ]
}

fn replica_set(object: &Object, now: Time) -> Vec<String> {
    let (names, images) = containers(object, TEMPLATE);
    let chosen = match object.kind {
        Kind::ReplicationController => {
            format_labels(at(object, &["spec", "selector"]).and_then(Value::as_object))
        }
        _ => format_label_selector(at(object, &["spec", "selector"])),
    };
    vec![
        object.meta.name.to_string(),
        number(object, &["spec", "replicas"]).to_string(),
        number(object, &["status", "replicas"]).to_string(),
        number(object, &["status", "readyReplicas"]).to_string(),
        age(object, now),
        names,
        images,
        chosen,
    ]
}

fn daemon_set(object: &Object, now: Time) -> Vec<String> {
    let (names, images) = containers(object, TEMPLATE);
    let mut cells = vec![object.meta.name.to_string()];
    for field in [
        "desiredNumberScheduled",
        "currentNumberScheduled",
        "numberReady",
        "updatedNumberScheduled",
        "numberAvailable",
    ] {
        cells.push(number(object, &["status", field]).to_string());
    }
    let nodes = at(object, &["spec", "template", "spec", "nodeSelector"]).and_then(Value::as_object);
    cells.extend([
        format_labels(nodes),
        age(object, now),
        names,
        images,
        format_label_selector(at(object, &["spec", "selector"])),
    ]);
    cells
}

/// `printJob`; the simulation does not run jobs, so they have no start time.
fn job(object: &Object, now: Time) -> Vec<String> {
    let (names, images) = containers(object, TEMPLATE);
    let suspended = at(object, &["spec", "suspend"]).and_then(Value::as_bool);
    let status = if suspended == Some(true) {
        "Suspended"
    } else {
        "Running"
    };
    let done = number(object, &["status", "succeeded"]);
    let wanted = at(object, &["spec", "completions"]).and_then(Value::as_i64);
    let parallel = number(object, &["spec", "parallelism"]);
    let completions = match wanted {
        Some(wanted) => format!("{done}/{wanted}"),
        None if parallel > 1 => format!("{done}/1 of {parallel}"),
        None => format!("{done}/1"),
    };
    vec![
        object.meta.name.to_string(),
        status.to_owned(),
        completions,
        String::new(),
        age(object, now),
        names,
        images,
        format_label_selector(at(object, &["spec", "selector"])),
    ]
}

fn cron_job(object: &Object, now: Time) -> Vec<String> {
    let path = ["spec", "jobTemplate", "spec", "template", "spec", "containers"];
    let (names, images) = containers(object, &path);
    let suspended = at(object, &["spec", "suspend"]).and_then(Value::as_bool);
    vec![
        object.meta.name.to_string(),
        text(object, &["spec", "schedule"]).unwrap_or_default().to_owned(),
        or_none(text(object, &["spec", "timeZone"]).unwrap_or_default().to_owned()),
        if suspended == Some(true) { "True" } else { "False" }.to_owned(),
        list(object, &["status", "active"]).len().to_string(),
        "<none>".to_owned(),
        age(object, now),
        names,
        images,
        format_label_selector(at(object, &["spec", "jobTemplate", "spec", "selector"])),
    ]
}

/// `printControllerRevision`: the owner as `resource.group/name`.
fn controller_revision(object: &Object, now: Time) -> Vec<String> {
    let controller = object.meta.controller().map(|owner| {
        let kind = owner.kind.to_ascii_lowercase();
        match owner.api_version.split_once('/') {
            Some((group, _)) => format!("{kind}.{group}/{}", owner.name),
            None => format!("{kind}/{}", owner.name),
        }
    });
    vec![
        object.meta.name.to_string(),
        or_none(controller.unwrap_or_default()),
        number(object, &["revision"]).to_string(),
        age(object, now),
    ]
}
