//! The fields of a document (`typed.TypedValue.ToFieldSet`), and whether it fits its type (`ObjectToTyped`).

use super::elements::{as_list, as_map, element, elements, field};
use crate::api::{go_dump, go_syntax};
use crate::object::Value;
use crate::object::field_set::{FieldSet, PathElement, format_field_path};
use crate::schema::{Atom, Shape};

/// The set of a document's fields.
pub fn field_set(atom: Atom, value: &Value) -> FieldSet {
    let mut set = FieldSet::default();
    add_fields(atom, value, &mut Vec::new(), &mut set);
    set
}

fn add_fields(atom: Atom, value: &Value, path: &mut Vec<PathElement>, set: &mut FieldSet) {
    if atom.is_atomic() {
        set.insert(path);
        return;
    }
    match atom {
        Atom::List { of, list_type } => {
            for (at, item) in elements(list_type, of, as_list(Some(value))) {
                path.push(at);
                add_fields(Atom::of_shape(of), item, path, set);
                set.insert(path);
                path.pop();
            }
        }
        Atom::Struct { .. } | Atom::Map { .. } => {
            for (key, item) in as_map(Some(value)).into_iter().flat_map(|map| map.iter()) {
                let Some(child) = atom.child(key) else { continue };
                path.push(field(key));
                add_fields(child, item, path, set);
                let is_empty = item.is_null() || item.as_object().is_some_and(|map| map.is_empty());
                if is_empty || matches!(atom, Atom::Map { .. }) {
                    set.insert(path);
                }
                path.pop();
            }
        }
        Atom::Scalar(_) => {}
    }
}

/// What does not fit its type, as `validation.go` says it; empty if everything does.
pub fn validate(atom: Atom, document: &Value) -> String {
    let mut errors = Vec::new();
    check(atom, document, &mut Vec::new(), &mut errors);
    match errors.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        several => format!("errors:\n  {}", several.join("\n  ")),
    }
}

fn check(atom: Atom, value: &Value, path: &mut Vec<PathElement>, errors: &mut Vec<String>) {
    if value.is_null() {
        return;
    }
    let mut report = |path: &[PathElement], text: &str| match path {
        [] => errors.push(text.to_owned()),
        path => errors.push(format!("{}: {text}", format_field_path(path))),
    };
    match atom {
        Atom::Scalar(shape) => {
            if let Some(text) = mismatch(shape, value) {
                report(path, &text);
            }
        }
        Atom::List { of, list_type } => {
            let Value::Array(items) = value else {
                return report(path, &format!("expected list, got &{{{}}}", go_dump(value)));
            };
            let mut seen: Vec<PathElement> = Vec::new();
            for (i, item) in items.iter().enumerate() {
                if atom.is_atomic() {
                    path.push(PathElement::Index(i));
                    check(Atom::of_shape(of), item, path, errors);
                    path.pop();
                    continue;
                }
                match element(list_type, of, item) {
                    Err(why) => errors.push(format!("{}: element {i}: {why}", format_field_path(path))),
                    Ok(at) if seen.contains(&at) => {
                        let text = format!("duplicate entries for key {at}");
                        errors.push(format!("{}: {text}", format_field_path(path)));
                    }
                    Ok(at) => {
                        seen.push(at.clone());
                        path.push(at);
                        check(Atom::of_shape(of), item, path, errors);
                        path.pop();
                    }
                }
            }
        }
        Atom::Struct { .. } | Atom::Map { .. } => {
            let Value::Object(map) = value else {
                return report(path, &format!("expected map, got &{{{}}}", go_dump(value)));
            };
            for (key, item) in map.iter() {
                path.push(field(key));
                match atom.child(key) {
                    Some(child) => check(child, item, path, errors),
                    None => errors.push(format!(
                        "{}: field not declared in schema",
                        format_field_path(path)
                    )),
                }
                path.pop();
            }
        }
    }
}

/// What is wrong with a scalar (`validateScalar`). Quantities, times and the like are not checked here.
fn mismatch(shape: &Shape, value: &Value) -> Option<String> {
    let is_number = matches!(value, Value::Int(_) | Value::Float(_));
    match (shape, value) {
        (Shape::String | Shape::Bytes, Value::String(_)) | (Shape::Bool, Value::Bool(_)) => None,
        (Shape::Int32 | Shape::Int64 | Shape::Number, _) if is_number => None,
        (Shape::String | Shape::Bytes, _) => Some(format!(
            "expected string, got &value.valueUnstructured{{Value:{}}}",
            go_syntax(value)
        )),
        (Shape::Bool, _) => Some(format!("expected boolean, got &{{{}}}", go_dump(value))),
        (Shape::Int32 | Shape::Int64 | Shape::Number, _) => {
            let found = match value {
                Value::String(_) => "string",
                Value::Bool(_) => "bool",
                Value::Array(_) => "[]interface {}",
                _ => "map[string]interface {}",
            };
            Some(format!("expected numeric (int or float), got {found}"))
        }
        _ => None,
    }
}
