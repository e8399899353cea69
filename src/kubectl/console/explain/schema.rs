//! The schemas that `explain` prints, as the API server publishes them.

use super::super::Docs;
use crate::object::Kind;
use crate::schema::{self, Field, Shape, Type};

/// A field at a path, with the type that declares it; without a path, the kind itself.
#[derive(Clone, Copy, Debug)]
pub struct ResolvedField {
    /// The type that declares the field.
    pub parent: Option<&'static Type>,
    /// The field.
    pub field: Option<&'static Field>,
    /// The type of its value, or of the elements of its value.
    pub value_type: Option<&'static Type>,
}

/// Finds the field at a path; lists and maps are passed through.
pub fn resolve(kind: Kind, path: &[String]) -> Option<ResolvedField> {
    let mut resolved = ResolvedField {
        parent: None,
        field: None,
        value_type: schema::kind(kind),
    };
    for part in path {
        let parent = resolved.value_type?;
        let field = parent.field(part)?;
        resolved = ResolvedField {
            parent: Some(parent),
            field: Some(field),
            value_type: object_type(&field.shape),
        };
    }
    Some(resolved)
}

/// The type of an object, of a list's elements, or of a map's values.
pub fn object_type(shape: &'static Shape) -> Option<&'static Type> {
    match shape {
        Shape::Object(id) => Some(id.get()),
        Shape::List(element) | Shape::Map(element) => object_type(element),
        Shape::String
        | Shape::Time
        | Shape::MicroTime
        | Shape::Bytes
        | Shape::Int32
        | Shape::Int64
        | Shape::Bool
        | Shape::Number
        | Shape::Quantity
        | Shape::IntOrString
        | Shape::Raw => None,
    }
}

/// The name of the schema that a shape, or that of its elements, refers to.
pub fn reference(field: &Field, shape: &'static Shape) -> Option<&'static str> {
    match shape {
        Shape::Object(id) => Some(id.get().name),
        Shape::List(element) | Shape::Map(element) => reference(field, element),
        Shape::Time => Some("Time"),
        Shape::MicroTime => Some("MicroTime"),
        Shape::Quantity => Some("Quantity"),
        Shape::IntOrString => Some("IntOrString"),
        Shape::Raw => Some(raw_name(field)),
        Shape::String | Shape::Bytes | Shape::Int32 | Shape::Int64 | Shape::Bool | Shape::Number => None,
    }
}

/// The name of a schema without fields.
pub fn raw_name(field: &Field) -> &'static str {
    match field.name {
        "fieldsV1" => "FieldsV1",
        _ => "RawExtension",
    }
}

/// Whether a type's fields are printed with ` -required-`. No schema of the API requires `metadata`.
pub fn is_required(field: &Field) -> bool {
    field.required && field.name != "metadata"
}

/// The description of a field.
pub fn description(docs: &dyn Docs, owner: &Type, field: &Field) -> Option<String> {
    docs.text(&format!("{}.{}", owner.name, field.name))
}

/// The values of an enumerated field, which its description lists (`DescriptionLines` in
/// `kube-openapi/pkg/generators/enum.go`). In a list the elements are enumerated, not the field.
pub fn values<'a>(field: &Field, description: &'a str) -> Vec<&'a str> {
    if matches!(field.shape, Shape::List(_) | Shape::Map(_)) {
        return Vec::new();
    }
    let Some((_, values)) = description.split_once("Possible enum values:\n") else {
        return Vec::new();
    };
    let value = |line: &'a str| {
        line.strip_prefix(" - `\"")?
            .split_once("\"`")
            .map(|(value, _)| value)
    };
    values.lines().filter_map(value).collect()
}
