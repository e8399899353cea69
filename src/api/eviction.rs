//! POST to a pod's `eviction` subresource (`pkg/registry/core/pod/storage/eviction.go`).

use std::sync::Arc;

use super::delete::delete_object;
use super::update::get;
use super::{Context, DeleteOptions, Reason, Status, StatusCause, Writes, store_unowned};
use crate::object::disruption_budget::{
    DisruptionBudgetSpec, DisruptionBudgetStatus, UnhealthyPodEvictionPolicy,
};
use crate::object::status::{Condition, ConditionStatus, Phase};
use crate::object::{Key, Kind, Object, ObjectStatus, pod};
use crate::store::{Change, World};

/// The most evictions that the disruption controller need not have confirmed (`MaxDisruptedPodSize`).
const DISRUPTED_PODS_MAX: usize = 2_000;

/// Deletes a pod if its PodDisruptionBudget allows it (`EvictionREST.Create`).
pub(super) fn evict(context: &mut Context, key: &Key, options: &DeleteOptions) -> Result<Writes, Status> {
    let pod = get(context, key)?;
    let mut changes = Vec::new();
    if !can_ignore_budget(&pod) {
        let budgets = budgets_of(context.world, &pod);
        if budgets.len() > 1 {
            return Err(several_budgets());
        }
        if let Some(budget) = budgets.first().filter(|budget| !allows_unhealthy(budget, &pod)) {
            changes = decrement(context, budget, &pod)?;
        }
    }
    let marked = mark_as_target(context, pod, &mut changes);
    let mut writes = delete_object(context, marked, options)?;
    changes.append(&mut writes.changes);
    Ok(Writes { changes, ..writes })
}

/// The PodDisruptionBudgets that select a pod (`getPodDisruptionBudgets`).
pub fn budgets_of<'a>(world: &'a World, pod: &Object) -> Vec<&'a Arc<Object>> {
    let budgets = world.list(Kind::PodDisruptionBudget);
    budgets
        .filter(|budget| {
            budget.meta.namespace == pod.meta.namespace
                && DisruptionBudgetSpec::read(budget).selects(&pod.meta.labels)
        })
        .collect()
}

/// `canIgnorePDB`.
fn can_ignore_budget(pod: &Object) -> bool {
    pod::phase(pod).terminal() || pod::phase(pod) == Phase::Pending || pod.meta.terminating()
}

fn several_budgets() -> Status {
    let message =
        "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";
    Status {
        reason: Reason::Unknown,
        message: message.to_owned(),
        kind: None,
        name: String::new(),
        causes: Vec::new(),
    }
}

/// Whether the pod is not ready, and its budget does not guard such pods now.
fn allows_unhealthy(budget: &Object, pod: &Object) -> bool {
    if pod::ready(pod) {
        return false;
    }
    let status = DisruptionBudgetStatus::read(budget);
    let is_healthy = status.current_healthy >= status.desired_healthy && status.desired_healthy > 0;
    match DisruptionBudgetSpec::read(budget).unhealthy_pod_eviction_policy {
        UnhealthyPodEvictionPolicy::AlwaysAllow => true,
        UnhealthyPodEvictionPolicy::IfHealthyBudget => is_healthy,
    }
}

/// `createTooManyRequestsError`.
fn too_many_requests(cause: String) -> Status {
    Status {
        reason: Reason::TooManyRequests,
        message: "Cannot evict pod as it would violate the pod's disruption budget.".to_owned(),
        kind: None,
        name: String::new(),
        causes: vec![StatusCause::new("", cause)],
    }
}

/// Uses one of the disruptions that the budget allows (`checkAndDecrement`).
fn decrement(context: &Context, budget: &Arc<Object>, pod: &Object) -> Result<Vec<Change>, Status> {
    let mut status = DisruptionBudgetStatus::read(budget);
    let name = budget.name();
    if status.observed_generation < budget.meta.generation {
        return Err(too_many_requests(format!(
            "The disruption budget {name} is still being processed by the server."
        )));
    }
    let forbidden = |why: &str| Err(Status::forbidden(&budget.key(), why));
    if status.disruptions_allowed < 0 {
        return forbidden("pdb disruptions allowed is negative");
    }
    if status.disrupted_pods.len() > DISRUPTED_PODS_MAX {
        return forbidden("DisruptedPods map too big - too many evictions not confirmed by PDB controller");
    }
    if status.disruptions_allowed == 0 {
        return Err(too_many_requests(format!(
            "The disruption budget {name} needs {} healthy pods and has {} currently",
            status.desired_healthy, status.current_healthy
        )));
    }
    status.disruptions_allowed -= 1;
    if status.disruptions_allowed == 0 {
        status.update_condition(context.now);
    }
    status
        .disrupted_pods
        .insert(pod.meta.name.to_string(), context.now);
    let mut used = Object::clone(budget);
    used.status = ObjectStatus::Document(status.document());
    Ok(store_unowned(context, used).changes)
}

/// Sets the condition `DisruptionTarget` and returns the pod with it (`addConditionAndDeletePod`).
fn mark_as_target(context: &Context, pod: Arc<Object>, changes: &mut Vec<Change>) -> Arc<Object> {
    let mut status = pod::status(&pod).cloned().unwrap_or_default();
    status.set_condition(Condition {
        reason: Some("EvictionByEvictionAPI".into()),
        message: Some("Eviction API: evicting".into()),
        ..Condition::new("DisruptionTarget", ConditionStatus::True, context.now)
    });
    let mut marked = Object::clone(&pod);
    marked.status = ObjectStatus::Pod(Arc::new(status));
    if marked == *pod {
        return pod;
    }
    let writes = store_unowned(context, marked);
    changes.extend(writes.changes);
    writes.object.unwrap_or(pod)
}
