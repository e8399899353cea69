//! Affinity and anti-affinity between pods (`plugins/interpodaffinity`).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::snapshot::{MAX_NODE_SCORE, Snapshot};
use crate::object::selector::LabelSelector;
use crate::object::{Key, Kind, Object, Value};
use crate::store::World;

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

/// A topology key with one of its values.
type Domain = (Arc<str>, Arc<str>);

/// What the filter needs to know about other pods (`preFilterState`).
pub struct PodAffinity<'a> {
    affinity_terms: &'a [Value],
    anti_affinity_terms: &'a [Value],
    /// Domains with pods that match all affinity terms.
    affine: BTreeMap<Domain, usize>,
    /// Domains with a pod that an anti-affinity term of this pod excludes.
    excluded: BTreeMap<Domain, Key>,
    /// Domains with a pod whose anti-affinity excludes this pod.
    excluding: BTreeMap<Domain, Key>,
    matches_itself: bool,
}

/// Why the rules keep a pod from a node.
pub enum Conflict {
    /// No pod in its domain is one that the pod's affinity asks for.
    Affinity {
        /// The first topology key.
        topology: Arc<str>,
    },
    /// This pod is excluded by the pod's anti-affinity.
    AntiAffinity(Key),
    /// The anti-affinity of this pod excludes the pod.
    ExistingAntiAffinity(Key),
}

/// The required terms of `podAffinity` or `podAntiAffinity`.
fn required<'a>(object: &'a Object, of: &str) -> &'a [Value] {
    let terms = object.spec().at(&["affinity", of, REQUIRED]);
    terms.and_then(Value::as_array).unwrap_or_default()
}

/// Whether a pod has required anti-affinity.
pub fn has_required_anti_affinity(object: &Object) -> bool {
    !required(object, "podAntiAffinity").is_empty()
}

fn topology(term: &Value) -> &str {
    term.get("topologyKey")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// The domain of a term that a node is in.
fn domain(term: &Value, node: &Object) -> Option<Domain> {
    let key = topology(term);
    Some((key.into(), node.meta.label(key)?.clone()))
}

/// Whether a term of `owner` concerns `other` (`AffinityTerm.Matches`).
fn concerns(world: &World, owner: &Object, term: &Value, other: &Object) -> bool {
    in_namespaces(world, owner, term, other)
        && term
            .get("labelSelector")
            .is_some_and(|selector| LabelSelector::read(Some(selector)).matches(&other.meta.labels))
        && matches_label_keys(term, "matchLabelKeys", owner, other, true)
        && matches_label_keys(term, "mismatchLabelKeys", owner, other, false)
}

fn in_namespaces(world: &World, owner: &Object, term: &Value, other: &Object) -> bool {
    let names = term
        .get("namespaces")
        .and_then(Value::as_array)
        .unwrap_or_default();
    let selector = term
        .get("namespaceSelector")
        .filter(|selector| selector.as_object().is_some());
    if names.is_empty() && selector.is_none() {
        return owner.meta.namespace == other.meta.namespace;
    }
    let named = names
        .iter()
        .any(|name| name.as_str() == Some(&other.meta.namespace));
    let selected = selector.is_some_and(|selector| {
        let namespace = world.get(&Key::new(Kind::Namespace, other.meta.namespace.clone()));
        namespace.is_some_and(|ns| LabelSelector::read(Some(selector)).matches(&ns.meta.labels))
    });
    named || selected
}

/// The API server adds these keys with the pod's values to the selector (`applyMatchLabelKeysAndMismatchLabelKeys`).
pub fn matches_label_keys(term: &Value, field: &str, owner: &Object, other: &Object, equal: bool) -> bool {
    let keys = term.get(field).and_then(Value::as_array).unwrap_or_default();
    keys.iter().filter_map(Value::as_str).all(|key| {
        owner
            .meta
            .label(key)
            .is_none_or(|value| (other.meta.label(key) == Some(value)) == equal)
    })
}

fn concerns_all(world: &World, owner: &Object, terms: &[Value], other: &Object) -> bool {
    !terms.is_empty() && terms.iter().all(|term| concerns(world, owner, term, other))
}

impl<'a> PodAffinity<'a> {
    /// Looks at the pods of all nodes (`PreFilter`).
    pub fn new(snapshot: &Snapshot, object: &'a Object) -> PodAffinity<'a> {
        let world = snapshot.world;
        let (affinity_terms, anti_affinity_terms) = (
            required(object, "podAffinity"),
            required(object, "podAntiAffinity"),
        );
        let mut state = PodAffinity {
            affinity_terms,
            anti_affinity_terms,
            affine: BTreeMap::new(),
            excluded: BTreeMap::new(),
            excluding: BTreeMap::new(),
            matches_itself: concerns_all(world, object, affinity_terms, object),
        };
        if !affinity_terms.is_empty() || !anti_affinity_terms.is_empty() {
            for node in world.list(Kind::Node) {
                for other in snapshot.pods_on(&node.meta.name) {
                    state.add(world, object, node, other);
                }
            }
        }
        for other in snapshot.anti_affine_pods() {
            let node = crate::object::pod::node(other)
                .and_then(|name| world.get(&Key::new(Kind::Node, name.clone())));
            let Some(node) = node else { continue };
            for term in required(other, "podAntiAffinity") {
                if let Some(domain) = domain(term, node).filter(|_| concerns(world, other, term, object)) {
                    state.excluding.entry(domain).or_insert_with(|| other.key());
                }
            }
        }
        state
    }

    fn add(&mut self, world: &World, object: &Object, node: &Object, other: &Object) {
        if concerns_all(world, object, self.affinity_terms, other) {
            for domain in self.affinity_terms.iter().filter_map(|term| domain(term, node)) {
                *self.affine.entry(domain).or_default() += 1;
            }
        }
        for term in self.anti_affinity_terms {
            if let Some(domain) = domain(term, node).filter(|_| concerns(world, object, term, other)) {
                self.excluded.entry(domain).or_insert_with(|| other.key());
            }
        }
    }

    /// Why the pod may not run on the node (`Filter`).
    pub fn conflict(&self, node: &Object) -> Option<Conflict> {
        if !self.satisfies_affinity(node) {
            let topology = self.affinity_terms.first().map_or("", topology).into();
            return Some(Conflict::Affinity { topology });
        }
        let mut terms = self
            .anti_affinity_terms
            .iter()
            .filter_map(|term| domain(term, node));
        if let Some(pod) = terms.find_map(|domain| self.excluded.get(&domain)) {
            return Some(Conflict::AntiAffinity(pod.clone()));
        }
        let mut excluding = self.excluding.iter();
        excluding
            .find(|((key, value), _)| node.meta.label(key) == Some(value))
            .map(|(_, pod)| Conflict::ExistingAntiAffinity(pod.clone()))
    }

    /// `satisfyPodAffinity`: the first of several pods that ask for each other may run on every node that has the keys.
    fn satisfies_affinity(&self, node: &Object) -> bool {
        let domains: Option<Vec<Domain>> = self
            .affinity_terms
            .iter()
            .map(|term| domain(term, node))
            .collect();
        let Some(domains) = domains else { return false };
        domains.iter().all(|domain| self.affine.contains_key(domain))
            || self.affine.is_empty() && self.matches_itself
    }
}

/// What a required affinity term of another pod counts in scores (`HardPodAffinityWeight`).
const HARD_POD_AFFINITY_WEIGHT: i64 = 1;

/// The weight of each domain for a pod (`preScoreState`).
pub struct PodAffinityScore(BTreeMap<Domain, i64>);

impl PodAffinityScore {
    /// Looks at what the pod prefers, and at what other pods prefer (`PreScore`).
    pub fn new(snapshot: &Snapshot, object: &Object) -> PodAffinityScore {
        let world = snapshot.world;
        let mut state = PodAffinityScore(BTreeMap::new());
        let own = preferred(object);
        if !own.is_empty() {
            for node in world.list(Kind::Node) {
                for other in snapshot.pods_on(&node.meta.name) {
                    state.add(world, &own, object, other, node);
                }
            }
        }
        for other in snapshot.affine_pods() {
            let node = crate::object::pod::node(other)
                .and_then(|name| world.get(&Key::new(Kind::Node, name.clone())));
            let Some(node) = node else { continue };
            let required = required(other, "podAffinity").iter();
            let mut terms = preferred(other);
            terms.extend(required.map(|term| (term, HARD_POD_AFFINITY_WEIGHT)));
            state.add(world, &terms, other, object, node);
        }
        state
    }

    /// Adds the weights of the terms of `owner` that concern `other`, in the domains of a node (`processTerms`).
    fn add(&mut self, world: &World, terms: &[(&Value, i64)], owner: &Object, other: &Object, node: &Object) {
        for (term, weight) in terms {
            if let Some(domain) = domain(term, node).filter(|_| concerns(world, owner, term, other)) {
                *self.0.entry(domain).or_default() += weight;
            }
        }
    }

    /// The score of each node (`Score`, `NormalizeScore`).
    pub fn scores(&self, nodes: &[&Arc<Object>]) -> Vec<i64> {
        let sum = |node: &&Arc<Object>| -> i64 {
            let in_domain = self
                .0
                .iter()
                .filter(|((key, value), _)| node.meta.label(key) == Some(value));
            in_domain.map(|(_, weight)| weight).sum()
        };
        let sums: Vec<i64> = nodes.iter().map(sum).collect();
        let lowest = sums.iter().copied().min().unwrap_or(0);
        let difference = sums.iter().copied().max().unwrap_or(0) - lowest;
        let normalize = |sum: &i64| match difference {
            0 => 0,
            difference => MAX_NODE_SCORE * (sum - lowest) / difference,
        };
        sums.iter().map(normalize).collect()
    }
}

/// The preferred terms of a pod with their weights, those of anti-affinity negative.
fn preferred(object: &Object) -> Vec<(&Value, i64)> {
    let terms = |of: &str, sign: i64| {
        let terms = object.spec().at(&["affinity", of, PREFERRED]);
        let terms = terms.and_then(Value::as_array).unwrap_or_default();
        terms
            .iter()
            .filter_map(move |weighted| {
                Some((
                    weighted.get("podAffinityTerm")?,
                    sign * weighted.get("weight")?.as_i64()?,
                ))
            })
            .collect::<Vec<_>>()
    };
    [terms("podAffinity", 1), terms("podAntiAffinity", -1)].concat()
}

/// Whether a pod has terms that matter to the scores of others.
pub fn has_affinity(object: &Object) -> bool {
    !required(object, "podAffinity").is_empty() || !preferred(object).is_empty()
}
