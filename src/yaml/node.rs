//! The decoded tree of a document: JSON data with spans.

use super::PathPart;

/// A range of the complete text, as byte offsets on character boundaries; `start <= end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` to `end`; empty if `end` is before `start`.
    pub fn new(start: usize, end: usize) -> Span {
        Span {
            start,
            end: end.max(start),
        }
    }

    /// Whether the offset is within the span or at its end, where a cursor still touches the text.
    pub fn touches(self, offset: usize) -> bool {
        self.start <= offset && offset <= self.end
    }

    /// The text of the span; empty if the span is not within this text.
    pub fn slice(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }
}

/// The style of a value in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A scalar without quotes.
    Plain,
    /// A scalar in single quotes.
    SingleQuoted,
    /// A scalar in double quotes.
    DoubleQuoted,
    /// A scalar after `|`.
    Literal,
    /// A scalar after `>`.
    Folded,
    /// A sequence or mapping in block style.
    Block,
    /// A sequence or mapping in flow style.
    Flow,
    /// `*anchor`: the span is the alias's, the spans of the children are those of the anchored value.
    Alias,
}

/// A value with its span.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The text of the value with its anchor and tag; empty and after the colon for an absent value (`key:`).
    pub span: Span,
    /// The style of the value.
    pub style: Style,
    /// The value after kubectl's conversion to JSON.
    pub data: Data,
}

/// JSON data. Numbers are decoded as kubectl does: integers that fit are `Int`, all others finite floats.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// `null`, `~` or an absent value.
    Null,
    /// A boolean, in YAML 1.1 also `yes`, `on`, `y`.
    Bool(bool),
    /// An integer, also from `0x3` or `3e0`.
    Int(i64),
    /// Any other number; finite in a document without an error.
    Float(f64),
    /// A string.
    String(String),
    /// A list.
    Sequence(Vec<Node>),
    /// An object with unique keys in the order of the text.
    Mapping(Vec<Entry>),
}

/// One key of a mapping with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key as a JSON string, also for numbers and booleans.
    pub key: String,
    /// The span of the key.
    pub key_span: Span,
    /// The value.
    pub node: Node,
}

impl Data {
    /// The name of the JSON type.
    pub fn kind(&self) -> &'static str {
        match self {
            Data::Null => "null",
            Data::Bool(_) => "bool",
            Data::Int(_) | Data::Float(_) => "number",
            Data::String(_) => "string",
            Data::Sequence(_) => "array",
            Data::Mapping(_) => "object",
        }
    }
}

impl Node {
    /// The value of a key of a mapping.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The entry of a key of a mapping.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The entries of a mapping; empty for any other value.
    pub fn entries(&self) -> &[Entry] {
        match &self.data {
            Data::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a sequence; empty for any other value.
    pub fn items(&self) -> &[Node] {
        match &self.data {
            Data::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The value of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value at a path below this node.
    pub fn at(&self, path: &[PathPart]) -> Option<&Node> {
        let (node, rest) = self.deepest(path);
        rest.is_empty().then_some(node)
    }

    /// The value at the longest existing prefix of a path, and the rest of the path.
    pub fn deepest<'n, 'p>(&'n self, path: &'p [PathPart]) -> (&'n Node, &'p [PathPart]) {
        let mut node = self;
        for (done, part) in path.iter().enumerate() {
            match node.step(part) {
                Some(next) => node = next,
                None => return (node, &path[done..]),
            }
        }
        (node, &[])
    }

    /// The span for a message about a field: the value's if it exists, otherwise the key's of the nearest existing
    /// parent (the value's for a list item, the whole mapping's at the top).
    pub fn nearest_span(&self, path: &[PathPart]) -> Span {
        let (mut node, mut span) = (self, self.span);
        for (done, part) in path.iter().enumerate() {
            let Some(next) = node.step(part) else { break };
            let last = done + 1 == path.len();
            span = match node
                .entries()
                .iter()
                .find(|entry| std::ptr::eq(&entry.node, next))
            {
                Some(entry) if !last || next.span.start == next.span.end => entry.key_span,
                _ => next.span,
            };
            node = next;
        }
        span
    }

    fn step(&self, part: &PathPart) -> Option<&Node> {
        match (&self.data, part) {
            (Data::Mapping(_), PathPart::Key(key)) => self.get(key),
            // Error paths have map keys in brackets too, and such a key may be a number.
            (Data::Mapping(_), PathPart::Index(index)) => self.get(&index.to_string()),
            (Data::Sequence(items), PathPart::Index(index)) => items.get(*index),
            _ => None,
        }
    }
}
