//! A scripted kubelet and provisioner, for recordings: pods and volumes change only when a step says so.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use statefulset_playground::api::{DeleteOptions, Request, Status};
use statefulset_playground::cluster::controllers::provisioner;
use statefulset_playground::cluster::nodes::NODES;
use statefulset_playground::cluster::{Settings, Sim};
use statefulset_playground::object::status::{
    Condition, ConditionStatus, ContainerState, ContainerStatus, ObjectStatus, Phase, PodStatus,
};
use statefulset_playground::object::{Key, Kind, Object, Time, Value, pod};
use statefulset_playground::store::{Actor, AdmissionPlugins, Cause, ordinal};

use super::command::CommandResults;

/// The actors that do not run in a scripted cluster.
const SCRIPTED: [Actor; 8] = [
    Actor::Scheduler,
    Actor::Kubelet,
    Actor::Provisioner,
    Actor::AttachDetachController,
    Actor::IngressController,
    Actor::ServiceController,
    Actor::Resizer,
    // The recordings were made without its Service.
    Actor::ApiServer,
];

/// A cluster in which scheduler, kubelets and storage are scripted by commands.
pub fn scripted_sim(settings: Settings) -> Sim {
    let settings = Settings {
        plugins: AdmissionPlugins::WithoutServiceAccounts,
        ..settings
    };
    Sim::with_actors(settings, |actor| !SCRIPTED.contains(&actor))
}

/// One step of the scripted kubelet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KubeletStep {
    /// Binds the pod to a node; its containers have no status yet.
    Schedule,
    /// Binds the pod if needed, then all containers run, not ready.
    Start,
    /// The pod becomes ready.
    Ready,
    /// The pod becomes unready.
    Unready,
    /// The containers fail.
    Fail,
    /// The containers succeed.
    Succeed,
    /// The termination is complete: the object is deleted.
    Remove,
}

/// Performs a step of the scripted kubelet for one pod. Controllers react between binding and first status.
pub fn kubelet(sim: &mut Sim, cause: Cause, pod: &str, step: KubeletStep, results: &mut CommandResults) {
    let key = Key::new(Kind::Pod, pod);
    if matches!(step, KubeletStep::Schedule | KubeletStep::Start) && !bind(sim, cause, &key, results) {
        return;
    }
    if step == KubeletStep::Schedule {
        return;
    }
    let Some(pod) = sim.world().get(&key).cloned() else {
        results.refuse(format!("pods \"{pod}\" not found"));
        return;
    };
    let request = if step == KubeletStep::Remove {
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
            status: ObjectStatus::Pod(Arc::new(next_status(sim, &pod, step))),
        }
    };
    write(sim, Actor::Kubelet, cause, &request, results);
}

/// Sends a request as an actor. Returns whether it succeeded.
fn write(sim: &mut Sim, actor: Actor, cause: Cause, request: &Request, results: &mut CommandResults) -> bool {
    let result = sim.client(actor, cause).write(request);
    let succeeded = result.is_ok();
    results.results.push(result);
    succeeded
}

/// Binds the pod to a node if it is not bound; controllers react before this returns.
fn bind(sim: &mut Sim, cause: Cause, key: &Key, results: &mut CommandResults) -> bool {
    let Some(pod) = sim.world().get(key) else {
        results.refuse(format!("pods \"{}\" not found", key.name));
        return false;
    };
    if pod::node(pod).is_some() {
        return true;
    }
    let index = usize::try_from(ordinal(&key.name).max(0)).unwrap_or(0) % NODES.len();
    let request = Request::Bind {
        pod: key.clone(),
        node: NODES[index].0.into(),
    };
    let bound = write(sim, Actor::Scheduler, cause, &request, results);
    sim.advance(sim.now());
    bound
}

fn next_status(sim: &mut Sim, pod: &Object, step: KubeletStep) -> PodStatus {
    let now = sim.now();
    let mut status = pod.status.pod().cloned().unwrap_or_default();
    let ready = if step == KubeletStep::Ready {
        ConditionStatus::True
    } else {
        ConditionStatus::False
    };
    match step {
        KubeletStep::Start => {
            status.phase = Phase::Running;
            status.host_ip = host_address(pod).map(Into::into);
            status.set_condition(Condition::new("Initialized", ConditionStatus::True, now));
            if status.pod_ip.is_none() {
                status.pod_ip = Some(new_address(sim).into());
            }
        }
        KubeletStep::Fail => status.phase = Phase::Failed,
        KubeletStep::Succeed => status.phase = Phase::Succeeded,
        KubeletStep::Ready | KubeletStep::Unready | KubeletStep::Schedule | KubeletStep::Remove => {}
    }
    for kind in ["Ready", "ContainersReady"] {
        status.set_condition(Condition::new(kind, ready, now));
    }
    let order = ["Initialized", "Ready", "ContainersReady", "PodScheduled"];
    let rank = |condition: &Condition| order.iter().position(|kind| *kind == &*condition.kind);
    status.conditions.sort_by_key(rank);
    status.containers = container_statuses(pod, &status, step, now);
    status
}

/// The address of the pod's node.
fn host_address(pod: &Object) -> Option<String> {
    let node = pod::node(pod)?;
    let index = NODES.iter().position(|known| known.0 == &**node)?;
    Some(format!("10.0.1.{}", index + 1))
}

fn container_statuses(
    pod: &Object,
    status: &PodStatus,
    step: KubeletStep,
    now: Time,
) -> Vec<ContainerStatus> {
    let before = status.containers.first().map(|container| &container.state);
    let started = match before {
        Some(ContainerState::Running { started }) => *started,
        _ => now,
    };
    let terminated = |exit_code, reason: &str| ContainerState::Terminated {
        exit_code,
        reason: reason.into(),
        started,
        finished: now,
    };
    pod::containers(pod)
        .iter()
        .map(|spec| {
            let text = |key: &str| spec.get(key).and_then(Value::as_str).unwrap_or_default().into();
            ContainerStatus {
                name: text("name"),
                image: text("image"),
                ready: step == KubeletStep::Ready,
                started: !status.phase.terminal(),
                restarts: 0,
                state: match status.phase {
                    Phase::Failed => terminated(1, "Error"),
                    Phase::Succeeded => terminated(0, "Completed"),
                    _ => ContainerState::Running { started },
                },
                last: None,
            }
        })
        .collect()
}

/// A random pod address.
fn new_address(sim: &mut Sim) -> String {
    let mut client = sim.client(Actor::Kubelet, Cause::Timer);
    let number = client.rng().below(0x00ff_ffff);
    format!(
        "10.{}.{}.{}",
        128 + (number >> 17),
        number >> 9 & 0xff,
        1 + (number >> 1 & 0xff) % 254
    )
}

/// Creates a volume for every unbound claim; the persistent volume controller binds them.
pub fn provision(sim: &mut Sim, cause: Cause, results: &mut CommandResults) {
    let unbound: Vec<Arc<Object>> = sim
        .world()
        .list(Kind::PersistentVolumeClaim)
        .filter(|claim| claim.spec().get("volumeName").is_none())
        .cloned()
        .collect();
    for claim in unbound {
        if let Err(status) = provision_one(sim, cause, &claim) {
            results.results.push(Err(status));
        }
    }
    sim.advance(sim.now());
}

fn provision_one(sim: &mut Sim, cause: Cause, claim: &Object) -> Result<(), Status> {
    let mut client = sim.client(Actor::Provisioner, cause);
    let volume = provisioner::new_volume(client.world(), claim, None);
    client.create(volume).map(drop)
}
