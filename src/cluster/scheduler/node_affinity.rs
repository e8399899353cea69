//! Node selectors and node affinity (`plugins/nodeaffinity`, `component-helpers/scheduling/corev1/nodeaffinity`).

use std::collections::BTreeSet;

use crate::object::selector::{SelectorRequirement, set_matches};
use crate::object::{Map, Object, Value};

fn required_terms(object: &Object) -> Option<&Value> {
    object.spec().at(&[
        "affinity",
        "nodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
        "nodeSelectorTerms",
    ])
}

/// Whether the node matches `spec.nodeSelector` and the required node affinity of the pod.
pub fn node_matches(object: &Object, node: &Object) -> bool {
    let selected = object
        .spec()
        .get("nodeSelector")
        .and_then(Value::as_object)
        .is_none_or(|selector| set_matches(selector, &node.meta.labels));
    selected && required_terms(object).is_none_or(|terms| node_terms_match(terms, node))
}

/// Whether one of the terms of a node selector holds (`NodeSelectorTerms` are ORed, requirements ANDed).
pub fn node_terms_match(terms: &Value, node: &Object) -> bool {
    terms
        .as_array()
        .unwrap_or_default()
        .iter()
        .any(|term| node_term_matches(term, node))
}

fn node_term_matches(term: &Value, node: &Object) -> bool {
    let list = |key: &str| term.get(key).and_then(Value::as_array).unwrap_or_default();
    let (labels, fields) = (list("matchExpressions"), list("matchFields"));
    let name = Map::from_iter([("metadata.name", node.meta.name.clone())]);
    (!labels.is_empty() || !fields.is_empty())
        && labels
            .iter()
            .all(|r| SelectorRequirement::read(r).matches(&node.meta.labels))
        && fields.iter().all(|r| SelectorRequirement::read(r).matches(&name))
}

/// The names of the nodes if every term of the pod's required node affinity names some (`PreFilter`).
pub fn named_nodes(object: &Object) -> Option<BTreeSet<&str>> {
    let terms = required_terms(object)?
        .as_array()
        .filter(|terms| !terms.is_empty())?;
    let mut names = BTreeSet::new();
    for term in terms {
        let fields = term
            .get("matchFields")
            .and_then(Value::as_array)
            .unwrap_or_default();
        let mut of_term: Option<BTreeSet<&str>> = None;
        for field in fields.iter().map(SelectorRequirement::read) {
            if field.key == "metadata.name" && field.operator == "In" {
                let values: BTreeSet<&str> = field.values.iter().filter_map(Value::as_str).collect();
                of_term = Some(match of_term {
                    Some(before) => before.intersection(&values).copied().collect(),
                    None => values,
                });
            }
        }
        names.extend(of_term?);
    }
    Some(names)
}

/// The sum of the weights of the preferred terms that the node matches (`Score`).
pub fn preference(object: &Object, node: &Object) -> i64 {
    let terms = object.spec().at(&[
        "affinity",
        "nodeAffinity",
        "preferredDuringSchedulingIgnoredDuringExecution",
    ]);
    let terms = terms.and_then(Value::as_array).unwrap_or_default().iter();
    terms
        .filter(|term| {
            term.get("preference")
                .is_some_and(|preference| node_term_matches(preference, node))
        })
        .filter_map(|term| term.get("weight")?.as_i64())
        .sum()
}
