//! The status of a set (`computeReplicaStatus`, `completeRollingUpdate`, `inconsistentStatus`,
//! `stateful_set_status_updater.go`).

use std::sync::Arc;

use super::predicates::is_running_and_available;
use super::set::{Set, Strategy};
use super::template::RevisionTemplate;
use crate::cluster::runtime::{Client, Failure};
use crate::object::status::{ObjectStatus, StatefulSetStatus};
use crate::object::{Key, Time};
use crate::store::{ControlledPods, ordinal};

/// The status by the set's pods (`computeReplicaStatus`). Pods with the set's controller reference that do not match
/// (`ignored`) are not counted.
pub fn count(
    set: &Set,
    collisions: i32,
    [current, update]: [&RevisionTemplate; 2],
    controlled_pods: &ControlledPods,
    ignored: &[Key],
    now: Time,
) -> StatefulSetStatus {
    let (current, update) = (&current.revision, &update.revision);
    let number = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    let not_available = controlled_pods.ready_not_for(set.min_ready_ms, now).count();
    let mut status = StatefulSetStatus {
        observed_generation: set.object.meta.generation,
        replicas: number(controlled_pods.len()),
        ready_replicas: number(controlled_pods.ready_count()),
        available_replicas: number(controlled_pods.ready_count() - not_available),
        current_replicas: number(controlled_pods.count_of(current)),
        updated_replicas: number(controlled_pods.count_of(update)),
        current_revision: current.clone(),
        update_revision: update.clone(),
        collision_count: collisions,
    };
    let position = |key: &Key| (ordinal(&key.name), key.name.clone());
    for pod in ignored
        .iter()
        .filter_map(|key| controlled_pods.get(&position(key)))
    {
        let counts = |revision: &Arc<str>| i32::from(!pod.terminating && pod.revision == *revision);
        status.replicas -= 1;
        status.ready_replicas -= i32::from(pod.running_and_ready());
        status.available_replicas -= i32::from(is_running_and_available(set, pod, now));
        status.current_replicas -= counts(current);
        status.updated_replicas -= counts(update);
    }
    status
}

/// Completes a rollout when all pods are updated and Ready, available or not (`completeRollingUpdate`).
fn complete_rolling_update(set: &Set, status: &mut StatefulSetStatus) {
    let rolling = matches!(set.strategy, Strategy::RollingUpdate { .. });
    if rolling
        && status.updated_replicas == status.replicas
        && status.ready_replicas == status.replicas
        && i64::from(status.replicas) == set.replicas
    {
        status.current_replicas = status.updated_replicas;
        status.current_revision = status.update_revision.clone();
    }
}

/// Whether the status has to be written (`inconsistentStatus`).
fn is_inconsistent(old: &StatefulSetStatus, new: &StatefulSetStatus) -> bool {
    let counts = |status: &StatefulSetStatus| {
        (
            status.replicas,
            status.ready_replicas,
            status.available_replicas,
            status.current_replicas,
            status.updated_replicas,
        )
    };
    new.observed_generation > old.observed_generation
        || counts(old) != counts(new)
        || old.current_revision != new.current_revision
        || old.update_revision != new.update_revision
}

/// Completes the rollout if possible, and writes the status if it changed (`updateStatefulSetStatus`).
///
/// # Errors
/// The API server's refusal.
pub fn write(
    client: &mut Client,
    set: &Set,
    mut status: StatefulSetStatus,
) -> Result<StatefulSetStatus, Failure> {
    complete_rolling_update(set, &mut status);
    let old = set.object.status.stateful_set();
    if old.is_none_or(|old| is_inconsistent(old, &status)) {
        client.update_status(
            &set.object.key(),
            ObjectStatus::StatefulSet(Arc::new(status.clone())),
        )?;
    }
    Ok(status)
}
