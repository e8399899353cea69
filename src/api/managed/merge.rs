//! Merging an applied document into the stored one (`structured-merge-diff/typed/merge.go`), and removing fields from a
//! document (`remove.go`).

use super::elements::{as_list, as_map, element, elements, field};
use crate::object::field_set::{FieldSet, PathElement};
use crate::object::{Map, Value};
use crate::schema::{Atom, ListType, Shape};

/// Merges two documents of a type: the applied one wins.
pub fn merge(atom: Atom, live: Option<&Value>, applied: Option<&Value>) -> Value {
    let (Some(live), Some(applied)) = (live, applied) else {
        return applied.or(live).cloned().unwrap_or_default();
    };
    if atom.is_atomic() {
        return applied.clone();
    }
    match atom {
        Atom::List { of, list_type } => {
            let (left, right) = (as_list(Some(live)), as_list(Some(applied)));
            if left.is_none_or(<[Value]>::is_empty) && right.is_none_or(<[Value]>::is_empty) {
                return applied.clone();
            }
            merge_lists(
                of,
                &elements(list_type, of, left),
                &elements(list_type, of, right),
            )
            .into()
        }
        Atom::Struct { .. } | Atom::Map { .. } => {
            let (left, right) = (as_map(Some(live)), as_map(Some(applied)));
            let Some(right) = right.filter(|right| !right.is_empty()) else {
                return left
                    .filter(|left| !left.is_empty())
                    .map_or_else(|| applied.clone(), |left| left.clone().into());
            };
            let mut out = left.cloned().unwrap_or_default();
            for (key, value) in right.iter() {
                let merged = match atom.child(key) {
                    Some(child) => merge(child, out.get(key), Some(value)),
                    None => value.clone(),
                };
                out.insert(key.clone(), merged);
            }
            out.into()
        }
        Atom::Scalar(_) => applied.clone(),
    }
}

/// Merges the elements of two lists. What both have is in the order of the applied list; what only the stored list has
/// stays where it is between these (`visitListItems`).
fn merge_lists(
    of: &'static Shape,
    live: &[(PathElement, &Value)],
    applied: &[(PathElement, &Value)],
) -> Vec<Value> {
    let find = |list: &[(PathElement, &Value)], at: &PathElement| -> Option<Value> {
        let found = list.iter().find(|(have, _)| have == at);
        found.map(|(_, value)| (*value).clone())
    };
    let is_in = |list: &[(PathElement, &Value)], at: &PathElement| list.iter().any(|(have, _)| have == at);
    let mut shared = applied.iter().map(|(at, _)| at).filter(|at| is_in(live, at));
    let mut next_shared = shared.next();
    let mut merged: Vec<&PathElement> = Vec::new();
    let mut out = Vec::new();
    let (mut l, mut r) = (0, 0);
    while l < live.len() || r < applied.len() {
        if let (Some((at, _)), Some((wanted, _))) = (live.get(l), applied.get(r)) {
            if at == wanted {
                merged.push(wanted);
                out.push(merge(
                    Atom::of_shape(of),
                    find(live, at).as_ref(),
                    find(applied, at).as_ref(),
                ));
                (l, r) = (l + 1, r + 1);
                next_shared = shared.next();
                continue;
            }
            if is_in(applied, at) && next_shared.is_some_and(|next| next != at) {
                l += 1;
                continue;
            }
        }
        if let Some((at, item)) = live.get(l) {
            if !is_in(applied, at) {
                out.push((*item).clone());
                l += 1;
                continue;
            }
            if merged.contains(&at) {
                l += 1;
            }
        }
        if let Some((at, _)) = applied.get(r) {
            merged.push(at);
            out.push(merge(
                Atom::of_shape(of),
                find(live, at).as_ref(),
                find(applied, at).as_ref(),
            ));
            r += 1;
            if next_shared == Some(at) {
                next_shared = shared.next();
            }
        }
    }
    out
}

/// The document without the fields of a set; what becomes empty is null (`removeItemsWithSchema`).
pub fn remove(atom: Atom, value: &Value, fields: &FieldSet) -> Value {
    match (atom, value) {
        (Atom::List { of, list_type }, Value::Array(items)) if !atom.is_atomic() => {
            let kept = items
                .iter()
                .filter_map(|item| remaining(list_type, of, item, fields));
            let kept: Vec<Value> = kept.collect();
            if kept.is_empty() && !items.is_empty() {
                Value::Null
            } else {
                kept.into()
            }
        }
        (Atom::Struct { .. } | Atom::Map { .. }, Value::Object(map)) if !atom.is_atomic() => {
            let mut out = Map::new();
            for (key, item) in map.iter() {
                let at = field(key);
                if fields.has_element(&at) {
                    continue;
                }
                let item = match (atom.child(key), below(fields, &at)) {
                    (Some(child), Some(fields)) => remove(child, item, fields),
                    _ => item.clone(),
                };
                out.insert(key.clone(), item);
            }
            if out.is_empty() && !map.is_empty() {
                Value::Null
            } else {
                out.into()
            }
        }
        _ => value.clone(),
    }
}

/// An element of a list without the fields of a set; `None` if the set has it.
fn remaining(list_type: ListType, of: &'static Shape, item: &Value, fields: &FieldSet) -> Option<Value> {
    let Ok(at) = element(list_type, of, item) else {
        return Some(item.clone());
    };
    if fields.has_element(&at) {
        return None;
    }
    Some(match below(fields, &at) {
        Some(fields) => remove(Atom::of_shape(of), item, fields),
        None => item.clone(),
    })
}

/// The members below an element, if there are any.
fn below<'a>(fields: &'a FieldSet, at: &PathElement) -> Option<&'a FieldSet> {
    fields.below(at).filter(|fields| !fields.is_empty())
}
