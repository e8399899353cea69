//! The Deployment controller (`pkg/controller/deployment`).

mod progress;
mod replica_sets;
mod rolling;

use std::sync::Arc;

use crate::cluster::runtime::{Client, EventType, Failure, SyncResult, WatchEvent, WorkQueue};
use crate::object::typed::{DeploymentSpec, IntOrString};
use crate::object::{Key, Kind, Object, Value, pod};
use crate::store::Waiting;
use crate::store::waiting::DeploymentWaiting;

use replica_sets::{DESIRED, MAX, ReplicaSets};
pub use replica_sets::{HASH, REVISION, annotated};

/// Enqueues Deployments, and the Deployment of a changed ReplicaSet or a deleted or finished pod.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    let key = &event.change.key;
    let owner = |object: Option<&Object>, kind: &str| {
        let owner = object?.meta.controller()?;
        (*owner.kind == *kind).then(|| owner.name.clone())
    };
    match key.kind {
        Kind::Deployment => queue.add(key),
        Kind::ReplicaSet => {
            for object in [event.old, event.new()] {
                if let Some(name) = owner(object, "Deployment") {
                    queue.add(&key.beside(Kind::Deployment, name));
                }
            }
        }
        Kind::Pod => {
            let is_finished = |pod: Option<&Object>| pod.is_none_or(|pod| pod::phase(pod).terminal());
            let Some(name) = owner(event.latest(), "ReplicaSet")
                .filter(|_| is_finished(event.new()) && !is_finished(event.old))
            else {
                return;
            };
            let set = event.world.get(&key.beside(Kind::ReplicaSet, name));
            if let Some(name) = owner(set.map(AsRef::as_ref), "Deployment") {
                queue.add(&key.beside(Kind::Deployment, name));
            }
        }
        _ => {}
    }
}

/// The spec of a Deployment with resolved percentages and defaults.
struct DesiredState {
    replicas: i64,
    /// `maxSurge` in pods.
    max_surge: i64,
    /// `maxUnavailable` in pods.
    max_unavailable: i64,
    recreate: bool,
    paused: bool,
    /// `revisionHistoryLimit`.
    history_limit: usize,
    min_ready_seconds: i64,
    /// `progressDeadlineSeconds`, in milliseconds.
    progress_deadline_ms: Option<u64>,
}

impl DesiredState {
    fn read(spec: &DeploymentSpec<'_>) -> DesiredState {
        let replicas = spec.replicas.unwrap_or(1).max(0);
        let recreate = spec.strategy_type == Some("Recreate");
        let max_surge = scaled_value(spec.max_surge, replicas, true);
        let max_unavailable = scaled_value(spec.max_unavailable, replicas, false);
        // With both 0 the rollout could not progress (`ResolveFenceposts`).
        let max_unavailable = if max_surge == 0 && max_unavailable == 0 {
            1
        } else {
            max_unavailable
        };
        DesiredState {
            replicas,
            max_surge: if recreate { 0 } else { max_surge },
            max_unavailable: if recreate {
                0
            } else {
                max_unavailable.min(replicas)
            },
            recreate,
            paused: spec.paused.unwrap_or(false),
            history_limit: usize::try_from(spec.revision_history_limit.unwrap_or(10)).unwrap_or(usize::MAX),
            min_ready_seconds: spec.min_ready_seconds.unwrap_or(0),
            progress_deadline_ms: spec
                .progress_deadline_seconds
                .and_then(|s| u64::try_from(s).ok())
                .filter(|s| *s < i32::MAX as u64)
                .map(|s| s * 1000),
        }
    }
}

/// A count, or a percentage of `total` rounded up or down; 25% by default (`GetScaledValueFromIntOrPercent`).
fn scaled_value(value: Option<IntOrString<'_>>, total: i64, round_up: bool) -> i64 {
    let percent = match value {
        Some(IntOrString::Int(count)) => return count.max(0),
        Some(IntOrString::String(text)) => text.trim_end_matches('%').parse().unwrap_or(0),
        None => 25,
    };
    let hundredths = total.saturating_mul(percent);
    if round_up {
        hundredths.saturating_add(99) / 100
    } else {
        hundredths / 100
    }
}

/// Syncs one Deployment (`syncDeployment`).
pub fn sync(client: &mut Client, key: &Key) -> SyncResult {
    let Some(deployment) = client.get(key).cloned() else {
        return Ok(());
    };
    let Some(spec) = DeploymentSpec::read(&deployment) else {
        return Ok(());
    };
    let desired = DesiredState::read(&spec);
    if deployment.meta.terminating() {
        let sets = ReplicaSets::claim(client, &deployment)?;
        return progress::sync_status(client, &deployment, &desired, &sets);
    }
    let mut sets = ReplicaSets::claim(client, &deployment)?;
    let mut waiting = None;
    if desired.paused {
        scale(client, &deployment, &desired, &sets)?;
        waiting = Some(DeploymentWaiting::Paused);
    } else if sets.is_scaling(&desired) {
        scale(client, &deployment, &desired, &sets)?;
    } else if desired.recreate {
        waiting = rolling::recreate(client, &deployment, &desired, &mut sets)?;
    } else {
        waiting = rolling::rolling_update(client, &deployment, &desired, &mut sets)?;
    }
    let sets = ReplicaSets::claim(client, &deployment)?;
    if let Some(deployment) = client.get(key).cloned() {
        if progress::is_complete(&desired, &sets, &deployment) {
            replica_sets::clean_up(client, &desired, &sets)?;
        }
        let sets = ReplicaSets::claim(client, &deployment)?;
        progress::sync_status(client, &deployment, &desired, &sets)?;
    }
    client.set_waiting(key, waiting.map(Waiting::Deployment));
    Ok(())
}

/// Scales the ReplicaSets in proportion after the count changed, or while the Deployment is paused (`scale` in
/// `sync.go`).
fn scale(
    client: &mut Client,
    deployment: &Arc<Object>,
    desired: &DesiredState,
    sets: &ReplicaSets,
) -> Result<(), Failure> {
    let active: Vec<Arc<Object>> = sets
        .all()
        .filter(|set| replica_sets::replicas(set) > 0)
        .cloned()
        .collect();
    if active.len() <= 1 {
        let only = active
            .first()
            .or(sets.new.as_ref())
            .or_else(|| sets.old.last())
            .cloned();
        if let Some(set) = only {
            scale_to(client, deployment, desired, &set, desired.replicas)?;
        }
        return Ok(());
    }
    let saturated = sets.new.as_ref().is_some_and(|set| {
        replica_sets::replicas(set) == desired.replicas
            && replica_sets::count(set, "availableReplicas") == desired.replicas
    });
    if saturated {
        for set in sets.old.iter().filter(|set| replica_sets::replicas(set) > 0) {
            scale_to(client, deployment, desired, set, 0)?;
        }
        return Ok(());
    }
    let allowed = if desired.replicas > 0 {
        desired.replicas + desired.max_surge
    } else {
        0
    };
    let total: i64 = active.iter().map(|set| replica_sets::replicas(set)).sum();
    let mut left = allowed - total;
    let mut sizes: Vec<(Arc<Object>, i64)> = active
        .iter()
        .map(|set| {
            let size = replica_sets::replicas(set);
            let before = replica_sets::annotated(set, MAX).unwrap_or(total).max(1);
            let delta = (size * allowed + before / 2) / before - size;
            let delta = if left > 0 {
                delta.clamp(0, left)
            } else {
                delta.clamp(left, 0)
            };
            left -= delta;
            (set.clone(), size + delta)
        })
        .collect();
    if let Some((_, size)) = sizes.first_mut() {
        *size = (*size + left).max(0);
    }
    for (set, size) in sizes {
        scale_to(client, deployment, desired, &set, size)?;
    }
    Ok(())
}

/// Sets the count of a ReplicaSet (`scaleReplicaSet`). Returns whether it changed.
fn scale_to(
    client: &mut Client,
    deployment: &Object,
    desired: &DesiredState,
    set: &Arc<Object>,
    replicas: i64,
) -> Result<bool, Failure> {
    let before = replica_sets::replicas(set);
    let mut scaled = Object::clone(set);
    let (desired_replicas, max_replicas) = (
        desired.replicas.to_string(),
        (desired.replicas + desired.max_surge).to_string(),
    );
    scaled.meta.annotations.insert(DESIRED, desired_replicas);
    scaled.meta.annotations.insert(MAX, max_replicas);
    if before == replicas && scaled.meta.annotations == set.meta.annotations {
        return Ok(false);
    }
    if before != replicas {
        let mut spec = set.spec().clone();
        *spec.slot(&["replicas"]) = replicas.into();
        let meta = scaled.meta;
        scaled = set.with_spec(spec);
        scaled.meta = meta;
    }
    client.update(scaled)?;
    if before != replicas {
        let direction = if replicas > before { "up" } else { "down" };
        record_scaling(client, deployment, direction, &set.meta.name, before, replicas);
    }
    Ok(before != replicas)
}

fn record_scaling(client: &mut Client, deployment: &Object, direction: &str, set: &str, from: i64, to: i64) {
    let message = format!("Scaled {direction} replica set {set} from {from} to {to}");
    client.event(deployment, EventType::Normal, "ScalingReplicaSet", message);
}

/// The template without the pod-template-hash label (`EqualIgnoreHash`).
fn bare_template(object: &Object) -> Value {
    let mut template = object.spec().get("template").cloned().unwrap_or_default();
    if let Value::Object(labels) = template.slot(&["metadata", "labels"]) {
        labels.remove(replica_sets::HASH);
    }
    template
}
