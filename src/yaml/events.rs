//! From the parser's events to a tree as written: tags, anchors and aliases are still there.

use std::collections::BTreeMap;
use std::io::BufReader;

use libyaml_safer::{
    Encoding, Error, ErrorKind, Event, EventData, MappingStyle, Mark, Parser, ScalarStyle, SequenceStyle,
};

use super::differences::{Colons, commas_in_tags, question_mark};
use super::{Span, Style, SyntaxError};
use crate::limits::{YAML_NESTING_MAX, YAML_NODES_MAX};

/// Index of a node in [`Written::nodes`].
pub(super) type Id = usize;

/// A document as written. Children come after their parents in `nodes`.
#[derive(Default)]
pub(super) struct Written {
    pub nodes: Vec<WrittenNode>,
    pub root: Option<Id>,
}

pub(super) struct WrittenNode {
    pub span: Span,
    pub style: Style,
    pub tag: Option<String>,
    pub content: Content,
}

pub(super) enum Content {
    /// `implicit`: neither quoted nor tagged, so the text decides what it is.
    Scalar {
        text: String,
        implicit: bool,
    },
    Sequence(Vec<Id>),
    /// Keys and values in turn.
    Mapping(Vec<Id>),
    Alias {
        anchor: String,
        target: Id,
    },
}

/// go-yaml hands its scanner 512 bytes at a time, so a forbidden character is found only when reading gets there.
const READ_BYTES: usize = 512;

/// Reads the first document of one piece of text, which begins at byte `base` of the whole text.
pub(super) fn read(piece: &str, base: usize) -> Result<Written, SyntaxError> {
    let bare = piece.strip_prefix('\u{feff}').unwrap_or(piece);
    let base = base + piece.len() - bare.len();
    let read = commas_in_tags(bare).map_err(|comma| {
        let line = bare.get(..comma).unwrap_or("").matches('\n').count();
        let problem = "did not find expected whitespace or line break";
        let at = base + comma;
        at_line(
            if line == 0 { 0 } else { line + 1 },
            problem,
            Span::new(at, at + 1),
        )
    })?;
    // kubectl's line reader ends every line, the last one too.
    let line_end = if bare.ends_with('\n') { "" } else { "\n" };
    let mut colons = Colons::new(format!("{read}{line_end}"));
    loop {
        match read_once(bare, base, &colons) {
            Err((_, Some(colon))) if colons.replace(colon) => {}
            Err((error, _)) => return Err(error),
            Ok(written) => return Ok(written),
        }
    }
}

/// Reads the text that `colons` holds; beside an error the place of a colon that is to blame.
fn read_once(bare: &str, base: usize, colons: &Colons) -> Result<Written, (SyntaxError, Option<usize>)> {
    let mut reading = Reading {
        written: Written::default(),
        open: Vec::new(),
        anchors: BTreeMap::new(),
        base,
        text: bare,
        colons,
    };
    let mut parser = Parser::new();
    // Otherwise any character whose first byte is that of a byte order mark is taken for a broken one.
    parser.set_encoding(Encoding::Utf8);
    parser.set_input(BufReader::with_capacity(READ_BYTES, colons.text().as_bytes()));
    loop {
        let event = parser.parse().map_err(|cause| {
            let mark = cause
                .problem_mark()
                .filter(|_| cause.problem() == "found unexpected ':'");
            (
                reading.syntax_error(&cause),
                mark.and_then(|mark| usize::try_from(mark.index).ok()),
            )
        })?;
        // go-yaml reads one document and never looks further.
        if matches!(event.data, EventData::DocumentEnd { .. } | EventData::StreamEnd) {
            return Ok(reading.written);
        }
        reading.take(event).map_err(|error| (error, None))?;
    }
}

struct Reading<'t> {
    written: Written,
    open: Vec<Id>,
    anchors: BTreeMap<String, Id>,
    base: usize,
    text: &'t str,
    colons: &'t Colons,
}

impl Reading<'_> {
    fn take(&mut self, event: Event) -> Result<(), SyntaxError> {
        let span = self.span(event.start_mark, event.end_mark);
        match event.data {
            EventData::Scalar {
                anchor,
                tag,
                value,
                plain_implicit,
                style,
                ..
            } => {
                let style = scalar_style(style);
                self.check_question_mark(style, span)?;
                let content = Content::Scalar {
                    text: self.colons.restore(value),
                    implicit: plain_implicit,
                };
                self.add(
                    WrittenNode {
                        span,
                        style,
                        tag,
                        content,
                    },
                    anchor,
                )?;
            }
            EventData::SequenceStart {
                anchor, tag, style, ..
            } => {
                let content = Content::Sequence(Vec::new());
                let style = collection_style(style == SequenceStyle::Flow);
                let id = self.add(
                    WrittenNode {
                        span,
                        style,
                        tag,
                        content,
                    },
                    anchor,
                )?;
                self.enter(id)?;
            }
            EventData::MappingStart {
                anchor, tag, style, ..
            } => {
                let content = Content::Mapping(Vec::new());
                let style = collection_style(style == MappingStyle::Flow);
                let id = self.add(
                    WrittenNode {
                        span,
                        style,
                        tag,
                        content,
                    },
                    anchor,
                )?;
                self.enter(id)?;
            }
            EventData::Alias { anchor } => self.alias(anchor, span)?,
            EventData::SequenceEnd | EventData::MappingEnd => self.leave(span.end),
            EventData::StreamStart { .. }
            | EventData::StreamEnd
            | EventData::DocumentStart { .. }
            | EventData::DocumentEnd { .. } => {}
        }
        Ok(())
    }

    fn alias(&mut self, anchor: String, span: Span) -> Result<(), SyntaxError> {
        let Some(target) = self.anchors.get(&anchor).copied() else {
            return Err(error(format!("unknown anchor '{anchor}' referenced"), span));
        };
        let content = Content::Alias { anchor, target };
        self.add(
            WrittenNode {
                span,
                style: Style::Alias,
                tag: None,
                content,
            },
            None,
        )?;
        Ok(())
    }

    /// Refuses what go-yaml cannot read but the parser has read.
    fn check_question_mark(&self, style: Style, span: Span) -> Result<(), SyntaxError> {
        let around = self.open.last().and_then(|id| self.written.nodes.get(*id));
        let Some(around) = around.filter(|around| style == Style::Plain && around.style == Style::Flow)
        else {
            return Ok(());
        };
        let slice = |span: Span| {
            self.text
                .get(span.start - self.base..span.end - self.base)
                .unwrap_or("")
        };
        let word = slice(span);
        if word.starts_with(['&', '!']) {
            // A tag may have one.
            return Ok(());
        }
        let Some(at) = question_mark(word).map(|at| span.start + at) else {
            return Ok(());
        };
        // A pair without braces stands in a list.
        let is_list = matches!(around.content, Content::Sequence(_)) || !slice(around.span).contains('{');
        let problem = if is_list {
            "did not find expected ',' or ']'"
        } else {
            "did not find expected ',' or '}'"
        };
        let line_at = |offset: usize| {
            self.text
                .get(..offset - self.base)
                .unwrap_or("")
                .matches('\n')
                .count()
        };
        let line = if line_at(at) == 0 {
            line_at(around.span.start)
        } else {
            line_at(at)
        };
        Err(at_line(line, problem, Span::new(at, at + 1)))
    }

    fn add(&mut self, node: WrittenNode, anchor: Option<String>) -> Result<Id, SyntaxError> {
        let id = self.written.nodes.len();
        if id == YAML_NODES_MAX {
            return Err(error(
                format!("the document has more than {YAML_NODES_MAX} values"),
                node.span,
            ));
        }
        self.written.nodes.push(node);
        match self
            .open
            .last()
            .and_then(|parent| self.written.nodes.get_mut(*parent))
        {
            Some(WrittenNode {
                content: Content::Sequence(ids) | Content::Mapping(ids),
                ..
            }) => ids.push(id),
            _ => self.written.root = Some(id),
        }
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, id);
        }
        Ok(id)
    }

    fn enter(&mut self, id: Id) -> Result<(), SyntaxError> {
        if self.open.len() == YAML_NESTING_MAX {
            let span = self
                .written
                .nodes
                .get(id)
                .map_or(Span::default(), |node| node.span);
            return Err(too_deep(span));
        }
        self.open.push(id);
        Ok(())
    }

    /// Closes the innermost collection. A block ends where its last child does: the parser says only where the next
    /// thing begins.
    fn leave(&mut self, event_end: usize) {
        let Some(id) = self.open.pop() else { return };
        let Some(node) = self.written.nodes.get(id) else {
            return;
        };
        let last = match &node.content {
            Content::Sequence(ids) | Content::Mapping(ids) => ids.last(),
            _ => None,
        };
        let end = match (node.style, last.and_then(|last| self.written.nodes.get(*last))) {
            (Style::Block, Some(last)) => last.span.end,
            (Style::Block, None) => node.span.end,
            _ => event_end,
        };
        if let Some(node) = self.written.nodes.get_mut(id) {
            node.span = Span::new(node.span.start, end);
        }
    }

    fn span(&self, start: Mark, end: Mark) -> Span {
        Span::new(self.offset(start), self.offset(end))
    }

    fn offset(&self, mark: Mark) -> usize {
        let mut at = usize::try_from(mark.index)
            .unwrap_or(usize::MAX)
            .min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        self.base + at
    }

    /// go-yaml's wording (`parser.fail` in decode.go): it takes the line from 0 but for scanner errors, and leaves
    /// line 0 out.
    fn syntax_error(&self, cause: &Error) -> SyntaxError {
        let problem = cause.problem_mark().unwrap_or_default();
        let context = cause.context_mark().unwrap_or_default();
        let line = match (problem.line, cause.kind()) {
            (0, _) => context.line,
            (line, ErrorKind::Scanner) => line + 1,
            (line, _) => line,
        };
        let start = match cause.kind() {
            ErrorKind::Scanner | ErrorKind::Parser => self.offset(problem),
            _ => self.forbidden_character(),
        };
        at_line(
            usize::try_from(line).unwrap_or(usize::MAX),
            cause.problem(),
            Span::new(start, self.line_end(start)),
        )
    }

    /// The reader's errors carry no mark; it complains of the first character that YAML forbids.
    fn forbidden_character(&self) -> usize {
        let allowed = |ch: char| matches!(ch, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..);
        self.base + self.text.find(|ch| !allowed(ch)).unwrap_or(0)
    }

    fn line_end(&self, start: usize) -> usize {
        let rest = self.text.get(start - self.base..).unwrap_or("");
        start + rest.split('\n').next().unwrap_or("").trim_end().len()
    }
}

/// A problem as go-yaml reports it; line 0 goes without saying.
fn at_line(line: usize, problem: &str, span: Span) -> SyntaxError {
    match line {
        0 => error(problem.to_owned(), span),
        _ => error(format!("line {line}: {problem}"), span),
    }
}

/// An error of go-yaml itself.
pub(super) fn error(text: String, span: Span) -> SyntaxError {
    SyntaxError {
        message: format!("error converting YAML to JSON: yaml: {text}"),
        span,
    }
}

/// The error for a document that nests deeper than this program reads.
pub(super) fn too_deep(span: Span) -> SyntaxError {
    error(format!("exceeded max depth of {YAML_NESTING_MAX}"), span)
}

fn collection_style(is_flow: bool) -> Style {
    if is_flow { Style::Flow } else { Style::Block }
}

fn scalar_style(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
        _ => Style::Plain,
    }
}
