//! Scheduler, kubelet and provisioner played by hand: what commands do where nobody else does it.

use std::sync::Arc;

use super::bootstrap::NODES;
use super::command::{Does, Outcome};
use super::sim::Sim;
use super::volumes::provisioner;
use crate::api::{DeleteOptions, Request, Status};
use crate::object::status::{
    Condition, ConditionStatus, ContainerState, ContainerStatus, ObjectStatus, Phase, PodStatus,
};
use crate::object::{Key, Kind, Object, Value};
use crate::store::{Actor, Cause};

/// Plays the kubelet for one pod. Binding and first status are two writes; controllers react in between.
pub(super) fn kubelet(sim: &mut Sim, cause: Cause, pod: &str, does: Does, outcome: &mut Outcome) {
    let key = Key::new(Kind::Pod, pod);
    if matches!(does, Does::Schedule | Does::Start) && !bind(sim, cause, &key, outcome) {
        return;
    }
    if does == Does::Schedule {
        return;
    }
    let Some(pod) = sim.world().get(&key).cloned() else {
        outcome.refuse(format!("pods \"{pod}\" not found"));
        return;
    };
    let request = if does == Does::Remove {
        Request::Delete {
            key,
            options: DeleteOptions {
                grace_seconds: Some(0),
                uid: Some(pod.meta.uid.clone()),
                ..DeleteOptions::default()
            },
        }
    } else {
        Request::UpdateStatus {
            key,
            status: ObjectStatus::Pod(Arc::new(next_status(sim, &pod, does))),
        }
    };
    write(sim, Actor::Kubelet, cause, &request, outcome);
}

fn write(sim: &mut Sim, actor: Actor, cause: Cause, request: &Request, outcome: &mut Outcome) -> bool {
    let result = sim.client(actor, cause).write(request);
    let done = result.is_ok();
    outcome.results.push(result);
    done
}

/// Binds the pod to a node if it has none; controllers react before this returns.
fn bind(sim: &mut Sim, cause: Cause, key: &Key, outcome: &mut Outcome) -> bool {
    let Some(pod) = sim.world().get(key) else {
        outcome.refuse(format!("pods \"{}\" not found", key.name));
        return false;
    };
    if node_of(pod).is_some() {
        return true;
    }
    let place = usize::try_from(crate::store::ordinal(&key.name).max(0)).unwrap_or(0) % NODES.len();
    let request = Request::Bind {
        pod: key.clone(),
        node: NODES.get(place).map_or("node-1", |(name, _)| name).into(),
    };
    let bound = write(sim, Actor::Scheduler, cause, &request, outcome);
    sim.advance(sim.now());
    bound
}

fn node_of(pod: &Object) -> Option<&str> {
    pod.spec().get("nodeName").and_then(Value::as_str)
}

fn next_status(sim: &mut Sim, pod: &Object, does: Does) -> PodStatus {
    let now = sim.now();
    let mut status = pod.status.pod().cloned().unwrap_or_default();
    let ready = if does == Does::Ready {
        ConditionStatus::True
    } else {
        ConditionStatus::False
    };
    match does {
        Does::Start => {
            status.phase = Phase::Running;
            status.start_time = status.start_time.or(Some(now));
            if status.pod_ip.is_none() {
                status.pod_ip = Some(address(sim).into());
            }
        }
        Does::Fail => status.phase = Phase::Failed,
        Does::Succeed => status.phase = Phase::Succeeded,
        Does::Ready | Does::Unready | Does::Schedule | Does::Remove => {}
    }
    for kind in ["Ready", "ContainersReady"] {
        status.set_condition(Condition::new(kind, ready, now));
    }
    status.containers = containers(pod, &status, does, now);
    status
}

fn containers(
    pod: &Object,
    status: &PodStatus,
    does: Does,
    now: crate::object::Time,
) -> Vec<ContainerStatus> {
    let specs = pod
        .spec()
        .get("containers")
        .and_then(Value::as_array)
        .unwrap_or_default();
    let started = status.start_time.unwrap_or(now);
    let ended = |exit_code, reason: &str| ContainerState::Terminated {
        exit_code,
        reason: reason.into(),
        started,
        finished: now,
    };
    specs
        .iter()
        .map(|spec| {
            let text = |key: &str| spec.get(key).and_then(Value::as_str).unwrap_or_default().into();
            ContainerStatus {
                name: text("name"),
                image: text("image"),
                ready: does == Does::Ready,
                started: !status.phase.terminal(),
                restarts: 0,
                state: match status.phase {
                    Phase::Failed => ended(1, "Error"),
                    Phase::Succeeded => ended(0, "Completed"),
                    _ => ContainerState::Running { started },
                },
                last: None,
            }
        })
        .collect()
}

/// A pod address that no pod has.
fn address(sim: &mut Sim) -> String {
    let mut client = sim.client(Actor::Kubelet, Cause::Timer);
    let number = client.rng().below(0x00ff_ffff);
    format!(
        "10.{}.{}.{}",
        128 + (number >> 17),
        number >> 9 & 0xff,
        1 + (number >> 1 & 0xff) % 254
    )
}

/// Makes a volume for every unbound claim; the volume controller binds them to each other.
pub(super) fn provision(sim: &mut Sim, cause: Cause, outcome: &mut Outcome) {
    let unbound: Vec<Arc<Object>> = sim
        .world()
        .list(Kind::PersistentVolumeClaim)
        .filter(|claim| claim.spec().get("volumeName").is_none())
        .cloned()
        .collect();
    for claim in unbound {
        if let Err(refused) = provision_one(sim, cause, &claim) {
            outcome.results.push(Err(refused));
        }
    }
    sim.advance(sim.now());
}

fn provision_one(sim: &mut Sim, cause: Cause, claim: &Object) -> Result<(), Status> {
    let mut client = sim.client(Actor::Provisioner, cause);
    let volume = provisioner::new_volume(client.world(), claim, None);
    client.create(volume).map(drop)
}
