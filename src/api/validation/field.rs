//! Field paths and field errors (`apimachinery/pkg/util/validation/field`).

use std::fmt::{self, Write};

use crate::api::{StatusCause, go_quote};
use crate::object::Value;

/// The path of a field (`field.Path`): a linked list on the stack, formatted only for an error.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    element: PathElement<'a>,
}

#[derive(Clone, Copy, Debug)]
enum PathElement<'a> {
    Name(&'a str),
    Index(usize),
    Key(&'a str),
}

impl<'a> Path<'a> {
    /// A path that starts with this name, which may contain dots.
    pub const fn root(name: &'a str) -> Path<'a> {
        Path {
            parent: None,
            element: PathElement::Name(name),
        }
    }

    /// The path of a field of this object; the name may contain dots.
    pub fn child(&'a self, name: &'a str) -> Path<'a> {
        self.with_element(PathElement::Name(name))
    }

    /// The path of an element of this list.
    pub fn index(&'a self, index: usize) -> Path<'a> {
        self.with_element(PathElement::Index(index))
    }

    /// The path of an entry of this map.
    pub fn key(&'a self, key: &'a str) -> Path<'a> {
        self.with_element(PathElement::Key(key))
    }

    fn with_element(&'a self, element: PathElement<'a>) -> Path<'a> {
        Path {
            parent: Some(self),
            element,
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            write!(f, "{parent}")?;
        }
        match self.element {
            // The root is empty in warnings about pods: no dot follows it.
            PathElement::Name(name) if self.parent.is_none_or(Path::is_empty_root) => f.write_str(name),
            PathElement::Name(name) => write!(f, ".{name}"),
            PathElement::Index(index) => write!(f, "[{index}]"),
            PathElement::Key(key) => write!(f, "[{key}]"),
        }
    }
}

impl Path<'_> {
    fn is_empty_root(&self) -> bool {
        self.parent.is_none() && matches!(self.element, PathElement::Name(""))
    }
}

/// An invalid value as messages print it (`field.Error.BadValue`).
#[derive(Clone, Debug)]
pub enum BadValue {
    /// A Go `string`, quoted as by `%q`.
    Text(String),
    /// Anything else, formatted as JSON: of the document, or of Go's internal type.
    Json(String),
}

impl BadValue {
    /// A string of a named Go type, which is formatted as JSON.
    pub fn named(text: &str) -> BadValue {
        BadValue::Json(Value::from(text).to_string())
    }

    /// A value of the document as JSON.
    pub fn json(value: &Value) -> BadValue {
        BadValue::Json(value.to_string())
    }
}

impl From<&str> for BadValue {
    fn from(text: &str) -> BadValue {
        BadValue::Text(text.to_owned())
    }
}

impl From<i64> for BadValue {
    fn from(number: i64) -> BadValue {
        BadValue::Json(number.to_string())
    }
}

impl From<bool> for BadValue {
    fn from(yes: bool) -> BadValue {
        BadValue::Json(yes.to_string())
    }
}

impl fmt::Display for BadValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadValue::Text(text) => f.write_str(&go_quote(text)),
            BadValue::Json(json) => f.write_str(json),
        }
    }
}

/// Field errors in the order in which they are found (`field.ErrorList`).
#[derive(Debug, Default)]
pub struct ErrorList {
    causes: Vec<StatusCause>,
}

impl ErrorList {
    fn add(&mut self, at: &Path<'_>, kind: &str, bad: Option<&BadValue>, detail: &str) {
        let mut message = kind.to_owned();
        if let Some(bad) = bad {
            let _ = write!(message, ": {bad}");
        }
        if !detail.is_empty() {
            let _ = write!(message, ": {detail}");
        }
        let field = at.to_string();
        self.causes.push(StatusCause { field, message });
    }

    /// `field.Invalid`.
    pub fn invalid(&mut self, at: &Path<'_>, bad: impl Into<BadValue>, detail: impl AsRef<str>) {
        self.add(at, "Invalid value", Some(&bad.into()), detail.as_ref());
    }

    /// `field.Invalid` with `field.OmitValueType`.
    pub fn invalid_without_value(&mut self, at: &Path<'_>, detail: &str) {
        self.add(at, "Invalid value", None, detail);
    }

    /// One `field.Invalid` for each message.
    pub fn invalid_each(&mut self, at: &Path<'_>, text: &str, messages: Vec<String>) {
        for message in messages {
            self.invalid(at, text, message);
        }
    }

    /// `field.Required`.
    pub fn required(&mut self, at: &Path<'_>, detail: &str) {
        self.add(at, "Required value", None, detail);
    }

    /// `field.NotSupported`; the message lists the supported values in the given order.
    pub fn not_supported(&mut self, at: &Path<'_>, bad: impl Into<BadValue>, supported: &[&str]) {
        let list: Vec<String> = supported
            .iter()
            .map(|text| BadValue::from(*text).to_string())
            .collect();
        let detail = match list.is_empty() {
            true => String::new(),
            false => format!("supported values: {}", list.join(", ")),
        };
        self.add(at, "Unsupported value", Some(&bad.into()), &detail);
    }

    /// `field.Duplicate`.
    pub fn duplicate(&mut self, at: &Path<'_>, bad: impl Into<BadValue>) {
        self.add(at, "Duplicate value", Some(&bad.into()), "");
    }

    /// `field.Duplicate` with a detail.
    pub fn duplicate_with_detail(&mut self, at: &Path<'_>, bad: impl Into<BadValue>, detail: &str) {
        self.add(at, "Duplicate value", Some(&bad.into()), detail);
    }

    /// `field.NotFound`; upstream has no detail in most cases.
    pub fn not_found(&mut self, at: &Path<'_>, bad: impl Into<BadValue>, detail: &str) {
        self.add(at, "Not found", Some(&bad.into()), detail);
    }

    /// `field.Forbidden`.
    pub fn forbidden(&mut self, at: &Path<'_>, detail: impl AsRef<str>) {
        self.add(at, "Forbidden", None, detail.as_ref());
    }

    /// `field.TooLong`: more than `max` bytes.
    pub fn too_long(&mut self, at: &Path<'_>, max: usize) {
        self.add(at, "Too long", None, &format!("may not be more than {max} bytes"));
    }

    /// `field.TooMany`: more than `max` items.
    pub fn too_many(&mut self, at: &Path<'_>, count: usize, max: usize) {
        let items = if max == 1 { "item" } else { "items" };
        let bad = BadValue::from(count as i64);
        self.add(
            at,
            "Too many",
            Some(&bad),
            &format!("must have at most {max} {items}"),
        );
    }

    /// Adds the errors of another list, sorted by their texts.
    pub fn append_sorted(&mut self, mut other: ErrorList) {
        let text = |cause: &StatusCause| format!("{}: {}", cause.field, cause.message);
        other.causes.sort_by_cached_key(text);
        self.causes.append(&mut other.causes);
    }

    /// The number of errors.
    pub fn len(&self) -> usize {
        self.causes.len()
    }

    /// The errors as causes, without duplicates.
    pub fn into_causes(self) -> Vec<StatusCause> {
        let mut causes: Vec<StatusCause> = Vec::with_capacity(self.causes.len());
        for cause in self.causes {
            if !causes.contains(&cause) {
                causes.push(cause);
            }
        }
        causes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_formatted_as_upstream() {
        let spec = Path::root("spec");
        let containers = spec.child("containers");
        let first = containers.index(0);
        assert_eq!(first.child("name").to_string(), "spec.containers[0].name");
        assert_eq!(spec.key("storage").to_string(), "spec[storage]");
        assert_eq!(Path::root("").child("spec").child("os").to_string(), "spec.os");
    }

    #[test]
    fn values_are_quoted_as_in_go() {
        assert_eq!(
            BadValue::from("a\"b\\\u{1}é\u{a0}<").to_string(),
            r#""a\"b\\\x01é\u00a0<""#
        );
        assert_eq!(BadValue::named("<").to_string(), r#""\u003c""#);
        assert_eq!(BadValue::from(-1).to_string(), "-1");
    }
}
