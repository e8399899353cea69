//! The Deployment controller: a ReplicaSet for each template, and the way from one to the next
//! (`pkg/controller/deployment`).

mod progress;
mod replica_sets;
mod rolling;

use std::sync::Arc;

use super::client::{Client, EventType, Failure, Synced};
use super::queue::{Seen, Wakes};
use crate::object::typed::{DeploymentSpec, IntOrString};
use crate::object::{Key, Kind, Object, Value, pod};
use crate::store::Waiting;
use crate::store::waiting::DeploymentWaiting;

use replica_sets::{DESIRED, MAX, Sets};
pub use replica_sets::{HASH, REVISION, annotated};

/// Deployments, their ReplicaSets, and the last pod of a ReplicaSet to go.
pub fn interested(seen: &Seen, wakes: &mut Wakes) {
    let key = &seen.change.key;
    let owner = |object: Option<&Object>, kind: &str| {
        let owner = object?.meta.controller()?;
        (*owner.kind == *kind).then(|| owner.name.clone())
    };
    match key.kind {
        Kind::Deployment => wakes.now(key),
        Kind::ReplicaSet => {
            for object in [seen.old, seen.new()] {
                if let Some(name) = owner(object, "Deployment") {
                    wakes.now(&key.beside(Kind::Deployment, name));
                }
            }
        }
        Kind::Pod => {
            let over = |pod: Option<&Object>| pod.is_none_or(|pod| pod::phase(pod).terminal());
            let Some(name) =
                owner(seen.latest(), "ReplicaSet").filter(|_| over(seen.new()) && !over(seen.old))
            else {
                return;
            };
            let set = seen.world.get(&key.beside(Kind::ReplicaSet, name));
            if let Some(name) = owner(set.map(AsRef::as_ref), "Deployment") {
                wakes.now(&key.beside(Kind::Deployment, name));
            }
        }
        _ => {}
    }
}

/// What a Deployment asks for, in numbers.
struct Wanted {
    replicas: i64,
    surge: i64,
    unavailable: i64,
    recreate: bool,
    paused: bool,
    history: usize,
    min_ready_seconds: i64,
    deadline_ms: Option<u64>,
}

impl Wanted {
    fn of(spec: &DeploymentSpec<'_>) -> Wanted {
        let replicas = spec.replicas.unwrap_or(1).max(0);
        let recreate = spec.strategy_type == Some("Recreate");
        let surge = share(spec.max_surge, replicas, true);
        let unavailable = share(spec.max_unavailable, replicas, false);
        // Both nothing would never move (`ResolveFenceposts`).
        let unavailable = if surge == 0 && unavailable == 0 {
            1
        } else {
            unavailable
        };
        Wanted {
            replicas,
            surge: if recreate { 0 } else { surge },
            unavailable: if recreate { 0 } else { unavailable.min(replicas) },
            recreate,
            paused: spec.paused.unwrap_or(false),
            history: usize::try_from(spec.revision_history_limit.unwrap_or(10)).unwrap_or(usize::MAX),
            min_ready_seconds: spec.min_ready_seconds.unwrap_or(0),
            deadline_ms: spec
                .progress_deadline_seconds
                .and_then(|s| u64::try_from(s).ok())
                .filter(|s| *s < i32::MAX as u64)
                .map(|s| s * 1000),
        }
    }
}

/// A count, or a percentage of `of` rounded up or down; 25% by default.
fn share(value: Option<IntOrString<'_>>, of: i64, up: bool) -> i64 {
    let percent = match value {
        Some(IntOrString::Int(count)) => return count.max(0),
        Some(IntOrString::String(text)) => text.trim_end_matches('%').parse().unwrap_or(0),
        None => 25,
    };
    let hundredths = of.saturating_mul(percent);
    if up {
        hundredths.saturating_add(99) / 100
    } else {
        hundredths / 100
    }
}

/// Looks at one Deployment (`syncDeployment`).
pub fn sync(client: &mut Client, key: &Key) -> Synced {
    let Some(deployment) = client.get(key).cloned() else {
        return Ok(());
    };
    let Some(spec) = DeploymentSpec::read(&deployment) else {
        return Ok(());
    };
    let wanted = Wanted::of(&spec);
    if deployment.meta.terminating() {
        let sets = Sets::find(client, &deployment)?;
        return progress::report(client, &deployment, &wanted, &sets);
    }
    let mut sets = Sets::find(client, &deployment)?;
    let mut waiting = None;
    if wanted.paused {
        scale(client, &deployment, &wanted, &sets)?;
        waiting = Some(DeploymentWaiting::Paused);
    } else if sets.is_scaling(&wanted) {
        scale(client, &deployment, &wanted, &sets)?;
    } else if wanted.recreate {
        waiting = rolling::recreate(client, &deployment, &wanted, &mut sets)?;
    } else {
        waiting = rolling::roll(client, &deployment, &wanted, &mut sets)?;
    }
    let sets = Sets::find(client, &deployment)?;
    if let Some(deployment) = client.get(key).cloned() {
        replica_sets::clean_up(client, &wanted, &sets, &deployment)?;
        let sets = Sets::find(client, &deployment)?;
        progress::report(client, &deployment, &wanted, &sets)?;
    }
    client.wait(key, waiting.map(Waiting::Deployment));
    Ok(())
}

/// The count changed, or the Deployment is paused: ReplicaSets keep their proportions (`scale` in `sync.go`).
fn scale(client: &mut Client, deployment: &Arc<Object>, wanted: &Wanted, sets: &Sets) -> Result<(), Failure> {
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
            scale_to(client, deployment, wanted, &set, wanted.replicas)?;
        }
        return Ok(());
    }
    let saturated = sets.new.as_ref().is_some_and(|set| {
        replica_sets::replicas(set) == wanted.replicas
            && replica_sets::count(set, "availableReplicas") == wanted.replicas
    });
    if saturated {
        for set in sets.old.iter().filter(|set| replica_sets::replicas(set) > 0) {
            scale_to(client, deployment, wanted, set, 0)?;
        }
        return Ok(());
    }
    let allowed = if wanted.replicas > 0 {
        wanted.replicas + wanted.surge
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
            let share = (size * allowed + before / 2) / before - size;
            let share = if left > 0 {
                share.clamp(0, left)
            } else {
                share.clamp(left, 0)
            };
            left -= share;
            (set.clone(), size + share)
        })
        .collect();
    if let Some((_, size)) = sizes.first_mut() {
        *size = (*size + left).max(0);
    }
    for (set, size) in sizes {
        scale_to(client, deployment, wanted, &set, size)?;
    }
    Ok(())
}

/// Sets a ReplicaSet's count, and says so (`scaleReplicaSet`); says whether it changed.
fn scale_to(
    client: &mut Client,
    deployment: &Object,
    wanted: &Wanted,
    set: &Arc<Object>,
    replicas: i64,
) -> Result<bool, Failure> {
    let before = replica_sets::replicas(set);
    let mut scaled = Object::clone(set);
    let (desired, max) = (
        wanted.replicas.to_string(),
        (wanted.replicas + wanted.surge).to_string(),
    );
    scaled.meta.annotations.insert(DESIRED, desired);
    scaled.meta.annotations.insert(MAX, max);
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
        say_scaled(client, deployment, direction, &set.meta.name, before, replicas);
    }
    Ok(before != replicas)
}

fn say_scaled(client: &mut Client, deployment: &Object, direction: &str, set: &str, from: i64, to: i64) {
    let message = format!("Scaled {direction} replica set {set} from {from} to {to}");
    client.event(deployment, EventType::Normal, "ScalingReplicaSet", message);
}

/// The template without the label that tells ReplicaSets apart (`EqualIgnoreHash`).
fn bare_template(object: &Object) -> Value {
    let mut template = object.spec().get("template").cloned().unwrap_or_default();
    if let Value::Object(labels) = template.slot(&["metadata", "labels"]) {
        labels.remove(replica_sets::HASH);
    }
    template
}
