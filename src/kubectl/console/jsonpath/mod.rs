//! JSONPath templates: text with expressions in braces (`client-go/util/jsonpath/jsonpath.go`).

mod parse;

use std::cmp::Ordering;

use crate::api::go_dump;
use crate::object::Value;

pub use parse::{parse, relaxed_expression};

/// A node of a template (`client-go/util/jsonpath/node.go`).
#[derive(Clone, Debug, PartialEq)]
pub enum PathNode {
    /// An expression in braces.
    List(Vec<PathNode>),
    /// Text outside of braces, or in quotes.
    Text(String),
    /// A number or a boolean.
    Constant(Value),
    /// `range`, `end`, or a word that has no meaning.
    Identifier(String),
    /// `.name` or `['name']`.
    Field(String),
    /// `.*`.
    Wildcard,
    /// `..`: all descendants.
    Recursive,
    /// `[from:to:step]`, `[n]`.
    Array {
        /// The first index; negative ones count from the end.
        from: Option<i64>,
        /// The index after the last.
        to: Option<i64>,
        /// The distance between elements.
        step: Option<i64>,
        /// Whether this is a single index.
        one: bool,
    },
    /// `[?(left operator right)]`; without an operator, the left side has to exist.
    Filter {
        /// The left side.
        left: Vec<PathNode>,
        /// The operator and the right side.
        compared: Option<(String, Vec<PathNode>)>,
    },
    /// `[a,b]`.
    Union(Vec<Vec<PathNode>>),
}

/// Limit on the values that a template finds: recursion and nested ranges multiply them.
const RESULTS_MAX: usize = 200_000;

/// Executes a template on a document.
///
/// # Errors
/// The library's error. A missing field is none if `missing` is allowed.
pub fn execute(nodes: &[PathNode], document: &Value, missing: bool) -> Result<String, String> {
    let mut out = String::new();
    for results in find(nodes, document, missing)? {
        let texts: Vec<String> = results.iter().map(text).collect();
        out.push_str(&texts.join(" "));
    }
    Ok(out)
}

/// A value as a template prints it: lists and objects as JSON (`PrintResults`).
fn text(value: &Value) -> String {
    match value {
        Value::Array(_) | Value::Object(_) => value.to_string(),
        other => go_dump(other),
    }
}

/// The values that each node of a template finds (`FindResults`).
///
/// # Errors
/// The same as [`execute`].
pub fn find(nodes: &[PathNode], document: &Value, missing: bool) -> Result<Vec<Vec<Value>>, String> {
    let mut search = Search {
        missing,
        begin_range: 0,
        in_range: 0,
        end_range: 0,
        last_end: None,
        count: 0,
    };
    search.find(nodes, 0, document)
}

/// All values that a template finds, one after another.
///
/// # Errors
/// The same as [`execute`].
pub fn find_all(nodes: &[PathNode], document: &Value) -> Result<Vec<Value>, String> {
    find(nodes, document, true).map(|results| results.into_iter().flatten().collect())
}

struct Search {
    /// Whether missing fields are no error.
    missing: bool,
    begin_range: usize,
    in_range: usize,
    end_range: usize,
    /// The node after which the last range goes on.
    last_end: Option<usize>,
    count: usize,
}

impl Search {
    /// The results of the nodes from a position on; a range executes the nodes after it for each of its values.
    fn find(&mut self, nodes: &[PathNode], from: usize, current: &Value) -> Result<Vec<Vec<Value>>, String> {
        let mut all = Vec::new();
        let mut i = from;
        while let Some(node) = nodes.get(i) {
            let results = self.walk(vec![current.clone()], node)?;
            if self.end_range > 0 && self.end_range <= self.in_range {
                self.end_range -= 1;
                self.last_end = Some(i);
                break;
            }
            if self.begin_range == 0 {
                all.push(results);
                i += 1;
                continue;
            }
            self.begin_range -= 1;
            self.in_range += 1;
            for value in &results {
                all.extend(self.find(nodes, i + 1, value)?);
            }
            // Without values, the nodes are passed over up to the end of the range.
            if results.is_empty() {
                self.find(nodes, i + 1, &Value::Null)?;
            }
            self.in_range -= 1;
            i = self.last_end.filter(|end| *end > i).unwrap_or(i) + 1;
        }
        Ok(all)
    }

    fn list(&mut self, values: Vec<Value>, nodes: &[PathNode]) -> Result<Vec<Value>, String> {
        nodes
            .iter()
            .try_fold(values, |values, node| self.walk(values, node))
    }

    fn walk(&mut self, values: Vec<Value>, node: &PathNode) -> Result<Vec<Value>, String> {
        let found = match node {
            PathNode::List(nodes) => self.list(values, nodes)?,
            PathNode::Text(text) => vec![Value::String(text.as_str().into())],
            PathNode::Constant(value) => vec![value.clone(); values.len()],
            PathNode::Identifier(name) => self.identifier(values, name)?,
            PathNode::Field(name) => self.field(&values, name)?,
            PathNode::Wildcard => values.iter().flat_map(children).collect(),
            PathNode::Recursive => {
                let mut found = Vec::new();
                values.iter().for_each(|value| descend(value, &mut found));
                found
            }
            PathNode::Array { .. } => elements(&values, node)?,
            PathNode::Filter { left, compared } => self.filter(&values, left, compared.as_ref())?,
            PathNode::Union(lists) => {
                let mut found = Vec::new();
                for nodes in lists {
                    found.extend(self.list(values.clone(), nodes)?);
                }
                found
            }
        };
        self.count += 1 + found.len();
        match self.count > RESULTS_MAX {
            true => Err("too many results".to_owned()),
            false => Ok(found),
        }
    }

    fn identifier(&mut self, values: Vec<Value>, name: &str) -> Result<Vec<Value>, String> {
        match name {
            "range" => {
                self.begin_range += 1;
                Ok(values)
            }
            "end" if self.in_range > 0 => {
                self.end_range += 1;
                Ok(Vec::new())
            }
            "end" => Err("not in range, nothing to end".to_owned()),
            name => Err(format!("unrecognized identifier {name}")),
        }
    }

    fn field(&self, values: &[Value], name: &str) -> Result<Vec<Value>, String> {
        let found: Vec<Value> = values
            .iter()
            .filter_map(|value| value.get(name).cloned())
            .collect();
        match found.is_empty() && !values.is_empty() && !self.missing {
            true => Err(format!("{name} is not found")),
            false => Ok(found),
        }
    }

    /// `evalFilter`.
    fn filter(
        &mut self,
        values: &[Value],
        left: &[PathNode],
        compared: Option<&(String, Vec<PathNode>)>,
    ) -> Result<Vec<Value>, String> {
        let mut found = Vec::new();
        for value in values {
            let Some(items) = value.as_array() else {
                let shown = go_dump(value);
                return Err(format!("{shown} is not array or slice and cannot be filtered"));
            };
            for item in items {
                let lefts = self.list(vec![item.clone()], left);
                let Some((operator, right)) = compared else {
                    if lefts.is_ok_and(|lefts| !lefts.is_empty()) {
                        found.push(item.clone());
                    }
                    continue;
                };
                let Some(left) = single(lefts?)? else { continue };
                let Some(right) = single(self.list(vec![item.clone()], right)?)? else {
                    continue;
                };
                if holds(operator, &left, &right)? {
                    found.push(item.clone());
                }
            }
        }
        Ok(found)
    }
}

/// The value to compare, if there is one.
fn single(values: Vec<Value>) -> Result<Option<Value>, String> {
    match values.len() {
        0 | 1 => Ok(values.into_iter().next()),
        _ => Err("can only compare one element at a time".to_owned()),
    }
}

/// The values in a value (`evalWildcard`); those of a string are its bytes.
fn children(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.to_vec(),
        Value::Object(map) => map.iter().map(|(_, value)| value.clone()).collect(),
        Value::String(text) => text.bytes().map(|byte| Value::Int(byte.into())).collect(),
        _ => Vec::new(),
    }
}

/// A value and its descendants, as far as they hold values (`evalRecursive`).
fn descend(value: &Value, found: &mut Vec<Value>) {
    let inner = children(value);
    if !inner.is_empty() {
        found.push(value.clone());
        inner.iter().for_each(|value| descend(value, found));
    }
}

/// `evalArray`.
fn elements(values: &[Value], node: &PathNode) -> Result<Vec<Value>, String> {
    let PathNode::Array { from, to, step, one } = node else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for value in values {
        let items = match value {
            Value::Null => continue,
            Value::Array(items) => items,
            other => return Err(format!("{} is not array or slice", go_type(other))),
        };
        let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let first = from.unwrap_or(0);
        // A single index ends after itself; `[-1]` ends at 0, which then counts from the end.
        let last = match one {
            true => Some(first.saturating_add(1)),
            false => *to,
        };
        let start = if first < 0 {
            first.saturating_add(length)
        } else {
            first
        };
        let end = match last {
            None => length,
            Some(last) if last < 0 || last == 0 && *one => last.saturating_add(length),
            Some(last) => last,
        };
        if start == end {
            return Ok(found);
        }
        let bounds = |index: i64| format!("array index out of bounds: index {index}, length {length}");
        if !(0..length).contains(&start) {
            return Err(bounds(start));
        }
        if !(0..=length).contains(&end) {
            return Err(bounds(end - 1));
        }
        if start > end {
            return Err(format!(
                "starting index {start} is greater than ending index {end}"
            ));
        }
        let step = step.unwrap_or(1);
        if step <= 0 {
            return Err("step must be > 0".to_owned());
        }
        let position = |at: i64| usize::try_from(at).unwrap_or(usize::MAX);
        let range = items[position(start)..position(end)].iter();
        found.extend(range.step_by(position(step)).cloned());
    }
    Ok(found)
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

/// Whether a comparison holds (`client-go/third_party/forked/golang/template/funcs.go`).
fn holds(operator: &str, left: &Value, right: &Value) -> Result<bool, String> {
    let is_basic = |value: &Value| !matches!(value, Value::Null | Value::Array(_) | Value::Object(_));
    if !["==", "!=", "<", "<=", ">", ">="].contains(&operator) {
        return Err(format!("unrecognized filter operator {operator}"));
    }
    if !is_basic(left) || !is_basic(right) {
        return Err("invalid type for comparison".to_owned());
    }
    if std::mem::discriminant(left) != std::mem::discriminant(right) {
        return Err("incompatible types for comparison".to_owned());
    }
    let equals = left == right;
    if matches!(operator, "==" | "!=") {
        return Ok(equals == (operator == "=="));
    }
    let order = match left {
        Value::Bool(_) => return Err("invalid type for comparison".to_owned()),
        _ => compare(left, right),
    };
    Ok(match operator {
        "<" => order == Some(Ordering::Less),
        "<=" => order == Some(Ordering::Less) || equals,
        ">" => order != Some(Ordering::Less) && !equals,
        _ => order != Some(Ordering::Less),
    })
}

/// Compares numbers by value, strings and booleans; values of different types have no order.
pub fn compare(left: &Value, right: &Value) -> Option<Ordering> {
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
        let parts = parse(text).expect("a template");
        assert_eq!(execute(&parts, &list(), true).as_deref(), Ok(expected));
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
        let error = parse(text).and_then(|parts| execute(&parts, &list(), true));
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
        assert!(relaxed_expression("{}").is_err());
    }
}
