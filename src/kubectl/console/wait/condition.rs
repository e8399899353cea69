//! The conditions of `--for` (`conditionFuncsFor` in `wait.go`, `condition.go`, `json.go`).

use super::super::jsonpath::{self, PathNode};
use crate::kubectl::errors::Error;
use crate::object::{Object, Value};

/// A condition that `wait` waits for.
#[derive(Clone, Debug)]
pub enum Condition {
    /// The object exists (`IsCreated`).
    Created,
    /// The object is gone (`IsDeleted`).
    Deleted,
    /// A status condition has a value (`ConditionalWait`).
    Status {
        /// Its type.
        name: String,
        /// Its status.
        value: String,
    },
    /// A field has a value (`JSONPathWait`).
    Field {
        /// The JSONPath template.
        template: Vec<PathNode>,
        /// The value; none if any will do.
        value: Option<String>,
    },
}

/// Parses the values of `--for`.
///
/// # Errors
/// kubectl's error for the first one that is not a condition.
pub fn parse_all(texts: &[&str]) -> Result<Vec<Condition>, Error> {
    if texts.is_empty() {
        return Err(Error::Plain("unrecognized condition: []".to_owned()));
    }
    texts
        .iter()
        .map(|text| parse(text).map_err(Error::Plain))
        .collect()
}

fn parse(text: &str) -> Result<Condition, String> {
    match text.to_lowercase().as_str() {
        "delete" => return Ok(Condition::Deleted),
        "create" => return Ok(Condition::Created),
        _ => {}
    }
    if let Some(condition) = text.strip_prefix("condition=") {
        let (name, value) = condition.split_once('=').unwrap_or((condition, "true"));
        return Ok(Condition::Status {
            name: name.to_owned(),
            value: value.to_owned(),
        });
    }
    let path = text
        .strip_prefix("jsonpath=")
        .ok_or_else(|| format!("unrecognized condition: {text:?}"))?;
    parse_field(path)
}

/// `processJSONPathInput` and `newJSONPathParser`.
fn parse_field(text: &str) -> Result<Condition, String> {
    let parts = split_input(text);
    let (path, value) = match parts.as_slice() {
        [path] => (path, None),
        [path, value] => (path, Some(value)),
        _ => {
            return Err(
                "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or \
                 --for=jsonpath='{.status.readyReplicas}'"
                    .to_owned(),
            );
        }
    };
    let path = match path.as_str() {
        "" => String::new(),
        path => jsonpath::relaxed_expression(path)?,
    };
    let value = value.map(|value| value.trim_matches(['\'', '"']).to_owned());
    if value.as_ref().is_some_and(String::is_empty) {
        return Err(
            "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3"
                .to_owned(),
        );
    }
    if path.is_empty() {
        return Err("jsonpath expression cannot be empty".to_owned());
    }
    Ok(Condition::Field {
        template: jsonpath::parse(&path)?,
        value,
    })
}

/// Splits at single equal signs; `==` belongs to an expression (`splitJSONPathInput`).
fn split_input(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let last = parts.len() - 1;
        match c {
            '=' if chars.next_if_eq(&'=').is_some() => parts[last].push_str("=="),
            '=' => parts.push(String::new()),
            c => parts[last].push(c),
        }
    }
    parts
}

/// Whether an object meets a condition that is about its fields; an object that exists is created and not deleted.
///
/// # Errors
/// kubectl's error for a JSONPath that leads to several values, or to none that can be compared.
pub fn is_met(condition: &Condition, object: &Object) -> Result<bool, Error> {
    match condition {
        Condition::Created => Ok(true),
        Condition::Deleted => Ok(false),
        Condition::Status { name, value } => Ok(has_status(&object.document(), name, value)),
        Condition::Field { template, value } => {
            has_field(&object.document(), template, value.as_deref()).map_err(Error::Plain)
        }
    }
}

/// `ConditionalWait.checkCondition`.
fn has_status(document: &Value, name: &str, value: &str) -> bool {
    let conditions = document
        .at(&["status", "conditions"])
        .and_then(Value::as_array)
        .unwrap_or_default();
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let found = conditions.iter().find_map(|condition| {
        let is_it = condition
            .get("type")
            .and_then(Value::as_str)
            .is_some_and(|kind| same(kind, name));
        let status = condition.get("status").and_then(Value::as_str)?;
        is_it.then_some((condition, status))
    });
    let Some((condition, status)) = found else {
        return false;
    };
    let number = |value: Option<&Value>| value.and_then(Value::as_i64);
    let observed = number(condition.get("observedGeneration"))
        .or_else(|| number(document.at(&["status", "observedGeneration"])));
    let generation = number(document.at(&["metadata", "generation"]));
    let is_old = matches!((generation, observed), (Some(now), Some(observed)) if observed < now);
    !is_old && same(status, value)
}

/// `JSONPathWait.checkCondition`.
fn has_field(document: &Value, template: &[PathNode], value: Option<&str>) -> Result<bool, String> {
    let results = jsonpath::find(template, document, true)?;
    let found = results.first().map(Vec::as_slice).unwrap_or_default();
    let Some(first) = found.first() else {
        return Ok(false);
    };
    if results.len() > 1 {
        return Err("given jsonpath expression matches more than one list".to_owned());
    }
    if found.len() > 1 {
        return Err("given jsonpath expression matches more than one value".to_owned());
    }
    let Some(value) = value else { return Ok(true) };
    let text = match first {
        Value::Object(_) | Value::Array(_) => {
            return Err("jsonpath leads to a nested object or list which is not supported".to_owned());
        }
        Value::Null => "<nil>".to_owned(),
        Value::String(text) => text.to_string(),
        other => other.to_string(),
    };
    Ok(text.trim() == value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_error(text: &str, message: &str) {
        assert_eq!(parse(text).err().as_deref(), Some(message), "{text}");
    }

    #[test]
    fn conditions_are_read_as_kubectl_reads_them() {
        assert!(matches!(parse("Delete"), Ok(Condition::Deleted)));
        assert!(matches!(parse("create"), Ok(Condition::Created)));
        check_error("ready", "unrecognized condition: \"ready\"");
        check_error("jsonpath=", "jsonpath expression cannot be empty");
        check_error(
            "jsonpath={.a}=",
            "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
        );
        check_error(
            "jsonpath={.a}=1=2",
            "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or \
             --for=jsonpath='{.status.readyReplicas}'",
        );
        let field = parse("jsonpath={.a[?(@.b==\"c\")].d}=\"e\"").expect("a condition");
        assert!(matches!(field, Condition::Field { value: Some(value), .. } if value == "e"));
    }

    #[test]
    fn single_equal_signs_separate() {
        assert_eq!(
            split_input("a.b.c====d.e.f===g.h.i==="),
            ["a.b.c====d.e.f==", "g.h.i==", ""]
        );
    }
}
