//! Rollouts (`rolling.go`, `recreate.go`).

use std::sync::Arc;

use super::replica_sets::{ReplicaSets, count, replicas};
use super::{DesiredState, scale_to};
use crate::cluster::runtime::{Client, Failure};
use crate::object::{Object, pod};
use crate::store::waiting::DeploymentWaiting;

/// The reason to wait during a rollout, if there is one.
type RolloutResult = Result<Option<DeploymentWaiting>, Failure>;

/// `RollingUpdate`: scales the new ReplicaSet up within `maxSurge`, then the old ones down within `maxUnavailable`
/// (`rolloutRolling`).
pub fn rolling_update(
    client: &mut Client,
    deployment: &Arc<Object>,
    desired: &DesiredState,
    sets: &mut ReplicaSets,
) -> RolloutResult {
    let is_new = sets.new.is_none();
    let size = new_size(desired, sets);
    sets.ensure_new(client, deployment, desired, size)?;
    let Some(new) = sets.new.clone() else {
        return Ok(None);
    };
    if !is_new {
        let size = new_size(desired, sets);
        if replicas(&new) != size {
            scale_to(client, deployment, desired, &new, size)?;
            return Ok(None);
        }
        if scale_to(client, deployment, desired, &new, replicas(&new))? {
            return Ok(None);
        }
    }
    let old: i64 = sets.old.iter().map(|set| replicas(set)).sum();
    if old == 0 {
        return Ok(None);
    }
    if !scale_down_old(client, deployment, desired, sets, &new)? {
        let replica_set = new.key();
        let surge_used_up = replicas(&new) < desired.replicas;
        let not_available = count(&new, "availableReplicas") < replicas(&new);
        return Ok(Some(if surge_used_up && !not_available {
            DeploymentWaiting::MaxSurge { replica_set }
        } else {
            DeploymentWaiting::MaxUnavailable { replica_set }
        }));
    }
    Ok(None)
}

/// The next count of the new ReplicaSet (`NewRSNewReplicas`).
fn new_size(desired: &DesiredState, sets: &ReplicaSets) -> i64 {
    let current = sets.new.as_ref().map_or(0, |set| replicas(set));
    if current > desired.replicas {
        return desired.replicas;
    }
    let room = desired.replicas + desired.max_surge - sets.total();
    if room <= 0 {
        return current;
    }
    current + room.min(desired.replicas - current)
}

/// Returns whether a ReplicaSet was scaled down (`reconcileOldReplicaSets`).
fn scale_down_old(
    client: &mut Client,
    deployment: &Object,
    desired: &DesiredState,
    sets: &mut ReplicaSets,
    new: &Object,
) -> Result<bool, Failure> {
    let min_available = desired.replicas - desired.max_unavailable;
    let new_unavailable = replicas(new) - count(new, "availableReplicas");
    let mut budget = sets.total() - min_available - new_unavailable;
    if budget <= 0 {
        return Ok(false);
    }
    let mut scaled = false;
    let mut sizes: Vec<i64> = sets.old.iter().map(|set| replicas(set)).collect();
    // Unhealthy old pods are deleted first (`cleanupUnhealthyReplicas`).
    for (set, size) in sets.old.iter().zip(&mut sizes) {
        let unhealthy = (*size - count(set, "availableReplicas")).clamp(0, budget.max(0));
        *size -= unhealthy;
        budget -= unhealthy;
    }
    let available: i64 = sets.all().map(|set| count(set, "availableReplicas")).sum();
    let mut spare = (available - min_available).max(0);
    for size in &mut sizes {
        let step = (*size).min(spare);
        *size -= step;
        spare -= step;
    }
    for (set, size) in sets.old.clone().iter().zip(sizes) {
        if replicas(set) != size {
            scaled |= scale_to(client, deployment, desired, set, size)?;
        }
    }
    Ok(scaled)
}

/// `Recreate`: creates new pods after all old ones are deleted (`rolloutRecreate`).
pub fn recreate(
    client: &mut Client,
    deployment: &Arc<Object>,
    desired: &DesiredState,
    sets: &mut ReplicaSets,
) -> RolloutResult {
    let mut scaled = false;
    for set in sets.old.clone().iter().filter(|set| replicas(set) > 0) {
        scaled |= scale_to(client, deployment, desired, set, 0)?;
    }
    if scaled {
        return Ok(None);
    }
    let running = sets.old.iter().find(|set| {
        let mut pods = client.world().controlled(&set.meta.uid);
        pods.any(|(_, pod)| !pod::phase(pod).terminal())
    });
    if let Some(set) = running {
        let replica_set = set.key();
        return Ok(Some(DeploymentWaiting::OldPodsRunning { replica_set }));
    }
    sets.ensure_new(client, deployment, desired, desired.replicas)?;
    if let Some(new) = sets.new.clone() {
        scale_to(client, deployment, desired, &new, desired.replicas)?;
    }
    Ok(None)
}
