//! JSON patches (RFC 6902).

use super::{Reason, Status};
use crate::object::{Map, Value};

/// The document after all operations.
///
/// # Errors
/// The API server's answer to a patch that does not apply.
pub fn apply(current: &Value, operations: &Value) -> Result<Value, Status> {
    let mut document = current.clone();
    let list = operations.as_array().ok_or_else(malformed)?;
    for operation in list {
        one(&mut document, operation).ok_or_else(rejected)?;
    }
    Ok(document)
}

fn malformed() -> Status {
    Status::bad_request(
        "error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch"
            .to_owned(),
        Vec::new(),
    )
}

/// What `NewGenericServerResponse` says of code 422.
fn rejected() -> Status {
    Status {
        reason: Reason::Invalid,
        message: "the server rejected our request due to an error in our request".to_owned(),
        kind: None,
        name: String::new(),
        causes: Vec::new(),
    }
}

fn one(document: &mut Value, operation: &Value) -> Option<()> {
    let text = |key: &str| operation.get(key).and_then(Value::as_str);
    let path = pointer(text("path")?)?;
    match text("op")? {
        "add" => add(document, &path, operation.get("value")?.clone()),
        "remove" => remove(document, &path).map(|_| ()),
        "replace" => {
            *place(document, &path)? = operation.get("value")?.clone();
            Some(())
        }
        "move" => {
            let value = remove(document, &pointer(text("from")?)?)?;
            add(document, &path, value)
        }
        "copy" => {
            let value = place(document, &pointer(text("from")?)?)?.clone();
            add(document, &path, value)
        }
        "test" => {
            let wanted = operation.get("value").unwrap_or(&Value::Null);
            let have = place(document, &path).map(|have| have.clone());
            (have.unwrap_or_default() == *wanted).then_some(())
        }
        _ => None,
    }
}

/// The parts of a JSON pointer (RFC 6901).
fn pointer(text: &str) -> Option<Vec<String>> {
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

fn place<'a>(document: &'a mut Value, path: &[String]) -> Option<&'a mut Value> {
    let mut here = document;
    for part in path {
        here = match here {
            Value::Object(map) => map.get_mut(part)?,
            Value::Array(_) => here.as_array_mut()?.get_mut(part.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(here)
}

fn add(document: &mut Value, path: &[String], value: Value) -> Option<()> {
    let Some((last, parent)) = path.split_last() else {
        *document = value;
        return Some(());
    };
    let parent = place(document, parent)?;
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

fn remove(document: &mut Value, path: &[String]) -> Option<Value> {
    let (last, parent) = path.split_last()?;
    let parent = place(document, parent)?;
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
    fn what_does_not_apply_is_refused() {
        for operation in [
            json!({"op": "remove", "path": "/none"}),
            json!({"op": "replace", "path": "/none", "value": 1}),
            json!({"op": "test", "path": "/a", "value": 2}),
            json!({"op": "add", "path": "/a/b", "value": 2}),
            json!({"op": "jump", "path": "/a"}),
        ] {
            check(json!({"a": 1}), json!([operation]), None);
        }
    }
}
