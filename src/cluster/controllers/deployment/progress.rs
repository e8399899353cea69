//! The Deployment's status (`calculateStatus` in `sync.go`, `progress.go`).

use super::DesiredState;
use super::replica_sets::{ReplicaSets, count, replicas};
use crate::cluster::runtime::{Client, SyncResult};
use crate::object::status::{ObjectStatus, find_condition};
use crate::object::{Map, Object, Time, Value};

/// Whether all pods are updated and available (`DeploymentComplete`).
pub fn is_complete(desired: &DesiredState, sets: &ReplicaSets, deployment: &Object) -> bool {
    let updated = sets.new.as_ref().map_or(0, |set| count(set, "replicas"));
    let total: i64 = sets.all().map(|set| count(set, "replicas")).sum();
    let available: i64 = sets.all().map(|set| count(set, "availableReplicas")).sum();
    let observed = deployment
        .status
        .fields()
        .and_then(|status| status.get("observedGeneration")?.as_i64());
    updated == desired.replicas
        && total == desired.replicas
        && available == desired.replicas
        && observed.is_some_and(|observed| observed >= deployment.meta.generation)
}

/// Updates the status if it changed (`syncDeploymentStatus`).
pub fn sync_status(
    client: &mut Client,
    deployment: &Object,
    desired: &DesiredState,
    sets: &ReplicaSets,
) -> SyncResult {
    let now = client.now();
    let sum = |field: &str| -> i64 { sets.all().map(|set| count(set, field)).sum() };
    let (total, available) = (sum("replicas"), sum("availableReplicas"));
    let desired_pods: i64 = sets.all().map(|set| replicas(set)).sum();
    let updated = sets.new.as_ref().map_or(0, |set| count(set, "replicas"));
    let mut status = Map::new();
    status.insert("observedGeneration", deployment.meta.generation);
    for (field, number, always) in [
        ("replicas", total, false),
        ("updatedReplicas", updated, false),
        ("readyReplicas", sum("readyReplicas"), false),
        ("availableReplicas", available, false),
        ("unavailableReplicas", (desired_pods - available).max(0), false),
        ("terminatingReplicas", sum("terminatingReplicas"), true),
    ] {
        if number > 0 || always {
            status.insert(field, number);
        }
    }
    let old = deployment.status.fields().cloned().unwrap_or_default();
    let has_minimum = available >= desired.replicas - desired.max_unavailable;
    let (availability, why) = if has_minimum {
        (
            ("True", "MinimumReplicasAvailable"),
            "Deployment has minimum availability.",
        )
    } else {
        (
            ("False", "MinimumReplicasUnavailable"),
            "Deployment does not have minimum availability.",
        )
    };
    let available = condition(&old, "Available", availability, why, now, false);
    let (progressing, deadline) = progressing(&old, &status, deployment, desired, sets, now);
    status.insert("conditions", vec![available, progressing]);
    if let Some(deadline) = deadline {
        client.requeue_at(deadline, &deployment.key());
    }
    if old != status {
        client.update_status(&deployment.key(), ObjectStatus::Document(status))?;
    }
    Ok(())
}

/// The Progressing condition, and when the progress deadline expires.
fn progressing(
    old: &Map,
    new: &Map,
    deployment: &Object,
    desired: &DesiredState,
    sets: &ReplicaSets,
    now: Time,
) -> (Value, Option<Time>) {
    let name = sets
        .new
        .as_ref()
        .map_or(&deployment.meta.name, |set| &set.meta.name);
    let kind = if sets.new.is_some() {
        "ReplicaSet"
    } else {
        "Deployment"
    };
    let count = |map: &Map, field: &str| map.get(field).and_then(Value::as_i64).unwrap_or(0);
    let is_complete = count(new, "updatedReplicas") == desired.replicas
        && count(new, "replicas") == desired.replicas
        && count(new, "availableReplicas") == desired.replicas;
    if is_complete {
        let message = format!("{kind} \"{name}\" has successfully progressed.");
        let state = ("True", "NewReplicaSetAvailable");
        return (condition(old, "Progressing", state, &message, now, false), None);
    }
    let progressed = ["updatedReplicas", "readyReplicas", "availableReplicas"]
        .iter()
        .any(|field| count(new, field) > count(old, field))
        || count(new, "replicas") - count(new, "updatedReplicas")
            < count(old, "replicas") - count(old, "updatedReplicas");
    let since =
        find_condition(old, "Progressing").and_then(|c| Time::parse(c.get("lastUpdateTime")?.as_str()?));
    let was_complete = find_condition(old, "Progressing")
        .and_then(|c| c.get("reason")?.as_str())
        .is_none_or(|reason| reason == "NewReplicaSetAvailable");
    let timed_out = !progressed
        && find_condition(old, "Progressing")
            .and_then(|c| c.get("reason")?.as_str())
            .is_some_and(|reason| reason == "ProgressDeadlineExceeded");
    let deadline = desired.progress_deadline_ms.map(|ms| {
        since
            .filter(|_| !progressed && !was_complete)
            .unwrap_or(now)
            .plus(ms)
    });
    if timed_out || deadline.is_some_and(|deadline| deadline <= now) {
        let message = format!("{kind} \"{name}\" has timed out progressing.");
        let state = ("False", "ProgressDeadlineExceeded");
        return (condition(old, "Progressing", state, &message, now, false), None);
    }
    let message = format!("{kind} \"{name}\" is progressing.");
    let state = ("True", "ReplicaSetUpdated");
    let renewed = progressed || was_complete;
    (
        condition(old, "Progressing", state, &message, now, renewed),
        deadline,
    )
}

/// A condition. `lastTransitionTime` changes with the status, `lastUpdateTime` with anything, or if `renewed`.
fn condition(
    old: &Map,
    kind: &str,
    (status, reason): (&str, &str),
    message: &str,
    now: Time,
    renewed: bool,
) -> Value {
    let before = find_condition(old, kind);
    let text = |field: &str| {
        before
            .and_then(|before| before.get(field)?.as_str())
            .unwrap_or_default()
    };
    let same = text("status") == status;
    let unchanged = same && text("reason") == reason && text("message") == message && !renewed;
    let time = |keep: bool, field: &str| {
        if keep {
            text(field).to_owned()
        } else {
            now.to_string()
        }
    };
    let mut map = Map::new();
    map.insert("type", kind);
    map.insert("status", status);
    map.insert("reason", reason);
    map.insert("message", message);
    map.insert("lastTransitionTime", time(same, "lastTransitionTime"));
    map.insert("lastUpdateTime", time(unchanged, "lastUpdateTime"));
    map.into()
}
