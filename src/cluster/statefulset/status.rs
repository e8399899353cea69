//! A set's status (`computeReplicaStatus`, `completeRollingUpdate`, `inconsistentStatus`,
//! `stateful_set_status_updater.go`).

use std::sync::Arc;

use super::predicates::is_running_and_available;
use super::set::{Set, Strategy};
use super::template::Versioned;
use crate::cluster::client::{Client, Failure};
use crate::object::Time;
use crate::object::status::{StatefulSetStatus, Status};
use crate::store::Controlled;

/// The status of these pods, counted for the current and the update revision. Nothing of the old status is kept.
pub fn count(
    set: &Set,
    collisions: i32,
    [current, update]: [&Versioned; 2],
    pods: &[&Controlled],
    now: Time,
) -> StatefulSetStatus {
    let (current, update) = (&current.revision, &update.revision);
    let mut status = StatefulSetStatus {
        observed_generation: set.object.meta.generation,
        current_revision: current.clone(),
        update_revision: update.clone(),
        collision_count: collisions,
        ..StatefulSetStatus::default()
    };
    for pod in pods {
        status.replicas += 1;
        if pod.running_and_ready() {
            status.ready_replicas += 1;
            status.available_replicas += i32::from(is_running_and_available(set, pod, now));
        }
        if !pod.terminating {
            status.current_replicas += i32::from(same(&pod.revision, current));
            status.updated_replicas += i32::from(same(&pod.revision, update));
        }
    }
    status
}

/// Whether two names of revisions are one. Both come from the world's index, where equal names are one allocation:
/// this is asked for every pod on every sync.
pub fn same(a: &Arc<str>, b: &Arc<str>) -> bool {
    Arc::ptr_eq(a, b)
}

/// A rollout is complete when every wanted pod is updated and Ready; availability is not asked.
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

/// Whether the difference is worth a write.
fn is_inconsistent(old: &StatefulSetStatus, new: &StatefulSetStatus) -> bool {
    let told = |status: &StatefulSetStatus| {
        (
            status.replicas,
            status.ready_replicas,
            status.available_replicas,
            status.current_replicas,
            status.updated_replicas,
        )
    };
    new.observed_generation > old.observed_generation
        || told(old) != told(new)
        || old.current_revision != new.current_revision
        || old.update_revision != new.update_revision
}

/// Completes the rollout if it is, and writes the status if it says something new.
///
/// # Errors
/// What the API server says against it.
pub fn write(
    client: &mut Client,
    set: &Set,
    mut status: StatefulSetStatus,
) -> Result<StatefulSetStatus, Failure> {
    complete_rolling_update(set, &mut status);
    let old = set.object.status.stateful_set();
    if old.is_none_or(|old| is_inconsistent(old, &status)) {
        client.update_status(&set.object.key(), Status::StatefulSet(Arc::new(status.clone())))?;
    }
    Ok(status)
}
