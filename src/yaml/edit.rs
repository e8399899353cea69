//! Edits that set one value in a text and preserve everything else, including comments and layout.

use super::print::inline_text;
use super::{Data, Document, Entry, Node, PathPart, Span, Style};

/// A replacement in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The text to replace; empty for an insertion.
    pub span: Span,
    /// The new text.
    pub replacement: String,
}

impl Edit {
    /// Applies the edit.
    pub fn apply(&self, text: &str) -> String {
        let before = text.get(..self.span.start).unwrap_or(text);
        let after = text.get(self.span.end..).unwrap_or("");
        format!("{before}{}{after}", self.replacement)
    }
}

/// The value to set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewValue {
    /// `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A string.
    Text(String),
}

/// Why a value cannot be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditError {
    /// The document is empty or broken.
    NoDocument,
    /// The path contains a list item that does not exist, or a parent that is not a mapping.
    NoSuchPath,
    /// The path names a list or a mapping.
    NotAScalar,
    /// The value is an alias or comes from one; a change of the anchored value would affect other values too.
    Aliased,
}

/// Returns the edit that sets the value at `path` of `document`. Missing keys are added: a scalar after the last scalar
/// of its mapping, a nested mapping at the end, with the indentation of the surrounding keys.
///
/// # Errors
/// The reason why the path cannot be set.
pub fn set_scalar(
    text: &str,
    document: &Document,
    path: &[PathPart],
    value: &NewValue,
) -> Result<Edit, EditError> {
    let root = document.root.as_ref().ok_or(EditError::NoDocument)?;
    let mut target = EditTarget {
        node: root,
        key: None,
        in_flow: root.style == Style::Flow,
    };
    for (done, part) in path.iter().enumerate() {
        match target.step(part)? {
            Some(next) => target = next,
            None => return insert(text, target, path.get(done..).unwrap_or(&[]), value),
        }
    }
    replace(text, target, value)
}

/// A node on the path to the value.
#[derive(Clone, Copy)]
struct EditTarget<'n> {
    node: &'n Node,
    key: Option<&'n Entry>,
    /// Whether it is in flow style.
    in_flow: bool,
}

impl<'n> EditTarget<'n> {
    /// The child that the text contains here; `None` if it has to be added.
    fn step(self, part: &PathPart) -> Result<Option<EditTarget<'n>>, EditError> {
        if self.node.style == Style::Alias {
            return Err(EditError::Aliased);
        }
        match (&self.node.data, part) {
            (Data::Sequence(items), PathPart::Index(index)) => {
                let node = items.get(*index).ok_or(EditError::NoSuchPath)?;
                Ok(Some(EditTarget {
                    node,
                    key: None,
                    in_flow: self.in_flow || node.style == Style::Flow,
                }))
            }
            (Data::Mapping(_), _) => {
                let entry = self
                    .node
                    .entry(&key_text(part))
                    .filter(|entry| self.contains(entry));
                Ok(entry.map(|entry| {
                    let in_flow = self.in_flow || entry.node.style == Style::Flow;
                    EditTarget {
                        node: &entry.node,
                        key: Some(entry),
                        in_flow,
                    }
                }))
            }
            (Data::Null, PathPart::Key(_)) => Ok(None),
            _ => Err(EditError::NoSuchPath),
        }
    }

    /// Whether the text of this mapping contains the entry; merged entries are elsewhere.
    fn contains(self, entry: &Entry) -> bool {
        self.node.span.start <= entry.key_span.start && entry.key_span.end <= self.node.span.end
    }

    /// Whether a merge adds entries; it overrides the keys before it.
    fn is_merged(self) -> bool {
        self.node.entries().iter().any(|entry| !self.contains(entry))
    }

    /// The entries that the text of this mapping contains, in their order.
    fn own_entries(self) -> Vec<&'n Entry> {
        let mut entries: Vec<&Entry> = self
            .node
            .entries()
            .iter()
            .filter(|entry| self.contains(entry))
            .collect();
        entries.sort_by_key(|entry| entry.key_span.start);
        entries
    }
}

fn key_text(part: &PathPart) -> String {
    match part {
        PathPart::Key(key) => key.clone(),
        PathPart::Index(index) => index.to_string(),
    }
}

fn replace(text: &str, target: EditTarget, value: &NewValue) -> Result<Edit, EditError> {
    let node = target.node;
    if matches!(node.style, Style::Block | Style::Flow) {
        return Err(EditError::NotAScalar);
    }
    let old = node.span.slice(text).trim_end();
    let value = value_text(value, node.style, target.in_flow);
    write(text, target, old, value)
}

/// Replaces the text of a value, or inserts one where there is none.
fn write(text: &str, target: EditTarget, old: &str, value: String) -> Result<Edit, EditError> {
    let start = target.node.span.start;
    if !old.is_empty() {
        let replacement = format!("{}{value}", anchor_prefix(old));
        return Ok(Edit {
            span: Span::new(start, start + old.len()),
            replacement,
        });
    }
    let (at, replacement) = match target.key.map(|key| (key, colon_end(text, key))) {
        Some((_, Some(colon_end))) => (colon_end, format!(" {value}")),
        // A key without a colon: `{a}`. `? a` would need another line.
        Some((key, None)) if target.in_flow => (key.key_span.end, format!(": {value}")),
        Some((_, None)) => return Err(EditError::NoSuchPath),
        None if start > 0 => (start, format!(" {value}")),
        None => (start, value),
    };
    Ok(Edit {
        span: Span::new(at, at),
        replacement,
    })
}

/// The offset after the colon that follows a key, if there is one.
fn colon_end(text: &str, entry: &Entry) -> Option<usize> {
    let after = text.get(entry.key_span.end..)?;
    let spaces = after.len() - after.trim_start().len();
    after
        .trim_start()
        .starts_with(':')
        .then_some(entry.key_span.end + spaces + 1)
}

/// The anchor before a value, which aliases need. A tag is dropped: it would change the type of the new value.
fn anchor_prefix(old: &str) -> String {
    let mut rest = old;
    while let Some(property) = rest.strip_prefix(['&', '!']) {
        let end = property.find(char::is_whitespace).unwrap_or(property.len());
        if rest.starts_with('&') {
            return format!("&{} ", property.get(..end).unwrap_or(""));
        }
        rest = property.get(end..).unwrap_or("").trim_start();
    }
    String::new()
}

fn value_text(value: &NewValue, style: Style, in_flow: bool) -> String {
    match value {
        NewValue::Null => "null".to_owned(),
        NewValue::Bool(value) => value.to_string(),
        NewValue::Int(value) => value.to_string(),
        NewValue::Text(text) => {
            let plain = inline_text(text, in_flow);
            let needs_escapes = plain.starts_with('"') && plain.contains('\\');
            match style {
                Style::SingleQuoted if !needs_escapes => format!("'{}'", text.replace('\'', "''")),
                Style::DoubleQuoted if !needs_escapes && !text.contains(['"', '\\']) => format!("\"{text}\""),
                _ => plain,
            }
        }
    }
}

fn insert(text: &str, target: EditTarget, missing: &[PathPart], value: &NewValue) -> Result<Edit, EditError> {
    let keys: Vec<String> = missing.iter().map(key_text).collect();
    if keys.is_empty() || missing.iter().any(|part| matches!(part, PathPart::Index(_))) {
        return Err(EditError::NoSuchPath);
    }
    match (&target.node.data, target.node.style) {
        (Data::Null, _) => fill_null(text, target, &keys, value),
        (_, Style::Flow) => Ok(insert_in_flow(text, target, &keys, value)),
        _ => insert_in_block(text, target, &keys, value),
    }
}

/// Nested keys in flow style: `a: {b: 1}`.
fn flow_entry(keys: &[String], value: &NewValue) -> String {
    let keys: Vec<String> = keys.iter().map(|key| inline_text(key, true)).collect();
    let closing = "}".repeat(keys.len().saturating_sub(1));
    format!(
        "{}: {}{closing}",
        keys.join(": {"),
        value_text(value, Style::Plain, true)
    )
}

/// Nested keys in block style, one per line; lines after the first are indented.
fn block_entry(keys: &[String], value: &NewValue, indent: usize, line_break: &str) -> String {
    let mut lines = String::new();
    for (depth, key) in keys.iter().enumerate() {
        if depth > 0 {
            lines.push_str(&format!("{line_break}{}", " ".repeat(indent + 2 * depth)));
        }
        lines.push_str(&format!("{}:", inline_text(key, false)));
    }
    format!("{lines} {}", value_text(value, Style::Plain, false))
}

fn fill_null(text: &str, target: EditTarget, keys: &[String], value: &NewValue) -> Result<Edit, EditError> {
    let node = target.node;
    let old = node.span.slice(text).trim_end();
    let as_block = |key: &&Entry| !target.in_flow && old.is_empty() && colon_end(text, key).is_some();
    let Some(key) = target.key.filter(as_block) else {
        return write(text, target, old, format!("{{{}}}", flow_entry(keys, value)));
    };
    let indent = column(text, key.key_span.start) + 2;
    let line_break = line_break_after(text, node.span.start);
    let end = line_end(text, node.span.start);
    let entry = block_entry(keys, value, indent, line_break);
    Ok(Edit {
        span: Span::new(end, end),
        replacement: format!("{line_break}{}{entry}", " ".repeat(indent)),
    })
}

fn insert_in_flow(text: &str, target: EditTarget, keys: &[String], value: &NewValue) -> Edit {
    let entry = flow_entry(keys, value);
    let written = target.node.span.slice(text);
    let (at, replacement) = match target.own_entries().last() {
        _ if target.is_merged() => {
            let inside = written.strip_suffix('}').unwrap_or(written).trim_end();
            (target.node.span.start + inside.len(), format!(", {entry}"))
        }
        None => {
            let open = written.find('{').map_or(written.len(), |at| at + 1);
            (target.node.span.start + open, entry)
        }
        Some(last) => {
            let is_absent = last.node.span.start == last.node.span.end;
            match colon_end(text, last).filter(|_| is_absent) {
                Some(colon_end) => (colon_end, format!(" null, {entry}")),
                None if is_absent => (last.key_span.end, format!(", {entry}")),
                None => (last.node.span.end, format!(", {entry}")),
            }
        }
    };
    Edit {
        span: Span::new(at, at),
        replacement,
    }
}

fn insert_in_block(
    text: &str,
    target: EditTarget,
    keys: &[String],
    value: &NewValue,
) -> Result<Edit, EditError> {
    let entries = target.own_entries();
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
        return Err(EditError::Aliased);
    };
    let is_simple = |entry: &&&Entry| !matches!(entry.node.style, Style::Block | Style::Flow);
    let simple = entries.iter().rev().find(is_simple).filter(|_| keys.len() == 1);
    let indent = column(text, first.key_span.start);
    let end = match (target.is_merged(), simple) {
        (true, _) => target.node.span.end,
        (false, Some(simple)) => node_end(text, simple),
        (false, None) => node_end(text, last),
    };
    let line_break = line_break_after(text, end);
    let at = line_end(text, end);
    let entry = block_entry(keys, value, indent, line_break);
    Ok(Edit {
        span: Span::new(at, at),
        replacement: format!("{line_break}{}{entry}", " ".repeat(indent)),
    })
}

/// The end of the entry's last visible character; the span of a block scalar includes trailing line breaks.
fn node_end(text: &str, entry: &Entry) -> usize {
    let end = entry.node.span.end.max(entry.key_span.end);
    let whole = Span::new(entry.key_span.start, end);
    whole.start + whole.slice(text).trim_end().len()
}

/// The column of a key, or of the `?` before it.
fn column(text: &str, key_start: usize) -> usize {
    let before = text.get(..key_start).unwrap_or("");
    let line = before
        .rsplit('\n')
        .next()
        .unwrap_or("")
        .trim_start_matches('\u{feff}');
    line.trim_end().strip_suffix('?').unwrap_or(line).chars().count()
}

fn line_end(text: &str, offset: usize) -> usize {
    let rest = text.get(offset..).unwrap_or("");
    let line = rest.split('\n').next().unwrap_or("");
    offset + line.strip_suffix('\r').unwrap_or(line).len()
}

fn line_break_after(text: &str, offset: usize) -> &'static str {
    match text.get(line_end(text, offset)..) {
        Some(rest) if rest.starts_with("\r\n") => "\r\n",
        _ => "\n",
    }
}
