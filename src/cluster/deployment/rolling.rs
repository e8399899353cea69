//! From old pods to new ones (`rolling.go`, `recreate.go`).

use std::sync::Arc;

use super::replica_sets::{Sets, count, replicas};
use super::{Wanted, scale_to};
use crate::cluster::client::{Client, Failure};
use crate::object::{Object, pod};
use crate::store::waiting::DeploymentWaiting;

type Outcome = Result<Option<DeploymentWaiting>, Failure>;

/// RollingUpdate: new pods first, as many as the surge allows; then old ones go, as many as may be unavailable.
pub fn roll(client: &mut Client, deployment: &Arc<Object>, wanted: &Wanted, sets: &mut Sets) -> Outcome {
    let is_new = sets.new.is_none();
    let size = new_size(wanted, sets);
    sets.ensure_new(client, deployment, wanted, size)?;
    let Some(new) = sets.new.clone() else {
        return Ok(None);
    };
    if !is_new {
        let size = new_size(wanted, sets);
        if replicas(&new) != size {
            scale_to(client, deployment, wanted, &new, size)?;
            return Ok(None);
        }
        if scale_to(client, deployment, wanted, &new, replicas(&new))? {
            return Ok(None);
        }
    }
    let old: i64 = sets.old.iter().map(|set| replicas(set)).sum();
    if old == 0 {
        return Ok(None);
    }
    if !scale_down_old(client, deployment, wanted, sets, &new)? {
        let replica_set = new.key();
        let full = replicas(&new) < wanted.replicas;
        let late = count(&new, "availableReplicas") < replicas(&new);
        return Ok(Some(if full && !late {
            DeploymentWaiting::MaxSurge { replica_set }
        } else {
            DeploymentWaiting::MaxUnavailable { replica_set }
        }));
    }
    Ok(None)
}

/// How many pods the new ReplicaSet may have now (`NewRSNewReplicas`).
fn new_size(wanted: &Wanted, sets: &Sets) -> i64 {
    let have = sets.new.as_ref().map_or(0, |set| replicas(set));
    if have > wanted.replicas {
        return wanted.replicas;
    }
    let room = wanted.replicas + wanted.surge - sets.total();
    if room <= 0 {
        return have;
    }
    have + room.min(wanted.replicas - have)
}

/// Says whether anything was scaled down (`reconcileOldReplicaSets`).
fn scale_down_old(
    client: &mut Client,
    deployment: &Object,
    wanted: &Wanted,
    sets: &mut Sets,
    new: &Object,
) -> Result<bool, Failure> {
    let min_available = wanted.replicas - wanted.unavailable;
    let new_unavailable = replicas(new) - count(new, "availableReplicas");
    let mut budget = sets.total() - min_available - new_unavailable;
    if budget <= 0 {
        return Ok(false);
    }
    let mut scaled = false;
    let mut sizes: Vec<i64> = sets.old.iter().map(|set| replicas(set)).collect();
    // Unhealthy old pods go first: they are no loss.
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
            scaled |= scale_to(client, deployment, wanted, set, size)?;
        }
    }
    Ok(scaled)
}

/// Recreate: all old pods go before the first new one comes.
pub fn recreate(client: &mut Client, deployment: &Arc<Object>, wanted: &Wanted, sets: &mut Sets) -> Outcome {
    let mut scaled = false;
    for set in sets.old.clone().iter().filter(|set| replicas(set) > 0) {
        scaled |= scale_to(client, deployment, wanted, set, 0)?;
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
    sets.ensure_new(client, deployment, wanted, wanted.replicas)?;
    if let Some(new) = sets.new.clone() {
        scale_to(client, deployment, wanted, &new, wanted.replicas)?;
    }
    Ok(None)
}
