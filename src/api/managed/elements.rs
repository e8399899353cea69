//! The elements of lists in structured merge (`structured-merge-diff/typed/helpers.go`).

use std::sync::Arc;

use crate::object::field_set::{PathElement, Scalar};
use crate::object::{Map, Value};
use crate::schema::{ListType, Shape};

/// The map, unless it is null or something else (`mapValue`).
pub fn as_map(value: Option<&Value>) -> Option<&Map> {
    value.and_then(Value::as_object)
}

/// The list, unless it is null or something else (`listValue`).
pub fn as_list(value: Option<&Value>) -> Option<&[Value]> {
    value.and_then(Value::as_array)
}

/// A field of a map as a path element.
pub fn field(name: &Arc<str>) -> PathElement {
    PathElement::Field(name.clone())
}

/// What identifies an element of a list (`listItemToPathElement`).
///
/// # Errors
/// Why nothing identifies it.
pub fn element(list_type: ListType, of: &'static Shape, item: &Value) -> Result<PathElement, String> {
    let ListType::Map(names) = list_type else {
        return match item {
            Value::Object(_) => {
                Err("associative list without keys has an element that's a map type".to_owned())
            }
            Value::Array(_) => Err("not supported: associative list with lists as elements".to_owned()),
            Value::Null => {
                Err("associative list without keys has an element that's an explicit null".to_owned())
            }
            scalar => Ok(PathElement::Value(Scalar::new(scalar))),
        };
    };
    let Value::Object(map) = item else {
        let text = "associative list with keys may not have a null element";
        return Err(match item {
            Value::Null => text.to_owned(),
            _ => "associative list with keys may not have non-map elements".to_owned(),
        });
    };
    let names = names.split(',');
    let mut keys: Vec<_> = names
        .clone()
        .filter_map(|name| {
            let own = map.get(name).map(Scalar::new);
            own.or_else(|| default_key(of, name))
                .map(|value| (name.into(), value))
        })
        .collect();
    if keys.is_empty() {
        let names: Vec<String> = names.map(|name| format!("{name:?}")).collect();
        return Err(format!(
            "associative list with keys has an element that omits all key fields [{}] (and doesn't have default values \
             for any key fields)",
            names.join(" ")
        ));
    }
    keys.sort();
    Ok(PathElement::Key(keys))
}

/// The default of a key field in the schema (`getAssociativeKeyDefault`): the schema has one for every field that is
/// always encoded.
fn default_key(of: &'static Shape, name: &str) -> Option<Scalar> {
    let Shape::Object(id) = of else { return None };
    let key = id.get().field(name)?;
    match (name, &key.shape) {
        ("protocol", _) => Some(Scalar::Text("TCP".into())),
        (_, Shape::String) if key.kept => Some(Scalar::Text("".into())),
        (_, Shape::Int32 | Shape::Int64) if key.kept => Some(Scalar::Int(0)),
        _ => None,
    }
}

/// The elements of a list with what identifies them; those that nothing identifies are left out.
pub fn elements<'a>(
    list_type: ListType,
    of: &'static Shape,
    list: Option<&'a [Value]>,
) -> Vec<(PathElement, &'a Value)> {
    let items = list.unwrap_or_default().iter();
    items
        .filter_map(|item| Some((element(list_type, of, item).ok()?, item)))
        .collect()
}
