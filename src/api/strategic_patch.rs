//! Strategic merge patches (`apimachinery/pkg/util/strategicpatch/patch.go`).

use super::{Reason, Status};
use crate::object::{Kind, Map, Value};
use crate::schema::{self, Field, PatchStrategy, Shape, Type};

const DIRECTIVE: &str = "$patch";
const RETAIN_KEYS: &str = "$retainKeys";
const ELEMENT_ORDER: &str = "$setElementOrder/";
const DELETE_FROM_PRIMITIVE_LIST: &str = "$deleteFromPrimitiveList/";

/// Applies a patch and returns the patched document (`StrategicMergeMapPatch`).
///
/// # Errors
/// `BadRequest` or `Invalid` for a malformed patch.
pub fn apply(kind: Kind, current: &Value, patch: &Value) -> Result<Value, Status> {
    let empty = Map::new();
    let current = current.as_object().unwrap_or(&empty);
    match patch {
        Value::Object(patch) => merge_map(schema::kind(kind), current, patch).map(Value::Object),
        Value::Null => Ok(current.clone().into()),
        _ => Err(Status::bad_request(
            "the patch is not an object".to_owned(),
            Vec::new(),
        )),
    }
}

/// `mergeMap`.
fn merge_map(go_struct: Option<&'static Type>, current: &Map, patch: &Map) -> Result<Map, Status> {
    let mut out = match patch.text(DIRECTIVE).map(AsRef::as_ref) {
        None | Some("merge") => current.clone(),
        Some("replace") => {
            let mut out = patch.clone();
            out.remove(DIRECTIVE);
            return Ok(out);
        }
        Some("delete") => return Ok(Map::new()),
        Some(other) => return Err(unprocessable(&format!("Unknown patch type found: {other}"))),
    };
    if let Some(keys) = patch.get(RETAIN_KEYS).and_then(Value::as_array) {
        out.retain(|key, _| keys.iter().any(|kept| kept.as_str() == Some(key)));
    }
    for (key, change) in patch.iter() {
        if let Some(name) = key.strip_prefix(DELETE_FROM_PRIMITIVE_LIST) {
            if !patch.contains_key(name) {
                let changed = merge_primitive_list(out.get(name), None, Some(change));
                out.insert(name, changed);
            }
            continue;
        }
        if let Some(name) = key.strip_prefix(ELEMENT_ORDER) {
            if !patch.contains_key(name) && out.contains_key(name) {
                let field = go_struct.and_then(|go_struct| go_struct.field(name));
                let sorted = merge_object_list(field, out.get(name), &[], Some(change))?;
                out.insert(name, sorted);
            }
            continue;
        }
        if key.starts_with('$') {
            continue;
        }
        if change.is_null() {
            out.remove(key);
            continue;
        }
        let order = patch.get(&format!("{ELEMENT_ORDER}{key}"));
        let dropped = patch.get(&format!("{DELETE_FROM_PRIMITIVE_LIST}{key}"));
        let field = go_struct.and_then(|go_struct| go_struct.field(key));
        let value = merge_value(field, out.get(key), change, order, dropped)?;
        out.insert(key.clone(), value);
    }
    Ok(out)
}

/// Merges one field; `order` and `dropped` are the values of its `$setElementOrder` and `$deleteFromPrimitiveList`.
fn merge_value(
    field: Option<&'static Field>,
    current: Option<&Value>,
    change: &Value,
    order: Option<&Value>,
    dropped: Option<&Value>,
) -> Result<Value, Status> {
    let merge = field.map_or(PatchStrategy::Plain, |field| field.merge);
    match (change, merge) {
        (Value::Object(patch), merge) => {
            let empty = Map::new();
            let current = match (merge, current) {
                (PatchStrategy::Replace, _) => &empty,
                (_, Some(Value::Object(current))) => current,
                _ => &empty,
            };
            merge_map(element_type(field), current, patch).map(Value::Object)
        }
        (Value::Array(items), PatchStrategy::Key { .. }) => merge_object_list(field, current, items, order),
        (Value::Array(_), PatchStrategy::Set) => Ok(merge_primitive_list(current, Some(change), dropped)),
        _ => Ok(change.clone()),
    }
}

/// The type of the object that a field contains, or of each object in its list or map.
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

/// Merges a list of objects by its merge key (`mergeSliceWithSpecialElements`, `mergeSliceWithoutSpecialElements`).
fn merge_object_list(
    field: Option<&'static Field>,
    current: Option<&Value>,
    items: &[Value],
    order: Option<&Value>,
) -> Result<Value, Status> {
    let Some(PatchStrategy::Key { key, .. }) = field.map(|field| field.merge) else {
        return Ok(current.cloned().unwrap_or_default());
    };
    let go_struct = element_type(field);
    let directive = |item: &Value| item.get(DIRECTIVE).and_then(Value::as_str).map(str::to_owned);
    let replaces = items
        .iter()
        .any(|item| directive(item).as_deref() == Some("replace"));
    let live: &[Value] = current.and_then(Value::as_array).unwrap_or_default();
    let mut out: Vec<Value> = if replaces { Vec::new() } else { live.to_vec() };
    for item in items {
        let name = item.get(key);
        match directive(item).as_deref() {
            Some("replace") if name.is_none() => continue,
            Some("delete") => {
                out.retain(|have| have.get(key) != name);
                continue;
            }
            _ => {}
        }
        let Value::Object(patch) = item else {
            return Err(unprocessable("a list of objects holds something else"));
        };
        if name.is_none() {
            let what = format!("map: {item} does not contain declared merge key: {key}");
            return Err(unprocessable(&what));
        }
        match out.iter_mut().find(|have| have.get(key) == name) {
            Some(Value::Object(have)) => *have = merge_map(go_struct, have, patch)?,
            _ => out.push(merge_map(go_struct, &Map::new(), patch)?.into()),
        }
    }
    let patched: Vec<Value> = items
        .iter()
        .filter(|item| directive(item).is_none())
        .cloned()
        .collect();
    out = match order.and_then(Value::as_array) {
        Some(order) => sort_by_order(out, key, order, live),
        None if replaces => out,
        None => sort_by_order(out, key, &patched, live),
    };
    Ok(out.into())
}

/// Sorts the items that the patch lists in the order of the patch. An item that only the live list has goes before the
/// first listed item that follows it there, so new items come first (`normalizeElementOrder`, `mergeSortedSlice`).
fn sort_by_order(items: Vec<Value>, key: &str, order: &[Value], live: &[Value]) -> Vec<Value> {
    let position =
        |list: &[Value], item: &Value| list.iter().position(|other| other.get(key) == item.get(key));
    let (mut named, others): (Vec<_>, Vec<_>) = items
        .into_iter()
        .partition(|item| position(order, item).is_some());
    named.sort_by_key(|item| position(order, item));
    let mut from = 0;
    for item in others {
        let own = position(live, &item);
        let later =
            |other: &Value| position(live, other).is_some_and(|there| own.is_some_and(|own| there > own));
        let at = named
            .iter()
            .skip(from)
            .position(later)
            .map_or(named.len(), |at| from + at);
        named.insert(at, item);
        from = at + 1;
    }
    named
}

/// Merges a list of primitive values as a set (`mergeSliceWithoutSpecialElements`, `deleteFromSlice`).
fn merge_primitive_list(current: Option<&Value>, added: Option<&Value>, dropped: Option<&Value>) -> Value {
    fn list(value: Option<&Value>) -> &[Value] {
        value.and_then(Value::as_array).unwrap_or_default()
    }
    let mut out: Vec<Value> = list(current).to_vec();
    out.retain(|item| !list(dropped).contains(item));
    for item in list(added) {
        if !out.contains(item) {
            out.push(item.clone());
        }
    }
    out.into()
}

/// An error with code 422 and without causes.
fn unprocessable(message: &str) -> Status {
    Status {
        reason: Reason::Invalid,
        message: message.to_owned(),
        kind: None,
        name: String::new(),
        causes: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(current: serde_json::Value, patch: serde_json::Value, want: serde_json::Value) {
        let spec = |spec| Value::from(json!({"spec": {"template": {"spec": spec}}}));
        let patched = apply(Kind::Deployment, &spec(current), &spec(patch));
        assert_eq!(patched.map(|value| value.to_string()), Ok(spec(want).to_string()));
    }

    #[test]
    fn lists_merge_by_merge_key() {
        check(
            json!({"containers": [{"name": "a", "image": "x"}, {"name": "b"}]}),
            json!({"containers": [{"name": "a", "image": "y"}, {"name": "c"}]}),
            json!({"containers": [{"name": "a", "image": "y"}, {"name": "c"}, {"name": "b"}]}),
        );
        check(
            json!({"containers": [{"name": "a"}, {"name": "b"}]}),
            json!({"containers": [{"name": "a", "$patch": "delete"}]}),
            json!({"containers": [{"name": "b"}]}),
        );
        check(
            json!({"containers": [{"name": "a"}]}),
            json!({"containers": [{"name": "b"}, {"$patch": "replace"}]}),
            json!({"containers": [{"name": "b"}]}),
        );
        check(
            json!({"containers": [{"name": "a"}, {"name": "server"}, {"name": "b"}]}),
            json!({"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}]}),
            json!({"containers": [{"name": "server"}, {"name": "b"}, {"name": "a"}]}),
        );
        check(
            json!({"containers": [{"name": "a"}, {"name": "server"}, {"name": "b"}]}),
            json!({"$setElementOrder/containers": [{"name": "a"}, {"name": "b"}]}),
            json!({"containers": [{"name": "a"}, {"name": "server"}, {"name": "b"}]}),
        );
    }

    #[test]
    fn lists_without_merge_key_are_replaced_and_null_deletes() {
        check(
            json!({"tolerations": [{"key": "a"}], "nodeName": "x"}),
            json!({"tolerations": [{"key": "b"}], "nodeName": null}),
            json!({"tolerations": [{"key": "b"}]}),
        );
    }

    #[test]
    fn retain_keys_drops_other_keys() {
        let current =
            Value::from(json!({"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {}}}}));
        let patch = Value::from(json!({"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}));
        let patched = apply(Kind::Deployment, &current, &patch).map(|value| value.to_string());
        assert_eq!(
            patched,
            Ok(r#"{"spec":{"strategy":{"type":"Recreate"}}}"#.to_owned())
        );
    }
}
