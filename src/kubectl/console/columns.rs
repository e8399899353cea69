//! What stands in the columns of `kubectl get`, by kind (`pkg/printers/internalversion/printers.go`).

mod network;
mod other;
mod storage;
mod workload;

use crate::kubectl::age::human;
use crate::kubectl::describe::format_label_selector as selector;
use crate::object::{Kind, Object, Time, Value};

/// The columns of a kind.
pub struct Columns {
    /// Names, those that only `-o wide` shows marked by a star in front.
    names: &'static [&'static str],
    /// The cells of one object, as many as there are names.
    cells: fn(&Object, Time) -> Vec<String>,
}

impl Columns {
    /// The columns of a kind.
    pub fn of(kind: Kind) -> Columns {
        let (names, cells): Parts = workload::columns(kind)
            .or_else(|| network::columns(kind))
            .or_else(|| storage::columns(kind))
            .unwrap_or_else(|| other::columns(kind));
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
        shown.map(|(_, cell)| super::table::cell(&cell)).collect()
    }
}

/// What [`Columns`] are made of.
type Parts = (&'static [&'static str], fn(&Object, Time) -> Vec<String>);

/// How old an object is (`translateTimestampSince`).
fn age(object: &Object, now: Time) -> String {
    human(now.since(object.meta.created))
}

/// The text at a path of the document's top-level fields.
fn text<'a>(object: &'a Object, path: &[&str]) -> Option<&'a str> {
    at(object, path)?.as_str()
}

/// The value at a path of the document's declared fields or of its status.
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

/// A number that is zero when it is not written.
fn number(object: &Object, path: &[&str]) -> i64 {
    at(object, path).and_then(Value::as_i64).unwrap_or(0)
}

/// A list that is empty when it is not written.
fn list<'a>(object: &'a Object, path: &[&str]) -> &'a [Value] {
    at(object, path).and_then(Value::as_array).unwrap_or_default()
}

/// The texts of one field of the elements of a list.
fn each<'a>(items: &'a [Value], field: &str) -> Vec<&'a str> {
    items
        .iter()
        .filter_map(|item| item.get(field)?.as_str())
        .collect()
}

/// Texts with a comma between them.
fn joined(texts: Vec<&str>) -> String {
    texts.join(",")
}

/// `<none>` for an empty text.
fn or_none(text: String) -> String {
    match text.is_empty() {
        true => "<none>".to_owned(),
        false => text,
    }
}

/// A map of texts as `key=value`, sorted by key (`labels.FormatLabels`).
pub fn pairs(map: Option<&crate::object::Map>) -> String {
    let entries = map.into_iter().flat_map(|map| map.iter());
    let texts = entries.map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()));
    or_none(texts.collect::<Vec<_>>().join(","))
}

/// Names and images of a pod template's containers (`layoutContainerCells`).
fn containers(object: &Object, path: &[&str]) -> (String, String) {
    let containers = list(object, path);
    (
        joined(each(containers, "name")),
        joined(each(containers, "image")),
    )
}
