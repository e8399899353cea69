//! The patch that `kubectl apply` sends (`CreateThreeWayMergePatch` in
//! `apimachinery/pkg/util/strategicpatch/patch.go`): it deletes what is in the last applied document but not in the new
//! one, and sets what differs from the live object.

use crate::object::{Map, Value};
use crate::schema::{Field, PatchStrategy, Shape, Type};

/// The strategic merge patch from the `current` object to the `modified` one; `original` is the last applied document.
pub(super) fn three_way_merge_patch(
    schema_type: Option<&'static Type>,
    original: &Map,
    modified: &Map,
    current: &Map,
) -> Map {
    let delta = diff(schema_type, current, modified, DiffMode::Delta);
    let deletions = diff(schema_type, original, modified, DiffMode::Deletions);
    merge(schema_type, deletions, &delta)
}

/// Which half of the difference to compute (`DiffOptions`).
#[derive(Clone, Copy, PartialEq)]
enum DiffMode {
    /// Additions and changes (`IgnoreDeletions`).
    Delta,
    /// Deletions (`IgnoreChangesAndAdditions`).
    Deletions,
}

/// `diffMaps`.
fn diff(schema_type: Option<&'static Type>, old: &Map, new: &Map, mode: DiffMode) -> Map {
    let mut out = Map::new();
    for (key, value) in new.iter() {
        let field = schema_type.and_then(|schema_type| schema_type.field(key));
        match (old.get(key), value) {
            (Some(Value::Object(old)), Value::Object(new)) => {
                if let Some(change) = diff_object(field, old, new, mode) {
                    out.insert(key.clone(), change);
                }
            }
            (Some(Value::Array(old)), Value::Array(new)) => diff_list(&mut out, key, field, old, new, mode),
            (Some(old), new) if old == new => {}
            (_, new) if mode == DiffMode::Delta => {
                out.insert(key.clone(), new.clone());
            }
            _ => {}
        }
    }
    if mode == DiffMode::Deletions {
        for (key, _) in old.iter().filter(|(key, _)| !new.contains_key(key)) {
            out.insert(key.clone(), Value::Null);
        }
    }
    out
}

/// `handleMapDiff`.
fn diff_object(field: Option<&'static Field>, old: &Map, new: &Map, mode: DiffMode) -> Option<Value> {
    let merge = field.map_or(PatchStrategy::Plain, |field| field.merge);
    if merge == PatchStrategy::Replace {
        return (mode == DiffMode::Delta && old != new).then(|| new.clone().into());
    }
    let mut change = diff(element_type(field), old, new, mode);
    let has_more = || {
        old.iter()
            .any(|(key, value)| !value.is_null() && !new.contains_key(key))
    };
    if merge == PatchStrategy::RetainKeys && (!change.is_empty() || has_more()) {
        let keys: Vec<Value> = new.iter().map(|(key, _)| key.clone().into()).collect();
        change.insert("$retainKeys", keys);
    }
    (!change.is_empty()).then(|| change.into())
}

/// `handleSliceDiff`.
fn diff_list(
    out: &mut Map,
    key: &str,
    field: Option<&'static Field>,
    old: &[Value],
    new: &[Value],
    mode: DiffMode,
) {
    match field.map_or(PatchStrategy::Plain, |field| field.merge) {
        PatchStrategy::Key { key: by, retain_keys } => {
            diff_keyed_list(out, key, element_type(field), (by, retain_keys), (old, new), mode);
        }
        PatchStrategy::Set => diff_scalars(out, key, old, new, mode),
        _ if mode == DiffMode::Delta && old != new => {
            out.insert(key, new.to_vec());
        }
        _ => {}
    }
}

/// The difference of lists of objects with a merge key: changed and new items, items to delete, and the order if
/// anything changes (`diffListsOfMaps`).
fn diff_keyed_list(
    out: &mut Map,
    key: &str,
    schema_type: Option<&'static Type>,
    (by, retain_keys): (&str, bool),
    (old, new): (&[Value], &[Value]),
    mode: DiffMode,
) {
    if old.is_empty() {
        if mode == DiffMode::Delta && !new.is_empty() {
            out.insert(key, new.to_vec());
        }
        return;
    }
    let mut items: Vec<Value> = Vec::new();
    for item in new {
        let before = old.iter().find(|other| other.get(by) == item.get(by));
        match (before, item) {
            (Some(Value::Object(before)), Value::Object(after)) => {
                let mut change = diff(schema_type, before, after, mode);
                let has_more = before
                    .iter()
                    .any(|(name, value)| !value.is_null() && !after.contains_key(name));
                if retain_keys && (!change.is_empty() || has_more) {
                    let keys: Vec<Value> = after.iter().map(|(name, _)| name.clone().into()).collect();
                    change.insert("$retainKeys", keys);
                }
                if let (false, Some(name)) = (change.is_empty(), item.get(by)) {
                    change.insert(by, name.clone());
                    items.push(change.into());
                }
            }
            _ if mode == DiffMode::Delta => items.push(item.clone()),
            _ => {}
        }
    }
    if mode == DiffMode::Deletions {
        let gone = old
            .iter()
            .filter(|item| !new.iter().any(|other| other.get(by) == item.get(by)));
        for name in gone.filter_map(|item| item.get(by)) {
            let delete = Map::from_iter([("$patch", Value::from("delete")), (by, name.clone())]);
            items.push(delete.into());
        }
    }
    let named = |list: &[Value]| -> Vec<Value> {
        let name = |item: &Value| Some(Map::from_iter([(by, item.get(by)?.clone())]).into());
        list.iter().filter_map(name).collect()
    };
    if !items.is_empty() || mode == DiffMode::Deletions && !same_order(old, new, by) {
        out.insert(format!("$setElementOrder/{key}"), named(new));
    }
    if !items.is_empty() {
        out.insert(key, items);
    }
}

/// Whether the items that both lists contain are in the same order (`isOrderSame`).
fn same_order(old: &[Value], new: &[Value], by: &str) -> bool {
    let names = |list: &[Value], other: &[Value]| -> Vec<Value> {
        let shared = |item: &&Value| other.iter().any(|there| there.get(by) == item.get(by));
        list.iter()
            .filter(shared)
            .filter_map(|item| item.get(by).cloned())
            .collect()
    };
    names(old, new) == names(new, old)
}

/// The difference of lists of scalars (`diffListsOfScalars`).
fn diff_scalars(out: &mut Map, key: &str, old: &[Value], new: &[Value], mode: DiffMode) {
    let missing = |from: &[Value], list: &[Value]| -> Vec<Value> {
        list.iter().filter(|item| !from.contains(item)).cloned().collect()
    };
    match mode {
        DiffMode::Delta => {
            let added = missing(old, new);
            if !added.is_empty() {
                out.insert(format!("$setElementOrder/{key}"), new.to_vec());
                out.insert(key, added);
            }
        }
        DiffMode::Deletions => {
            let deleted = missing(new, old);
            if !deleted.is_empty() {
                out.insert(format!("$setElementOrder/{key}"), new.to_vec());
                out.insert(format!("$deleteFromPrimitiveList/{key}"), deleted);
            }
        }
    }
}

/// Merges the deletions and the delta into one patch; the delta has precedence (`mergeMap`).
fn merge(schema_type: Option<&'static Type>, mut deletions: Map, delta: &Map) -> Map {
    for (key, value) in delta.iter() {
        let field = schema_type.and_then(|schema_type| schema_type.field(key));
        let both = match (deletions.remove(key), value) {
            (Some(Value::Object(deleted)), Value::Object(set)) => {
                merge(element_type(field), deleted, set).into()
            }
            (Some(Value::Array(deleted)), Value::Array(set)) => match field.map(|field| field.merge) {
                Some(PatchStrategy::Key { key, .. }) => merge_lists(element_type(field), &deleted, set, key),
                _ => value.clone(),
            },
            _ => value.clone(),
        };
        deletions.insert(key.clone(), both);
    }
    deletions
}

fn merge_lists(schema_type: Option<&'static Type>, deleted: &[Value], set: &[Value], by: &str) -> Value {
    let mut out: Vec<Value> = Vec::new();
    for item in set {
        let other = deleted.iter().find(|other| other.get(by) == item.get(by));
        out.push(match (other, item) {
            (Some(Value::Object(deleted)), Value::Object(set)) => {
                merge(schema_type, deleted.clone(), set).into()
            }
            _ => item.clone(),
        });
    }
    let alone = deleted
        .iter()
        .filter(|item| !set.iter().any(|other| other.get(by) == item.get(by)));
    out.extend(alone.cloned());
    out.into()
}

fn element_type(field: Option<&'static Field>) -> Option<&'static Type> {
    let mut shape = &field?.shape;
    loop {
        match shape {
            Shape::Object(id) => return Some(id.get()),
            Shape::List(item) | Shape::Map(item) => shape = item,
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(
        original: serde_json::Value,
        modified: serde_json::Value,
        current: serde_json::Value,
        want: &str,
    ) {
        let map = |json: serde_json::Value| Value::from(json).as_object().cloned().unwrap_or_default();
        let schema_type = crate::schema::named("PodSpec");
        assert_eq!(
            three_way_merge_patch(schema_type, &map(original), &map(modified), &map(current)).to_string(),
            want
        );
    }

    #[test]
    fn only_differences_are_sent() {
        let spec = json!({"containers": [{"name": "a", "image": "x"}], "nodeName": "n"});
        let live =
            json!({"containers": [{"name": "a", "image": "x", "tty": true}], "nodeName": "n", "priority": 0});
        check(spec.clone(), spec, live, "{}");
    }

    #[test]
    fn fields_that_are_no_longer_applied_are_deleted() {
        check(
            json!({"nodeName": "n", "hostname": "h"}),
            json!({"nodeName": "m"}),
            json!({"nodeName": "n", "hostname": "h", "subdomain": "s"}),
            r#"{"hostname":null,"nodeName":"m"}"#,
        );
        check(
            json!({"containers": [{"name": "a", "image": "x"}, {"name": "b"}]}),
            json!({"containers": [{"name": "a", "image": "y"}]}),
            json!({"containers": [{"name": "a", "image": "x"}, {"name": "b"}, {"name": "server"}]}),
            r#"{"$setElementOrder/containers":[{"name":"a"}],"containers":[{"image":"y","name":"a"},{"$patch":"delete","name":"b"}]}"#,
        );
    }

    #[test]
    fn lists_without_a_merge_key_are_replaced() {
        check(
            json!({}),
            json!({"tolerations": [{"key": "a"}]}),
            json!({"tolerations": [{"key": "a", "operator": "Equal"}]}),
            r#"{"tolerations":[{"key":"a"}]}"#,
        );
    }
}
