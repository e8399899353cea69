//! Where a fault is and how it reads (`apimachinery/pkg/util/validation/field`).

use std::fmt::{self, Write};

use crate::api::StatusCause;
use crate::object::Value;

/// The place of a field, as a chain on the stack: nothing is written down until there is a fault.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    part: Part<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Part<'a> {
    Name(&'a str),
    Index(usize),
    Key(&'a str),
}

impl<'a> Path<'a> {
    /// A path that begins with this name, which may have dots.
    pub const fn root(name: &'a str) -> Path<'a> {
        Path {
            parent: None,
            part: Part::Name(name),
        }
    }

    /// A field of the object here; the name may be several, with dots.
    pub fn child(&'a self, name: &'a str) -> Path<'a> {
        self.with(Part::Name(name))
    }

    /// An element of the list here.
    pub fn index(&'a self, index: usize) -> Path<'a> {
        self.with(Part::Index(index))
    }

    /// An entry of the map here.
    pub fn key(&'a self, key: &'a str) -> Path<'a> {
        self.with(Part::Key(key))
    }

    fn with(&'a self, part: Part<'a>) -> Path<'a> {
        Path {
            parent: Some(self),
            part,
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            write!(f, "{parent}")?;
        }
        match self.part {
            // Below the root of a pod's own warnings there is no name to put a dot after.
            Part::Name(name) if self.parent.is_none_or(Path::is_nothing) => f.write_str(name),
            Part::Name(name) => write!(f, ".{name}"),
            Part::Index(index) => write!(f, "[{index}]"),
            Part::Key(key) => write!(f, "[{key}]"),
        }
    }
}

impl Path<'_> {
    fn is_nothing(&self) -> bool {
        self.parent.is_none() && matches!(self.part, Part::Name(""))
    }
}

/// A value at fault, as messages print it.
#[derive(Clone, Debug)]
pub enum Bad {
    /// A Go `string`: quoted as `%q` does.
    Text(String),
    /// Anything else: as JSON, or already in the form of Go's internal types.
    Json(String),
}

impl Bad {
    /// A Go string of a named type: quoted as JSON does.
    pub fn named(text: &str) -> Bad {
        Bad::Json(Value::from(text).to_string())
    }

    /// A value as JSON.
    pub fn json(value: &Value) -> Bad {
        Bad::Json(value.to_string())
    }
}

impl From<&str> for Bad {
    fn from(text: &str) -> Bad {
        Bad::Text(text.to_owned())
    }
}

impl From<i64> for Bad {
    fn from(number: i64) -> Bad {
        Bad::Json(number.to_string())
    }
}

impl From<bool> for Bad {
    fn from(yes: bool) -> Bad {
        Bad::Json(yes.to_string())
    }
}

impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Bad::Text(text) => write_quoted(f, text),
            Bad::Json(json) => f.write_str(json),
        }
    }
}

/// Go's `strconv.Quote`.
fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\u{7}' => f.write_str("\\a")?,
            '\u{8}' => f.write_str("\\b")?,
            '\u{c}' => f.write_str("\\f")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            '\u{b}' => f.write_str("\\v")?,
            c if (c as u32) < 0x80 && c.is_control() => write!(f, "\\x{:02x}", c as u32)?,
            c if is_printable(c) => f.write_char(c)?,
            c if (c as u32) < 0x1_0000 => write!(f, "\\u{:04x}", c as u32)?,
            c => write!(f, "\\U{:08x}", c as u32)?,
        }
    }
    f.write_char('"')
}

/// Go's `unicode.IsPrint` as far as text in manifests goes: no controls, no spaces but the plain one, no invisible marks.
fn is_printable(c: char) -> bool {
    let invisible = matches!(c as u32, 0xad | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xe000..=0xf8ff | 0xfeff | 0xfff0..=0xfffb | 0xe0000..);
    c == ' ' || !(c.is_control() || c.is_whitespace() || invisible)
}

/// Faults in the order of their discovery (`field.ErrorList`).
#[derive(Debug, Default)]
pub struct Errors {
    causes: Vec<StatusCause>,
}

impl Errors {
    fn add(&mut self, at: &Path<'_>, kind: &str, bad: Option<&Bad>, detail: &str) {
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

    /// A value that is malformed or does not fit.
    pub fn invalid(&mut self, at: &Path<'_>, bad: impl Into<Bad>, detail: impl AsRef<str>) {
        self.add(at, "Invalid value", Some(&bad.into()), detail.as_ref());
    }

    /// One fault for each message of a text validator.
    pub fn invalid_each(&mut self, at: &Path<'_>, text: &str, messages: Vec<String>) {
        for message in messages {
            self.invalid(at, text, message);
        }
    }

    /// A value that is missing.
    pub fn required(&mut self, at: &Path<'_>, detail: &str) {
        self.add(at, "Required value", None, detail);
    }

    /// A text that is none of those known; they are named in this order.
    pub fn not_supported(&mut self, at: &Path<'_>, bad: impl Into<Bad>, supported: &[&str]) {
        let list: Vec<String> = supported
            .iter()
            .map(|text| Bad::from(*text).to_string())
            .collect();
        let detail = match list.is_empty() {
            true => String::new(),
            false => format!("supported values: {}", list.join(", ")),
        };
        self.add(at, "Unsupported value", Some(&bad.into()), &detail);
    }

    /// A value that stands twice where it may stand once.
    pub fn duplicate(&mut self, at: &Path<'_>, bad: impl Into<Bad>) {
        self.add(at, "Duplicate value", Some(&bad.into()), "");
    }

    /// As [`Errors::duplicate`], with a word on what must be unique.
    pub fn duplicate_of(&mut self, at: &Path<'_>, bad: impl Into<Bad>, detail: &str) {
        self.add(at, "Duplicate value", Some(&bad.into()), detail);
    }

    /// A reference to what is not there.
    pub fn not_found(&mut self, at: &Path<'_>, bad: impl Into<Bad>, detail: &str) {
        self.add(at, "Not found", Some(&bad.into()), detail);
    }

    /// A value that may not be given here, whatever it is.
    pub fn forbidden(&mut self, at: &Path<'_>, detail: impl AsRef<str>) {
        self.add(at, "Forbidden", None, detail.as_ref());
    }

    /// A text or map of more than `most` bytes.
    pub fn too_long(&mut self, at: &Path<'_>, most: usize) {
        self.add(
            at,
            "Too long",
            None,
            &format!("may not be more than {most} bytes"),
        );
    }

    /// A list of more than `most` items.
    pub fn too_many(&mut self, at: &Path<'_>, count: usize, most: usize) {
        let items = if most == 1 { "item" } else { "items" };
        let bad = Bad::from(count as i64);
        self.add(
            at,
            "Too many",
            Some(&bad),
            &format!("must have at most {most} {items}"),
        );
    }

    /// How many faults there are so far.
    pub fn len(&self) -> usize {
        self.causes.len()
    }

    /// The faults, each once.
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
    fn paths_are_written_as_the_api_server_writes_them() {
        let spec = Path::root("spec");
        let containers = spec.child("containers");
        let first = containers.index(0);
        assert_eq!(first.child("name").to_string(), "spec.containers[0].name");
        assert_eq!(spec.key("storage").to_string(), "spec[storage]");
        assert_eq!(Path::root("").child("spec").child("os").to_string(), "spec.os");
    }

    #[test]
    fn values_are_quoted_as_go_quotes_them() {
        assert_eq!(
            Bad::from("a\"b\\\u{1}é\u{a0}<").to_string(),
            r#""a\"b\\\x01é\u00a0<""#
        );
        assert_eq!(Bad::named("<").to_string(), r#""\u003c""#);
        assert_eq!(Bad::from(-1).to_string(), "-1");
    }
}
