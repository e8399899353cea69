//! Node affinity, topology spread and pod anti-affinity (`component-helpers/scheduling/corev1/nodeaffinity`,
//! `plugins/interpodaffinity`).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::object::selector::{LabelSelector, SelectorRequirement, set_matches};
use crate::object::{Key, Kind, Map, Object, Value, pod};
use crate::store::World;

/// Whether the node matches `spec.nodeSelector` and the required node affinity of the pod.
pub fn node_matches(object: &Object, node: &Object) -> bool {
    let spec = object.spec();
    let selected = spec
        .get("nodeSelector")
        .and_then(Value::as_object)
        .is_none_or(|selector| set_matches(selector, &node.meta.labels));
    let terms = spec.at(&[
        "affinity",
        "nodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
        "nodeSelectorTerms",
    ]);
    selected && terms.is_none_or(|terms| node_terms_match(terms, node))
}

/// Whether one of the terms of a node selector matches (`NodeSelectorTerms` are ORed, requirements ANDed).
pub fn node_terms_match(terms: &Value, node: &Object) -> bool {
    terms.as_array().unwrap_or_default().iter().any(|term| {
        let list = |key: &str| term.get(key).and_then(Value::as_array).unwrap_or_default();
        let (labels, fields) = (list("matchExpressions"), list("matchFields"));
        let name = Map::from_iter([("metadata.name", node.meta.name.clone())]);
        (!labels.is_empty() || !fields.is_empty())
            && labels
                .iter()
                .all(|r| SelectorRequirement::read(r).matches(&node.meta.labels))
            && fields.iter().all(|r| SelectorRequirement::read(r).matches(&name))
    })
}

/// The topology key of a spread constraint that the pod would violate on the node
/// (`plugins/podtopologyspread/filtering.go`).
pub fn violated_spread_constraint(world: &World, object: &Object, node: &Object) -> Option<Arc<str>> {
    let constraints = object.spec().get("topologySpreadConstraints")?.as_array()?;
    constraints.iter().find_map(|constraint| {
        let is_hard = constraint.get("whenUnsatisfiable").and_then(Value::as_str) != Some("ScheduleAnyway");
        let topology = constraint.get("topologyKey").and_then(Value::as_str)?;
        (is_hard && exceeds_max_skew(world, object, node, constraint, topology)).then(|| topology.into())
    })
}

/// Whether the pod would raise the skew of the node's domain above `maxSkew`.
fn exceeds_max_skew(
    world: &World,
    object: &Object,
    node: &Object,
    constraint: &Value,
    topology: &str,
) -> bool {
    let Some(own_domain) = node.meta.label(topology) else {
        return true;
    };
    let max_skew = constraint.get("maxSkew").and_then(Value::as_i64).unwrap_or(1);
    let selector = constraint.get("labelSelector");
    let mut domains: BTreeMap<&Arc<str>, i64> = BTreeMap::new();
    for other in world.list(Kind::Node).filter(|other| node_matches(object, other)) {
        let Some(domain) = other.meta.label(topology) else {
            continue;
        };
        let count = world
            .pods()
            .on_node(&other.meta.name)
            .filter_map(|key| world.get(key))
            .filter(|pod| pod::active(pod) && pod.meta.namespace == object.meta.namespace)
            .filter(|pod| {
                selector.is_some_and(|selector| LabelSelector::read(Some(selector)).matches(&pod.meta.labels))
            })
            .count();
        *domains.entry(domain).or_default() += i64::try_from(count).unwrap_or(i64::MAX);
    }
    let lowest = domains.values().copied().min().unwrap_or(0);
    let own =
        selector.is_some_and(|selector| LabelSelector::read(Some(selector)).matches(&object.meta.labels));
    domains.get(own_domain).copied().unwrap_or(0) + i64::from(own) - lowest > max_skew
}

/// A pod in the node's topology domain that the pod's anti-affinity excludes.
pub fn conflicting_pod(world: &World, object: &Object, node: &Object) -> Option<Key> {
    let terms = object.spec().at(&[
        "affinity",
        "podAntiAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
    ])?;
    terms
        .as_array()?
        .iter()
        .find_map(|term| conflicting_pod_of_term(world, object, node, term))
}

fn conflicting_pod_of_term(world: &World, object: &Object, node: &Object, term: &Value) -> Option<Key> {
    let topology = term.get("topologyKey").and_then(Value::as_str)?;
    let domain: &Arc<str> = node.meta.label(topology)?;
    let selector = term.get("labelSelector")?;
    world
        .list(Kind::Node)
        .filter(|other| other.meta.label(topology) == Some(domain))
        .flat_map(|other| world.pods().on_node(&other.meta.name))
        .filter_map(|key| world.get(key))
        .find(|other| {
            other.meta.namespace == object.meta.namespace
                && !pod::phase(other).terminal()
                && LabelSelector::read(Some(selector)).matches(&other.meta.labels)
        })
        .map(|other| other.key())
}
