//! The patch that `kubectl apply` sends (`CreateThreeWayMergePatch` in `apimachinery/pkg/util/strategicpatch/patch.go`):
//! what the last applied document had and the new one has not is deleted; what differs from the live object is set.

use crate::object::{Map, Value};
use crate::schema::{Field, PatchStrategy, Shape, Type};

/// The strategic merge patch that leads from `current` to `modified`, `original` being what was applied last.
pub(super) fn patch(of: Option<&'static Type>, original: &Map, modified: &Map, current: &Map) -> Map {
    let set = diff(of, current, modified, Look::ForChanges);
    let deleted = diff(of, original, modified, Look::ForDeletions);
    combine(of, deleted, &set)
}

/// Which half of the difference is wanted.
#[derive(Clone, Copy, PartialEq)]
enum Look {
    ForChanges,
    ForDeletions,
}

fn diff(of: Option<&'static Type>, old: &Map, new: &Map, look: Look) -> Map {
    let mut out = Map::new();
    for (key, value) in new.iter() {
        let field = of.and_then(|of| of.field(key));
        match (old.get(key), value) {
            (Some(Value::Object(old)), Value::Object(new)) => {
                if let Some(change) = object(field, old, new, look) {
                    out.insert(key.clone(), change);
                }
            }
            (Some(Value::Array(old)), Value::Array(new)) => list(&mut out, key, field, old, new, look),
            (Some(old), new) if old == new => {}
            (_, new) if look == Look::ForChanges => {
                out.insert(key.clone(), new.clone());
            }
            _ => {}
        }
    }
    if look == Look::ForDeletions {
        for (key, _) in old.iter().filter(|(key, _)| !new.contains_key(key)) {
            out.insert(key.clone(), Value::Null);
        }
    }
    out
}

fn object(field: Option<&'static Field>, old: &Map, new: &Map, look: Look) -> Option<Value> {
    let merge = field.map_or(PatchStrategy::Plain, |field| field.merge);
    if merge == PatchStrategy::Replace {
        return (look == Look::ForChanges && old != new).then(|| new.clone().into());
    }
    let mut change = diff(element_type(field), old, new, look);
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

fn list(out: &mut Map, key: &str, field: Option<&'static Field>, old: &[Value], new: &[Value], look: Look) {
    match field.map_or(PatchStrategy::Plain, |field| field.merge) {
        PatchStrategy::Key { key: by, retain_keys } => {
            keyed(out, key, element_type(field), (by, retain_keys), (old, new), look);
        }
        PatchStrategy::Set => scalars(out, key, old, new, look),
        _ if look == Look::ForChanges && old != new => {
            out.insert(key, new.to_vec());
        }
        _ => {}
    }
}

/// A list of objects: changed and new items, items to delete, and the order if anything is to change.
fn keyed(
    out: &mut Map,
    key: &str,
    of: Option<&'static Type>,
    (by, retain_keys): (&str, bool),
    (old, new): (&[Value], &[Value]),
    look: Look,
) {
    if old.is_empty() {
        if look == Look::ForChanges && !new.is_empty() {
            out.insert(key, new.to_vec());
        }
        return;
    }
    let mut items: Vec<Value> = Vec::new();
    for item in new {
        let before = old.iter().find(|other| other.get(by) == item.get(by));
        match (before, item) {
            (Some(Value::Object(before)), Value::Object(after)) => {
                let mut change = diff(of, before, after, look);
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
            _ if look == Look::ForChanges => items.push(item.clone()),
            _ => {}
        }
    }
    if look == Look::ForDeletions {
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
    if !items.is_empty() || look == Look::ForDeletions && !same_order(old, new, by) {
        out.insert(format!("$setElementOrder/{key}"), named(new));
    }
    if !items.is_empty() {
        out.insert(key, items);
    }
}

/// Whether the items that both lists have stand in one order (`isOrderSame`).
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

fn scalars(out: &mut Map, key: &str, old: &[Value], new: &[Value], look: Look) {
    let missing = |from: &[Value], of: &[Value]| -> Vec<Value> {
        of.iter().filter(|item| !from.contains(item)).cloned().collect()
    };
    match look {
        Look::ForChanges => {
            let added = missing(old, new);
            if !added.is_empty() {
                out.insert(format!("$setElementOrder/{key}"), new.to_vec());
                out.insert(key, added);
            }
        }
        Look::ForDeletions => {
            let deleted = missing(new, old);
            if !deleted.is_empty() {
                out.insert(format!("$setElementOrder/{key}"), new.to_vec());
                out.insert(format!("$deleteFromPrimitiveList/{key}"), deleted);
            }
        }
    }
}

/// Both patches in one (`mergeMap`): what is set wins over what is deleted.
fn combine(of: Option<&'static Type>, mut deleted: Map, set: &Map) -> Map {
    for (key, value) in set.iter() {
        let field = of.and_then(|of| of.field(key));
        let both = match (deleted.remove(key), value) {
            (Some(Value::Object(deleted)), Value::Object(set)) => {
                combine(element_type(field), deleted, set).into()
            }
            (Some(Value::Array(deleted)), Value::Array(set)) => match field.map(|field| field.merge) {
                Some(PatchStrategy::Key { key, .. }) => {
                    combine_lists(element_type(field), &deleted, set, key)
                }
                _ => value.clone(),
            },
            _ => value.clone(),
        };
        deleted.insert(key.clone(), both);
    }
    deleted
}

fn combine_lists(of: Option<&'static Type>, deleted: &[Value], set: &[Value], by: &str) -> Value {
    let mut out: Vec<Value> = Vec::new();
    for item in set {
        let other = deleted.iter().find(|other| other.get(by) == item.get(by));
        out.push(match (other, item) {
            (Some(Value::Object(deleted)), Value::Object(set)) => combine(of, deleted.clone(), set).into(),
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
        let of = crate::schema::named("PodSpec");
        assert_eq!(
            patch(of, &map(original), &map(modified), &map(current)).to_string(),
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
    fn what_was_applied_before_and_is_gone_is_deleted() {
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
    fn lists_without_a_key_are_sent_whole() {
        check(
            json!({}),
            json!({"tolerations": [{"key": "a"}]}),
            json!({"tolerations": [{"key": "a", "operator": "Equal"}]}),
            r#"{"tolerations":[{"key":"a"}]}"#,
        );
    }
}
