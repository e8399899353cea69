//! Printing a value as `kubectl get -o yaml` does: go-yaml v2's choices of order, quotes and line breaks
//! (`encode.go`, `sorter.go`, `emitterc.go`).

use std::cmp::Ordering;

use super::golang::{FloatBits, format_float};
use super::text::{Traits, escape, is_plain_text, is_printable};
use super::{Data, Node};

/// A value that can be printed: what it is, one level deep.
pub trait Print: Sized {
    /// The value itself, its children by reference. The order of an object's keys does not matter.
    fn shape(&self) -> Shape<'_, Self>;
}

/// One level of a value.
pub enum Shape<'v, V> {
    /// `null`
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Text(&'v str),
    /// A list.
    List(Vec<&'v V>),
    /// An object.
    Object(Vec<(&'v str, &'v V)>),
}

impl Print for Node {
    fn shape(&self) -> Shape<'_, Node> {
        match &self.data {
            Data::Null => Shape::Null,
            Data::Bool(value) => Shape::Bool(*value),
            Data::Int(value) => Shape::Int(*value),
            Data::Float(value) => Shape::Float(*value),
            Data::String(text) => Shape::Text(text),
            Data::Sequence(items) => Shape::List(items.iter().collect()),
            Data::Mapping(entries) => Shape::Object(
                entries
                    .iter()
                    .map(|entry| (entry.key.as_str(), &entry.node))
                    .collect(),
            ),
        }
    }
}

/// The value as a YAML document, with a line break at the end.
pub fn print<V: Print>(value: &V) -> String {
    let mut printer = Printer {
        out: String::new(),
        column: 0,
    };
    printer.node(value, Place::Root);
    printer.end_line();
    printer.out
}

/// Text as one YAML scalar on one line, quoted only where it would be misread. `in_flow`: inside `{}` or `[]`.
pub fn inline_text(text: &str, in_flow: bool) -> String {
    let traits = Traits::of(text);
    let fits = if in_flow {
        traits.flow_plain
    } else {
        traits.block_plain
    };
    if is_plain_text(text) && fits && !text.is_empty() {
        return text.to_owned();
    }
    let mut printer = Printer {
        out: String::new(),
        column: 0,
    };
    if traits.single_quoted && !traits.multiline && is_plain_text(text) {
        printer.single_quoted(text, None);
    } else {
        printer.double_quoted(text, None);
    }
    printer.out
}

/// The order in which go-yaml v2 writes keys (`keyList.Less`): letters after everything else, numbers in keys by
/// value, so that `web-2` stands before `web-10`.
pub fn key_order(a: &str, b: &str) -> Ordering {
    let (left, right): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let Some(at) = left.iter().zip(&right).position(|(x, y)| x != y) else {
        return left.len().cmp(&right.len());
    };
    let (x, y) = (left[at], right[at]);
    match (x.is_alphabetic(), y.is_alphabetic()) {
        (true, true) => return x.cmp(&y),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    // A zero inside a longer number does not make it smaller: `100` and `10x` compare as 10 and 1.
    let before: Vec<char> = left[..at]
        .iter()
        .rev()
        .copied()
        .take_while(|ch| ch.is_numeric())
        .collect();
    let start = i64::from((x == '0' || y == '0') && before.iter().any(|ch| *ch != '0'));
    let number = |chars: &[char]| {
        let digits: Vec<char> = chars[at..]
            .iter()
            .copied()
            .take_while(|ch| ch.is_numeric())
            .collect();
        let value = digits.iter().fold(start, |sum, ch| {
            sum.wrapping_mul(10)
                .wrapping_add(i64::from(*ch as u32) - i64::from('0' as u32))
        });
        (value, digits.len())
    };
    number(&left).cmp(&number(&right)).then(x.cmp(&y))
}

/// Where a node begins.
#[derive(Clone, Copy)]
enum Place {
    /// At the start of the document.
    Root,
    /// After `key:` of a mapping with this indentation.
    AfterKey(usize),
    /// After `-`, or after `?` or `:` of a long key, of a collection with this indentation.
    AfterMark(usize),
}

impl Place {
    /// Indentation of text that continues on the next line.
    fn inner(self) -> usize {
        match self {
            Place::Root => 2,
            Place::AfterKey(indent) | Place::AfterMark(indent) => indent + 2,
        }
    }
}

/// Longest line after which text is still continued: go-yaml breaks at the first space beyond.
const LINE_WIDTH: usize = 80;

/// Longest key that is written before its colon; longer ones are announced with `?`.
const SIMPLE_KEY_BYTES_MAX: usize = 128;

struct Printer {
    out: String,
    /// Characters since the last line break.
    column: usize,
}

impl Printer {
    fn node<V: Print>(&mut self, value: &V, place: Place) {
        match value.shape() {
            Shape::Null => self.word("null", place),
            Shape::Bool(value) => self.word(if value { "true" } else { "false" }, place),
            Shape::Int(value) => self.word(&value.to_string(), place),
            Shape::Float(value) => self.word(&format_float(value, FloatBits::Double), place),
            Shape::Text(text) => {
                self.space(place);
                self.text(text, Some(place.inner()));
            }
            Shape::List(items) if items.is_empty() => self.word("[]", place),
            Shape::Object(entries) if entries.is_empty() => self.word("{}", place),
            Shape::List(items) => self.list(&items, place),
            Shape::Object(entries) => self.object(entries, place),
        }
    }

    fn list<V: Print>(&mut self, items: &[&V], place: Place) {
        let indent = match place {
            Place::Root => 0,
            // kubectl's lists stand directly under their key.
            Place::AfterKey(indent) => indent,
            Place::AfterMark(indent) => indent + 2,
        };
        for (index, item) in items.iter().enumerate() {
            self.begin_line(indent, place, index == 0);
            self.put("-");
            self.node(*item, Place::AfterMark(indent));
        }
    }

    fn object<V: Print>(&mut self, mut entries: Vec<(&str, &V)>, place: Place) {
        entries.sort_by(|(a, _), (b, _)| key_order(a, b));
        let indent = match place {
            Place::Root => 0,
            Place::AfterKey(indent) | Place::AfterMark(indent) => indent + 2,
        };
        for (index, (key, value)) in entries.into_iter().enumerate() {
            self.begin_line(indent, place, index == 0);
            if key.len() > SIMPLE_KEY_BYTES_MAX || key.contains('\n') {
                self.put("? ");
                self.text(key, Some(indent + 2));
                self.end_line();
                self.spaces(indent);
                self.put(":");
                self.node(value, Place::AfterMark(indent));
            } else {
                self.text(key, None);
                self.put(":");
                self.node(value, Place::AfterKey(indent));
            }
        }
    }

    /// The first line of a collection after a mark begins on the mark's line.
    fn begin_line(&mut self, indent: usize, place: Place, is_first: bool) {
        match place {
            Place::AfterMark(_) if is_first => self.put(" "),
            _ => {
                self.end_line();
                self.spaces(indent);
            }
        }
    }

    fn word(&mut self, word: &str, place: Place) {
        self.space(place);
        self.put(word);
    }

    fn space(&mut self, place: Place) {
        if !matches!(place, Place::Root) {
            self.put(" ");
        }
    }

    /// Text in the style that go-yaml picks. `wrap`: indentation of further lines, nothing if there can be none.
    fn text(&mut self, text: &str, wrap: Option<usize>) {
        let traits = Traits::of(text);
        match wrap {
            Some(indent) if text.contains('\n') && traits.block => self.literal(text, indent),
            _ if text.contains('\n') || !is_plain_text(text) => self.double_quoted(text, wrap),
            None if traits.multiline => self.double_quoted(text, wrap),
            _ if traits.block_plain => self.plain(text, wrap),
            _ if traits.single_quoted => self.single_quoted(text, wrap),
            _ => self.double_quoted(text, wrap),
        }
    }

    fn plain(&mut self, text: &str, wrap: Option<usize>) {
        let mut after_space = false;
        let mut chars = text.chars().peekable();
        while let Some(ch) = chars.next() {
            let can_break = ch == ' ' && !after_space && chars.peek() != Some(&' ');
            self.char_or_break(ch, can_break, wrap);
            after_space = ch == ' ';
        }
    }

    fn single_quoted(&mut self, text: &str, wrap: Option<usize>) {
        self.put("'");
        let (mut after_space, mut is_first) = (false, true);
        let mut chars = text.chars().peekable();
        while let Some(ch) = chars.next() {
            if ch == '\'' {
                self.put("'");
            }
            let next = chars.peek().copied();
            let can_break = ch == ' ' && !after_space && !is_first && next.is_some_and(|next| next != ' ');
            self.char_or_break(ch, can_break, wrap);
            (after_space, is_first) = (ch == ' ', false);
        }
        self.put("'");
    }

    fn double_quoted(&mut self, text: &str, wrap: Option<usize>) {
        self.put("\"");
        let (mut after_space, mut is_first) = (false, true);
        let mut chars = text.chars().peekable();
        while let Some(ch) = chars.next() {
            if ch == ' ' {
                let can_break = !after_space && !is_first && chars.peek().is_some();
                if self.char_or_break(ch, can_break, wrap) && chars.peek() == Some(&' ') {
                    self.put("\\");
                }
            } else if is_printable(ch) && !matches!(ch, '\n' | '"' | '\\') {
                self.put_char(ch);
            } else {
                self.put(&escape(ch));
            }
            (after_space, is_first) = (ch == ' ', false);
        }
        self.put("\"");
    }

    fn literal(&mut self, text: &str, indent: usize) {
        self.put("|");
        if text.starts_with([' ', '\n']) {
            self.put("2");
        }
        let mut backwards = text.chars().rev();
        match (
            backwards.next() == Some('\n'),
            matches!(backwards.next(), None | Some('\n')),
        ) {
            (false, _) => self.put("-"),
            (true, true) => self.put("+"),
            (true, false) => {}
        }
        self.put("\n");
        let mut at_line_start = true;
        for ch in text.chars() {
            if ch == '\n' {
                self.put_char(ch);
                at_line_start = true;
            } else {
                if at_line_start {
                    self.spaces(indent);
                }
                self.put_char(ch);
                at_line_start = false;
            }
        }
    }

    /// Writes the character, or instead of a space beyond the line's width a line break; whether it broke.
    fn char_or_break(&mut self, ch: char, can_break: bool, wrap: Option<usize>) -> bool {
        match wrap {
            Some(indent) if can_break && self.column > LINE_WIDTH => {
                self.put("\n");
                self.spaces(indent);
                true
            }
            _ => {
                self.put_char(ch);
                false
            }
        }
    }

    fn end_line(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.put("\n");
        }
    }

    fn spaces(&mut self, count: usize) {
        for _ in 0..count {
            self.put_char(' ');
        }
    }

    fn put(&mut self, text: &str) {
        for ch in text.chars() {
            self.put_char(ch);
        }
    }

    fn put_char(&mut self, ch: char) {
        self.out.push(ch);
        self.column = if ch == '\n' { 0 } else { self.column + 1 };
    }
}
