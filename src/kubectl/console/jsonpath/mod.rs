//! JSONPath templates: text with expressions in braces (`client-go/util/jsonpath/jsonpath.go`).

mod parse;

use std::borrow::Cow;

use crate::object::Value;

pub use parse::{parse_template, relaxed_expression};

/// A node of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum TemplateNode {
    /// Literal text.
    Text(String),
    /// The values that a path finds, separated by spaces.
    Path(Vec<PathNode>),
    /// `{range PATH}` … `{end}`.
    Range(Vec<PathNode>, Vec<TemplateNode>),
    /// An action that parses, but fails when it is executed.
    Invalid(String),
}

/// A node of a path (`client-go/util/jsonpath/node.go`).
#[derive(Clone, Debug, PartialEq)]
pub enum PathNode {
    /// `$`: the document.
    Root,
    /// `@`: the current value.
    Current,
    /// `.name` or `['name']`.
    Field(String),
    /// `.*` or `[*]`.
    Wildcard,
    /// `..`: all descendants.
    Recursive,
    /// `[from:to:step]`, `[n]`.
    Array(ArrayParams),
    /// `[?(left op right)]`.
    Filter(Box<Filter>),
    /// `[a,b]`.
    Union(Vec<Vec<PathNode>>),
}

/// The parameters of an `ArrayNode`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ArrayParams {
    /// The first index; negative ones count from the end.
    pub from: Option<i64>,
    /// The index after the last.
    pub to: Option<i64>,
    /// The distance between elements.
    pub step: i64,
    /// Whether this is a single index, which has to be in bounds.
    pub one: bool,
}

/// A condition (`FilterNode`).
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// The left side.
    pub left: Operand,
    /// The operator and the right side; without them the left side has to exist.
    pub compared: Option<(&'static str, Operand)>,
}

/// A side of a condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// The first value that a path finds.
    Path(Vec<PathNode>),
    /// A string, number or boolean.
    Literal(Value),
}

/// Limit on the results of one path node: templates are user input, and recursion multiplies results.
const RESULTS_MAX: usize = 100_000;

/// Executes a template on a document.
///
/// # Errors
/// The library's error for a path that cannot be evaluated; missing fields are no error (`AllowMissingKeys`).
pub fn execute(parts: &[TemplateNode], document: &Value) -> Result<String, String> {
    let mut out = String::new();
    execute_nodes(parts, document, document, &mut out)?;
    Ok(out)
}

/// The values that a path finds in a document.
///
/// # Errors
/// The same as [`execute`].
pub fn find<'v>(path: &[PathNode], document: &'v Value) -> Result<Vec<&'v Value>, String> {
    evaluate(path, document, document)
}

fn execute_nodes(
    parts: &[TemplateNode],
    root: &Value,
    current: &Value,
    out: &mut String,
) -> Result<(), String> {
    for part in parts {
        match part {
            TemplateNode::Text(text) => out.push_str(text),
            TemplateNode::Invalid(why) => return Err(why.clone()),
            TemplateNode::Path(path) => {
                let found = evaluate(path, root, current)?;
                let texts: Vec<Cow<str>> = found.into_iter().map(eval_to_text).collect();
                out.push_str(&texts.join(" "));
            }
            TemplateNode::Range(path, inner) => {
                for element in evaluate(path, root, current)? {
                    execute_nodes(inner, root, element, out)?;
                }
            }
        }
    }
    Ok(())
}

/// A value as a template prints it: strings unquoted, lists and objects as JSON (`evalToText`).
fn eval_to_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Null => Cow::Borrowed(""),
        other => Cow::Owned(other.to_string()),
    }
}

fn evaluate<'v>(path: &[PathNode], root: &'v Value, current: &'v Value) -> Result<Vec<&'v Value>, String> {
    let mut found = vec![current];
    for node in path {
        let mut next = Vec::new();
        if let PathNode::Union(paths) = node {
            // Each path is evaluated for all values before the next path.
            for path in paths {
                for value in &found {
                    next.extend(evaluate(path, root, value)?);
                    if next.len() > RESULTS_MAX {
                        return Err("too many results".to_owned());
                    }
                }
            }
        } else {
            for value in found {
                evaluate_node(node, root, value, &mut next)?;
                if next.len() > RESULTS_MAX {
                    return Err("too many results".to_owned());
                }
            }
        }
        found = next;
    }
    Ok(found)
}

fn evaluate_node<'v>(
    node: &PathNode,
    root: &'v Value,
    value: &'v Value,
    out: &mut Vec<&'v Value>,
) -> Result<(), String> {
    match node {
        PathNode::Root => out.push(root),
        PathNode::Current => out.push(value),
        PathNode::Field(name) => out.extend(value.get(name)),
        PathNode::Wildcard => children(value, out),
        PathNode::Recursive => descendants(value, out),
        PathNode::Array(slice) => elements(*slice, value, out)?,
        PathNode::Filter(filter) => {
            let Some(items) = value.as_array() else {
                return Err(format!(
                    "{} is not array or slice and cannot be filtered",
                    go_type(value)
                ));
            };
            for item in items {
                if holds(filter, root, item)? {
                    out.push(item);
                }
            }
        }
        PathNode::Union(_) => {}
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

/// A value and all its descendants, parents first.
fn descendants<'v>(value: &'v Value, out: &mut Vec<&'v Value>) {
    let mut left = vec![value];
    while let Some(value) = left.pop() {
        out.push(value);
        let mut inner = Vec::new();
        children(value, &mut inner);
        left.extend(inner.into_iter().rev());
    }
}

fn elements<'v>(slice: ArrayParams, value: &'v Value, out: &mut Vec<&'v Value>) -> Result<(), String> {
    let Some(items) = value.as_array() else {
        return Err(format!("{} is not array or slice", go_type(value)));
    };
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let position = |at: i64| if at < 0 { at.saturating_add(length) } else { at };
    let from = position(slice.from.unwrap_or(0));
    let to = slice.to.map_or(length, position);
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

fn go_type(value: &Value) -> &'static str {
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

/// Whether an item satisfies a condition (`evalFilter`).
fn holds(filter: &Filter, root: &Value, item: &Value) -> Result<bool, String> {
    let side = |operand: &Operand| -> Result<Option<Value>, String> {
        match operand {
            Operand::Literal(value) => Ok(Some(value.clone())),
            Operand::Path(path) => Ok(evaluate(path, root, item)?.first().map(|value| (*value).clone())),
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

/// Compares numbers by value, strings and booleans; values of different types have no order.
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
        let parts = parse_template(text).expect("a template");
        assert_eq!(execute(&parts, &list()).as_deref(), Ok(expected));
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
    fn filters_select_elements() {
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
    fn text_is_copied() {
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
        let error = parse_template(text).and_then(|parts| execute(&parts, &list()));
        assert_eq!(error, Err(message.to_owned()));
    }

    #[test]
    fn invalid_templates_are_refused() {
        check_error("{.items[", "unterminated array");
        check_error("{.items", "unclosed action");
        check_error("{end}", "not in range, nothing to end");
        check_error("{.items[9].x}", "array index out of bounds: index 9, length 3");
        check_error("{.kind[0]}", "string is not array or slice");
        check_error("{.items[a]}", "invalid array index a");
    }

    #[test]
    fn paths_need_no_braces() {
        for path in [
            ".metadata.name",
            "metadata.name",
            "{.metadata.name}",
            "{metadata.name}",
        ] {
            assert_eq!(
                relaxed_expression(path).as_deref(),
                Ok("{.metadata.name}"),
                "{path}"
            );
        }
        assert!(relaxed_expression("{.a}{.b}").is_err());
        assert!(relaxed_expression("").is_err());
    }
}
