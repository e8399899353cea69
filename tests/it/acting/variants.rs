//! The variants of a document: each differs in one field.

use serde_json::{Map, Value as Json, json};
use statefulset_playground::schema::{Field, Shape, Type};

/// Nested objects that the document lacks are made to this depth.
const NEW_DEPTH_MAX: usize = 4;

/// A document in which one field was changed.
pub struct Variant {
    /// The type and the field.
    pub field: (String, String),
    /// The document.
    pub document: Json,
    /// What it is compared with: the document with the new objects that have the field, but without the field. None if
    /// the document has them already.
    pub without: Option<Json>,
}

/// The document with a value at a path; `null` removes the field.
pub fn set(document: &Json, path: &[&str], value: &Json) -> Json {
    let Some((first, rest)) = path.split_first() else {
        return value.clone();
    };
    let mut document = document.clone();
    if let (Json::Array(list), Ok(i)) = (&mut document, first.parse::<usize>()) {
        let item = list.get(i).cloned().unwrap_or(json!({}));
        let item = set(&item, rest, value);
        match list.get_mut(i) {
            Some(old) => *old = item,
            None => list.push(item),
        }
        return document;
    }
    if document.is_null() {
        document = match first.parse::<usize>() {
            Ok(_) => return Json::Array(vec![set(&json!({}), rest, value)]),
            Err(_) => json!({}),
        };
    }
    let fields = document.as_object_mut().expect("an object");
    let item = set(fields.get(*first).unwrap_or(&Json::Null), rest, value);
    match item {
        Json::Null => fields.remove(*first),
        item => fields.insert((*first).to_owned(), item),
    };
    document
}

/// All variants of a document of a type.
pub fn variants(of: &'static Type, document: &Json) -> Vec<Variant> {
    let mut list = Vec::new();
    object(of, Some(document), 0, &mut |change| list.push(change));
    list
}

type Found<'f> = &'f mut dyn FnMut(Variant);

/// The variants of an object. Its metadata acts always, and its status is not what a person writes.
fn object(of: &'static Type, current: Option<&Json>, depth: usize, found: Found) {
    if depth > NEW_DEPTH_MAX {
        return;
    }
    let fields = match current {
        Some(Json::Object(fields)) => fields.clone(),
        _ => required(of, depth),
    };
    let depth = depth + usize::from(current.is_none());
    let written = |field: &&Field| !matches!(field.name, "apiVersion" | "kind" | "metadata" | "status");
    for field in of.fields.iter().filter(written) {
        let with = |value: Json| {
            let mut fields = fields.clone();
            match value {
                Json::Null => fields.remove(field.name),
                value => fields.insert(field.name.to_owned(), value),
            };
            Json::Object(fields)
        };
        let mut put = |change: Variant| {
            found(Variant {
                document: with(change.document),
                without: match change.without {
                    Some(value) => Some(with(value)),
                    None => current.is_none().then(|| Json::Object(fields.clone())),
                },
                ..change
            });
        };
        let place = (of.name.to_owned(), field.name.to_owned());
        let old = current.and_then(|current| current.get(field.name));
        nested(field, &field.shape, old, depth, &place, &mut put);
    }
}

fn nested(
    field: &'static Field,
    shape: &'static Shape,
    old: Option<&Json>,
    depth: usize,
    place: &(String, String),
    found: Found,
) {
    let mut put = |document: Json| {
        found(Variant {
            field: place.clone(),
            document,
            without: None,
        });
    };
    match shape {
        Shape::Object(id) => {
            match old {
                Some(_) => put(Json::Null),
                None => put(Json::Object(required(id.get(), depth))),
            }
            object(id.get(), old, depth, found);
        }
        Shape::List(element) if matches!(**element, Shape::Object(_)) => {
            let items: Vec<Json> = old.and_then(Json::as_array).cloned().unwrap_or_default();
            if !items.is_empty() {
                put(Json::Null);
            }
            for i in 0..items.len().max(1) {
                let mut put = |change: Variant| {
                    let with = |item: Json| {
                        let mut items = items.clone();
                        match items.get_mut(i) {
                            Some(old) => *old = item,
                            None => items.push(item),
                        }
                        Json::Array(items)
                    };
                    found(Variant {
                        document: with(change.document),
                        without: change.without.map(with),
                        ..change
                    });
                };
                nested(field, element, items.get(i), depth, place, &mut put);
            }
        }
        _ => scalars(field, shape, old).into_iter().for_each(put),
    }
}

/// Other values of a field that is no object.
fn scalars(field: &'static Field, shape: &'static Shape, old: Option<&Json>) -> Vec<Json> {
    let mut values = match shape {
        Shape::List(element) => {
            let items = scalars(field, element, None);
            items.into_iter().map(|item| json!([item])).collect()
        }
        Shape::Map(element) => {
            let items = scalars(field, element, None);
            items.into_iter().map(|item| json!({"example": item})).collect()
        }
        Shape::String if !field.values.is_empty() => field.values.iter().map(|value| json!(value)).collect(),
        Shape::String => vec![json!("example"), json!("/example")],
        Shape::Int32 | Shape::Int64 | Shape::Number => vec![json!(0), json!(1), json!(7), json!(2000)],
        Shape::Bool => vec![json!(true), json!(false)],
        Shape::Quantity => vec![json!("1Mi"), json!("900Gi")],
        Shape::Time | Shape::MicroTime => vec![json!("2026-01-01T00:00:00Z")],
        Shape::IntOrString => vec![json!(1), json!("50%"), json!("example")],
        Shape::Bytes => vec![json!("ZXhhbXBsZQ==")],
        Shape::Raw | Shape::Object(_) => vec![json!({"example": "example"})],
    };
    values.retain(|value| Some(value) != old);
    if old.is_some() {
        values.push(Json::Null);
    }
    values
}

/// The required fields of a new object.
fn required(of: &'static Type, depth: usize) -> Map<String, Json> {
    let mut fields = Map::new();
    for field in of.fields.iter().filter(|field| field.required) {
        let value = example(field, &field.shape, depth);
        fields.insert(field.name.to_owned(), value);
    }
    fields
}

fn example(field: &'static Field, shape: &'static Shape, depth: usize) -> Json {
    match shape {
        Shape::Object(id) if depth < NEW_DEPTH_MAX => Json::Object(required(id.get(), depth + 1)),
        Shape::List(element) if matches!(**element, Shape::Object(_)) => {
            json!([example(field, element, depth)])
        }
        _ => scalars(field, shape, None).into_iter().next().unwrap_or_default(),
    }
}
