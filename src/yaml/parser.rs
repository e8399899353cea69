//! Builds the syntax tree of a document from libyaml's events; tags, anchors and aliases are not resolved yet
//! (go-yaml's `parser` in `decode.go`).

use std::collections::BTreeMap;
use std::io::BufReader;

use libyaml_safer::{
    Encoding, Error, ErrorKind, Event, EventData, MappingStyle, Mark, Parser, ScalarStyle, SequenceStyle,
};

use super::error::{SyntaxError, error, error_at_line, too_deep};
use super::go_yaml_compat::{ColonSubstitution, question_mark, substitute_tag_commas};
use super::{Span, Style};
use crate::limits::{YAML_NESTING_MAX, YAML_NODES_MAX};

/// Index of a node in [`SyntaxTree::nodes`].
pub(super) type NodeId = usize;

/// A document before aliases and scalars are resolved. Children follow their parents in `nodes`.
#[derive(Default)]
pub(super) struct SyntaxTree {
    pub nodes: Vec<SyntaxNode>,
    pub root: Option<NodeId>,
}

pub(super) struct SyntaxNode {
    pub span: Span,
    pub style: Style,
    pub tag: Option<String>,
    pub content: NodeContent,
}

pub(super) enum NodeContent {
    /// `implicit`: neither quoted nor tagged, so the text decides the type.
    Scalar {
        text: String,
        implicit: bool,
    },
    Sequence(Vec<NodeId>),
    /// Keys and values alternate.
    Mapping(Vec<NodeId>),
    Alias {
        anchor: String,
        target: NodeId,
    },
}

/// go-yaml reads 512 bytes at a time and reports a forbidden character only when it reads it.
const READ_BYTES: usize = 512;

/// Parses the first document of a piece of text that begins at byte `base` of the complete text.
pub(super) fn parse_tree(piece: &str, base: usize) -> Result<SyntaxTree, SyntaxError> {
    let bare = piece.strip_prefix('\u{feff}').unwrap_or(piece);
    let base = base + piece.len() - bare.len();
    check_version(bare, base)?;
    let text = substitute_tag_commas(bare).map_err(|comma| {
        let line = bare.get(..comma).unwrap_or("").matches('\n').count();
        let problem = "did not find expected whitespace or line break";
        let at = base + comma;
        error_at_line(
            if line == 0 { 0 } else { line + 1 },
            problem,
            Span::new(at, at + 1),
        )
    })?;
    // kubectl's line reader terminates every line, also the last.
    let line_end = if bare.ends_with('\n') { "" } else { "\n" };
    let mut colons = ColonSubstitution::new(format!("{text}{line_end}"));
    loop {
        match parse_once(bare, base, &colons) {
            Err((_, Some(colon))) if colons.replace(colon) => {}
            Err((error, _)) => return Err(error),
            Ok(tree) => return Ok(tree),
        }
    }
}

/// Refuses a `%YAML` directive for another version than 1.1 (`yaml_parser_process_directives` of go-yaml).
fn check_version(text: &str, base: usize) -> Result<(), SyntaxError> {
    let directives = text
        .lines()
        .take_while(|line| line.is_empty() || line.starts_with(['%', '#']));
    let version = directives.filter_map(|line| line.strip_prefix("%YAML ")).next();
    match version.and_then(|rest| rest.split_whitespace().next()) {
        Some(version) if version != "1.1" => {
            let span = Span::new(base, base + text.len().min(1));
            Err(error("found incompatible YAML document".to_owned(), span))
        }
        _ => Ok(()),
    }
}

/// Parses the text of `colons`; an error carries the offset of the colon that caused it, if one did.
fn parse_once(
    bare: &str,
    base: usize,
    colons: &ColonSubstitution,
) -> Result<SyntaxTree, (SyntaxError, Option<usize>)> {
    let mut builder = TreeBuilder {
        tree: SyntaxTree::default(),
        open: Vec::new(),
        anchors: BTreeMap::new(),
        base,
        text: bare,
        colons,
    };
    let mut parser = Parser::new();
    // Without this libyaml takes any character that shares its first byte with a byte order mark for a broken mark.
    parser.set_encoding(Encoding::Utf8);
    parser.set_input(BufReader::with_capacity(READ_BYTES, colons.text().as_bytes()));
    loop {
        let event = parser.parse().map_err(|cause| {
            let mark = cause
                .problem_mark()
                .filter(|_| cause.problem() == "found unexpected ':'");
            (
                builder.syntax_error(&cause),
                mark.and_then(|mark| usize::try_from(mark.index).ok()),
            )
        })?;
        // go-yaml reads one document and ignores the rest.
        if matches!(event.data, EventData::DocumentEnd { .. } | EventData::StreamEnd) {
            return Ok(builder.tree);
        }
        builder.add_event(event).map_err(|error| (error, None))?;
    }
}

struct TreeBuilder<'t> {
    tree: SyntaxTree,
    /// Collections that are not closed yet, innermost last.
    open: Vec<NodeId>,
    anchors: BTreeMap<String, NodeId>,
    base: usize,
    text: &'t str,
    colons: &'t ColonSubstitution,
}

impl TreeBuilder<'_> {
    fn add_event(&mut self, event: Event) -> Result<(), SyntaxError> {
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
                let content = NodeContent::Scalar {
                    text: self.colons.restore(value),
                    implicit: plain_implicit,
                };
                self.add(
                    SyntaxNode {
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
                let content = NodeContent::Sequence(Vec::new());
                let style = collection_style(style == SequenceStyle::Flow);
                let id = self.add(
                    SyntaxNode {
                        span,
                        style,
                        tag,
                        content,
                    },
                    anchor,
                )?;
                self.open_collection(id)?;
            }
            EventData::MappingStart {
                anchor, tag, style, ..
            } => {
                let content = NodeContent::Mapping(Vec::new());
                let style = collection_style(style == MappingStyle::Flow);
                let id = self.add(
                    SyntaxNode {
                        span,
                        style,
                        tag,
                        content,
                    },
                    anchor,
                )?;
                self.open_collection(id)?;
            }
            EventData::Alias { anchor } => self.alias(anchor, span)?,
            EventData::SequenceEnd | EventData::MappingEnd => self.close_collection(span.end),
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
        let content = NodeContent::Alias { anchor, target };
        self.add(
            SyntaxNode {
                span,
                style: Style::Alias,
                tag: None,
                content,
            },
            None,
        )?;
        Ok(())
    }

    /// Rejects a question mark in a flow scalar, which libyaml-safer accepts and go-yaml does not.
    fn check_question_mark(&self, style: Style, span: Span) -> Result<(), SyntaxError> {
        let around = self.open.last().and_then(|id| self.tree.nodes.get(*id));
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
        // A single pair in a sequence has no braces.
        let is_list = matches!(around.content, NodeContent::Sequence(_)) || !slice(around.span).contains('{');
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
        Err(error_at_line(line, problem, Span::new(at, at + 1)))
    }

    fn add(&mut self, node: SyntaxNode, anchor: Option<String>) -> Result<NodeId, SyntaxError> {
        let id = self.tree.nodes.len();
        if id == YAML_NODES_MAX {
            return Err(error(
                format!("the document has more than {YAML_NODES_MAX} values"),
                node.span,
            ));
        }
        self.tree.nodes.push(node);
        match self
            .open
            .last()
            .and_then(|parent| self.tree.nodes.get_mut(*parent))
        {
            Some(SyntaxNode {
                content: NodeContent::Sequence(ids) | NodeContent::Mapping(ids),
                ..
            }) => ids.push(id),
            _ => self.tree.root = Some(id),
        }
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, id);
        }
        Ok(id)
    }

    fn open_collection(&mut self, id: NodeId) -> Result<(), SyntaxError> {
        if self.open.len() == YAML_NESTING_MAX {
            let span = self.tree.nodes.get(id).map_or(Span::default(), |node| node.span);
            return Err(too_deep(span));
        }
        self.open.push(id);
        Ok(())
    }

    /// Closes the innermost collection. A block ends where its last child ends: libyaml reports only where the next
    /// token begins.
    fn close_collection(&mut self, event_end: usize) {
        let Some(id) = self.open.pop() else { return };
        let Some(node) = self.tree.nodes.get(id) else {
            return;
        };
        let last = match &node.content {
            NodeContent::Sequence(ids) | NodeContent::Mapping(ids) => ids.last(),
            _ => None,
        };
        let end = match (node.style, last.and_then(|last| self.tree.nodes.get(*last))) {
            (Style::Block, Some(last)) => last.span.end,
            (Style::Block, None) => node.span.end,
            _ => event_end,
        };
        if let Some(node) = self.tree.nodes.get_mut(id) {
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

    /// The error as go-yaml words it (`parser.fail` in `decode.go`): lines count from 0 except in scanner errors.
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
        error_at_line(
            usize::try_from(line).unwrap_or(usize::MAX),
            cause.problem(),
            Span::new(start, self.line_end(start)),
        )
    }

    /// The offset of the first character that YAML forbids: the reader's errors carry no mark.
    fn forbidden_character(&self) -> usize {
        let allowed = |ch: char| matches!(ch, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..);
        self.base + self.text.find(|ch| !allowed(ch)).unwrap_or(0)
    }

    fn line_end(&self, start: usize) -> usize {
        let rest = self.text.get(start - self.base..).unwrap_or("");
        start + rest.split('\n').next().unwrap_or("").trim_end().len()
    }
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
