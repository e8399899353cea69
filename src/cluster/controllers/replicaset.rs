//! The ReplicaSet controller (`pkg/controller/replicaset/replica_set.go`).

use std::cmp::Reverse;
use std::sync::Arc;

use super::controller_ref::{ClaimResult, claim};
use crate::api::{DeleteOptions, Reason};
use crate::cluster::runtime::{Client, EventType, Failure, SyncResult, WatchEvent, WorkQueue};
use crate::limits;
use crate::object::status::{ObjectStatus, Phase};
use crate::object::typed::ReplicaSetSpec;
use crate::object::{Key, Kind, Map, Meta, Object, OwnerRef, Time, Value, pod};
use crate::store::Waiting;
use crate::store::waiting::DeploymentWaiting;

/// Enqueues ReplicaSets, the owners of changed pods, and ReplicaSets that may adopt a pod (`addPod`, `updatePod`).
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    let key = &event.change.key;
    match key.kind {
        Kind::ReplicaSet => queue.add(key),
        Kind::Pod => {
            let owners = [event.old, event.new()]
                .into_iter()
                .flatten()
                .map(|pod| pod.meta.controller());
            let mut is_orphan = false;
            for owner in owners {
                match owner {
                    Some(owner) if &*owner.kind == "ReplicaSet" => {
                        queue.add(&key.beside(Kind::ReplicaSet, owner.name.clone()));
                    }
                    Some(_) => {}
                    None => is_orphan = true,
                }
            }
            let labels =
                |pod: Option<&Object>| pod.map(|pod| (pod.meta.labels.clone(), pod.meta.owners.clone()));
            if is_orphan && event.new().is_some() && labels(event.new()) != labels(event.old) {
                for set in event.world.list(Kind::ReplicaSet) {
                    if set.meta.namespace == key.namespace && event.new().is_some_and(|pod| selects(set, pod))
                    {
                        queue.add(&set.key());
                    }
                }
            }
        }
        _ => {}
    }
}

fn selects(set: &Object, pod: &Object) -> bool {
    ReplicaSetSpec::read(set).is_some_and(|spec| spec.selector.selects(&pod.meta.labels))
}

/// Syncs one ReplicaSet (`syncReplicaSet`).
pub fn sync(client: &mut Client, key: &Key) -> SyncResult {
    let Some(set) = client.get(key).cloned() else {
        return Ok(());
    };
    let Some(spec) = ReplicaSetSpec::read(&set) else {
        return Ok(());
    };
    let desired = spec.replicas.unwrap_or(1).max(0);
    let min_ready_ms = u64::try_from(spec.min_ready_seconds.unwrap_or(0)).unwrap_or(0) * 1000;
    let pods = claim_pods(client, &set)?;
    let active: Vec<Arc<Object>> = pods.iter().filter(|pod| pod::active(pod)).cloned().collect();
    let have = i64::try_from(active.len()).unwrap_or(i64::MAX);
    let managed = if set.meta.terminating() || desired > limits::PODS {
        Ok(())
    } else if have < desired {
        create(client, &set, desired - have)
    } else {
        delete(
            client,
            &set,
            &active,
            usize::try_from(have - desired).unwrap_or(0),
        )
    };
    let not_available = update_status(client, &set, &pods, min_ready_ms)?;
    let waiting = match &managed {
        Err(failure) => Some(DeploymentWaiting::CreateFailed {
            error: failure.message.clone(),
        }),
        Ok(()) if desired > limits::PODS => Some(DeploymentWaiting::TooManyPods { limit: limits::PODS }),
        Ok(()) => not_available.map(|pod| DeploymentWaiting::PodNotAvailable { pod }),
    };
    client.set_waiting(key, waiting.map(Waiting::Deployment));
    managed
}

/// The pods of the set after adoption and release (`claimPods`).
fn claim_pods(client: &mut Client, set: &Object) -> Result<Vec<Arc<Object>>, Failure> {
    let mut claimed = Vec::new();
    let world = client.world();
    let owned: Vec<Arc<Object>> = world
        .controlled(&set.meta.uid)
        .map(|(_, pod)| pod.clone())
        .collect();
    let orphans: Vec<Arc<Object>> = world
        .loose_pods()
        .filter(|pod| pod.meta.namespace == set.meta.namespace && pod::active(pod) && selects(set, pod))
        .cloned()
        .collect();
    for pod in owned {
        if claim(client, set, &pod, selects(set, &pod))? == ClaimResult::Ours {
            claimed.push(pod);
        }
    }
    for pod in orphans {
        if claim(client, set, &pod, true)? == ClaimResult::Ours {
            claimed.push(pod);
        }
    }
    Ok(claimed)
}

fn create(client: &mut Client, set: &Arc<Object>, count: i64) -> Result<(), Failure> {
    for _ in 0..count {
        let pod = new_pod(client, set);
        match client.create(pod) {
            Ok(Some(pod)) => {
                let message = format!("Created pod: {}", pod.meta.name);
                client.event(set, EventType::Normal, "SuccessfulCreate", message);
            }
            Ok(None) => {}
            Err(status) => {
                let message = format!("Error creating: {}", status.message);
                client.event(set, EventType::Warning, "FailedCreate", message);
                return Err(status.into());
            }
        }
    }
    Ok(())
}

/// A pod of the template. The controller generates the name itself, from its own stream of random numbers.
fn new_pod(client: &mut Client, set: &Object) -> Object {
    let template = set.spec().get("template").cloned().unwrap_or_default();
    let meta = template.get("metadata").and_then(Value::as_object);
    let part = |field: &str| {
        meta.and_then(|meta| meta.get(field)?.as_object().cloned())
            .unwrap_or_default()
    };
    let prefix = format!("{}-", set.meta.name);
    let owner = OwnerRef::controller(Kind::ReplicaSet, &set.meta.name, &set.meta.uid);
    let meta = Meta {
        name: format!("{prefix}{}", client.rng().letters(5)).into(),
        generate_name: Some(prefix.into()),
        namespace: set.meta.namespace.clone(),
        labels: part("labels"),
        annotations: part("annotations"),
        owners: Arc::from([owner]),
        ..Meta::default()
    };
    let spec = template.get("spec").cloned().unwrap_or_default();
    let fields = Map::from_iter([("spec", spec)]);
    Object::new(Kind::Pod, meta, fields, ObjectStatus::None)
}

fn delete(client: &mut Client, set: &Object, active: &[Arc<Object>], count: usize) -> Result<(), Failure> {
    if count == 0 {
        return Ok(());
    }
    let now = client.now();
    let mut victims: Vec<_> = active
        .iter()
        .map(|pod| (rank(client, set, pod, now), pod.key()))
        .collect();
    victims.sort();
    for (_, pod) in victims.into_iter().take(count) {
        match client.delete(&pod, DeleteOptions::default()) {
            Err(status) if status.reason != Reason::NotFound => return Err(status.into()),
            _ => {}
        }
        let message = format!("Deleted pod: {}", pod.name);
        client.event(set, EventType::Normal, "SuccessfulDelete", message);
    }
    Ok(())
}

/// Deletion order of pods (`ActivePodsWithRanks` in `controller_utils.go`): the lowest rank first.
type Rank = (
    bool,
    u8,
    bool,
    i64,
    Reverse<usize>,
    u32,
    Reverse<u32>,
    Reverse<Time>,
);

fn rank(client: &Client, set: &Object, object: &Object, now: Time) -> Rank {
    let node = pod::node(object);
    let phase = match pod::phase(object) {
        Phase::Pending => 0,
        Phase::Unknown => 1,
        _ => 2,
    };
    let cost = object
        .meta
        .annotation("controller.kubernetes.io/pod-deletion-cost")
        .and_then(|cost| cost.parse().ok())
        .unwrap_or(0);
    let colocated = node.map_or(0, |node| {
        client.world().pods().count_of_controller(&set.meta.uid, node)
    });
    let ready_since = pod::status(object).and_then(|status| status.ready_since());
    // Upstream compares times by their order of magnitude, so that small differences do not decide.
    let log = |since: Time| (now.since(since) / 1000).checked_ilog2().map_or(0, |log| log + 1);
    (
        node.is_some(),
        phase,
        pod::ready(object),
        cost,
        Reverse(colocated),
        ready_since.map_or(0, log),
        Reverse(crate::object::pod_status::summary(object).restarts),
        Reverse(object.meta.created),
    )
}

/// Updates the status (`calculateStatus` in `replica_set_utils.go`). Returns the first pod that is not available.
fn update_status(
    client: &mut Client,
    set: &Object,
    pods: &[Arc<Object>],
    min_ready_ms: u64,
) -> Result<Option<Key>, Failure> {
    let now = client.now();
    let active: Vec<&Arc<Object>> = pods.iter().filter(|pod| pod::active(pod)).collect();
    let terminating = pods
        .iter()
        .filter(|pod| pod.meta.terminating() && !pod::phase(pod).terminal());
    let ready_since: Vec<Time> = active
        .iter()
        .filter_map(|pod| pod::status(pod)?.ready_since())
        .collect();
    let available = ready_since
        .iter()
        .filter(|since| since.plus(min_ready_ms) <= now)
        .count();
    let template = set.spec().at(&["template", "metadata", "labels"]);
    let labelled = active.iter().filter(|pod| {
        let desired = template.and_then(Value::as_object);
        desired.is_none_or(|desired| desired.iter().all(|(k, v)| pod.meta.labels.get(k) == Some(v)))
    });
    let mut status = Map::new();
    let mut count = |field: &str, number: usize, always: bool| {
        if number > 0 || always {
            status.insert(field, i64::try_from(number).unwrap_or(i64::MAX));
        }
    };
    count("replicas", active.len(), true);
    count("fullyLabeledReplicas", labelled.count(), false);
    count("readyReplicas", ready_since.len(), false);
    count("availableReplicas", available, false);
    count("terminatingReplicas", terminating.count(), true);
    status.insert("observedGeneration", set.meta.generation);
    if set.status.fields() != Some(&status) {
        client.update_status(&set.key(), ObjectStatus::Document(status))?;
    }
    let next = ready_since
        .iter()
        .map(|since| since.plus(min_ready_ms))
        .filter(|at| *at > now)
        .min();
    if let Some(next) = next {
        client.requeue_at(next, &set.key());
    }
    let not_available = active.iter().find(|pod| {
        let since = pod::status(pod).and_then(|status| status.ready_since());
        since.is_none_or(|since| since.plus(min_ready_ms) > now)
    });
    Ok(not_available.map(|pod| pod.key()))
}
