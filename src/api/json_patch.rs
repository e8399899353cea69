//! JSON patches (RFC 6902).

use super::{Reason, Status};
use crate::object::{Map, Value};

/// Applies the operations in order and returns the patched document.
///
/// # Errors
/// `BadRequest` for a patch that is not a list, `Invalid` for an operation that cannot be applied.
pub fn apply(current: &Value, operations: &Value) -> Result<Value, Status> {
    let mut document = current.clone();
    let list = operations.as_array().ok_or_else(|| malformed(operations))?;
    for operation in list {
        apply_operation(&mut document, operation).ok_or_else(rejected)?;
    }
    Ok(document)
}

/// The patch is not a list of operations.
fn malformed(patch: &Value) -> Status {
    let found = json_type(patch);
    Status::bad_request(
        format!(
            "error decoding patch: json: cannot unmarshal {found} into Go value of type []handlers.jsonPatchOp"
        ),
        Vec::new(),
    )
}

/// The type of a value in the messages of Go's JSON decoder.
pub(super) fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Int(_) | Value::Float(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// The message of `NewGenericServerResponse` for code 422.
fn rejected() -> Status {
    Status {
        reason: Reason::Invalid,
        message: "the server rejected our request due to an error in our request".to_owned(),
        kind: None,
        name: String::new(),
        causes: Vec::new(),
    }
}

/// Applies one operation; returns `None` if it cannot be applied.
fn apply_operation(document: &mut Value, operation: &Value) -> Option<()> {
    let text = |key: &str| operation.get(key).and_then(Value::as_str);
    let path = parse_pointer(text("path")?)?;
    match text("op")? {
        "add" => add(document, &path, operation.get("value")?.clone()),
        "remove" => remove(document, &path).map(|_| ()),
        "replace" => replace(document, &path, operation.get("value")?.clone()),
        "move" => {
            let value = remove(document, &parse_pointer(text("from")?)?)?;
            add(document, &path, value)
        }
        "copy" => {
            let value = resolve(document, &parse_pointer(text("from")?)?)?.clone();
            add(document, &path, value)
        }
        "test" => {
            let wanted = operation.get("value").unwrap_or(&Value::Null);
            let have = resolve(document, &path).map(|have| have.clone());
            (have.unwrap_or_default() == *wanted).then_some(())
        }
        _ => None,
    }
}

/// Splits a JSON pointer into its unescaped tokens (RFC 6901).
fn parse_pointer(text: &str) -> Option<Vec<String>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let parts = text.strip_prefix('/')?.split('/');
    Some(
        parts
            .map(|part| part.replace("~1", "/").replace("~0", "~"))
            .collect(),
    )
}

/// Returns the value at a path.
fn resolve<'a>(document: &'a mut Value, path: &[String]) -> Option<&'a mut Value> {
    let mut value = document;
    for part in path {
        value = match value {
            Value::Object(map) => map.get_mut(part)?,
            Value::Array(_) => value.as_array_mut()?.get_mut(part.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(value)
}

fn add(document: &mut Value, path: &[String], value: Value) -> Option<()> {
    let Some((last, parent)) = path.split_last() else {
        *document = value;
        return Some(());
    };
    let parent = resolve(document, parent)?;
    if let Value::Object(map) = parent {
        let map: &mut Map = map;
        map.insert(last.as_str(), value);
        return Some(());
    }
    let items = parent.as_array_mut()?;
    let at = if last == "-" {
        items.len()
    } else {
        last.parse().ok()?
    };
    if at > items.len() {
        return None;
    }
    items.insert(at, value);
    Some(())
}

/// In an object, what does not exist is added: the library only looks whether the parent exists.
fn replace(document: &mut Value, path: &[String], value: Value) -> Option<()> {
    let (last, parent) = path.split_last()?;
    match resolve(document, parent)? {
        Value::Object(map) => {
            map.insert(last.as_str(), value);
        }
        parent => *parent.as_array_mut()?.get_mut(last.parse::<usize>().ok()?)? = value,
    }
    Some(())
}

fn remove(document: &mut Value, path: &[String]) -> Option<Value> {
    let (last, parent) = path.split_last()?;
    let parent = resolve(document, parent)?;
    if let Value::Object(map) = parent {
        return map.remove(last);
    }
    let items = parent.as_array_mut()?;
    let at = last.parse::<usize>().ok().filter(|&at| at < items.len())?;
    Some(items.remove(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(current: serde_json::Value, operations: serde_json::Value, want: Option<serde_json::Value>) {
        let patched = apply(&current.into(), &operations.into()).ok();
        assert_eq!(
            patched.map(|v| v.to_string()),
            want.map(|v| Value::from(v).to_string())
        );
    }

    #[test]
    fn operations_apply_in_order() {
        check(
            json!({"a": [1, 3], "b~/c": 1}),
            json!([
                {"op": "add", "path": "/a/1", "value": 2},
                {"op": "add", "path": "/a/-", "value": 4},
                {"op": "remove", "path": "/b~0~1c"},
                {"op": "copy", "from": "/a/0", "path": "/d"},
                {"op": "test", "path": "/d", "value": 1},
                {"op": "move", "from": "/a/0", "path": "/e"},
                {"op": "replace", "path": "/d", "value": "x"},
            ]),
            Some(json!({"a": [2, 3, 4], "d": "x", "e": 1})),
        );
    }

    #[test]
    fn replacing_what_does_not_exist_adds_it() {
        let operation = json!({"op": "replace", "path": "/none", "value": 1});
        check(
            json!({"a": 1}),
            json!([operation]),
            Some(json!({"a": 1, "none": 1})),
        );
    }

    #[test]
    fn operations_that_cannot_be_applied_are_rejected() {
        for operation in [
            json!({"op": "remove", "path": "/none"}),
            json!({"op": "replace", "path": "/none/deeper", "value": 1}),
            json!({"op": "test", "path": "/a", "value": 2}),
            json!({"op": "add", "path": "/a/b", "value": 2}),
            json!({"op": "jump", "path": "/a"}),
        ] {
            check(json!({"a": 1}), json!([operation]), None);
        }
    }
}
