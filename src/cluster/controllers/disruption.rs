//! The disruption controller: the status of PodDisruptionBudgets (`pkg/controller/disruption/disruption.go`).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::api::budgets_of;
use crate::cluster::runtime::{Client, EventType, SyncResult, WatchEvent, WorkQueue};
use crate::object::disruption_budget::{DisruptionBudgetSpec, DisruptionBudgetStatus};
use crate::object::selector::LabelSelector;
use crate::object::typed::IntOrString;
use crate::object::{Key, Kind, Map, Object, ObjectStatus, OwnerRef, Time, Uid, Value, pod};
use crate::store::World;

/// An evicted pod is expected to be deleted within this time (`DeletionTimeout`).
const DELETION_TIMEOUT_MS: u64 = 120_000;

/// Enqueues budgets, and the budget of each changed pod.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    let key = &event.change.key;
    match key.kind {
        Kind::PodDisruptionBudget => queue.add(key),
        Kind::Pod => {
            let Some(pod) = event.latest() else { return };
            match budgets_of(event.world, pod).as_slice() {
                [] => {}
                [budget] => queue.add(&budget.key()),
                [..] if event.new().is_some() => queue.add(key),
                [budget, ..] => queue.add(&budget.key()),
            }
        }
        _ => {}
    }
}

/// Syncs one budget (`trySync`), or the budget of a pod that several select.
pub fn sync(client: &mut Client, key: &Key) -> SyncResult {
    let Some(object) = client.get(key).cloned() else {
        return Ok(());
    };
    if key.kind == Kind::Pod {
        return match choose_budget(client, &object) {
            Some(budget) => sync_budget(client, &budget),
            None => Ok(()),
        };
    }
    sync_budget(client, &object)
}

/// `getPdbForPod`.
fn choose_budget(client: &mut Client, pod: &Object) -> Option<Arc<Object>> {
    let budgets = budgets_of(client.world(), pod);
    let (first, is_one) = ((*budgets.first()?).clone(), budgets.len() == 1);
    if !is_one {
        let message = format!(
            "Pod {:?}/{:?} matches multiple PodDisruptionBudgets.  Chose {:?} arbitrarily.",
            pod.meta.namespace.as_ref(),
            pod.meta.name.as_ref(),
            first.meta.name.as_ref()
        );
        client.event(pod, EventType::Warning, "MultiplePodDisruptionBudgets", message);
    }
    Some(first)
}

fn sync_budget(client: &mut Client, budget: &Arc<Object>) -> SyncResult {
    let spec = DisruptionBudgetSpec::read(budget);
    let world = client.world();
    let pods: Vec<Arc<Object>> = world
        .list(Kind::Pod)
        .filter(|pod| pod.meta.namespace == budget.meta.namespace && spec.selects(&pod.meta.labels))
        .cloned()
        .collect();
    let counts = expected_counts(world, &spec, &pods);
    if pods.is_empty() {
        client.event(budget, EventType::Normal, "NoPods", "No matching pods found");
    }
    let counts = match counts {
        Ok(counts) => counts,
        Err(error) => {
            let message = format!("Failed to calculate the number of expected pods: {error}");
            client.event(
                budget,
                EventType::Warning,
                "CalculateExpectedPodCountFailed",
                message,
            );
            return fail_safe(client, budget, &error);
        }
    };
    if counts.has_unmanaged {
        let selector = go_label_selector(budget.spec().get("selector"));
        let message = format!(
            "Pods selected by this PodDisruptionBudget (selector: {selector}) were found to be unmanaged. As a result, \
             the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account \
             for these pods please set \".spec.minAvailable\" field of the PDB to an integer value."
        );
        client.event(budget, EventType::Warning, "UnmanagedPods", message);
    }
    update_status(client, budget, &pods, &counts)
}

/// What a budget asks for (`getExpectedPodCount`).
#[derive(Default)]
struct ExpectedCounts {
    expected: i64,
    desired_healthy: i64,
    has_unmanaged: bool,
}

fn expected_counts(
    world: &World,
    spec: &DisruptionBudgetSpec,
    pods: &[Arc<Object>],
) -> Result<ExpectedCounts, String> {
    let of_scale = |value: IntOrString, desired: fn(i64, i64) -> i64| {
        let (expected, has_unmanaged) = expected_scale(world, pods)?;
        Ok(ExpectedCounts {
            expected,
            desired_healthy: desired(expected, scaled(value, expected)).max(0),
            has_unmanaged,
        })
    };
    match (spec.max_unavailable, spec.min_available) {
        (Some(most), _) => of_scale(most, |expected, unavailable| expected - unavailable),
        (None, Some(IntOrString::Int(least))) => Ok(ExpectedCounts {
            expected: i64::try_from(pods.len()).unwrap_or(i64::MAX),
            desired_healthy: least,
            has_unmanaged: false,
        }),
        (None, Some(percent)) => of_scale(percent, |_, available| available),
        (None, None) => Ok(ExpectedCounts::default()),
    }
}

/// A count, or a percentage of `total` rounded up (`GetScaledValueFromIntOrPercent`).
fn scaled(value: IntOrString, total: i64) -> i64 {
    match value {
        IntOrString::Int(count) => count,
        IntOrString::String(text) => {
            let percent: i64 = text.trim_end_matches('%').parse().unwrap_or(0);
            total.saturating_mul(percent).saturating_add(99) / 100
        }
    }
}

/// The sum of the scales of the pods' controllers, and whether a pod has none (`getExpectedScale`).
fn expected_scale(world: &World, pods: &[Arc<Object>]) -> Result<(i64, bool), String> {
    let mut scales: BTreeMap<Uid, i64> = BTreeMap::new();
    let mut known: Vec<&Uid> = Vec::new();
    let mut has_unmanaged = false;
    for pod in pods {
        let Some(owner) = pod.meta.controller() else {
            has_unmanaged = true;
            continue;
        };
        if known.contains(&&owner.uid) {
            continue;
        }
        let (uid, scale) = find_scale(world, owner, &pod.meta.namespace)?
            .ok_or_else(|| format!("found no controllers for pod {:?}", pod.meta.name.as_ref()))?;
        scales.insert(uid, scale);
        known.push(&owner.uid);
    }
    Ok((scales.values().sum(), has_unmanaged))
}

/// The controller that decides the number of pods, with that number (`finders`): for a ReplicaSet its Deployment.
fn find_scale(world: &World, owner: &OwnerRef, namespace: &Arc<str>) -> Result<Option<(Uid, i64)>, String> {
    let find = |owner: &OwnerRef| {
        let kind = owned_kind(owner)?;
        let key = Key {
            kind,
            namespace: namespace.clone(),
            name: owner.name.clone(),
        };
        world.get(&key).filter(|object| object.meta.uid == owner.uid)
    };
    let Some(kind) = owned_kind(owner) else {
        return Err(format!(
            "no matches for kind {:?} in version {:?}",
            owner.kind.as_ref(),
            owner.api_version.as_ref()
        ));
    };
    match kind {
        Kind::StatefulSet | Kind::ReplicaSet | Kind::ReplicationController | Kind::Deployment => {}
        kind => {
            let plural = kind.qualified_plural();
            return Err(format!("{plural} does not implement the scale subresource"));
        }
    }
    let Some(mut controller) = find(owner) else {
        return Ok(None);
    };
    if kind == Kind::ReplicaSet
        && let Some(deployment) = controller.meta.controller().and_then(find)
    {
        controller = deployment;
    }
    let scale = controller.spec().get("replicas").and_then(Value::as_i64);
    Ok(Some((controller.meta.uid.clone(), scale.unwrap_or(1))))
}

/// The kind of an owner, if the API server has it.
fn owned_kind(owner: &OwnerRef) -> Option<Kind> {
    Kind::from_type_meta(&owner.api_version, &owner.kind)
}

/// Writes the status if it changes (`updatePdbStatus`).
fn update_status(
    client: &mut Client,
    budget: &Arc<Object>,
    pods: &[Arc<Object>],
    counts: &ExpectedCounts,
) -> SyncResult {
    let old = DisruptionBudgetStatus::read(budget);
    let (disrupted, recheck) = disrupted_pods(client.now(), &old, pods);
    let healthy = pods
        .iter()
        .filter(|pod| !pod.meta.terminating() && !disrupted.contains_key(pod.meta.name.as_ref()))
        .filter(|pod| pod::ready(pod))
        .count();
    let current_healthy = i64::try_from(healthy).unwrap_or(i64::MAX);
    let allowed = match counts.expected > 0 {
        true => (current_healthy - counts.desired_healthy).max(0),
        false => 0,
    };
    let mut new = DisruptionBudgetStatus {
        observed_generation: budget.meta.generation,
        disrupted_pods: disrupted,
        disruptions_allowed: allowed,
        current_healthy,
        desired_healthy: counts.desired_healthy,
        expected_pods: counts.expected,
        conditions: old.conditions.clone(),
    };
    if new != old || !new.has_current_condition() {
        new.update_condition(client.now());
        client.update_status(&budget.key(), ObjectStatus::Document(new.document()))?;
    }
    if let Some(at) = recheck {
        client.requeue_at(at, &budget.key());
    }
    Ok(())
}

/// The evicted pods that are still to be deleted, and when that is to be checked (`buildDisruptedPodMap`).
fn disrupted_pods(
    now: Time,
    status: &DisruptionBudgetStatus,
    pods: &[Arc<Object>],
) -> (BTreeMap<String, Time>, Option<Time>) {
    let left = pods.iter().filter(|pod| !pod.meta.terminating());
    let disrupted: BTreeMap<String, Time> = left
        .filter_map(|pod| {
            status
                .disrupted_pods
                .get_key_value(pod.meta.name.as_ref())
                .map(|(name, at)| (name.clone(), *at))
        })
        .filter(|(_, at)| at.plus(DELETION_TIMEOUT_MS) > now)
        .collect();
    let recheck = disrupted.values().map(|at| at.plus(DELETION_TIMEOUT_MS)).min();
    (disrupted, recheck)
}

/// Allows no disruption after an error (`failSafe`).
fn fail_safe(client: &mut Client, budget: &Arc<Object>, error: &str) -> SyncResult {
    let mut status = DisruptionBudgetStatus::read(budget);
    status.disruptions_allowed = 0;
    status.set_condition("False", "SyncFailed", error, client.now());
    client.update_status(&budget.key(), ObjectStatus::Document(status.document()))?;
    Ok(())
}

/// A selector as Go prints it (`LabelSelector.String` in `apimachinery/pkg/apis/meta/v1/generated.pb.go`).
fn go_label_selector(selector: Option<&Value>) -> String {
    if selector.is_none() {
        return "nil".to_owned();
    }
    let selector = LabelSelector::read(selector);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let labels: String = selector
        .match_labels
        .into_iter()
        .flat_map(Map::iter)
        .map(|(key, value)| format!("{key}: {},", text(value)))
        .collect();
    let expressions: String = selector
        .match_expressions()
        .map(|expression| {
            let values: Vec<String> = expression.values.iter().map(text).collect();
            format!(
                "LabelSelectorRequirement{{Key:{},Operator:{},Values:[{}],}},",
                expression.key,
                expression.operator,
                values.join(" ")
            )
        })
        .collect();
    format!(
        "&LabelSelector{{MatchLabels:map[string]string{{{labels}}},MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}"
    )
}
