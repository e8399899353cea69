//! Reads the fields of a document as Go's decoder does: missing fields and those of another type are empty.

use std::collections::BTreeMap;

pub use crate::api::go_dump;

use crate::kubectl::age;
use crate::object::{Map, Quantity, Time, Value};

/// Go's zero time in RFC 1123 format with a numeric zone.
const ZERO_TIME: &str = "Mon, 01 Jan 0001 00:00:00 +0000";

/// The string at a path.
pub fn text<'a>(value: &'a Value, path: &[&str]) -> &'a str {
    value.at(path).and_then(Value::as_str).unwrap_or_default()
}

/// The string at a path, if it is set (a Go `*string`).
pub fn maybe_text<'a>(value: &'a Value, path: &[&str]) -> Option<&'a str> {
    value.at(path).and_then(Value::as_str)
}

/// The integer at a path.
pub fn number(value: &Value, path: &[&str]) -> i64 {
    maybe_number(value, path).unwrap_or(0)
}

/// The integer at a path, if it is set (a Go `*int32`).
pub fn maybe_number(value: &Value, path: &[&str]) -> Option<i64> {
    value.at(path).and_then(Value::as_i64)
}

/// The boolean at a path.
pub fn flag(value: &Value, path: &[&str]) -> bool {
    value.at(path).and_then(Value::as_bool).unwrap_or(false)
}

/// The list at a path.
pub fn list<'a>(value: &'a Value, path: &[&str]) -> &'a [Value] {
    value.at(path).and_then(Value::as_array).unwrap_or_default()
}

/// The strings of the list at a path.
pub fn texts<'a>(value: &'a Value, path: &[&str]) -> Vec<&'a str> {
    list(value, path)
        .iter()
        .map(|item| item.as_str().unwrap_or_default())
        .collect()
}

/// The entries of the object at a path, by key.
pub fn entries<'a>(value: &'a Value, path: &[&str]) -> impl Iterator<Item = (&'a str, &'a Value)> + use<'a> {
    let map = value.at(path).and_then(Value::as_object);
    map.into_iter()
        .flat_map(Map::iter)
        .map(|(key, value)| (key.as_ref(), value))
}

/// Whether a value is set (a Go pointer that is not nil).
pub fn has(value: &Value, path: &[&str]) -> bool {
    value.at(path).is_some_and(|value| !value.is_null())
}

/// An `IntOrString` (`intstr.IntOrString.String`).
pub fn int_or_string(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.to_string(),
        Some(Value::Int(number)) => number.to_string(),
        _ => "0".to_owned(),
    }
}

/// A quantity, zero if it is not set.
pub fn quantity(value: Option<&Value>) -> Quantity {
    let amount = match value {
        Some(Value::String(text)) => Quantity::parse(text).ok(),
        Some(number @ (Value::Int(_) | Value::Float(_))) => Quantity::parse(&number.to_string()).ok(),
        _ => None,
    };
    amount.unwrap_or(Quantity::ZERO)
}

/// A resource list by resource (`v1.ResourceList`).
pub fn resources<'a>(value: &'a Value, path: &[&str]) -> BTreeMap<&'a str, Quantity> {
    entries(value, path)
        .map(|(name, amount)| (name, quantity(Some(amount))))
        .collect()
}

/// The time at a path, in the format of `metav1.Time` or `metav1.MicroTime`.
pub fn instant(value: &Value, path: &[&str]) -> Option<Time> {
    let text = maybe_text(value, path)?;
    Time::parse(text).or_else(|| {
        let (seconds, fraction) = text.strip_suffix('Z')?.split_once('.')?;
        let digits = fraction.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| Time::parse(&format!("{seconds}Z"))).flatten()
    })
}

/// The time at a path in RFC 1123 format.
pub fn date(value: &Value, path: &[&str]) -> String {
    instant(value, path).map_or_else(|| ZERO_TIME.to_owned(), Time::rfc1123)
}

/// The age of the time at a path.
pub fn age_of(value: &Value, path: &[&str], now: Time) -> String {
    instant(value, path).map_or_else(|| "<unknown>".to_owned(), |then| age::since(then, now))
}

/// `True` or `False`.
pub fn truth(yes: bool) -> &'static str {
    if yes { "True" } else { "False" }
}

/// A string, or a default if it is empty.
pub fn or<'a>(text: &'a str, default: &'a str) -> &'a str {
    if text.is_empty() { default } else { text }
}

/// Joins a host and a port (`net.JoinHostPort`).
pub fn host_port(host: &str, port: &str) -> String {
    if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}
