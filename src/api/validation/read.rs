//! Reading canonical documents as Go reads its structs: what is missing is empty, zero, false or nothing.

use crate::object::{Map, Quantity, Value};

static NULL: Value = Value::Null;

/// Accessors for validators; a value of another type reads as missing, for decoding has refused it before.
pub trait Read {
    /// The part of that name, `Null` if there is none.
    fn part(&self, key: &str) -> &Value;

    /// Whether there is such a part.
    fn has(&self, key: &str) -> bool {
        !self.part(key).is_null()
    }

    /// The part if it is there.
    fn maybe(&self, key: &str) -> Option<&Value> {
        Some(self.part(key)).filter(|part| !part.is_null())
    }

    /// A text, empty if there is none.
    fn text(&self, key: &str) -> &str {
        self.part(key).as_str().unwrap_or_default()
    }

    /// A text if it is there, be it empty.
    fn maybe_text(&self, key: &str) -> Option<&str> {
        self.part(key).as_str()
    }

    /// A number, 0 if there is none.
    fn int(&self, key: &str) -> i64 {
        self.part(key).as_i64().unwrap_or_default()
    }

    /// A number if it is there.
    fn maybe_int(&self, key: &str) -> Option<i64> {
        self.part(key).as_i64()
    }

    /// A truth value, false if there is none.
    fn flag(&self, key: &str) -> bool {
        self.part(key).as_bool().unwrap_or_default()
    }

    /// A truth value if it is there.
    fn maybe_flag(&self, key: &str) -> Option<bool> {
        self.part(key).as_bool()
    }

    /// A list, empty if there is none.
    fn list(&self, key: &str) -> &[Value] {
        self.part(key).as_array().unwrap_or_default()
    }

    /// Texts of a list.
    fn texts<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a str>
    where
        Self: 'a,
    {
        self.list(key)
            .iter()
            .map(|item| item.as_str().unwrap_or_default())
    }

    /// Entries of a map, in the order of their keys.
    fn entries<'a>(&'a self, key: &str) -> impl Iterator<Item = (&'a str, &'a Value)>
    where
        Self: 'a,
    {
        let map = self.part(key).as_object();
        map.into_iter()
            .flat_map(Map::iter)
            .map(|(key, value)| (key.as_ref(), value))
    }

    /// An amount; none if it is missing.
    fn amount(&self, key: &str) -> Option<Quantity> {
        quantity(self.part(key))
    }
}

impl Read for Value {
    fn part(&self, key: &str) -> &Value {
        self.get(key).unwrap_or(&NULL)
    }
}

/// Reads an amount written as text or number.
pub fn quantity(value: &Value) -> Option<Quantity> {
    match value {
        Value::String(text) => Quantity::parse(text).ok(),
        Value::Int(number) => Quantity::parse(&number.to_string()).ok(),
        Value::Float(number) => Quantity::parse(&number.to_string()).ok(),
        _ => None,
    }
}
