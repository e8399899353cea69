//! What differs between two documents, field by field (`structured-merge-diff/typed/compare.go`).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::elements::{as_list, as_map, elements, field};
use crate::object::field_set::{FieldSet, PathElement};
use crate::object::{Map, Value};
use crate::schema::Atom;

/// The fields that differ (`typed.Comparison`).
#[derive(Debug, Default)]
pub struct Comparison {
    /// Those that only the old document has.
    pub removed: FieldSet,
    /// Those whose values differ.
    pub modified: FieldSet,
    /// Those that only the new document has.
    pub added: FieldSet,
}

impl Comparison {
    /// The fields that the new document sets: those that are new or have other values.
    pub fn written(&self) -> FieldSet {
        self.modified.union(&self.added)
    }
}

/// Compares two documents of a type.
pub fn compare(atom: Atom, old: &Value, new: &Value) -> Comparison {
    let mut comparison = Comparison::default();
    walk(atom, Some(old), Some(new), &mut Vec::new(), &mut comparison);
    comparison
}

fn walk(
    atom: Atom,
    old: Option<&Value>,
    new: Option<&Value>,
    path: &mut Vec<PathElement>,
    out: &mut Comparison,
) {
    if let (Some(old), Some(new)) = (old, new)
        && is_same(old, new)
    {
        return;
    }
    if atom.is_atomic() || (is_empty(old) && is_empty(new)) {
        match (old, new) {
            (None, _) => out.added.insert(path),
            (_, None) => out.removed.insert(path),
            (Some(old), Some(new)) if old != new => out.modified.insert(path),
            _ => {}
        }
        return;
    }
    match atom {
        Atom::List { of, list_type } => {
            let (old, new) = (
                elements(list_type, of, as_list(old)),
                elements(list_type, of, as_list(new)),
            );
            let added = new
                .iter()
                .filter(|(at, _)| old.iter().all(|(have, _)| have != at));
            let all: Vec<&PathElement> = old.iter().chain(added).map(|(at, _)| at).collect();
            for (_, at) in all.iter().enumerate().filter(|(i, at)| !all[..*i].contains(at)) {
                compare_element(Atom::of_shape(of), at, (&old, &new), path, out);
            }
        }
        Atom::Struct { .. } | Atom::Map { .. } => {
            let (old, new) = (as_map(old), as_map(new));
            for key in keys(old, new) {
                let Some(child) = atom.child(key) else { continue };
                path.push(field(key));
                let (old, new) = (old.and_then(|map| map.get(key)), new.and_then(|map| map.get(key)));
                walk(child, old, new, path, out);
                path.pop();
            }
        }
        Atom::Scalar(_) => {}
    }
    match (old, new) {
        (None, _) => out.added.insert(path),
        (_, None) => out.removed.insert(path),
        _ => {}
    }
}

/// The keys of both maps, sorted.
fn keys<'a>(old: Option<&'a Map>, new: Option<&'a Map>) -> BTreeSet<&'a Arc<str>> {
    let maps = old.into_iter().chain(new);
    maps.flat_map(|map| map.iter().map(|(key, _)| key)).collect()
}

/// Elements of one list, with what identifies them.
type Elements<'a> = [(PathElement, &'a Value)];

/// Compares the elements that one key identifies: one on each side, or any number of duplicates as a whole.
fn compare_element(
    atom: Atom,
    at: &PathElement,
    (old, new): (&Elements, &Elements),
    path: &mut Vec<PathElement>,
    out: &mut Comparison,
) {
    let of = |list: &Elements<'_>| -> Vec<Value> {
        let found = list.iter().filter(|(have, _)| have == at);
        found.map(|(_, item)| (*item).clone()).collect()
    };
    let (old, new) = (of(old), of(new));
    path.push(at.clone());
    match (old.as_slice(), new.as_slice()) {
        ([] | [_], [] | [_]) => walk(atom, old.first(), new.first(), path, out),
        (old, new) if old != new => out.modified.insert(path),
        _ => {}
    }
    path.pop();
}

/// Whether two values are one, which is so for most parts of two versions of an object.
fn is_same(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => old.same(new),
        (Value::Array(old), Value::Array(new)) => Arc::ptr_eq(old, new),
        _ => false,
    }
}

/// Whether a list or map has nothing in it.
fn is_empty(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Object(map)) => map.is_empty(),
        _ => true,
    }
}
