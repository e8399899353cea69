//! Cutting a text into documents as kubectl does, and reading each of them.

use super::compose::compose;
use super::json::{self, JsonError};
use super::{Data, Node, Span};
use crate::limits::{YAML_DOCUMENTS_MAX, YAML_TEXT_BYTES_MAX};

/// What reading a text gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// The documents in order, also the empty and the broken ones.
    pub documents: Vec<Document>,
    /// What kubectl accepts in silence and a person would like to know.
    pub diagnostics: Vec<Diagnostic>,
}

/// One piece of the text between separators.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The piece, without the separator line that ends it.
    pub span: Span,
    /// Line of the whole text where the piece begins, from 1; kubectl's messages count lines from here.
    pub first_line: usize,
    /// The value; nothing if the piece is empty, only comments or `null`, which kubectl skips, or broken.
    pub root: Option<Node>,
    /// Why the piece cannot be read. kubectl stops here: it applies the documents before and none after.
    pub error: Option<SyntaxError>,
}

/// Why a document cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What kubectl prints after `error: error parsing FILE: `.
    pub message: String,
    /// Where reading stopped.
    pub span: Span,
}

/// Something worth knowing about a document that is not broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Diagnostic {
    /// A key stands twice in one mapping; kubectl keeps the last.
    DuplicateKey {
        /// The key.
        key: String,
        /// The occurrence that counts for nothing.
        ignored: Span,
        /// The occurrence that counts.
        kept: Span,
    },
}

/// Reads a text as `kubectl apply -f` does. It never fails: what is wrong is in the documents' `error`.
pub fn parse(text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    if text.len() > YAML_TEXT_BYTES_MAX {
        let message = format!("the text is longer than {YAML_TEXT_BYTES_MAX} bytes");
        parsed
            .documents
            .push(refused(Span::new(0, text.len()), 1, message));
        return parsed;
    }
    if text.trim_start().starts_with('{') {
        read_json(text, &mut parsed);
    } else {
        read_yaml(text, 0, &mut parsed);
    }
    parsed
}

/// The documents of a text from an offset on, where a line begins.
fn read_yaml(text: &str, start: usize, parsed: &mut Parsed) {
    for piece in split(text, start) {
        if parsed.documents.len() == YAML_DOCUMENTS_MAX {
            parsed.documents.push(too_many(text, piece.span.start));
            break;
        }
        let document = match piece.bad_separator {
            Some((message, span)) => Document {
                error: Some(SyntaxError { message, span }),
                ..refused(piece.span, piece.first_line, String::new())
            },
            None => read(text, &piece, &mut parsed.diagnostics),
        };
        parsed.documents.push(document);
    }
}

/// Mirrors `YAMLOrJSONDecoder.Decode`: a text that begins with a brace is taken as JSON values in a row; where that
/// fails, after no or one value, the rest is taken as YAML, and if that fails too, JSON's complaint counts.
fn read_json(text: &str, parsed: &mut Parsed) {
    let (mut start, mut first_line) = (0, 1);
    loop {
        if parsed.documents.len() == YAML_DOCUMENTS_MAX {
            return parsed.documents.push(too_many(text, start));
        }
        match json::read(text, start, &mut parsed.diagnostics) {
            Ok(None) => return,
            Ok(Some(node)) => {
                let span = Span::new(start, node.span.end);
                start = span.end;
                let root = (node.data != Data::Null).then_some(node);
                parsed.documents.push(Document {
                    span,
                    first_line,
                    root,
                    error: None,
                });
                first_line += span.slice(text).matches('\n').count();
            }
            Err(problem) => return read_rest(text, start, problem, parsed),
        }
    }
}

fn read_rest(text: &str, start: usize, problem: JsonError, parsed: &mut Parsed) {
    let already = parsed.documents.len();
    let message = match problem.offset {
        Some(offset) if already < 2 => format!("json: offset {offset}: {}", problem.message),
        _ => problem.message,
    };
    let complaint = SyntaxError {
        message,
        span: problem.span,
    };
    let rest = if already < 2 {
        after_blank_line_end(text, start)
    } else {
        None
    };
    if let Some(rest) = rest {
        read_yaml(text, rest, parsed);
    }
    match parsed.documents.get_mut(already) {
        Some(document) if document.error.is_some() => document.error = Some(complaint),
        Some(_) => {}
        None if rest.is_some() => {}
        None => {
            let span = Span::new(start, text.len());
            let refusal = refused(span, line_of(text, start), String::new());
            parsed.documents.push(Document {
                error: Some(complaint),
                ..refusal
            });
        }
    }
}

/// Where YAML goes on after a JSON value: spaces up to the next line break are dropped. The original looks at four
/// bytes at a time and gives up where fewer are left.
fn after_blank_line_end(text: &str, start: usize) -> Option<usize> {
    let mut at = start;
    while text.len() - at >= 4 {
        let ch = text.get(at..)?.chars().next()?;
        if !ch.is_whitespace() {
            return Some(at);
        }
        at += ch.len_utf8();
        if ch == '\n' {
            return Some(at);
        }
    }
    None
}

fn line_of(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or("").matches('\n').count() + 1
}

fn too_many(text: &str, start: usize) -> Document {
    let message = format!("the text has more than {YAML_DOCUMENTS_MAX} documents");
    refused(Span::new(start, text.len()), line_of(text, start), message)
}

fn refused(span: Span, first_line: usize, message: String) -> Document {
    Document {
        span,
        first_line,
        root: None,
        error: Some(SyntaxError { message, span }),
    }
}

fn read(text: &str, piece: &Piece, diagnostics: &mut Vec<Diagnostic>) -> Document {
    let (root, error) = match compose(piece.span.slice(text), piece.span.start, diagnostics) {
        Ok(root) => (root, None),
        Err(error) => (None, Some(error)),
    };
    Document {
        span: piece.span,
        first_line: piece.first_line,
        root,
        error,
    }
}

struct Piece {
    span: Span,
    first_line: usize,
    bad_separator: Option<(String, Span)>,
}

/// Mirrors `YAMLReader.Read` (`apimachinery/pkg/util/yaml/decoder.go`): a line that begins with `---` ends the piece
/// collected so far and is dropped, but with nothing collected it becomes the first line of the next piece. After the
/// dashes only a comment may follow; anything else loses the collected piece too.
fn split(text: &str, from: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    let mut start = from;
    let lines_before = line_of(text, from);
    for (number, line) in text.get(from..).unwrap_or("").split_inclusive('\n').enumerate() {
        let line_span = Span::new(start, start + line.len());
        start = line_span.end;
        let (piece_start, first_line) = open.unwrap_or((line_span.start, lines_before + number));
        if let Some(after) = line.strip_prefix("---") {
            let trimmed = after.trim();
            if !trimmed.is_empty() && !trimmed.starts_with('#') {
                let message = format!("invalid Yaml document separator: {trimmed}");
                let shown = Span::new(line_span.start, line_span.start + line.trim_end().len());
                let span = Span::new(piece_start, line_span.end);
                pieces.push(Piece {
                    span,
                    first_line,
                    bad_separator: Some((message, shown)),
                });
                open = None;
                continue;
            }
            if open.is_some() {
                let span = Span::new(piece_start, line_span.start);
                pieces.push(Piece {
                    span,
                    first_line,
                    bad_separator: None,
                });
                open = None;
                continue;
            }
        }
        open = Some((piece_start, first_line));
    }
    if let Some((piece_start, first_line)) = open {
        pieces.push(Piece {
            span: Span::new(piece_start, text.len()),
            first_line,
            bad_separator: None,
        });
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pieces as `first line: text`, a bad separator as `first line! message`.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let pieces: Vec<String> = split(text, 0)
            .iter()
            .map(|piece| match &piece.bad_separator {
                Some((message, _)) => format!("{}! {message}", piece.first_line),
                None => format!("{}: {}", piece.first_line, piece.span.slice(text)),
            })
            .collect();
        assert_eq!(pieces, expected);
    }

    #[test]
    fn texts_are_cut_at_separator_lines() {
        check("", &[]);
        check("a: 1", &["1: a: 1"]);
        check("a: 1\n---\nb: 2\n", &["1: a: 1\n", "3: b: 2\n"]);
        check("a: 1\n--- # next\nb: 2", &["1: a: 1\n", "3: b: 2"]);
        check("a: 1\r\n---\r\nb: 2\r\n", &["1: a: 1\r\n", "3: b: 2\r\n"]);
        check("a: 1\n---", &["1: a: 1\n"]);
        check("a: 1\n ---\nb: 2", &["1: a: 1\n ---\nb: 2"]);
    }

    #[test]
    fn a_separator_without_a_piece_before_it_opens_the_next() {
        check("---\na: 1\n", &["1: ---\na: 1\n"]);
        check("---\n---\n", &["1: ---\n"]);
        check("a: 1\n---\n---\nb: 2\n", &["1: a: 1\n", "3: ---\nb: 2\n"]);
        check(
            "a: 1\n---\n---\n---\nb: 2\n",
            &["1: a: 1\n", "3: ---\n", "5: b: 2\n"],
        );
    }

    #[test]
    fn text_after_the_dashes_is_refused_with_the_piece_before() {
        check(
            "a: 1\n--- b: 2\nc: 3\n",
            &["1! invalid Yaml document separator: b: 2", "3: c: 3\n"],
        );
        check(
            "a: 1\n---\n----\nb: 2",
            &["1: a: 1\n", "3! invalid Yaml document separator: -", "4: b: 2"],
        );
        check("x: |\n---x\n", &["1! invalid Yaml document separator: x"]);
    }
}
