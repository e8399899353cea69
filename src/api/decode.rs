//! Strict decoding of a JSON document into its canonical form, as Go decodes, defaults and encodes it
//! (`apimachinery/pkg/runtime/serializer/json`, `sigs.k8s.io/json`).
//!
//! One walk over the document and the table of types: each struct is decoded, then defaulted, then stripped of fields
//! that Go does not encode (`omitempty`). The result is stored, hashed into revisions, and printed.

use std::sync::Arc;

use crate::object::{Kind, Map, Quantity, Value};
use crate::schema::{self, Field, Shape, Type};
use crate::yaml::{PathPart, format_path};

use super::{defaults, rfc3339};

/// A decoded document.
#[derive(Debug)]
pub struct Decoded {
    /// Its canonical form.
    pub document: Map,
    /// Unknown fields, in the order of the document.
    pub unknown: Vec<UnknownField>,
}

/// A field that its type does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownField {
    /// Its path as the strict decoder prints it: unescaped keys, joined by dots.
    pub name: String,
    /// Its path in the notation of field paths.
    pub field: String,
}

/// Why a document cannot be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// The message of Go's `encoding/json`.
    pub message: String,
    /// The message of the converter that strategic merge patches go through (`FromUnstructured`).
    pub converted: String,
    /// Path of the field, with list positions, such as `spec.ports[0].port`.
    pub field: String,
}

/// Decodes a document of a kind.
///
/// # Errors
/// The first value of a wrong type, or the first quantity, time or base64 text that cannot be parsed.
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

/// Decodes `metadata` as kubectl does before it sends a request (`metadataValidatingDecoder`).
///
/// # Errors
/// The first value of a wrong type.
pub fn decode_metadata(metadata: &Value) -> Result<(), DecodeError> {
    let Some(metadata_field) = schema::at(Kind::Pod, &["metadata"]) else {
        return Ok(());
    };
    let mut decoder = Decoder::default();
    decoder.path.push("metadata".into());
    decoder.names.push("metadata");
    decoder.value(
        metadata_field.owner,
        metadata_field.field,
        metadata_field.shape,
        metadata,
    )?;
    let Some(mut error) = decoder.mismatch else {
        return Ok(());
    };
    // kubectl decodes into its own struct.
    error.message = error.message.replace("field Pod.", "field metadataOnlyObject.");
    Err(error)
}

impl UnknownField {
    fn new(path: &[PathPart]) -> UnknownField {
        let mut name = String::new();
        for part in path {
            match part {
                PathPart::Index(i) => name.push_str(&format!("[{i}]")),
                PathPart::Key(key) if name.is_empty() => name.push_str(key),
                PathPart::Key(key) => name.push_str(&format!(".{key}")),
            }
        }
        UnknownField {
            name,
            field: format_path(path),
        }
    }
}

#[derive(Default)]
struct Decoder {
    path: Vec<PathPart>,
    /// Names of the struct fields on the path, without list positions and map keys.
    names: Vec<&'static str>,
    unknown: Vec<UnknownField>,
    /// The first value of a wrong type. Go continues to decode and reports it at the end.
    mismatch: Option<DecodeError>,
}

impl Decoder {
    fn object(&mut self, go_struct: &'static Type, map: &Map) -> Result<Map, DecodeError> {
        let mut out = Map::new();
        for (key, value) in map.iter() {
            self.path.push(key.as_ref().into());
            match go_struct.field(key) {
                None => self.unknown.push(UnknownField::new(&self.path)),
                Some(_) if value.is_null() => {}
                Some(field) => {
                    let path_length = self.names.len();
                    self.names
                        .extend(schema::embedded_struct(go_struct.name, field.name));
                    self.names.push(field.name);
                    if let Some(value) = self.value(go_struct, field, &field.shape, value)? {
                        out.insert(key.clone(), value);
                    }
                    self.names.truncate(path_length);
                }
            }
            self.path.pop();
        }
        apply_defaults(go_struct, &mut out);
        Ok(out)
    }

    /// Decodes a value; returns `None` after recording a mismatch. An error ends the decoding immediately, as one of an
    /// `UnmarshalJSON` method does.
    fn value(
        &mut self,
        owner: &'static Type,
        field: &'static Field,
        shape: &'static Shape,
        value: &Value,
    ) -> Result<Option<Value>, DecodeError> {
        Ok(match (shape, value) {
            (_, Value::Null) => Some(zero_value(shape)),
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
                // Quantities in resource lists are rounded up to thousandths (`SetDefaults_ResourceList`).
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
        Quantity::parse(&text).map_err(|error| self.error(error.to_string()))
    }

    /// Checks that a time is in RFC 3339, as `metav1.Time` requires. The stored document keeps the text.
    fn time(&self, owner: &Type, value: &Value) -> Result<Value, DecodeError> {
        let Value::String(text) = value else {
            return Err(self.mismatch(owner, &Shape::Time, "string", value));
        };
        match rfc3339::validate(text) {
            Ok(()) => Ok(value.clone()),
            Err(message) => Err(self.error(message)),
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
                Err(self.error(format!("illegal base64 data at input byte {at}")))
            }
        }
    }

    /// An error at the current path.
    fn error(&self, message: String) -> DecodeError {
        DecodeError {
            converted: message.clone(),
            message,
            field: format_path(&self.path),
        }
    }

    /// Go's `UnmarshalTypeError`: it names the innermost struct, and the fields from the root without list positions.
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
        let mut error = self.error(format!(
            "json: cannot unmarshal {what} into Go struct field {}.{} of type {go_type}",
            owner.go_name(),
            self.names.join(".")
        ));
        error.converted = match shape {
            // These have an `UnmarshalJSON` method, whose error names no field.
            Shape::IntOrString | Shape::Time | Shape::MicroTime => {
                format!("json: cannot unmarshal {what} into Go value of type {go_type}")
            }
            _ => conversion_error(value, shape, go_type),
        };
        error
    }
}

/// The error of `fromUnstructured` in `apimachinery/pkg/runtime/converter.go`. An integer in a string field is a
/// special case because Go can convert integers to strings.
fn conversion_error(value: &Value, shape: &Shape, go_type: &str) -> String {
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

/// Go's zero value, which `null` in a list or a map decodes to.
fn zero_value(shape: &Shape) -> Value {
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

/// Adds the fields that Go always encodes, applies the defaults, and removes the fields that Go does not encode.
fn apply_defaults(go_struct: &'static Type, map: &mut Map) {
    for field in go_struct
        .fields
        .iter()
        .filter(|field| field.kept && !field.pointer)
    {
        if map.contains_key(field.name) {
            continue;
        }
        match &field.shape {
            Shape::Object(id) if field.name != "status" && !is_selector_pointer(field, id.get()) => {
                let mut inner = Map::new();
                apply_defaults(id.get(), &mut inner);
                map.insert(field.name, inner);
            }
            Shape::Object(_)
            | Shape::List(_)
            | Shape::Map(_)
            | Shape::Raw
            | Shape::Time
            | Shape::MicroTime => {}
            scalar => {
                map.insert(field.name, zero_value(scalar));
            }
        }
    }
    defaults::apply(go_struct.name, map);
    map.retain(|key, value| go_struct.field(key).is_none_or(|field| is_encoded(field, value)));
}

/// Whether a field is a required label selector: a pointer in Go, so that an absent selector differs from an empty one.
fn is_selector_pointer(field: &Field, go_struct: &Type) -> bool {
    field.required && go_struct.name == "LabelSelector"
}

/// Whether Go encodes the value of a field, given `omitempty`.
fn is_encoded(field: &Field, value: &Value) -> bool {
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
