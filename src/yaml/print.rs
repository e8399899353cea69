//! Prints values as `kubectl get -o yaml` does: key order, quotes and line breaks are go-yaml v2's (`encode.go`,
//! `sorter.go`, `emitterc.go`).

use std::cmp::Ordering;

use super::go_format::{FloatPrecision, format_float};
use super::scalar_style::{ScalarAnalysis, escape, is_plain_text, is_printable};
use super::{Data, Node};

/// A value that can be printed as YAML.
pub trait PrintYaml: Sized {
    /// The value, with its children by reference; the keys of an object may be in any order.
    fn yaml_value(&self) -> YamlValue<'_, Self>;
}

/// One level of a value.
pub enum YamlValue<'v, V> {
    /// `null`
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// A string.
    Text(&'v str),
    /// A list.
    List(Vec<&'v V>),
    /// An object.
    Object(Vec<(&'v str, &'v V)>),
}

impl PrintYaml for Node {
    fn yaml_value(&self) -> YamlValue<'_, Node> {
        match &self.data {
            Data::Null => YamlValue::Null,
            Data::Bool(value) => YamlValue::Bool(*value),
            Data::Int(value) => YamlValue::Int(*value),
            Data::Float(value) => YamlValue::Float(*value),
            Data::String(text) => YamlValue::Text(text),
            Data::Sequence(items) => YamlValue::List(items.iter().collect()),
            Data::Mapping(entries) => YamlValue::Object(
                entries
                    .iter()
                    .map(|entry| (entry.key.as_str(), &entry.node))
                    .collect(),
            ),
        }
    }
}

/// The value as a YAML document that ends with a line break.
pub fn print<V: PrintYaml>(value: &V) -> String {
    let mut printer = Printer {
        out: String::new(),
        column: 0,
    };
    printer.node(value, NodeContext::Root);
    printer.end_line();
    printer.out
}

/// The text as a YAML scalar on one line, quoted only if necessary. `in_flow`: inside `{}` or `[]`.
pub fn inline_text(text: &str, in_flow: bool) -> String {
    let analysis = ScalarAnalysis::new(text);
    let allows_plain = if in_flow {
        analysis.flow_plain
    } else {
        analysis.block_plain
    };
    if is_plain_text(text) && allows_plain && !text.is_empty() {
        return text.to_owned();
    }
    let mut printer = Printer {
        out: String::new(),
        column: 0,
    };
    if analysis.single_quoted && !analysis.multiline && is_plain_text(text) {
        printer.single_quoted(text, None);
    } else {
        printer.double_quoted(text, None);
    }
    printer.out
}

/// The order in which go-yaml v2 prints keys (`keyList.Less`): letters after other characters, numbers in keys by
/// value, so `web-2` comes before `web-10`.
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
    // A zero within a longer number does not begin a new number.
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

/// Where a node is printed.
#[derive(Clone, Copy)]
enum NodeContext {
    /// The root of the document.
    Root,
    /// After `key:` in a mapping with this indentation.
    AfterKey(usize),
    /// After `-`, or after `?` or `:` of a long key, in a collection with this indentation.
    AfterIndicator(usize),
}

impl NodeContext {
    /// Indentation of the further lines of a scalar.
    fn continuation_indent(self) -> usize {
        match self {
            NodeContext::Root => 2,
            NodeContext::AfterKey(indent) | NodeContext::AfterIndicator(indent) => indent + 2,
        }
    }
}

/// Preferred line width in characters: go-yaml breaks at the first space beyond it (`best_width`).
const LINE_WIDTH: usize = 80;

/// Maximum length of a simple key; longer ones are printed after `?`.
const SIMPLE_KEY_BYTES_MAX: usize = 128;

struct Printer {
    out: String,
    /// Characters since the last line break.
    column: usize,
}

impl Printer {
    fn node<V: PrintYaml>(&mut self, value: &V, context: NodeContext) {
        match value.yaml_value() {
            YamlValue::Null => self.word("null", context),
            YamlValue::Bool(value) => self.word(if value { "true" } else { "false" }, context),
            YamlValue::Int(value) => self.word(&value.to_string(), context),
            YamlValue::Float(value) => self.word(&format_float(value, FloatPrecision::Double), context),
            YamlValue::Text(text) => {
                self.space(context);
                self.text(text, Some(context.continuation_indent()));
            }
            YamlValue::List(items) if items.is_empty() => self.word("[]", context),
            YamlValue::Object(entries) if entries.is_empty() => self.word("{}", context),
            YamlValue::List(items) => self.list(&items, context),
            YamlValue::Object(entries) => self.object(entries, context),
        }
    }

    fn list<V: PrintYaml>(&mut self, items: &[&V], context: NodeContext) {
        let indent = match context {
            NodeContext::Root => 0,
            // go-yaml v2 does not indent a list within a mapping.
            NodeContext::AfterKey(indent) => indent,
            NodeContext::AfterIndicator(indent) => indent + 2,
        };
        for (index, item) in items.iter().enumerate() {
            self.begin_line(indent, context, index == 0);
            self.put("-");
            self.node(*item, NodeContext::AfterIndicator(indent));
        }
    }

    fn object<V: PrintYaml>(&mut self, mut entries: Vec<(&str, &V)>, context: NodeContext) {
        entries.sort_by(|(a, _), (b, _)| key_order(a, b));
        let indent = match context {
            NodeContext::Root => 0,
            NodeContext::AfterKey(indent) | NodeContext::AfterIndicator(indent) => indent + 2,
        };
        for (index, (key, value)) in entries.into_iter().enumerate() {
            self.begin_line(indent, context, index == 0);
            if key.len() > SIMPLE_KEY_BYTES_MAX || key.contains('\n') {
                self.put("? ");
                self.text(key, Some(indent + 2));
                self.end_line();
                self.spaces(indent);
                self.put(":");
                self.node(value, NodeContext::AfterIndicator(indent));
            } else {
                self.text(key, None);
                self.put(":");
                self.node(value, NodeContext::AfterKey(indent));
            }
        }
    }

    /// The first entry of a collection after an indicator is on the indicator's line.
    fn begin_line(&mut self, indent: usize, context: NodeContext, is_first: bool) {
        match context {
            NodeContext::AfterIndicator(_) if is_first => self.put(" "),
            _ => {
                self.end_line();
                self.spaces(indent);
            }
        }
    }

    fn word(&mut self, word: &str, context: NodeContext) {
        self.space(context);
        self.put(word);
    }

    fn space(&mut self, context: NodeContext) {
        if !matches!(context, NodeContext::Root) {
            self.put(" ");
        }
    }

    /// Prints a scalar in go-yaml's style (`yaml_emitter_select_scalar_style`). `wrap`: indentation of further lines;
    /// `None` if the scalar must stay on one line.
    fn text(&mut self, text: &str, wrap: Option<usize>) {
        let analysis = ScalarAnalysis::new(text);
        match wrap {
            Some(indent) if text.contains('\n') && analysis.block => self.literal(text, indent),
            _ if text.contains('\n') || !is_plain_text(text) => self.double_quoted(text, wrap),
            None if analysis.multiline => self.double_quoted(text, wrap),
            _ if analysis.block_plain => self.plain(text, wrap),
            _ if analysis.single_quoted => self.single_quoted(text, wrap),
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
        let mut reversed = text.chars().rev();
        match (
            reversed.next() == Some('\n'),
            matches!(reversed.next(), None | Some('\n')),
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

    /// Prints the character, or a line break instead of a space beyond the line width; returns whether it broke.
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
