//! Topology spread constraints (`plugins/podtopologyspread`).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::node_affinity::node_matches;
use super::pod_affinity::matches_label_keys;
use super::snapshot::{MAX_NODE_SCORE, Snapshot};
use crate::cluster::nodes::ZONE_LABEL;
use crate::cluster::taint;
use crate::object::selector::{LabelSelector, service_selects, set_matches};
use crate::object::{Kind, Map, Object, Value};

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

/// A constraint with `whenUnsatisfiable: ScheduleAnyway`.
struct SoftConstraint<'a> {
    topology: &'a str,
    max_skew: i64,
    /// Its definition in the pod; the default constraints have none.
    constraint: Option<&'a Value>,
    /// Number of matching pods in each domain.
    domains: BTreeMap<Arc<str>, i64>,
}

/// The soft constraints of a pod, or the default ones (`preScoreState`).
pub struct SpreadScore<'a> {
    constraints: Vec<SoftConstraint<'a>>,
    /// Number of matching pods on each of the nodes that fit; `None` for a node without the topology keys.
    on_nodes: Vec<Option<Vec<i64>>>,
}

/// Topology keys and skews of `systemDefaultConstraints` (`plugin.go`).
const DEFAULT_CONSTRAINTS: [(&str, i64); 2] = [(HOSTNAME, 3), (ZONE_LABEL, 5)];

const HOSTNAME: &str = "kubernetes.io/hostname";

/// Millionths of the natural logarithm of 2, 3, …: the weight of a topology with so many domains less two.
const LOGARITHMS: [i64; 9] = [
    693_147, 1_098_612, 1_386_294, 1_609_438, 1_791_759, 1_945_910, 2_079_442, 2_197_225, 2_302_585,
];

const MILLION: i64 = 1_000_000;

impl<'a> SpreadScore<'a> {
    /// Counts the pods in the domains of the nodes that fit (`PreScore`); `None` if there is no constraint.
    pub fn new(snapshot: &Snapshot, object: &'a Object, nodes: &[&Arc<Object>]) -> Option<SpreadScore<'a>> {
        let all = object.spec().get("topologySpreadConstraints");
        let all = all.and_then(Value::as_array).unwrap_or_default();
        let soft = all
            .iter()
            .filter(|c| c.get("whenUnsatisfiable").and_then(Value::as_str) == Some("ScheduleAnyway"));
        let definitions: Vec<(&str, i64, Option<&Value>)> = match all.is_empty() {
            false => soft
                .map(|c| {
                    (
                        topology(c),
                        c.get("maxSkew").and_then(Value::as_i64).unwrap_or(1),
                        Some(c),
                    )
                })
                .collect(),
            true if default_selector(snapshot, object) == DefaultSelector::None => Vec::new(),
            true => DEFAULT_CONSTRAINTS.map(|(key, skew)| (key, skew, None)).to_vec(),
        };
        if definitions.is_empty() {
            return None;
        }
        let has_every_key =
            |node: &Object| definitions.iter().all(|(key, ..)| node.meta.label(key).is_some());
        let is_ignored = |node: &Object| !all.is_empty() && !has_every_key(node);
        let candidates = || nodes.iter().filter(|node| !is_ignored(node));
        let read = |(topology, max_skew, constraint): &(&'a str, i64, Option<&'a Value>)| {
            let values = candidates().filter_map(|node| node.meta.label(topology));
            let mut domains: BTreeMap<Arc<str>, i64> = values.map(|value| (value.clone(), 0)).collect();
            for node in snapshot.world.list(Kind::Node) {
                let is_included = match constraint {
                    Some(constraint) => is_included(constraint, object, node),
                    None => node_matches(object, node),
                };
                let count = node
                    .meta
                    .label(topology)
                    .and_then(|value| domains.get_mut(value))
                    .filter(|_| is_included);
                if let Some(count) = count {
                    *count += soft_count(snapshot, *constraint, object, node);
                }
            }
            SoftConstraint {
                topology,
                max_skew: *max_skew,
                constraint: *constraint,
                domains,
            }
        };
        let constraints: Vec<SoftConstraint> = definitions.iter().map(read).collect();
        let counts = |node: &&Arc<Object>| {
            let counts = constraints.iter().map(|constraint| {
                let value = node.meta.label(constraint.topology)?;
                match constraint.topology {
                    HOSTNAME => Some(soft_count(snapshot, constraint.constraint, object, node)),
                    _ => constraint.domains.get(value).copied(),
                }
            });
            (!is_ignored(node)).then(|| counts.map(|count| count.unwrap_or(-1)).collect())
        };
        let on_nodes = nodes.iter().map(counts).collect();
        Some(SpreadScore {
            constraints,
            on_nodes,
        })
    }

    /// The score of each node (`Score`, `NormalizeScore`).
    pub fn scores(&self, nodes: &[&Arc<Object>]) -> Vec<i64> {
        let candidates = self.on_nodes.iter().flatten().count();
        let raw: Vec<Option<i64>> = (0..nodes.len()).map(|i| self.score(i, candidates)).collect();
        let (lowest, highest) = (raw.iter().flatten().min(), raw.iter().flatten().max());
        let (lowest, highest) = (lowest.copied().unwrap_or(0), highest.copied().unwrap_or(0));
        let normalize = |score: &Option<i64>| match (score, highest) {
            (None, _) => 0,
            (Some(_), 0) => MAX_NODE_SCORE,
            (Some(score), highest) => MAX_NODE_SCORE * (highest + lowest - score) / highest,
        };
        raw.iter().map(normalize).collect()
    }

    /// The sum of the weighted counts, lower is better.
    fn score(&self, node: usize, candidates: usize) -> Option<i64> {
        let counts = self.on_nodes.get(node)?.as_ref()?;
        let millionths = self.constraints.iter().zip(counts).map(|(constraint, count)| {
            let size = match constraint.topology {
                HOSTNAME => candidates,
                _ => constraint.domains.len(),
            };
            let weight = LOGARITHMS[size.min(LOGARITHMS.len() - 1)];
            match count {
                -1 => 0,
                count => count.saturating_mul(weight) + (constraint.max_skew - 1) * MILLION,
            }
        });
        Some((millionths.sum::<i64>() + MILLION / 2) / MILLION)
    }
}

/// What the default constraints count (`DefaultSelector` in `plugins/helper/spread.go`).
#[derive(PartialEq)]
enum DefaultSelector {
    None,
    /// The pods of the controller, which are those of its selector.
    Controller,
    /// The pods with the labels of the Services that select the pod.
    Services(Map),
}

fn default_selector(snapshot: &Snapshot, object: &Object) -> DefaultSelector {
    let controllers = ["ReplicaSet", "ReplicationController", "StatefulSet"];
    let owner = object.meta.controller();
    if owner.is_some_and(|owner| controllers.contains(&owner.kind.as_ref())) {
        return DefaultSelector::Controller;
    }
    let mut labels = Map::new();
    for service in snapshot.world.list(Kind::Service) {
        let selector = service.spec().get("selector");
        if service.meta.namespace == object.meta.namespace && service_selects(selector, &object.meta.labels) {
            let entries = selector
                .and_then(Value::as_object)
                .into_iter()
                .flat_map(Map::iter);
            for (key, value) in entries {
                labels.insert(key.clone(), value.clone());
            }
        }
    }
    match labels.is_empty() {
        true => DefaultSelector::None,
        false => DefaultSelector::Services(labels),
    }
}

/// Number of pods on a node that a soft constraint counts.
fn soft_count(snapshot: &Snapshot, constraint: Option<&Value>, object: &Object, node: &Object) -> i64 {
    if let Some(constraint) = constraint {
        return count(snapshot, constraint, object, node.name());
    }
    let pods = match (default_selector(snapshot, object), object.meta.controller()) {
        (DefaultSelector::Controller, Some(owner)) => {
            snapshot.world.pods().count_of_controller(&owner.uid, node.name())
        }
        (DefaultSelector::Services(labels), _) => snapshot
            .pods_on(node.name())
            .filter(|pod| pod.meta.namespace == object.meta.namespace && !pod.meta.terminating())
            .filter(|pod| set_matches(&labels, &pod.meta.labels))
            .count(),
        (DefaultSelector::Controller | DefaultSelector::None, _) => 0,
    };
    i64::try_from(pods).unwrap_or(i64::MAX)
}
