//! From JSON to the canonical document: strict decoding as Go's decoder in the API server does it, defaults, `omitempty`.
//!
//! One walk over the document and the table of types: each struct is decoded, then defaulted, then stripped of what Go
//! does not encode. The result is what is stored, hashed into revisions, and printed.

use std::sync::Arc;

use crate::object::{Kind, Map, Quantity, Value};
use crate::schema::{self, Field, Shape, Type};
use crate::yaml::{PathPart, format_path};

use super::{defaults, rfc3339};

/// A document that decoded.
#[derive(Debug)]
pub struct Decoded {
    /// Its canonical form.
    pub document: Map,
    /// The fields that do not exist, in the order of the document.
    pub unknown: Vec<Unknown>,
}

/// A field that does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Its path as the strict decoder prints it: keys as they are, joined by dots.
    pub name: String,
    /// Its path in the form of field paths.
    pub field: String,
}

/// Why a document cannot be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// Go's message.
    pub message: String,
    /// The same as the converter of strategic merge patches says it (`FromUnstructured`).
    pub converted: String,
    /// Where: the path with list positions, such as `spec.ports[0].port`.
    pub field: String,
}

/// Decodes a document of that kind.
///
/// # Errors
/// The first value of a wrong type, or the first quantity, time or the like that cannot be read.
pub fn decode(kind: Kind, document: &Map) -> Result<Decoded, DecodeError> {
    let Some(root) = schema::kind(kind) else {
        return Ok(Decoded {
            document: document.clone(),
            unknown: Vec::new(),
        });
    };
    let mut decoder = Decoder::default();
    let document = decoder.object(root, document)?;
    match decoder.mismatch {
        Some(error) => Err(error),
        None => Ok(Decoded {
            document,
            unknown: decoder.unknown,
        }),
    }
}

/// Decodes `metadata` as kubectl does by itself, before it asks the server (`metadataValidatingDecoder`).
///
/// # Errors
/// The first value of a wrong type.
pub fn decode_metadata(metadata: &Value) -> Result<(), DecodeError> {
    let Some(place) = schema::at(Kind::Pod, &["metadata"]) else {
        return Ok(());
    };
    let mut decoder = Decoder::default();
    decoder.path.push("metadata".into());
    decoder.names.push("metadata");
    decoder.value(place.owner, place.field, place.shape, metadata)?;
    let Some(mut error) = decoder.mismatch else {
        return Ok(());
    };
    // kubectl decodes into a struct of its own.
    error.message = error.message.replace("field Pod.", "field metadataOnlyObject.");
    Err(error)
}

impl Unknown {
    fn at(path: &[PathPart]) -> Unknown {
        let mut name = String::new();
        for part in path {
            match part {
                PathPart::Index(i) => name.push_str(&format!("[{i}]")),
                PathPart::Key(key) if name.is_empty() => name.push_str(key),
                PathPart::Key(key) => name.push_str(&format!(".{key}")),
            }
        }
        Unknown {
            name,
            field: format_path(path),
        }
    }
}

#[derive(Default)]
struct Decoder {
    path: Vec<PathPart>,
    /// The names of struct fields on the path: neither positions nor keys of maps.
    names: Vec<&'static str>,
    unknown: Vec<Unknown>,
    /// The first value of a wrong type: Go goes on and reports it at the end.
    mismatch: Option<DecodeError>,
}

impl Decoder {
    fn object(&mut self, of: &'static Type, map: &Map) -> Result<Map, DecodeError> {
        let mut out = Map::new();
        for (key, value) in map.iter() {
            self.path.push(key.as_ref().into());
            match of.field(key) {
                None => self.unknown.push(Unknown::at(&self.path)),
                Some(_) if value.is_null() => {}
                Some(field) => {
                    self.names.push(field.name);
                    if let Some(value) = self.value(of, field, &field.shape, value)? {
                        out.insert(key.clone(), value);
                    }
                    self.names.pop();
                }
            }
            self.path.pop();
        }
        finish(of, &mut out);
        Ok(out)
    }

    /// The value decoded, or nothing after a mismatch. An error ends the decoding at once, as Go's own unmarshalers do.
    fn value(
        &mut self,
        owner: &'static Type,
        field: &'static Field,
        shape: &'static Shape,
        value: &Value,
    ) -> Result<Option<Value>, DecodeError> {
        Ok(match (shape, value) {
            (_, Value::Null) => Some(zero(shape)),
            (Shape::Raw, _) | (Shape::String, Value::String(_)) | (Shape::Bool, Value::Bool(_)) => {
                Some(value.clone())
            }
            (Shape::Int32, Value::Int(number)) if i32::try_from(*number).is_ok() => Some(value.clone()),
            (Shape::Int64, Value::Int(_)) => Some(value.clone()),
            (Shape::Number, Value::Int(_) | Value::Float(_)) => Some(value.clone()),
            (Shape::Quantity, _) => Some(self.quantity(value)?.to_string().into()),
            (Shape::IntOrString, Value::String(_)) => Some(value.clone()),
            (Shape::IntOrString, Value::Int(number)) if i32::try_from(*number).is_ok() => Some(value.clone()),
            (Shape::IntOrString, _) => return Err(self.mismatch(owner, shape, "int32", value)),
            (Shape::Time | Shape::MicroTime, _) => Some(self.time(owner, value)?),
            (Shape::Bytes, Value::String(text)) => Some(self.bytes(text)?),
            (Shape::Object(id), Value::Object(map)) => Some(self.object(id.get(), map)?.into()),
            (Shape::List(item), Value::Array(items)) => Some(self.list(owner, field, item, items)?),
            (Shape::Map(item), Value::Object(map)) => Some(self.map(owner, field, item, map)?),
            _ => {
                let error = self.mismatch(owner, shape, &field.go_type(shape), value);
                self.mismatch.get_or_insert(error);
                None
            }
        })
    }

    fn list(
        &mut self,
        owner: &'static Type,
        field: &'static Field,
        shape: &'static Shape,
        items: &[Value],
    ) -> Result<Value, DecodeError> {
        let mut out = Vec::with_capacity(items.len());
        for (i, item) in items.iter().enumerate() {
            self.path.push(i.into());
            let item = match (shape, item) {
                (Shape::Object(id), Value::Null) => Some(self.object(id.get(), &Map::new())?.into()),
                _ => self.value(owner, field, shape, item)?,
            };
            out.extend(item);
            self.path.pop();
        }
        Ok(out.into())
    }

    fn map(
        &mut self,
        owner: &'static Type,
        field: &'static Field,
        shape: &'static Shape,
        entries: &Map,
    ) -> Result<Value, DecodeError> {
        let mut out = Map::new();
        for (key, value) in entries.iter().filter(|(_, value)| !value.is_null()) {
            self.path.push(key.as_ref().into());
            let value = match (shape, value) {
                // The values of resource lists are rounded up to a thousandth (`SetDefaults_ResourceList`).
                (Shape::Quantity, _) => Some(self.quantity(value)?.rounded_to_milli().to_string().into()),
                _ => self.value(owner, field, shape, value)?,
            };
            if let Some(value) = value {
                out.insert(key.clone(), value);
            }
            self.path.pop();
        }
        Ok(out.into())
    }

    fn quantity(&self, value: &Value) -> Result<Quantity, DecodeError> {
        let text = match value {
            Value::Null => return Ok(Quantity::ZERO),
            Value::String(text) => text.trim().to_owned(),
            other => other.to_string(),
        };
        Quantity::parse(&text).map_err(|error| self.fail(error.to_string()))
    }

    /// `metav1.Time` reads RFC 3339; what is stored keeps the text.
    fn time(&self, owner: &Type, value: &Value) -> Result<Value, DecodeError> {
        let Value::String(text) = value else {
            return Err(self.mismatch(owner, &Shape::Time, "string", value));
        };
        match rfc3339::check(text) {
            Ok(()) => Ok(value.clone()),
            Err(message) => Err(self.fail(message)),
        }
    }

    fn bytes(&self, text: &Arc<str>) -> Result<Value, DecodeError> {
        use base64::Engine;
        let clean: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
        match base64::engine::general_purpose::STANDARD.decode(&clean) {
            Ok(_) => Ok(clean.into()),
            Err(error) => {
                let at = match error {
                    base64::DecodeError::InvalidByte(at, _)
                    | base64::DecodeError::InvalidLastSymbol(at, _) => at,
                    _ => clean.len() / 4 * 4,
                };
                Err(self.fail(format!("illegal base64 data at input byte {at}")))
            }
        }
    }

    fn fail(&self, message: String) -> DecodeError {
        DecodeError {
            converted: message.clone(),
            message,
            field: format_path(&self.path),
        }
    }

    /// Go's `UnmarshalTypeError`: the innermost struct, then the names of the fields from the root, without positions.
    fn mismatch(&self, owner: &Type, shape: &Shape, go_type: &str, value: &Value) -> DecodeError {
        let what = match value {
            Value::Null => "null".to_owned(),
            Value::Bool(_) => "bool".to_owned(),
            Value::Int(_) | Value::Float(_) if matches!(go_type, "int32" | "int64" | "float64") => {
                format!("number {value}")
            }
            Value::Int(_) | Value::Float(_) => "number".to_owned(),
            Value::String(_) => "string".to_owned(),
            Value::Array(_) => "array".to_owned(),
            Value::Object(_) => "object".to_owned(),
        };
        let mut error = self.fail(format!(
            "json: cannot unmarshal {what} into Go struct field {}.{} of type {go_type}",
            owner.go_name(),
            self.names.join(".")
        ));
        error.converted = match shape {
            // These read themselves, and so name no field.
            Shape::IntOrString | Shape::Time | Shape::MicroTime => {
                format!("json: cannot unmarshal {what} into Go value of type {go_type}")
            }
            _ => converted(value, shape, go_type),
        };
        error
    }
}

/// `fromUnstructured` in `apimachinery/pkg/runtime/converter.go`. Go converts integers to text, and JSON does not.
fn converted(value: &Value, shape: &Shape, go_type: &str) -> String {
    let kind = match value {
        Value::Null => "invalid",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int64",
        Value::Float(_) => "float64",
        Value::String(_) => "string",
        Value::Array(_) => "slice",
        Value::Object(_) => "map",
    };
    match (shape, value) {
        (Shape::List(_) | Shape::Bytes, _) => format!("cannot restore slice from {kind}"),
        (Shape::Map(_), _) => format!("cannot restore map from {kind}"),
        (Shape::Object(_), _) => format!("cannot restore struct from: {kind}"),
        (Shape::String, Value::Int(_)) | (Shape::Int32 | Shape::Int64, Value::Float(_)) => {
            format!("cannot convert {kind} to {go_type}")
        }
        (Shape::String, _) => "unrecognized type: string".to_owned(),
        (Shape::Bool, _) => "unrecognized type: bool".to_owned(),
        (Shape::Int32, _) => "unrecognized type: int32".to_owned(),
        (Shape::Int64, _) => "unrecognized type: int64".to_owned(),
        (Shape::Number, _) => "unrecognized type: float64".to_owned(),
        _ => "unrecognized type: struct".to_owned(),
    }
}

/// The zero value that `null` decodes to inside a list or a map.
fn zero(shape: &Shape) -> Value {
    match shape {
        Shape::String | Shape::Bytes => "".into(),
        Shape::Int32 | Shape::Int64 | Shape::Number | Shape::IntOrString => 0.into(),
        Shape::Bool => false.into(),
        Shape::Quantity => "0".into(),
        Shape::Object(_) | Shape::Map(_) => Value::object(),
        Shape::List(_) => Vec::new().into(),
        Shape::Time | Shape::MicroTime | Shape::Raw => Value::Null,
    }
}

/// Adds what Go always encodes, then the defaults, and removes what Go does not encode.
fn finish(of: &'static Type, map: &mut Map) {
    for field in of.fields.iter().filter(|field| field.kept && !field.pointer) {
        if map.contains_key(field.name) {
            continue;
        }
        match &field.shape {
            Shape::Object(id) if field.name != "status" && !is_pointer(field, id.get()) => {
                let mut inner = Map::new();
                finish(id.get(), &mut inner);
                map.insert(field.name, inner);
            }
            Shape::Object(_)
            | Shape::List(_)
            | Shape::Map(_)
            | Shape::Raw
            | Shape::Time
            | Shape::MicroTime => {}
            scalar => {
                map.insert(field.name, zero(scalar));
            }
        }
    }
    defaults::apply(of.name, map);
    map.retain(|key, value| of.field(key).is_none_or(|field| encodes(field, value)));
}

/// A required selector is a pointer in Go, so that a missing one differs from an empty one.
fn is_pointer(field: &Field, of: &Type) -> bool {
    field.required && of.name == "LabelSelector"
}

fn encodes(field: &Field, value: &Value) -> bool {
    if field.kept || field.pointer {
        return true;
    }
    match (&field.shape, value) {
        (Shape::Object(_) | Shape::IntOrString | Shape::Quantity, _) => true,
        (_, Value::Null) => false,
        (_, Value::Bool(yes)) => *yes,
        (_, Value::Int(number)) => *number != 0,
        (_, Value::Float(number)) => *number != 0.0,
        (_, Value::String(text)) => !text.is_empty(),
        (_, Value::Array(items)) => !items.is_empty(),
        (_, Value::Object(map)) => !map.is_empty(),
    }
}
