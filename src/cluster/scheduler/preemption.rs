//! Finds pods of lower priority whose eviction makes room (`pkg/scheduler/framework/preemption`,
//! `plugins/defaultpreemption/default_preemption.go`).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::filter::Filters;
use super::fit_error::{NodeRejection, message};
use super::snapshot::{Snapshot, priority};
use crate::object::selector::LabelSelector;
use crate::object::{Key, Kind, Object, Time, Value, pod};
use crate::store::World;

/// The reason of the condition `DisruptionTarget` of a victim.
pub const PREEMPTION_BY_SCHEDULER: &str = "PreemptionByScheduler";

/// The node that a pod is to get when its victims have gone.
pub struct Nomination {
    /// The node.
    pub node: Arc<str>,
    /// The pods to evict.
    pub victims: Vec<Key>,
}

/// Why no pod is evicted.
pub enum NoPreemption {
    /// The pod does not preempt others, or has done so already.
    NotEligible(&'static str),
    /// No node has room without the pods of lower priority.
    NoCandidate(String),
}

/// A node with the pods that would have to go, the most important first.
struct Candidate<'a> {
    node: &'a Object,
    victims: Vec<&'a Arc<Object>>,
    violations: usize,
}

/// Chooses the pods to evict for a pod that every node has rejected.
///
/// # Errors
/// Why preemption does not help, as the message has it.
pub fn preempt(
    snapshot: &Snapshot,
    object: &Object,
    rejections: &[(&Arc<Object>, Vec<NodeRejection>)],
) -> Result<Nomination, NoPreemption> {
    let is_resolvable = |rejected: &[NodeRejection]| !rejected.iter().any(|r| r.unresolvable);
    check_eligible(snapshot, object, |node| {
        let rejected = rejections
            .iter()
            .find(|(other, _)| other.meta.name.as_ref() == node);
        rejected.is_some_and(|(_, rejected)| is_resolvable(rejected))
    })?;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut candidates = Vec::new();
    for (node, rejected) in rejections {
        if !is_resolvable(rejected) {
            *counts
                .entry("Preemption is not helpful for scheduling".to_owned())
                .or_default() += 1;
            continue;
        }
        match select_victims(snapshot, object, node) {
            Ok(candidate) => candidates.push(candidate),
            Err(reasons) => {
                for reason in reasons {
                    *counts.entry(reason).or_default() += 1;
                }
            }
        }
    }
    match candidates.into_iter().min_by_key(rank) {
        Some(best) => Ok(Nomination {
            node: best.node.meta.name.clone(),
            victims: best.victims.iter().map(|victim| victim.key()).collect(),
        }),
        None => {
            let counts = counts.iter().map(|(reason, count)| (reason.as_str(), *count));
            Err(NoPreemption::NoCandidate(message(
                rejections.len(),
                &counts.collect(),
            )))
        }
    }
}

/// `PodEligibleToPreemptOthers`.
fn check_eligible(
    snapshot: &Snapshot,
    object: &Object,
    is_resolvable: impl Fn(&str) -> bool,
) -> Result<(), NoPreemption> {
    let not_eligible = |why| Err(NoPreemption::NotEligible(why));
    if object.spec().get("preemptionPolicy").and_then(Value::as_str) == Some("Never") {
        return not_eligible("not eligible due to preemptionPolicy=Never.");
    }
    let Some(node) = snapshot.nominated.get(&object.key()) else {
        return Ok(());
    };
    let waits = is_resolvable(node)
        && snapshot.pods_on(node).any(|other| {
            priority(other) < priority(object) && other.meta.terminating() && was_preempted(other)
        });
    match waits {
        true => not_eligible("not eligible due to a terminating pod on the nominated node."),
        false => Ok(()),
    }
}

/// `podTerminatingByPreemption`.
fn was_preempted(object: &Object) -> bool {
    let condition = pod::status(object).and_then(|status| status.condition("DisruptionTarget"));
    condition.is_some_and(|condition| condition.reason.as_deref() == Some(PREEMPTION_BY_SCHEDULER))
}

/// The fewest and least important pods of a node that have to go (`SelectVictimsOnNode`).
fn select_victims<'a>(
    snapshot: &Snapshot<'a>,
    object: &Object,
    node: &'a Arc<Object>,
) -> Result<Candidate<'a>, Vec<String>> {
    let mut lower: Vec<&Arc<Object>> = snapshot
        .pods_on(&node.meta.name)
        .filter(|other| priority(other) < priority(object))
        .collect();
    if lower.is_empty() {
        return Err(vec!["No preemption victims found for incoming pod".to_owned()]);
    }
    let rejected = |removed: &BTreeSet<Key>| {
        let without = Snapshot {
            removed: removed.clone(),
            ..*snapshot
        };
        Filters::new(&without, object).run(node)
    };
    let mut removed: BTreeSet<Key> = lower.iter().map(|pod| pod.key()).collect();
    let reasons = rejected(&removed);
    if !reasons.is_empty() {
        return Err(reasons.into_iter().map(|rejection| rejection.reason).collect());
    }
    lower.sort_by_key(|pod| (Reverse(priority(pod)), start(pod)));
    let protected = violating(snapshot.world, &lower);
    let (first, then): (Vec<_>, Vec<_>) = lower.into_iter().partition(|pod| protected.contains(&pod.key()));
    let (mut victims, mut violations) = (Vec::new(), 0);
    for pod in first.into_iter().chain(then) {
        let key = pod.key();
        removed.remove(&key);
        if !rejected(&removed).is_empty() {
            violations += usize::from(protected.contains(&key));
            removed.insert(key);
            victims.push(pod);
        }
    }
    victims.sort_by_key(|pod| (Reverse(priority(pod)), start(pod)));
    Ok(Candidate {
        node,
        victims,
        violations,
    })
}

/// When the kubelet accepted the pod; later than any time before that.
fn start(object: &Object) -> Time {
    let time = pod::status(object).and_then(|status| status.start_time);
    time.unwrap_or(Time(u64::MAX))
}

/// The pods whose PodDisruptionBudget allows no further disruption (`filterPodsWithPDBViolation`).
fn violating(world: &World, pods: &[&Arc<Object>]) -> BTreeSet<Key> {
    let mut violating = BTreeSet::new();
    for budget in world.list(Kind::PodDisruptionBudget) {
        let status = budget.status.fields();
        let allowed = status.and_then(|status| status.get("disruptionsAllowed")?.as_i64());
        let selector = budget.spec().get("selector");
        let concerned = pods.iter().filter(|pod| {
            pod.meta.namespace == budget.meta.namespace
                && LabelSelector::read(selector).selects(&pod.meta.labels)
        });
        let allowed = usize::try_from(allowed.unwrap_or(0)).unwrap_or(0);
        violating.extend(concerned.skip(allowed).map(|pod| pod.key()));
    }
    violating
}

/// The order of candidates, best first (`pickOneNodeForPreemption`).
fn rank(candidate: &Candidate) -> (usize, i64, i64, usize, Reverse<Time>) {
    let highest = candidate.victims.first().map_or(i64::MIN, |pod| priority(pod));
    let sum = candidate
        .victims
        .iter()
        .map(|pod| priority(pod).saturating_add(i64::from(i32::MAX) + 1));
    let most_important = candidate.victims.iter().filter(|pod| priority(pod) == highest);
    let earliest = most_important.map(|pod| start(pod)).min().unwrap_or_default();
    (
        candidate.violations,
        highest,
        sum.sum(),
        candidate.victims.len(),
        Reverse(earliest),
    )
}
