//! JSON values with structural sharing.
//!
//! A clone increments a reference count, and a write copies only the path that changes. So ten thousand pods of one
//! revision share their list of containers, and the versions of an object share everything that did not change.

use std::fmt;
use std::sync::Arc;

/// A JSON value: a document or a part of one.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// JSON `null`.
    #[default]
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// A string.
    String(Arc<str>),
    /// A list.
    Array(Arc<Vec<Value>>),
    /// An object with sorted keys.
    Object(Map),
}

/// A JSON object; its keys are sorted by bytes, as Go encodes maps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map(Arc<Vec<(Arc<str>, Value)>>);

impl Map {
    /// An empty object.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of keys.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no keys.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn position(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(have, _)| have.as_ref().cmp(key))
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.position(key).ok().map(|i| &self.0[i].1)
    }

    /// Whether `key` exists.
    pub fn contains_key(&self, key: &str) -> bool {
        self.position(key).is_ok()
    }

    /// The value of `key` if it is a string.
    pub fn text(&self, key: &str) -> Option<&Arc<str>> {
        match self.get(key) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// Sets `key` and returns the previous value.
    pub fn insert(
        &mut self,
        key: impl AsRef<str> + Into<Arc<str>>,
        value: impl Into<Value>,
    ) -> Option<Value> {
        let value = value.into();
        match self.position(key.as_ref()) {
            Ok(i) => Some(std::mem::replace(&mut Arc::make_mut(&mut self.0)[i].1, value)),
            Err(i) => {
                Arc::make_mut(&mut self.0).insert(i, (key.into(), value));
                None
            }
        }
    }

    /// Removes `key` and returns its value.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let i = self.position(key).ok()?;
        Some(Arc::make_mut(&mut self.0).remove(i).1)
    }

    /// Mutable access to the value of `key`, which is created as `Null` if it does not exist.
    pub fn slot(&mut self, key: &str) -> &mut Value {
        let i = match self.position(key) {
            Ok(i) => i,
            Err(i) => {
                Arc::make_mut(&mut self.0).insert(i, (key.into(), Value::Null));
                i
            }
        };
        &mut Arc::make_mut(&mut self.0)[i].1
    }

    /// Mutable access to the value of `key`.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let i = self.position(key).ok()?;
        Some(&mut Arc::make_mut(&mut self.0)[i].1)
    }

    /// Keys and values in the order of the keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Arc<str>, &Value)> + ExactSizeIterator {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// Keeps the entries for which `keep` returns true.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &Value) -> bool) {
        if self.0.iter().any(|(key, value)| !keep(key, value)) {
            Arc::make_mut(&mut self.0).retain(|(key, value)| keep(key, value));
        }
    }

    /// Whether both share one allocation and so are equal.
    pub fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<K: Into<Arc<str>> + AsRef<str>, V: Into<Value>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Map::new();
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

impl Value {
    /// An empty object.
    pub fn object() -> Self {
        Value::Object(Map::new())
    }

    /// The value of `key`, if this is an object.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_object()?.get(key)
    }

    /// The value at a path of object keys, such as `["spec", "template", "metadata"]`.
    pub fn at(&self, path: &[&str]) -> Option<&Value> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }

    /// Mutable access to the value at a path of object keys; parents that are not objects are replaced by objects.
    pub fn slot(&mut self, path: &[&str]) -> &mut Value {
        let mut value = self;
        for key in path {
            if !matches!(value, Value::Object(_)) {
                *value = Value::object();
            }
            let Value::Object(map) = value else {
                unreachable!("made an object above")
            };
            value = map.slot(key);
        }
        value
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The integer, if it is one.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(yes) => Some(*yes),
            _ => None,
        }
    }

    /// The list, if it is one.
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// Mutable access to the list, if it is one.
    pub fn as_array_mut(&mut self) -> Option<&mut Vec<Value>> {
        match self {
            Value::Array(items) => Some(Arc::make_mut(items)),
            _ => None,
        }
    }

    /// The object, if it is one.
    pub fn as_object(&self) -> Option<&Map> {
        match self {
            Value::Object(map) => Some(map),
            _ => None,
        }
    }

    /// Mutable access to the object, if it is one.
    pub fn as_object_mut(&mut self) -> Option<&mut Map> {
        match self {
            Value::Object(map) => Some(map),
            _ => None,
        }
    }

    /// Whether it is `Null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Applies a JSON merge patch (RFC 7386): objects are merged, `null` removes a key, anything else replaces.
    pub fn merge(&mut self, patch: &Value) {
        let Value::Object(changes) = patch else {
            *self = patch.clone();
            return;
        };
        if !matches!(self, Value::Object(_)) {
            *self = Value::object();
        }
        let Value::Object(map) = self else { return };
        for (key, change) in changes.iter() {
            if change.is_null() {
                map.remove(key);
            } else {
                map.slot(key).merge(change);
            }
        }
    }
}

/// Compact JSON with sorted keys, as Go's `json.Marshal` encodes it (HTML characters escaped).
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Bool(yes) => write!(f, "{yes}"),
            Value::Int(number) => write!(f, "{number}"),
            Value::Float(number) => write_float(f, *number),
            Value::String(text) => write_text(f, text),
            Value::Array(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        f.write_str(",")?;
                    }
                    write!(f, "{item}")?;
                }
                f.write_str("]")
            }
            Value::Object(map) => write!(f, "{map}"),
        }
    }
}

impl fmt::Display for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (i, (key, value)) in self.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            write_text(f, key)?;
            write!(f, ":{value}")?;
        }
        f.write_str("}")
    }
}

/// Go encodes floats in the shortest form, with an exponent below 1e-6 and from 1e21 (`encoding/json` `floatEncoder`).
fn write_float(f: &mut fmt::Formatter<'_>, number: f64) -> fmt::Result {
    let size = number.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{number:e}");
        return match text.split_once('e') {
            Some((digits, exponent)) if !exponent.starts_with('-') => {
                write!(f, "{digits}e+{exponent}")
            }
            _ => f.write_str(&text),
        };
    }
    write!(f, "{number}")
}

fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for c in text.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            '\u{8}' => f.write_str("\\b")?,
            '\u{c}' => f.write_str("\\f")?,
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => write!(f, "\\u{:04x}", c as u32)?,
            c if (c as u32) < 0x20 => write!(f, "\\u{:04x}", c as u32)?,
            c => write!(f, "{c}")?,
        }
    }
    f.write_str("\"")
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Value::Bool(yes)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Value::Int(number.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::String(text.into())
    }
}

impl From<Arc<str>> for Value {
    fn from(text: Arc<str>) -> Self {
        Value::String(text)
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Value::Object(map)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Value::Array(Arc::new(items))
    }
}

impl From<&crate::yaml::Node> for Value {
    fn from(node: &crate::yaml::Node) -> Self {
        use crate::yaml::Data;
        match &node.data {
            Data::Null => Value::Null,
            Data::Bool(yes) => Value::Bool(*yes),
            Data::Int(number) => Value::Int(*number),
            Data::Float(number) => Value::Float(*number),
            Data::String(text) => text.as_str().into(),
            Data::Sequence(items) => items.iter().map(Value::from).collect::<Vec<_>>().into(),
            Data::Mapping(entries) => entries
                .iter()
                .map(|entry| (entry.key.as_str(), Value::from(&entry.node)))
                .collect::<Map>()
                .into(),
        }
    }
}

impl From<serde_json::Value> for Value {
    fn from(json: serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(yes) => Value::Bool(yes),
            serde_json::Value::Number(number) => match number.as_i64() {
                Some(whole) => Value::Int(whole),
                None => Value::Float(number.as_f64().unwrap_or_default()),
            },
            serde_json::Value::String(text) => text.into(),
            serde_json::Value::Array(items) => items.into_iter().map(Value::from).collect::<Vec<_>>().into(),
            serde_json::Value::Object(map) => map.into_iter().collect::<Map>().into(),
        }
    }
}

impl From<&Value> for serde_json::Value {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(yes) => (*yes).into(),
            Value::Int(number) => (*number).into(),
            Value::Float(number) => (*number).into(),
            Value::String(text) => text.as_ref().into(),
            Value::Array(items) => items
                .iter()
                .map(serde_json::Value::from)
                .collect::<Vec<_>>()
                .into(),
            Value::Object(map) => serde_json::Value::Object(
                map.iter()
                    .map(|(key, value)| (key.to_string(), value.into()))
                    .collect(),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check_merge(before: serde_json::Value, patch: serde_json::Value, after: &str) {
        let mut value = Value::from(before);
        value.merge(&patch.into());
        assert_eq!(value.to_string(), after);
    }

    #[test]
    fn merge_patches_follow_the_rfc() {
        check_merge(
            json!({"a": 1, "b": {"c": 2}}),
            json!({"b": {"c": null, "d": 3}}),
            r#"{"a":1,"b":{"d":3}}"#,
        );
        check_merge(json!({"a": [1, 2]}), json!({"a": [3]}), r#"{"a":[3]}"#);
        check_merge(
            json!({"a": 1}),
            json!({"a": {"b": null, "c": 1}}),
            r#"{"a":{"c":1}}"#,
        );
        check_merge(json!("text"), json!({"a": "b"}), r#"{"a":"b"}"#);
    }

    #[test]
    fn values_are_encoded_as_in_go() {
        assert_eq!(
            Value::from("a<b>&\"\\\n\u{1}é").to_string(),
            r#""a\u003cb\u003e\u0026\"\\\n\u0001é""#
        );
        assert_eq!(Value::Float(0.5).to_string(), "0.5");
        assert_eq!(Value::Float(1e21).to_string(), "1e+21");
    }

    #[test]
    fn slot_creates_missing_parents() {
        let mut value = Value::Null;
        *value.slot(&["spec", "replicas"]) = 3.into();
        assert_eq!(value.to_string(), r#"{"spec":{"replicas":3}}"#);
        assert_eq!(value.at(&["spec", "replicas"]).and_then(Value::as_i64), Some(3));
    }
}
