//! The tree that reading a document gives: JSON data with places.

use super::PathPart;

/// A piece of the whole text, as byte offsets on character boundaries; `start <= end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` to `end`; an end before the start counts as empty.
    pub fn new(start: usize, end: usize) -> Span {
        Span {
            start,
            end: end.max(start),
        }
    }

    /// Whether the offset lies inside, or at the end, where a cursor still touches the text.
    pub fn touches(self, offset: usize) -> bool {
        self.start <= offset && offset <= self.end
    }

    /// The piece of the text, or nothing if the span is not of this text.
    pub fn slice(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A scalar without quotes.
    Plain,
    /// A scalar in `'`.
    SingleQuoted,
    /// A scalar in `"`.
    DoubleQuoted,
    /// A scalar after `|`.
    Literal,
    /// A scalar after `>`.
    Folded,
    /// A sequence or mapping laid out by indentation.
    Block,
    /// A sequence or mapping in brackets.
    Flow,
    /// `*anchor`: the span is the alias, the spans below are those of the anchored value.
    Alias,
}

/// One value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value's text with its anchor and tag; for an absent value (`key:`) empty, after the colon.
    pub span: Span,
    /// How it is written.
    pub style: Style,
    /// The value after kubectl's conversion to JSON.
    pub data: Data,
}

/// JSON data. Numbers are as kubectl decodes them: whole numbers that fit are integers, all others floats, finite.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// `null`, `~` or nothing at all.
    Null,
    /// `true`, and by YAML 1.1 also `yes`, `on`, `y`.
    Bool(bool),
    /// A whole number, also when written `0x3` or `3e0`.
    Int(i64),
    /// Any other number; never infinite or NaN in a document without error.
    Float(f64),
    /// Text.
    String(String),
    /// A list.
    Sequence(Vec<Node>),
    /// An object: keys are unique, the order is that of the text.
    Mapping(Vec<Entry>),
}

/// One key of a mapping with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key as JSON has it; numbers and booleans became text.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub node: Node,
}

impl Data {
    /// The name that JSON gives to this kind of value.
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
    /// The value of a key, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The entry of a key, if this is a mapping that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The entries of a mapping, nothing for any other value.
    pub fn entries(&self) -> &[Entry] {
        match &self.data {
            Data::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a sequence, nothing for any other value.
    pub fn items(&self) -> &[Node] {
        match &self.data {
            Data::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value at a path below this one.
    pub fn at(&self, path: &[PathPart]) -> Option<&Node> {
        let (node, rest) = self.deepest(path);
        rest.is_empty().then_some(node)
    }

    /// The value at the longest existing start of a path, and the part of the path that is missing below it.
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

    /// Where to show a message about a field: the value if it is there, else the key of its nearest existing parent
    /// (the value's span for a list item, the whole mapping at the top).
    pub fn place(&self, path: &[PathPart]) -> Span {
        let (mut node, mut place) = (self, self.span);
        for (done, part) in path.iter().enumerate() {
            let Some(next) = node.step(part) else { break };
            let last = done + 1 == path.len();
            place = match node
                .entries()
                .iter()
                .find(|entry| std::ptr::eq(&entry.node, next))
            {
                Some(entry) if !last || next.span.start == next.span.end => entry.key_span,
                _ => next.span,
            };
            node = next;
        }
        place
    }

    fn step(&self, part: &PathPart) -> Option<&Node> {
        match (&self.data, part) {
            (Data::Mapping(_), PathPart::Key(key)) => self.get(key),
            // An error's path writes map keys in brackets too, and a key may look like a number.
            (Data::Mapping(_), PathPart::Index(index)) => self.get(&index.to_string()),
            (Data::Sequence(items), PathPart::Index(index)) => items.get(*index),
            _ => None,
        }
    }
}
