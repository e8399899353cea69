//! JSONPath templates (`client-go/util/jsonpath`): text with expressions in braces.

mod parse;

use std::borrow::Cow;

use crate::object::Value;

pub use parse::{relaxed, template};

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Text that stands as it is.
    Text(String),
    /// What a path finds, with spaces between several.
    Path(Vec<Step>),
    /// `{range PATH}` … `{end}`.
    Range(Vec<Step>, Vec<Part>),
    /// What can be read, and only then says what is wrong with it.
    Wrong(String),
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// `$`: back to the whole document.
    Root,
    /// `@`: what is looked at.
    Here,
    /// `.name` or `['name']`.
    Field(String),
    /// `.*` or `[*]`.
    All,
    /// `..`: everything below, at any depth.
    Below,
    /// `[from:to:step]`, `[n]`.
    Slice(Slice),
    /// `[?(left op right)]`.
    Filter(Box<Filter>),
    /// `[a,b]`.
    Union(Vec<Vec<Step>>),
}

/// A part of a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slice {
    /// The first; below zero it counts from the end.
    pub from: Option<i64>,
    /// The one behind the last.
    pub to: Option<i64>,
    /// How far apart.
    pub step: i64,
    /// Whether one element was asked for: then it has to be there.
    pub one: bool,
}

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// The left side.
    pub left: Operand,
    /// The operator and the right side; none: the left side has to exist.
    pub compared: Option<(&'static str, Operand)>,
}

/// One side of a condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// What a path finds.
    Path(Vec<Step>),
    /// A text, number or truth value.
    Literal(Value),
}

/// Most results of one step: documents are small, but templates come from outside and may ask for everything of everything.
const RESULTS_MAX: usize = 100_000;

/// Fills a template in.
///
/// # Errors
/// What cannot be followed, in the library's words; a field that is missing is nothing, as kubectl asks for.
pub fn print(parts: &[Part], document: &Value) -> Result<String, String> {
    let mut out = String::new();
    fill(parts, document, document, &mut out)?;
    Ok(out)
}

/// What a path finds in a document.
///
/// # Errors
/// As [`print`].
pub fn find<'v>(path: &[Step], document: &'v Value) -> Result<Vec<&'v Value>, String> {
    follow(path, document, document)
}

fn fill(parts: &[Part], root: &Value, here: &Value, out: &mut String) -> Result<(), String> {
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Wrong(why) => return Err(why.clone()),
            Part::Path(path) => {
                let found = follow(path, root, here)?;
                let texts: Vec<Cow<str>> = found.into_iter().map(written).collect();
                out.push_str(&texts.join(" "));
            }
            Part::Range(path, inner) => {
                for element in follow(path, root, here)? {
                    fill(inner, root, element, out)?;
                }
            }
        }
    }
    Ok(())
}

/// A value as a template prints it: text bare, lists and objects as JSON (`evalToText`).
pub fn written(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Null => Cow::Borrowed(""),
        other => Cow::Owned(other.to_string()),
    }
}

fn follow<'v>(path: &[Step], root: &'v Value, here: &'v Value) -> Result<Vec<&'v Value>, String> {
    let mut found = vec![here];
    for step in path {
        let mut next = Vec::new();
        if let Step::Union(paths) = step {
            // One path for all that was found, then the next.
            for path in paths {
                for value in &found {
                    next.extend(follow(path, root, value)?);
                    if next.len() > RESULTS_MAX {
                        return Err("too many results".to_owned());
                    }
                }
            }
        } else {
            for value in found {
                one(step, root, value, &mut next)?;
                if next.len() > RESULTS_MAX {
                    return Err("too many results".to_owned());
                }
            }
        }
        found = next;
    }
    Ok(found)
}

fn one<'v>(step: &Step, root: &'v Value, value: &'v Value, out: &mut Vec<&'v Value>) -> Result<(), String> {
    match step {
        Step::Root => out.push(root),
        Step::Here => out.push(value),
        Step::Field(name) => out.extend(value.get(name)),
        Step::All => children(value, out),
        Step::Below => below(value, out),
        Step::Slice(slice) => sliced(*slice, value, out)?,
        Step::Filter(filter) => {
            let Some(items) = value.as_array() else {
                return Err(format!(
                    "{} is not array or slice and cannot be filtered",
                    kind(value)
                ));
            };
            for item in items {
                if holds(filter, root, item)? {
                    out.push(item);
                }
            }
        }
        Step::Union(_) => {}
    }
    Ok(())
}

fn children<'v>(value: &'v Value, out: &mut Vec<&'v Value>) {
    match value {
        Value::Array(items) => out.extend(items.iter()),
        Value::Object(map) => out.extend(map.iter().map(|(_, value)| value)),
        _ => {}
    }
}

/// The value and everything in it, outer before inner.
fn below<'v>(value: &'v Value, out: &mut Vec<&'v Value>) {
    let mut left = vec![value];
    while let Some(value) = left.pop() {
        out.push(value);
        let mut inner = Vec::new();
        children(value, &mut inner);
        left.extend(inner.into_iter().rev());
    }
}

fn sliced<'v>(slice: Slice, value: &'v Value, out: &mut Vec<&'v Value>) -> Result<(), String> {
    let Some(items) = value.as_array() else {
        return Err(format!("{} is not array or slice", kind(value)));
    };
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let place = |at: i64| if at < 0 { at.saturating_add(length) } else { at };
    let from = place(slice.from.unwrap_or(0));
    let to = slice.to.map_or(length, place);
    if slice.one && !(0..length).contains(&from) {
        return Err(format!(
            "array index out of bounds: index {from}, length {length}"
        ));
    }
    let to = to.min(length);
    if slice.step <= 0 {
        return Err("step must be > 0".to_owned());
    }
    let mut at = from.max(0);
    while at < to {
        out.extend(usize::try_from(at).ok().and_then(|at| items.get(at)));
        at = at.saturating_add(slice.step);
    }
    Ok(())
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int64",
        Value::Float(_) => "float64",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}

fn holds(filter: &Filter, root: &Value, item: &Value) -> Result<bool, String> {
    let side = |operand: &Operand| -> Result<Option<Value>, String> {
        match operand {
            Operand::Literal(value) => Ok(Some(value.clone())),
            Operand::Path(path) => Ok(follow(path, root, item)?.first().map(|value| (*value).clone())),
        }
    };
    let left = side(&filter.left)?;
    let Some((operator, right)) = &filter.compared else {
        return Ok(left.is_some());
    };
    let (Some(left), Some(right)) = (left, side(right)?) else {
        return Ok(false);
    };
    let order = compare(&left, &right);
    Ok(match *operator {
        "==" => order.is_some_and(std::cmp::Ordering::is_eq),
        "!=" => !order.is_some_and(std::cmp::Ordering::is_eq),
        "<" => order.is_some_and(std::cmp::Ordering::is_lt),
        "<=" => order.is_some_and(std::cmp::Ordering::is_le),
        ">" => order.is_some_and(std::cmp::Ordering::is_gt),
        _ => order.is_some_and(std::cmp::Ordering::is_ge),
    })
}

/// Numbers by value, the rest as text; what has different types has no order.
pub fn compare(left: &Value, right: &Value) -> Option<std::cmp::Ordering> {
    let number = |value: &Value| match value {
        Value::Int(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        _ => None,
    };
    match (left, right) {
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (left, right) => number(left)?.partial_cmp(&number(right)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn list() -> Value {
        json!({"kind": "List", "items": [
            {"metadata": {"name": "web-0", "labels": {"app": "web", "a.b/c": "x"}}, "status": {"n": 1, "ready": true}},
            {"metadata": {"name": "web-1", "labels": {"app": "db"}}, "status": {"n": 2, "ready": false}},
            {"metadata": {"name": "web-2"}, "status": {"n": 3, "list": [1, 2]}},
        ]})
        .into()
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let parts = template(text).expect("a template");
        assert_eq!(print(&parts, &list()).as_deref(), Ok(expected));
    }

    #[test]
    fn paths_find_values() {
        check("{.kind}", "List");
        check("{$.kind}", "List");
        check("{.items[*].metadata.name}", "web-0 web-1 web-2");
        check("{.items[0].metadata.name}", "web-0");
        check("{.items[-1:].metadata.name}", "web-2");
        check("{.items[-1].metadata.name}", "web-2");
        check("{.items[0:3:2].metadata.name}", "web-0 web-2");
        check("{.items[0,2].metadata.name}", "web-0 web-2");
        check(
            "{.items[*]['metadata.name','status.n']}",
            "web-0 web-1 web-2 1 2 3",
        );
        check("{.items[0]['metadata']['name']}", "web-0");
        check(r"{.items[0].metadata.labels.a\.b/c}", "x");
        check("{.items[0].metadata.labels['a\\.b/c']}", "x");
        check("{..name}", "web-0 web-1 web-2");
        check("{.missing}", "");
        check("{.items[2].status.list}", "[1,2]");
        check("{.items[0].metadata.labels}", r#"{"a.b/c":"x","app":"web"}"#);
    }

    #[test]
    fn filters_choose() {
        check(
            r#"{.items[?(@.metadata.labels.app=="db")].metadata.name}"#,
            "web-1",
        );
        check("{.items[?(@.status.n>1)].metadata.name}", "web-1 web-2");
        check("{.items[?(@.status.ready==true)].metadata.name}", "web-0");
        check("{.items[?(@.metadata.labels)].metadata.name}", "web-0 web-1");
        check(
            "{.items[?(@.metadata.name!='web-0')].metadata.name}",
            "web-1 web-2",
        );
    }

    #[test]
    fn text_stands_between() {
        check("a {.kind} b", "a List b");
        check(r#"{.kind}{"\n"}{'\t'}x"#, "List\n\tx");
        check(
            r#"{range .items[*]}{.metadata.name}={.status.n}{"\n"}{end}"#,
            "web-0=1\nweb-1=2\nweb-2=3\n",
        );
        check(
            "{range .items[*]}[{.metadata.name}]{end}.",
            "[web-0][web-1][web-2].",
        );
        check("{range .items[*]}{.status.n};", "1;2;3;;");
    }

    #[track_caller]
    fn check_error(text: &str, message: &str) {
        let error = template(text).and_then(|parts| print(&parts, &list()));
        assert_eq!(error, Err(message.to_owned()));
    }

    #[test]
    fn what_is_no_template_is_refused() {
        check_error("{.items[", "unterminated array");
        check_error("{.items", "unclosed action");
        check_error("{end}", "not in range, nothing to end");
        check_error("{.items[9].x}", "array index out of bounds: index 9, length 3");
        check_error("{.kind[0]}", "string is not array or slice");
        check_error("{.items[a]}", "invalid array index a");
    }

    #[test]
    fn bare_paths_are_taken_too() {
        for path in [
            ".metadata.name",
            "metadata.name",
            "{.metadata.name}",
            "{metadata.name}",
        ] {
            assert_eq!(relaxed(path).as_deref(), Ok("{.metadata.name}"), "{path}");
        }
        assert!(relaxed("{.a}{.b}").is_err());
        assert!(relaxed("").is_err());
    }
}
