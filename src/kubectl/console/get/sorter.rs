//! `--sort-by` (`kubectl/pkg/cmd/get/sorter.go`).

use std::cmp::Ordering;
use std::sync::Arc;

use super::super::jsonpath::{self, PathNode};
use super::super::output_format::parse_path;
use super::super::resource::{Targets, VisitResult};
use crate::kubectl::errors::Error;
use crate::object::{Object, Quantity, Value};

/// Sorts tables. Several tables can only be sorted by fields of the `Table` itself; a single table that cannot be
/// sorted becomes empty.
pub fn sort_tables(found: &mut VisitResult, targets: &Targets, path: &str) -> Result<(), Error> {
    let tables: usize = targets.kinds.iter().map(|(_, names)| names.len().max(1)).sum();
    let is_table_field = matches!(path.trim_matches(['{', '}', '.']), "kind" | "apiVersion");
    if tables > 1 && !is_table_field {
        return Err(missing_path(path));
    }
    if tables > 1 || targets.single {
        return Ok(());
    }
    for (_, objects) in &mut found.kinds {
        if sort(objects, path).is_err() {
            objects.clear();
        }
    }
    Ok(())
}

fn missing_path(path: &str) -> Error {
    let shown = jsonpath::relaxed_expression(path).unwrap_or_default();
    Error::Plain(format!(
        "couldn't find any field with path {shown:?} in the list of objects"
    ))
}

/// Sorts objects by the value at a path; objects without it come first.
pub fn sort(objects: &mut Vec<Arc<Object>>, path: &str) -> Result<(), Error> {
    let path_nodes = parse_path(path).map_err(Error::Plain)?;
    let mut keyed: Vec<(Option<Value>, Arc<Object>)> = objects
        .iter()
        .map(|object| (sort_value(&path_nodes, object), object.clone()))
        .collect();
    if !keyed.is_empty() && keyed.iter().all(|(value, _)| value.is_none()) {
        return Err(missing_path(path));
    }
    keyed.sort_by(|(a, _), (b, _)| compare(a.as_ref(), b.as_ref()));
    *objects = keyed.into_iter().map(|(_, object)| object).collect();
    Ok(())
}

fn sort_value(path: &[PathNode], object: &Object) -> Option<Value> {
    let found = jsonpath::find_all(path, &object.document()).ok()?;
    found.into_iter().next()
}

/// Compares values: quantities by amount, strings in natural order (`isLess`).
fn compare(left: Option<&Value>, right: Option<&Value>) -> Ordering {
    use Ordering::{Equal, Greater, Less};
    let (left, right) = match (left, right) {
        (None, None) => return Equal,
        (None, Some(_)) => return Less,
        (Some(_), None) => return Greater,
        (Some(left), Some(right)) => (left, right),
    };
    let quantity = |value: &Value| Quantity::parse(value.as_str()?).ok();
    if let (Some(left), Some(right)) = (quantity(left), quantity(right)) {
        return left.milli().cmp(&right.milli());
    }
    if let (Value::String(left), Value::String(right)) = (left, right) {
        return natural_order(left, right);
    }
    jsonpath::compare(left, right).unwrap_or(Equal)
}

/// Compares numbers in strings by value: `web-2` precedes `web-10` (`sortorder.NaturalLess`).
fn natural_order(left: &str, right: &str) -> Ordering {
    let (mut a, mut b) = (left, right);
    loop {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let (na, nb) = (digits(a), digits(b));
        if na > 0 && nb > 0 {
            let number = |text: &str, n: usize| text[..n].trim_start_matches('0').to_owned();
            let (x, y) = (number(a, na), number(b, nb));
            let by_value = x.len().cmp(&y.len()).then_with(|| x.cmp(&y));
            if by_value.is_ne() {
                return by_value;
            }
            (a, b) = (&a[na..], &b[nb..]);
            continue;
        }
        match (a.chars().next(), b.chars().next()) {
            (Some(x), Some(y)) if x == y => (a, b) = (&a[x.len_utf8()..], &b[y.len_utf8()..]),
            (x, y) => return x.cmp(&y).then_with(|| left.cmp(right)),
        }
    }
}
