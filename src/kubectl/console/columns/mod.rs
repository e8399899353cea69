//! The columns of `kubectl get`, by kind (`kubernetes/pkg/printers/internalversion/printers.go`).

mod network;
mod other;
mod storage;
mod stored;
mod workload;

use crate::kubectl::age::human_duration;
use crate::object::{Kind, Object, Time, Value};

/// The columns of a kind.
pub struct Columns {
    /// Headings; a star marks those that only `-o wide` shows.
    names: &'static [&'static str],
    /// The cells of an object, one for each heading.
    cells: fn(&Object, Time) -> Vec<String>,
}

impl Columns {
    /// The columns of a kind.
    pub fn for_kind(kind: Kind) -> Columns {
        let (names, cells): ColumnDefinition = workload::definition(kind)
            .or_else(|| network::definition(kind))
            .or_else(|| storage::definition(kind))
            .or_else(|| stored::definition(kind))
            .unwrap_or_else(|| other::definition(kind));
        Columns { names, cells }
    }

    /// The headings.
    pub fn headings(&self, wide: bool) -> Vec<String> {
        let shown = self.names.iter().filter(|name| wide || !name.starts_with('*'));
        shown
            .map(|name| name.trim_start_matches('*').to_owned())
            .collect()
    }

    /// The cells of an object.
    pub fn row(&self, object: &Object, now: Time, wide: bool) -> Vec<String> {
        let cells = (self.cells)(object, now).into_iter();
        let shown = self
            .names
            .iter()
            .zip(cells)
            .filter(|(name, _)| wide || !name.starts_with('*'));
        shown.map(|(_, cell)| super::table::first_line(&cell)).collect()
    }
}

/// Headings, and the function that prints the cells of an object.
type ColumnDefinition = (&'static [&'static str], fn(&Object, Time) -> Vec<String>);

/// The age of an object (`translateTimestampSince`).
fn age(object: &Object, now: Time) -> String {
    human_duration(now.since(object.meta.created))
}

/// The string at a path.
fn text<'a>(object: &'a Object, path: &[&str]) -> Option<&'a str> {
    at(object, path)?.as_str()
}

/// The value at a path of the object; `metadata` is not included.
fn at<'a>(object: &'a Object, path: &[&str]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    let root = match *first {
        "status" => {
            let (second, rest) = rest.split_first()?;
            return object.status.fields()?.get(second)?.at(rest);
        }
        first => object.body.fields().get(first)?,
    };
    root.at(rest)
}

/// The integer at a path, zero if it is not set.
fn number(object: &Object, path: &[&str]) -> i64 {
    at(object, path).and_then(Value::as_i64).unwrap_or(0)
}

/// The list at a path, empty if it is not set.
fn list<'a>(object: &'a Object, path: &[&str]) -> &'a [Value] {
    at(object, path).and_then(Value::as_array).unwrap_or_default()
}

/// The strings of one field of the elements of a list.
fn field_of_each<'a>(items: &'a [Value], field: &str) -> Vec<&'a str> {
    items
        .iter()
        .filter_map(|item| item.get(field)?.as_str())
        .collect()
}

/// Strings joined with commas.
fn joined(texts: Vec<&str>) -> String {
    texts.join(",")
}

/// `<none>` for an empty string.
fn or_none(text: String) -> String {
    match text.is_empty() {
        true => "<none>".to_owned(),
        false => text,
    }
}

/// Names and images of a pod template's containers (`layoutContainerCells`).
fn containers(object: &Object, path: &[&str]) -> (String, String) {
    let containers = list(object, path);
    (
        joined(field_of_each(containers, "name")),
        joined(field_of_each(containers, "image")),
    )
}
