//! The structure of a manifest from its lines alone: keys, dashes and indentation.

use crate::object::Kind;
use crate::object::kind::{KINDS, KindInfo};
use crate::yaml::Span;

/// An element of a list in a path.
pub(super) const ELEMENT: &str = "";

/// The structure of one line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Byte offset of its first character.
    pub(super) start: usize,
    /// Columns of the first and the last dash before the content.
    dashes: (Option<usize>, usize),
    /// Column of the content after the dashes.
    pub(super) column: usize,
    /// The content without a trailing comment or white space.
    content: &'a str,
    /// The key, if the content begins with one.
    pub(super) key: Option<&'a str>,
}

impl<'a> Line<'a> {
    fn read(start: usize, text: &'a str) -> Line<'a> {
        let indent = text.len() - text.trim_start_matches(' ').len();
        let (mut column, mut first, mut last) = (indent, None, indent);
        let mut rest = &text[indent..];
        while let Some(after) = rest
            .strip_prefix('-')
            .filter(|after| after.is_empty() || after.starts_with(' '))
        {
            first.get_or_insert(column);
            last = column;
            let spaces = after.len() - after.trim_start_matches(' ').len();
            column += 1 + spaces;
            rest = &after[spaces..];
        }
        let content = rest.split(" #").next().unwrap_or(rest).trim_end();
        let content = if content.starts_with('#') { "" } else { content };
        let key = content
            .split_once(": ")
            .map(|(key, _)| key)
            .or_else(|| content.strip_suffix(':'))
            .map(str::trim_end)
            .filter(|key| !key.is_empty() && !key.contains(['{', '[', '"', '\'']));
        Line {
            start,
            dashes: (first, last),
            column,
            content,
            key,
        }
    }

    fn is_blank(&self) -> bool {
        self.content.is_empty() && self.dashes.0.is_none()
    }

    /// Whether lines with more indentation may follow.
    fn opens(&self) -> bool {
        self.content.ends_with(':')
    }

    /// Column of the first character that is not a space.
    fn indent(&self) -> usize {
        self.dashes.0.unwrap_or(self.column)
    }
}

/// The cursor's position in the structure of its document.
#[derive(Debug)]
pub(super) struct CursorContext<'a> {
    pub(super) kind: Option<Kind>,
    /// Keys and elements that contain the line's content.
    pub(super) path: Vec<&'a str>,
    pub(super) line: Line<'a>,
    /// Keys of the same object in other lines.
    pub(super) siblings: Vec<&'a str>,
    /// The word before the cursor, if it is a value.
    pub(super) value: Option<Span>,
    /// The word before the cursor.
    pub(super) word: Span,
}

impl<'a> CursorContext<'a> {
    /// The context of a byte offset; `None` within a comment.
    pub(super) fn find(text: &'a str, offset: usize) -> Option<CursorContext<'a>> {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let lines = document(text, offset);
        let here = lines.iter().rposition(|line| line.0 <= offset)?;
        let (start, whole) = lines[here];
        let before = whole.get(..offset - start).unwrap_or(whole);
        if before.contains(" #") || before.trim_start().starts_with('#') {
            return None;
        }
        let parsed: Vec<Line<'a>> = lines
            .iter()
            .map(|(start, line)| Line::read(*start, line))
            .collect();
        let mut line = parsed[here];
        if line.content.is_empty() {
            line.column = line.column.max(before.len());
        }
        let content_start = start + line.column;
        let value = whole[line.column.min(before.len())..before.len()]
            .find(": ")
            .map(|colon| Span::new(content_start + colon + 2, offset));
        Some(CursorContext {
            kind: kind(&parsed),
            path: path(&parsed[..here], &line),
            siblings: siblings(&parsed, here, &line),
            word: Span::new(content_start.min(offset), offset),
            value,
            line,
        })
    }
}

/// The lines of the document that contains an offset, each with its own offset.
fn document(text: &str, offset: usize) -> Vec<(usize, &str)> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        let end = start + line.len();
        if line.starts_with("---") {
            if start > offset {
                break;
            }
            lines.clear();
        } else {
            lines.push((start, line.strip_suffix('\r').unwrap_or(line)));
        }
        start = end + 1;
    }
    lines
}

fn kind(lines: &[Line<'_>]) -> Option<Kind> {
    let top = |wanted: &str| {
        lines
            .iter()
            .find(|line| line.column == 0 && line.key == Some(wanted))
            .and_then(|line| line.content.split_once(": "))
            .map(|(_, value)| value.trim().trim_matches(['"', '\'']))
    };
    let name = top("kind")?;
    match top("apiVersion") {
        Some(version) => Kind::from_type_meta(version, name),
        None => known_kinds().find(|info| info.name == name).map(|info| info.kind),
    }
}

/// The kinds that a manifest can name.
pub(super) fn known_kinds() -> impl Iterator<Item = &'static KindInfo> {
    KINDS.iter().filter(|info| info.kind != Kind::Fault)
}

/// The path of the object that the line's content belongs to, from the lines above it.
fn path<'a>(above: &[Line<'a>], line: &Line<'a>) -> Vec<&'a str> {
    let mut path = Vec::new();
    // Parents are left of this column, or at it: the dashes of a list may have the same column as its key.
    let (mut column, mut or_at) = (line.column, false);
    let step_out = |path: &mut Vec<&'a str>, line: &Line<'a>| {
        let (first, last) = line.dashes;
        let first = first?;
        path.push(ELEMENT);
        if last != first {
            path.push(ELEMENT);
        }
        Some(first)
    };
    if let Some(dash) = step_out(&mut path, line) {
        (column, or_at) = (dash, true);
    }
    for line in above.iter().rev().filter(|line| !line.is_blank()) {
        let parent = line.opens()
            && (line.column < column || (or_at && line.column == column && line.dashes.0.is_none()));
        let item = !or_at && line.column == column;
        if parent && let Some(key) = line.key {
            path.push(key);
            (column, or_at) = (line.column, false);
        } else if !item {
            continue;
        }
        if let Some(dash) = step_out(&mut path, line) {
            (column, or_at) = (dash, true);
        }
        if column == 0 && !or_at {
            break;
        }
    }
    path.reverse();
    path
}

/// Keys of the same object in other lines.
fn siblings<'a>(lines: &[Line<'a>], here: usize, line: &Line<'a>) -> Vec<&'a str> {
    let column = line.column;
    let mut keys = Vec::new();
    let inside = |line: &&Line<'a>| line.is_blank() || line.indent() >= column;
    let below = lines.iter().skip(here + 1).take_while(inside);
    keys.extend(
        below
            .filter(|line| line.column == column)
            .filter_map(|line| line.key),
    );
    if line.dashes.0.is_some() {
        return keys;
    }
    for line in lines[..here].iter().rev().filter(|line| !line.is_blank()) {
        if line.column == column {
            keys.extend(line.key);
        }
        if line.indent() < column {
            break;
        }
    }
    keys
}
