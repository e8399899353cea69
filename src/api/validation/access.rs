//! Typed access to the fields of canonical documents, with Go's zero values for absent fields.

use crate::object::{Map, Quantity, Value};

static NULL: Value = Value::Null;

/// Accessors for validators. A value of another type reads as absent; decoding has rejected it before.
pub trait FieldAccess {
    /// The field of that name, `Null` if absent.
    fn field(&self, key: &str) -> &Value;

    /// Whether the field is present.
    fn has(&self, key: &str) -> bool {
        !self.field(key).is_null()
    }

    /// The field, if present.
    fn maybe(&self, key: &str) -> Option<&Value> {
        Some(self.field(key)).filter(|part| !part.is_null())
    }

    /// A string, empty if absent.
    fn text(&self, key: &str) -> &str {
        self.field(key).as_str().unwrap_or_default()
    }

    /// A string, if present.
    fn maybe_text(&self, key: &str) -> Option<&str> {
        self.field(key).as_str()
    }

    /// An integer, 0 if absent.
    fn int(&self, key: &str) -> i64 {
        self.field(key).as_i64().unwrap_or_default()
    }

    /// An integer, if present.
    fn maybe_int(&self, key: &str) -> Option<i64> {
        self.field(key).as_i64()
    }

    /// A boolean, `false` if absent.
    fn flag(&self, key: &str) -> bool {
        self.field(key).as_bool().unwrap_or_default()
    }

    /// A boolean, if present.
    fn maybe_flag(&self, key: &str) -> Option<bool> {
        self.field(key).as_bool()
    }

    /// A list, empty if absent.
    fn list(&self, key: &str) -> &[Value] {
        self.field(key).as_array().unwrap_or_default()
    }

    /// The strings of a list.
    fn texts<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a str>
    where
        Self: 'a,
    {
        self.list(key)
            .iter()
            .map(|item| item.as_str().unwrap_or_default())
    }

    /// The entries of a map, sorted by key.
    fn entries<'a>(&'a self, key: &str) -> impl Iterator<Item = (&'a str, &'a Value)>
    where
        Self: 'a,
    {
        let map = self.field(key).as_object();
        map.into_iter()
            .flat_map(Map::iter)
            .map(|(key, value)| (key.as_ref(), value))
    }

    /// A quantity, if present.
    fn quantity(&self, key: &str) -> Option<Quantity> {
        parse_quantity(self.field(key))
    }
}

impl FieldAccess for Value {
    fn field(&self, key: &str) -> &Value {
        self.get(key).unwrap_or(&NULL)
    }
}

/// Parses a quantity that is a string or a number.
pub fn parse_quantity(value: &Value) -> Option<Quantity> {
    match value {
        Value::String(text) => Quantity::parse(text).ok(),
        Value::Int(number) => Quantity::parse(&number.to_string()).ok(),
        Value::Float(number) => Quantity::parse(&number.to_string()).ok(),
        _ => None,
    }
}
