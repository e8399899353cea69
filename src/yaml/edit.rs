//! Changing one value in a text while everything else, comments and layout too, stays as it is.

use super::print::inline_text;
use super::{Data, Document, Entry, Node, PathPart, Span, Style};

/// A replacement in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What comes in its place.
    pub replacement: String,
}

impl Edit {
    /// The text after the edit.
    pub fn apply(&self, text: &str) -> String {
        let before = text.get(..self.span.start).unwrap_or(text);
        let after = text.get(self.span.end..).unwrap_or("");
        format!("{before}{}{after}", self.replacement)
    }
}

/// A value to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewValue {
    /// `null`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text.
    Text(String),
}

/// Why a value cannot be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditError {
    /// The document is empty or broken.
    NoValue,
    /// The path leads through a list item that does not exist, or through something that is no mapping.
    NoPlace,
    /// A whole list or mapping stands there.
    NotAScalar,
    /// The place belongs to an anchor that stands elsewhere; changing it there would change more than was asked.
    Shared,
}

/// The edit that gives the value at `path` of `document` a new value. Missing keys are added: a key with a simple
/// value after the simple ones of its mapping, anything deeper at the mapping's end, indented as its surroundings.
pub fn set_scalar(
    text: &str,
    document: &Document,
    path: &[PathPart],
    value: &NewValue,
) -> Result<Edit, EditError> {
    let root = document.root.as_ref().ok_or(EditError::NoValue)?;
    let mut place = Place {
        node: root,
        key: None,
        in_flow: root.style == Style::Flow,
    };
    for (done, part) in path.iter().enumerate() {
        match place.step(part)? {
            Some(next) => place = next,
            None => return insert(text, place, path.get(done..).unwrap_or(&[]), value),
        }
    }
    replace(text, place, value)
}

/// A node on the way to the value.
#[derive(Clone, Copy)]
struct Place<'n> {
    node: &'n Node,
    key: Option<&'n Entry>,
    /// Whether it stands inside brackets.
    in_flow: bool,
}

impl<'n> Place<'n> {
    /// The child that is written here; nothing if it has to be added.
    fn step(self, part: &PathPart) -> Result<Option<Place<'n>>, EditError> {
        if self.node.style == Style::Alias {
            return Err(EditError::Shared);
        }
        match (&self.node.data, part) {
            (Data::Sequence(items), PathPart::Index(index)) => {
                let node = items.get(*index).ok_or(EditError::NoPlace)?;
                Ok(Some(Place {
                    node,
                    key: None,
                    in_flow: self.in_flow || node.style == Style::Flow,
                }))
            }
            (Data::Mapping(_), _) => {
                let entry = self.node.entry(&key_text(part)).filter(|entry| self.holds(entry));
                Ok(entry.map(|entry| {
                    let in_flow = self.in_flow || entry.node.style == Style::Flow;
                    Place {
                        node: &entry.node,
                        key: Some(entry),
                        in_flow,
                    }
                }))
            }
            (Data::Null, PathPart::Key(_)) => Ok(None),
            _ => Err(EditError::NoPlace),
        }
    }

    /// Whether an entry is written in this mapping; a merge brings entries from elsewhere.
    fn holds(self, entry: &Entry) -> bool {
        self.node.span.start <= entry.key_span.start && entry.key_span.end <= self.node.span.end
    }

    /// Whether a merge brings entries from elsewhere; what is written before it, it replaces.
    fn is_merged(self) -> bool {
        self.node.entries().iter().any(|entry| !self.holds(entry))
    }

    /// The entries written here, in the order of the text.
    fn written(self) -> Vec<&'n Entry> {
        let mut entries: Vec<&Entry> = self
            .node
            .entries()
            .iter()
            .filter(|entry| self.holds(entry))
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

fn replace(text: &str, place: Place, value: &NewValue) -> Result<Edit, EditError> {
    let node = place.node;
    if matches!(node.style, Style::Block | Style::Flow) {
        return Err(EditError::NotAScalar);
    }
    let written = node.span.slice(text).trim_end();
    let value = value_text(value, node.style, place.in_flow);
    write(text, place, written, value)
}

/// Writes a value in place of what is written there, or where nothing is.
fn write(text: &str, place: Place, written: &str, value: String) -> Result<Edit, EditError> {
    let start = place.node.span.start;
    if !written.is_empty() {
        let replacement = format!("{}{value}", anchor_of(written));
        return Ok(Edit {
            span: Span::new(start, start + written.len()),
            replacement,
        });
    }
    let (at, replacement) = match place.key.map(|key| (key, colon_end(text, key))) {
        Some((_, Some(colon_end))) => (colon_end, format!(" {value}")),
        // A key alone: `{a}`. A lone `? a` would need another line.
        Some((key, None)) if place.in_flow => (key.key_span.end, format!(": {value}")),
        Some((_, None)) => return Err(EditError::NoPlace),
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

/// The anchor in front of a value, which aliases elsewhere need; a tag would decide what the new value means.
fn anchor_of(written: &str) -> String {
    let mut rest = written;
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

fn insert(text: &str, place: Place, missing: &[PathPart], value: &NewValue) -> Result<Edit, EditError> {
    let keys: Vec<String> = missing.iter().map(key_text).collect();
    if keys.is_empty() || missing.iter().any(|part| matches!(part, PathPart::Index(_))) {
        return Err(EditError::NoPlace);
    }
    match (&place.node.data, place.node.style) {
        (Data::Null, _) => fill_null(text, place, &keys, value),
        (_, Style::Flow) => Ok(insert_in_flow(text, place, &keys, value)),
        _ => insert_in_block(text, place, &keys, value),
    }
}

/// `{a: {b: 1}}` without the outer brackets.
fn flow_entry(keys: &[String], value: &NewValue) -> String {
    let keys: Vec<String> = keys.iter().map(|key| inline_text(key, true)).collect();
    let closing = "}".repeat(keys.len().saturating_sub(1));
    format!(
        "{}: {}{closing}",
        keys.join(": {"),
        value_text(value, Style::Plain, true)
    )
}

/// Nested keys, one a line, each line after the first with its indentation.
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

fn fill_null(text: &str, place: Place, keys: &[String], value: &NewValue) -> Result<Edit, EditError> {
    let node = place.node;
    let written = node.span.slice(text).trim_end();
    let in_lines = |key: &&Entry| !place.in_flow && written.is_empty() && colon_end(text, key).is_some();
    let Some(key) = place.key.filter(in_lines) else {
        return write(text, place, written, format!("{{{}}}", flow_entry(keys, value)));
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

fn insert_in_flow(text: &str, place: Place, keys: &[String], value: &NewValue) -> Edit {
    let entry = flow_entry(keys, value);
    let written = place.node.span.slice(text);
    let (at, replacement) = match place.written().last() {
        _ if place.is_merged() => {
            let inside = written.strip_suffix('}').unwrap_or(written).trim_end();
            (place.node.span.start + inside.len(), format!(", {entry}"))
        }
        None => {
            let open = written.find('{').map_or(written.len(), |at| at + 1);
            (place.node.span.start + open, entry)
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

fn insert_in_block(text: &str, place: Place, keys: &[String], value: &NewValue) -> Result<Edit, EditError> {
    let entries = place.written();
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
        return Err(EditError::Shared);
    };
    let is_simple = |entry: &&&Entry| !matches!(entry.node.style, Style::Block | Style::Flow);
    let simple = entries.iter().rev().find(is_simple).filter(|_| keys.len() == 1);
    let indent = column(text, first.key_span.start);
    let end = match (place.is_merged(), simple) {
        (true, _) => place.node.span.end,
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

/// Where the entry's last visible character ends; a block scalar's span covers line breaks too.
fn node_end(text: &str, entry: &Entry) -> usize {
    let end = entry.node.span.end.max(entry.key_span.end);
    let whole = Span::new(entry.key_span.start, end);
    whole.start + whole.slice(text).trim_end().len()
}

/// The column where a key begins, or the `?` that announces it.
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
