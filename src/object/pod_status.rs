//! The READY, STATUS and RESTARTS columns of a pod (`printPod` in `pkg/printers/internalversion/printers.go`).

use std::sync::Arc;

use super::status::{ConditionStatus, ContainerState, ContainerStatus, PodStatus};
use super::{Object, Time, Value, pod};

/// The columns of a pod.
#[derive(Clone, Debug, PartialEq)]
pub struct PodSummary {
    /// READY: ready containers and all containers, including sidecars.
    pub ready: (u32, u32),
    /// STATUS.
    pub status: Arc<str>,
    /// RESTARTS, of all containers.
    pub restarts: u32,
    /// When the run before the last restart ended.
    pub last_restart: Option<Time>,
}

/// The columns of a pod (`printPod`).
pub fn summary(pod: &Object) -> PodSummary {
    let empty = PodStatus::default();
    let status = pod::status(pod).unwrap_or(&empty);
    let sidecars = pod::init_containers(pod).iter().filter(|c| is_sidecar(c)).count();
    let mut line = PodSummary {
        ready: (0, count(pod::containers(pod).len() + sidecars)),
        status: status
            .reason
            .clone()
            .filter(|reason| !reason.is_empty())
            .unwrap_or_else(|| status.phase.name().into()),
        restarts: 0,
        last_restart: None,
    };
    let gated = |c: &super::status::Condition| {
        c.kind.as_ref() == "PodScheduled" && c.reason.as_deref() == Some("SchedulingGated")
    };
    if status.conditions.iter().any(gated) {
        line.status = "SchedulingGated".into();
    }
    let initializing = add_init_containers(&mut line, pod, status);
    let initialized = status
        .condition("Initialized")
        .is_some_and(|c| c.status == ConditionStatus::True);
    if !initializing || initialized {
        add_containers(&mut line, pod, status);
    }
    if pod.meta.terminating() {
        if status.reason.as_deref() == Some("NodeLost") {
            line.status = "Unknown".into();
        } else if !status.phase.terminal() {
            line.status = "Terminating".into();
        }
    }
    line
}

/// Whether an init container is a sidecar (`isRestartableInitContainer`).
pub fn is_sidecar(container: &Value) -> bool {
    container.get("restartPolicy").and_then(Value::as_str) == Some("Always")
}

/// Sets the status from the first init container that is not finished; returns whether there is one.
fn add_init_containers(line: &mut PodSummary, pod: &Object, status: &PodStatus) -> bool {
    let specs = pod::init_containers(pod);
    for (i, container) in status.init_containers.iter().enumerate() {
        count_restarts(line, container);
        let sidecar = specs
            .iter()
            .find(|spec| spec.get("name").and_then(Value::as_str) == Some(&*container.name))
            .is_some_and(is_sidecar);
        let word = match &container.state {
            ContainerState::Terminated { exit_code: 0, .. } => continue,
            _ if sidecar && container.started => {
                line.ready.0 += u32::from(container.ready);
                continue;
            }
            ContainerState::Terminated {
                exit_code, reason, ..
            } if reason.is_empty() => {
                format!("Init:ExitCode:{exit_code}")
            }
            ContainerState::Terminated { reason, .. } => format!("Init:{reason}"),
            ContainerState::Waiting { reason, .. }
                if !reason.is_empty() && reason.as_ref() != "PodInitializing" =>
            {
                format!("Init:{reason}")
            }
            _ => format!("Init:{i}/{}", specs.len()),
        };
        line.status = word.into();
        return true;
    }
    false
}

/// Sets status and counts from the containers, last to first, so that the first one takes precedence.
fn add_containers(line: &mut PodSummary, pod: &Object, status: &PodStatus) {
    line.restarts = 0;
    line.last_restart = None;
    for container in &status.init_containers {
        let sidecar = pod::init_containers(pod).iter().any(|spec| {
            spec.get("name").and_then(Value::as_str) == Some(&*container.name) && is_sidecar(spec)
        });
        if sidecar {
            count_restarts(line, container);
        }
    }
    let mut running = false;
    for container in status.containers.iter().rev() {
        count_restarts(line, container);
        match &container.state {
            ContainerState::Waiting { reason, .. } if !reason.is_empty() => line.status = reason.clone(),
            ContainerState::Terminated {
                exit_code, reason, ..
            } if reason.is_empty() => {
                line.status = format!("ExitCode:{exit_code}").into();
            }
            ContainerState::Terminated { reason, .. } => line.status = reason.clone(),
            ContainerState::Running { .. } if container.ready => {
                running = true;
                line.ready.0 += 1;
            }
            _ => {}
        }
    }
    if running && line.status.as_ref() == "Completed" {
        let word = if pod::ready(pod) { "Running" } else { "NotReady" };
        line.status = word.into();
    }
}

fn count_restarts(line: &mut PodSummary, container: &ContainerStatus) {
    line.restarts = line.restarts.saturating_add(container.restarts);
    if let Some(ContainerState::Terminated { finished, .. }) = &container.last {
        line.last_restart = line.last_restart.max(Some(*finished));
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::{Kind, Map};
    use serde_json::json;

    #[track_caller]
    fn check(spec: serde_json::Value, status: serde_json::Value, deleting: bool, expected: &str) {
        let mut metadata = json!({"name": "web-0", "namespace": "default"});
        if deleting {
            metadata["deletionTimestamp"] = "2026-01-01T00:00:30Z".into();
        }
        let document: Value = json!({"metadata": metadata, "spec": spec, "status": status}).into();
        let map: &Map = document.as_object().expect("an object");
        let line = summary(&Object::read(Kind::Pod, map));
        let (ready, all) = line.ready;
        assert_eq!(
            format!("{ready}/{all} {} {}", line.status, line.restarts),
            expected
        );
    }

    fn one() -> serde_json::Value {
        json!({"containers": [{"name": "a"}]})
    }

    fn two() -> serde_json::Value {
        json!({"containers": [{"name": "a"}, {"name": "b"}]})
    }

    fn container(name: &str, state: serde_json::Value, ready: bool, restarts: u32) -> serde_json::Value {
        json!({"name": name, "ready": ready, "started": ready, "restartCount": restarts, "state": state})
    }

    fn waiting(reason: &str) -> serde_json::Value {
        json!({"waiting": {"reason": reason}})
    }

    fn running() -> serde_json::Value {
        json!({"running": {"startedAt": "2026-01-01T00:00:00Z"}})
    }

    fn ended(code: i32, reason: &str) -> serde_json::Value {
        json!({"terminated": {"exitCode": code, "reason": reason}})
    }

    #[test]
    fn phase_reason_and_deletion_set_the_status() {
        check(one(), json!({"phase": "Pending"}), false, "0/1 Pending 0");
        check(one(), json!({"phase": "Running"}), true, "0/1 Terminating 0");
        check(
            one(),
            json!({"phase": "Failed", "reason": "Evicted"}),
            true,
            "0/1 Evicted 0",
        );
        check(
            one(),
            json!({"conditions": [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]}),
            false,
            "0/1 SchedulingGated 0",
        );
    }

    #[track_caller]
    fn check_containers(spec: serde_json::Value, containers: &[serde_json::Value], expected: &str) {
        let status = json!({"phase": "Running", "containerStatuses": containers,
            "conditions": [{"type": "Ready", "status": "True"}]});
        check(spec, status, false, expected);
    }

    #[test]
    fn the_first_container_takes_precedence() {
        check_containers(
            one(),
            &[container("a", waiting("ContainerCreating"), false, 0)],
            "0/1 ContainerCreating 0",
        );
        check_containers(one(), &[container("a", running(), true, 2)], "1/1 Running 2");
        check_containers(
            two(),
            &[
                container("a", waiting("CrashLoopBackOff"), false, 3),
                container("b", ended(1, "Error"), false, 1),
            ],
            "0/2 CrashLoopBackOff 4",
        );
        check_containers(
            two(),
            &[
                container("a", ended(0, "Completed"), false, 0),
                container("b", running(), true, 0),
            ],
            "1/2 Running 0",
        );
        check_containers(
            one(),
            &[container("a", ended(7, ""), false, 0)],
            "0/1 ExitCode:7 0",
        );
    }

    #[test]
    fn an_unfinished_init_container_sets_the_status() {
        let spec = json!({"initContainers": [{"name": "x"}, {"name": "y"}], "containers": [{"name": "a"}]});
        let status = |x, y| {
            json!({"phase": "Pending",
            "initContainerStatuses": [container("x", x, false, 1), container("y", y, false, 2)],
            "containerStatuses": [container("a", waiting("PodInitializing"), false, 0)]})
        };
        let initializing = || waiting("PodInitializing");
        check(
            spec.clone(),
            status(initializing(), initializing()),
            false,
            "0/1 Init:0/2 1",
        );
        check(
            spec.clone(),
            status(ended(0, "Completed"), running()),
            false,
            "0/1 Init:1/2 3",
        );
        check(
            spec.clone(),
            status(ended(2, "Error"), initializing()),
            false,
            "0/1 Init:Error 1",
        );
        check(
            spec.clone(),
            status(waiting("CrashLoopBackOff"), initializing()),
            false,
            "0/1 Init:CrashLoopBackOff 1",
        );
        check(
            spec,
            status(ended(0, "Completed"), ended(0, "Completed")),
            false,
            "0/1 PodInitializing 0",
        );
    }

    #[test]
    fn a_sidecar_counts_as_a_container() {
        let spec = json!({"initContainers": [{"name": "x", "restartPolicy": "Always"}], "containers": [{"name": "a"}]});
        let status = json!({"phase": "Running",
            "initContainerStatuses": [container("x", running(), true, 1)],
            "containerStatuses": [container("a", running(), true, 0)]});
        check(spec, status, false, "2/2 Running 1");
    }
}
