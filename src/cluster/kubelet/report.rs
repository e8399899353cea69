//! The pod's status as the kubelet reports it (`generateAPIPodStatus` and `getPhase` in `kubelet_pods.go`,
//! `status/generate.go`).

use std::sync::Arc;

use super::container::{Run, Step};
use super::worker::{Stage, Worker};
use crate::cluster::client::Client;
use crate::object::status::{Condition, ConditionStatus, ContainerState, ContainerStatus, Phase, PodStatus};
use crate::object::{Key, Kind, Object, Time, Value, pod};

/// The conditions that a kubelet reports, in its order.
const OWN: [&str; 5] = [
    "PodReadyToStartContainers",
    "Initialized",
    "Ready",
    "ContainersReady",
    "PodScheduled",
];

/// What to report of a pod now.
pub fn status(client: &Client, object: &Object, worker: &Worker) -> PodStatus {
    let empty = PodStatus::default();
    let old = pod::status(object).unwrap_or(&empty);
    if worker.stage == Stage::Over && worker.evicted.is_none() {
        return old.clone();
    }
    let phase = if worker.evicted.is_some() {
        Phase::Failed
    } else {
        phase(object, worker)
    };
    let (inits, containers) = worker.runs.split_at(worker.inits.min(worker.runs.len()));
    PodStatus {
        phase,
        reason: worker.evicted.as_ref().map(|_| "Evicted".into()),
        message: worker.evicted.clone(),
        conditions: conditions(client.now(), old, worker, phase),
        pod_ip: worker.ip.clone(),
        host_ip: host_ip(client, &worker.node),
        start_time: old.start_time.or(Some(worker.accepted)),
        init_containers: inits.iter().map(|run| container(run, true)).collect(),
        containers: containers.iter().map(|run| container(run, false)).collect(),
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

fn container(run: &Run, init: bool) -> ContainerStatus {
    ContainerStatus {
        name: run.name.clone(),
        image: run.image.clone(),
        // An init container that has ended well counts as ready.
        ready: run.ready() || init && run.init_done(),
        started: run.started(),
        restarts: run.restarts,
        state: run.shown.clone(),
        last: run.last.clone(),
    }
}

/// `getPhase`.
fn phase(object: &Object, worker: &Worker) -> Phase {
    let stopped = matches!(worker.stage, Stage::CleaningUp { .. });
    if !worker.initialized() && !stopped {
        let failed = worker.runs.iter().take(worker.inits).any(
            |run| matches!((&run.step, &run.shown), (Step::Done, ContainerState::Terminated { exit_code, .. }) if *exit_code != 0),
        );
        return if failed { Phase::Failed } else { Phase::Pending };
    }
    let (mut running, mut waiting, mut ended, mut well) = (0, 0, 0, 0);
    for run in worker.runs.iter().skip(worker.inits) {
        match &run.shown {
            ContainerState::Running { .. } => running += 1,
            ContainerState::Terminated { exit_code, .. } => {
                ended += 1;
                well += usize::from(*exit_code == 0);
            }
            ContainerState::Waiting { .. } if run.last.is_some() => ended += 1,
            ContainerState::Waiting { .. } => waiting += 1,
        }
    }
    let policy = object.spec().get("restartPolicy").and_then(Value::as_str);
    let restarts = worker
        .runs
        .iter()
        .any(|run| !matches!(run.step, Step::Done | Step::Waiting));
    match (running, waiting, ended) {
        (_, 1.., _) => Phase::Pending,
        (1.., _, _) => Phase::Running,
        (0, 0, 1..) if stopped && ended == well => Phase::Succeeded,
        (0, 0, 1..) if stopped => Phase::Failed,
        (0, 0, 1..) if restarts || matches!(policy, None | Some("Always")) => Phase::Running,
        (0, 0, 1..) if ended == well => Phase::Succeeded,
        (0, 0, 1..) => Phase::Failed,
        _ => Phase::Pending,
    }
}

/// Foreign conditions first, then the kubelet's own in its order; a status that stays keeps its time.
fn conditions(now: Time, old: &PodStatus, worker: &Worker, phase: Phase) -> Vec<Condition> {
    let mut list: Vec<Condition> = old
        .conditions
        .iter()
        .filter(|c| !OWN.contains(&c.kind.as_ref()))
        .cloned()
        .collect();
    if worker.evicted.is_some() && !list.iter().any(|c| &*c.kind == "DisruptionTarget") {
        list.push(Condition {
            reason: Some("TerminationByKubelet".into()),
            message: worker.evicted.clone(),
            ..Condition::new("DisruptionTarget", ConditionStatus::True, now)
        });
    }
    let mut add = |kind: &str, yes: bool, why: Option<(&str, String)>| {
        let status = if yes {
            ConditionStatus::True
        } else {
            ConditionStatus::False
        };
        let since = old
            .condition(kind)
            .filter(|c| c.status == status)
            .map_or(now, |c| c.since);
        let (reason, message) = why.unzip();
        list.push(Condition {
            reason: reason.map(Into::into),
            message: message.filter(|m| !m.is_empty()).map(Into::into),
            ..Condition::new(kind, status, since)
        });
    };
    let up = worker.ip.is_some() && !phase.terminal();
    add("PodReadyToStartContainers", up, None);
    let (initialized, not_initialized) = initialized(worker, phase);
    add("Initialized", initialized, not_initialized);
    let (ready, not_ready) = ready(worker, phase);
    add("Ready", ready, not_ready.clone());
    add("ContainersReady", ready, not_ready);
    match old
        .condition("PodScheduled")
        .filter(|c| c.status == ConditionStatus::True)
    {
        Some(scheduled) => list.push(scheduled.clone()),
        None => list.push(Condition::new("PodScheduled", ConditionStatus::True, now)),
    }
    list
}

type Verdict = (bool, Option<(&'static str, String)>);

fn initialized(worker: &Worker, phase: Phase) -> Verdict {
    if phase == Phase::Succeeded {
        return (true, Some(("PodCompleted", String::new())));
    }
    let incomplete: Vec<&str> = worker
        .runs
        .iter()
        .take(worker.inits)
        .filter(|run| !run.init_done())
        .map(|run| run.name.as_ref())
        .collect();
    if incomplete.is_empty() {
        return (true, None);
    }
    let message = format!("containers with incomplete status: [{}]", incomplete.join(" "));
    (false, Some(("ContainersNotInitialized", message)))
}

fn ready(worker: &Worker, phase: Phase) -> Verdict {
    match phase {
        Phase::Succeeded => return (false, Some(("PodCompleted", String::new()))),
        Phase::Failed => return (false, Some(("PodFailed", String::new()))),
        _ => {}
    }
    let unready: Vec<&str> = worker
        .runs
        .iter()
        .enumerate()
        .filter(|(i, run)| (*i >= worker.inits || run.sidecar) && !run.ready())
        .map(|(_, run)| run.name.as_ref())
        .collect();
    if unready.is_empty() {
        return (true, None);
    }
    let message = format!("containers with unready status: [{}]", unready.join(" "));
    (false, Some(("ContainersNotReady", message)))
}
