//! Generates the pod status (`generateAPIPodStatus` and `getPhase` in `kubelet_pods.go`,
//! `status/generate.go`).

use std::sync::Arc;

use super::container::{ContainerRecord, ContainerStage};
use super::pod_worker::{PodStage, PodWorker};
use crate::cluster::runtime::Client;
use crate::object::status::{Condition, ConditionStatus, ContainerState, ContainerStatus, Phase, PodStatus};
use crate::object::{Key, Kind, Object, Time, Value, pod};

/// The conditions that a kubelet owns, in its order (`PodConditionByKubelet`).
const KUBELET_CONDITIONS: [&str; 5] = [
    "PodReadyToStartContainers",
    "Initialized",
    "Ready",
    "ContainersReady",
    "PodScheduled",
];

/// The status of a pod (`generateAPIPodStatus`).
pub fn pod_status(client: &Client, object: &Object, worker: &PodWorker) -> PodStatus {
    let empty = PodStatus::default();
    let old = pod::status(object).unwrap_or(&empty);
    if worker.stage == PodStage::Finished && worker.evicted.is_none() {
        return old.clone();
    }
    let phase = if worker.evicted.is_some() {
        Phase::Failed
    } else {
        phase(object, worker)
    };
    let (inits, containers) = worker
        .containers
        .split_at(worker.init_count.min(worker.containers.len()));
    PodStatus {
        phase,
        reason: worker.evicted.as_ref().map(|_| "Evicted".into()),
        message: worker.evicted.clone(),
        conditions: conditions(client.now(), old, worker, phase, gates_message(object, old)),
        pod_ip: worker.ip.clone(),
        host_ip: host_ip(client, &worker.node),
        nominated_node: None,
        start_time: old.start_time.or(Some(worker.accepted)),
        init_containers: inits
            .iter()
            .map(|record| container_status(record, true))
            .collect(),
        containers: containers
            .iter()
            .map(|record| container_status(record, false))
            .collect(),
    }
}

fn host_ip(client: &Client, node: &Arc<str>) -> Option<Arc<str>> {
    let node = client.get(&Key::new(Kind::Node, node.clone()))?;
    let addresses = node.status.fields()?.get("addresses")?.as_array()?;
    let internal = addresses
        .iter()
        .find(|a| a.get("type").and_then(Value::as_str) == Some("InternalIP"))?;
    internal.as_object()?.text("address").cloned()
}

fn container_status(record: &ContainerRecord, init: bool) -> ContainerStatus {
    ContainerStatus {
        name: record.name.clone(),
        image: record.image.clone(),
        // An init container that has exited with 0 is ready.
        ready: record.ready() || init && record.init_done(),
        started: record.started(),
        restarts: record.restarts,
        state: record.state.clone(),
        last: record.last_state.clone(),
    }
}

/// `getPhase`.
fn phase(object: &Object, worker: &PodWorker) -> Phase {
    let stopped = matches!(worker.stage, PodStage::CleaningUp { .. });
    if !worker.initialized() && !stopped {
        let failed = worker.containers.iter().take(worker.init_count).any(
            |record| matches!((&record.stage, &record.state), (ContainerStage::Finished, ContainerState::Terminated { exit_code, .. }) if *exit_code != 0),
        );
        return if failed { Phase::Failed } else { Phase::Pending };
    }
    let (mut running, mut waiting, mut exited, mut succeeded) = (0, 0, 0, 0);
    for record in worker.containers.iter().skip(worker.init_count) {
        match &record.state {
            ContainerState::Running { .. } => running += 1,
            ContainerState::Terminated { exit_code, .. } => {
                exited += 1;
                succeeded += usize::from(*exit_code == 0);
            }
            ContainerState::Waiting { .. } if record.last_state.is_some() => exited += 1,
            ContainerState::Waiting { .. } => waiting += 1,
        }
    }
    let policy = object.spec().get("restartPolicy").and_then(Value::as_str);
    let restarts = worker
        .containers
        .iter()
        .any(|record| !matches!(record.stage, ContainerStage::Finished | ContainerStage::Waiting));
    match (running, waiting, exited) {
        (_, 1.., _) => Phase::Pending,
        (1.., _, _) => Phase::Running,
        (0, 0, 1..) if stopped && exited == succeeded => Phase::Succeeded,
        (0, 0, 1..) if stopped => Phase::Failed,
        (0, 0, 1..) if restarts || matches!(policy, None | Some("Always")) => Phase::Running,
        (0, 0, 1..) if exited == succeeded => Phase::Succeeded,
        (0, 0, 1..) => Phase::Failed,
        _ => Phase::Pending,
    }
}

/// The readiness gates of a pod whose conditions are not True, with the message of each
/// (`GeneratePodReadyCondition`).
pub fn closed_gates<'a>(
    object: &'a Object,
    status: &'a PodStatus,
) -> impl Iterator<Item = (&'a Arc<str>, String)> {
    let gates = object.spec().get("readinessGates").and_then(Value::as_array);
    gates.unwrap_or_default().iter().filter_map(|gate| {
        let name = gate.as_object()?.text("conditionType")?;
        match status.condition(name) {
            None => {
                let message =
                    format!("corresponding condition of pod readiness gate \"{name}\" does not exist.");
                Some((name, message))
            }
            Some(condition) if condition.status == ConditionStatus::True => None,
            Some(condition) => {
                let status = condition.status.name();
                let message =
                    format!("the status of pod readiness gate \"{name}\" is not \"True\", but {status}");
                Some((name, message))
            }
        }
    })
}

fn gates_message(object: &Object, status: &PodStatus) -> Option<String> {
    let messages: Vec<String> = closed_gates(object, status).map(|(_, message)| message).collect();
    (!messages.is_empty()).then(|| messages.join(", "))
}

/// Conditions of other components first, then those of the kubelet. A condition whose status did not change keeps its
/// transition time.
fn conditions(
    now: Time,
    old: &PodStatus,
    worker: &PodWorker,
    phase: Phase,
    gates: Option<String>,
) -> Vec<Condition> {
    let mut list: Vec<Condition> = old
        .conditions
        .iter()
        .filter(|c| !KUBELET_CONDITIONS.contains(&c.kind.as_ref()))
        .cloned()
        .collect();
    if worker.evicted.is_some() && !list.iter().any(|c| &*c.kind == "DisruptionTarget") {
        list.push(Condition {
            reason: Some("TerminationByKubelet".into()),
            message: worker.evicted.clone(),
            ..Condition::new("DisruptionTarget", ConditionStatus::True, now)
        });
    }
    let mut add = |kind: &str, holds: bool, reason: Option<(&str, String)>| {
        let status = if holds {
            ConditionStatus::True
        } else {
            ConditionStatus::False
        };
        let since = old
            .condition(kind)
            .filter(|c| c.status == status)
            .map_or(now, |c| c.since);
        let (reason, message) = reason.unzip();
        list.push(Condition {
            reason: reason.map(Into::into),
            message: message.filter(|m| !m.is_empty()).map(Into::into),
            ..Condition::new(kind, status, since)
        });
    };
    let has_sandbox = worker.ip.is_some() && !phase.terminal();
    add("PodReadyToStartContainers", has_sandbox, None);
    let (initialized, not_initialized) = initialized(worker, phase);
    add("Initialized", initialized, not_initialized);
    let (containers_ready, not_ready) = containers_ready(worker, phase);
    let gate = gates.filter(|_| containers_ready);
    match gate {
        Some(message) => add("Ready", false, Some(("ReadinessGatesNotReady", message))),
        None => add("Ready", containers_ready, not_ready.clone()),
    }
    add("ContainersReady", containers_ready, not_ready);
    match old
        .condition("PodScheduled")
        .filter(|c| c.status == ConditionStatus::True)
    {
        Some(scheduled) => list.push(scheduled.clone()),
        None => list.push(Condition::new("PodScheduled", ConditionStatus::True, now)),
    }
    list
}

/// Whether a condition is true, with reason and message.
type ConditionState = (bool, Option<(&'static str, String)>);

fn initialized(worker: &PodWorker, phase: Phase) -> ConditionState {
    if phase == Phase::Succeeded {
        return (true, Some(("PodCompleted", String::new())));
    }
    if worker.initialized() {
        return (true, None);
    }
    let incomplete: Vec<&str> = worker
        .containers
        .iter()
        .take(worker.init_count)
        .filter(|record| !record.init_done())
        .map(|record| record.name.as_ref())
        .collect();
    let message = format!("containers with incomplete status: [{}]", incomplete.join(" "));
    (false, Some(("ContainersNotInitialized", message)))
}

fn containers_ready(worker: &PodWorker, phase: Phase) -> ConditionState {
    match phase {
        Phase::Succeeded => return (false, Some(("PodCompleted", String::new()))),
        Phase::Failed => return (false, Some(("PodFailed", String::new()))),
        _ => {}
    }
    let unready: Vec<&str> = worker
        .containers
        .iter()
        .enumerate()
        .filter(|(i, record)| (*i >= worker.init_count || record.sidecar) && !record.ready())
        .map(|(_, record)| record.name.as_ref())
        .collect();
    if unready.is_empty() {
        return (true, None);
    }
    let message = format!("containers with unready status: [{}]", unready.join(" "));
    (false, Some(("ContainersNotReady", message)))
}
