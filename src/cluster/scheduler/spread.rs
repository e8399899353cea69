//! Topology spread constraints (`plugins/podtopologyspread`).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::node_affinity::node_matches;
use super::pod_affinity::matches_label_keys;
use super::snapshot::Snapshot;
use crate::cluster::taint;
use crate::object::selector::LabelSelector;
use crate::object::{Kind, Object, Value};

/// A constraint with `whenUnsatisfiable: DoNotSchedule`.
struct Constraint<'a> {
    topology: &'a str,
    max_skew: i64,
    min_domains: usize,
    counts_itself: bool,
    /// Number of matching pods in each domain.
    domains: BTreeMap<Arc<str>, i64>,
}

/// The hard constraints of a pod (`preFilterState`).
pub struct Spread<'a>(Vec<Constraint<'a>>);

/// Why a node is not allowed.
pub enum Violation {
    /// The node lacks the label of this key.
    MissingLabel(Arc<str>),
    /// The domains of this key would differ too much.
    Skew(Arc<str>),
}

impl<'a> Spread<'a> {
    /// Counts the pods in the domains of each constraint (`calPreFilterState`).
    pub fn new(snapshot: &Snapshot, object: &'a Object) -> Spread<'a> {
        let constraints = object
            .spec()
            .get("topologySpreadConstraints")
            .and_then(Value::as_array);
        let hard: Vec<&Value> = constraints
            .unwrap_or_default()
            .iter()
            .filter(|c| c.get("whenUnsatisfiable").and_then(Value::as_str) != Some("ScheduleAnyway"))
            .collect();
        let has_every_label = |node: &Object| hard.iter().all(|c| node.meta.label(topology(c)).is_some());
        let read = |constraint: &&'a Value| {
            let mut domains: BTreeMap<Arc<str>, i64> = BTreeMap::new();
            for node in snapshot.world.list(Kind::Node) {
                if has_every_label(node)
                    && is_included(constraint, object, node)
                    && let Some(domain) = node.meta.label(topology(constraint))
                {
                    *domains.entry(domain.clone()).or_default() +=
                        count(snapshot, constraint, object, &node.meta.name);
                }
            }
            let number = |field: &str| constraint.get(field).and_then(Value::as_i64).unwrap_or(1);
            Constraint {
                topology: topology(constraint),
                max_skew: number("maxSkew"),
                min_domains: usize::try_from(number("minDomains")).unwrap_or(1),
                counts_itself: selects(constraint, object, object),
                domains,
            }
        };
        Spread(hard.iter().map(read).collect())
    }

    /// The first constraint that the pod would violate on the node (`Filter`).
    pub fn violation(&self, node: &Object) -> Option<Violation> {
        self.0.iter().find_map(|constraint| {
            let Some(domain) = node.meta.label(constraint.topology) else {
                return Some(Violation::MissingLabel(constraint.topology.into()));
            };
            let lowest = match constraint.domains.len() < constraint.min_domains {
                true => 0,
                // Without a domain the minimum is the greatest number.
                false => constraint
                    .domains
                    .values()
                    .copied()
                    .min()
                    .unwrap_or(i64::from(i32::MAX)),
            };
            let count = constraint.domains.get(domain).copied().unwrap_or(0);
            let skew = count + i64::from(constraint.counts_itself) - lowest;
            (skew > constraint.max_skew).then(|| Violation::Skew(constraint.topology.into()))
        })
    }
}

fn topology(constraint: &Value) -> &str {
    constraint
        .get("topologyKey")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// Whether the domains of a constraint include the node (`matchNodeInclusionPolicies`).
fn is_included(constraint: &Value, object: &Object, node: &Object) -> bool {
    let policy = |field: &str| constraint.get(field).and_then(Value::as_str);
    (policy("nodeAffinityPolicy") == Some("Ignore") || node_matches(object, node))
        && (policy("nodeTaintsPolicy") != Some("Honor") || taint::untolerated(object, node).is_none())
}

/// Whether the constraint of `owner` selects a pod by its labels.
fn selects(constraint: &Value, owner: &Object, pod: &Object) -> bool {
    let Some(selector) = constraint.get("labelSelector") else {
        return false;
    };
    LabelSelector::read(Some(selector)).matches(&pod.meta.labels)
        && matches_label_keys(constraint, "matchLabelKeys", owner, pod, true)
}

/// Number of pods on the node that the constraint selects (`countPodsMatchSelector`).
fn count(snapshot: &Snapshot, constraint: &Value, object: &Object, node: &str) -> i64 {
    let keys = constraint
        .get("matchLabelKeys")
        .and_then(Value::as_array)
        .unwrap_or_default();
    if LabelSelector::read(constraint.get("labelSelector")).is_empty() && keys.is_empty() {
        return 0;
    }
    let pods = snapshot.pods_on(node).filter(|pod| {
        pod.meta.namespace == object.meta.namespace
            && !pod.meta.terminating()
            && selects(constraint, object, pod)
    });
    i64::try_from(pods.count()).unwrap_or(i64::MAX)
}
