//! What the scheduler writes about pods that it does not bind (`handleSchedulingFailure` in `schedule_one.go`,
//! `pkg/scheduler/framework/preemption/executor.go`).

use std::sync::Arc;

use super::fit_error::FitError;
use super::preemption::{Nomination, PREEMPTION_BY_SCHEDULER};
use crate::api::DeleteOptions;
use crate::cluster::runtime::durations::{UNSCHEDULABLE_FLUSH_MS, UNSCHEDULABLE_MAX_MS};
use crate::cluster::runtime::{Client, EventType, SyncResult};
use crate::object::status::{Condition, ConditionStatus, ObjectStatus, PodStatus};
use crate::object::{Key, Kind, Object, Time, pod};
use crate::store::Waiting;
use crate::store::waiting::SchedulingWaiting;

/// Records that no node fits the pod; `node` is the one on which pods are evicted for it, `clears_nomination` whether it
/// is no longer to get one.
pub fn fail(
    client: &mut Client,
    pod: &Object,
    error: &FitError,
    node: Option<Arc<str>>,
    clears_nomination: bool,
) -> SyncResult {
    client.event(
        pod,
        EventType::Warning,
        "FailedScheduling",
        error.message.as_str(),
    );
    let key = pod.key();
    let aside = client.now().plus(UNSCHEDULABLE_MAX_MS).0;
    let flush = Time((aside / UNSCHEDULABLE_FLUSH_MS + 1) * UNSCHEDULABLE_FLUSH_MS);
    client.repeat_at(flush, &key);
    let nominated = node.clone();
    let old = pod::status(pod).cloned().unwrap_or_default();
    let mut status = not_scheduled(&old, "Unschedulable", &error.message, client.now());
    if nominated.is_some() || clears_nomination {
        status.nominated_node = nominated;
    }
    if status != old {
        client.update_status(&key, ObjectStatus::Pod(Arc::new(status)))?;
    }
    let waiting = match node {
        Some(node) => SchedulingWaiting::Preempting {
            node: Key::new(Kind::Node, node),
        },
        None => error.waiting.clone(),
    };
    client.set_waiting(&key, Some(Waiting::Scheduling(waiting)));
    Ok(())
}

/// Records the node on which the volumes of the pod are made before it is bound (`NominatedNodeNameForExpectation`,
/// `bindingCycle` in `schedule_one.go`).
pub fn nominate(client: &mut Client, pod: &Object, node: &Arc<str>) -> SyncResult {
    let mut status = pod::status(pod).cloned().unwrap_or_default();
    status.nominated_node = Some(node.clone());
    client.update_status(&pod.key(), ObjectStatus::Pod(Arc::new(status)))?;
    Ok(())
}

/// Records that the pod has scheduling gates.
pub fn gate(client: &mut Client, pod: &Object) -> SyncResult {
    let key = pod.key();
    let old = pod::status(pod).cloned().unwrap_or_default();
    let message = "Scheduling is blocked due to non-empty scheduling gates";
    let status = not_scheduled(&old, "SchedulingGated", message, client.now());
    if status != old {
        client.update_status(&key, ObjectStatus::Pod(Arc::new(status)))?;
    }
    client.set_waiting(
        &key,
        Some(Waiting::Scheduling(SchedulingWaiting::SchedulingGated)),
    );
    Ok(())
}

/// The status with `PodScheduled=False`; the same if it has this condition already.
fn not_scheduled(old: &PodStatus, reason: &str, message: &str, now: Time) -> PodStatus {
    let mut status = old.clone();
    let same = status
        .condition("PodScheduled")
        .is_some_and(|c| c.status == ConditionStatus::False && c.message.as_deref() == Some(message));
    if !same {
        status.set_condition(Condition {
            reason: Some(reason.into()),
            message: Some(message.into()),
            ..Condition::new("PodScheduled", ConditionStatus::False, now)
        });
    }
    status
}

/// Deletes the victims of a preemption (`PreemptPod`).
pub fn evict(client: &mut Client, preemptor: &Object, nomination: &Nomination) -> SyncResult {
    for key in &nomination.victims {
        let Some(victim) = client.get(key).cloned() else {
            continue;
        };
        let mut status = pod::status(&victim).cloned().unwrap_or_default();
        status.set_condition(Condition {
            reason: Some(PREEMPTION_BY_SCHEDULER.into()),
            message: Some("default-scheduler: preempting to accommodate a higher priority pod".into()),
            ..Condition::new("DisruptionTarget", ConditionStatus::True, client.now())
        });
        client.update_status(key, ObjectStatus::Pod(Arc::new(status)))?;
        client.delete(key, DeleteOptions::default())?;
        let (uid, node) = (&preemptor.meta.uid, &nomination.node);
        client.event(
            &victim,
            EventType::Normal,
            "Preempted",
            format!("Preempted by pod {uid} on node {node}"),
        );
    }
    Ok(())
}
