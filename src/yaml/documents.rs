//! Splits a text into documents as kubectl does, and decodes each.

use super::decode::decode;
use super::error::{ParseWarning, SyntaxError};
use super::json::{self, JsonError};
use super::{Data, Node, Span};
use crate::limits::{YAML_DOCUMENTS_MAX, YAML_TEXT_BYTES_MAX};

/// The result of parsing a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// The documents in order, including empty and broken ones.
    pub documents: Vec<Document>,
    /// Flaws that kubectl accepts silently.
    pub warnings: Vec<ParseWarning>,
}

/// The text between two document separators.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its text, without the separator line that ends it.
    pub span: Span,
    /// Line of the complete text where the document begins, from 1; kubectl's messages count lines from here.
    pub first_line: usize,
    /// The value; `None` if the document is empty or `null`, which kubectl skips, or if it is broken.
    pub root: Option<Node>,
    /// Why the document cannot be read. kubectl applies the documents before it and none after it.
    pub error: Option<SyntaxError>,
}

/// Parses a text as `kubectl apply -f` does. It never fails: errors are in the documents.
pub fn parse(text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    if text.len() > YAML_TEXT_BYTES_MAX {
        let message = format!("the text is longer than {YAML_TEXT_BYTES_MAX} bytes");
        parsed
            .documents
            .push(broken(Span::new(0, text.len()), 1, message));
        return parsed;
    }
    if text.trim_start().starts_with('{') {
        read_json(text, &mut parsed);
    } else {
        read_yaml(text, 0, &mut parsed);
    }
    parsed
}

/// Reads the documents from an offset on, where a line begins.
fn read_yaml(text: &str, start: usize, parsed: &mut Parsed) {
    for piece in split(text, start) {
        if parsed.documents.len() == YAML_DOCUMENTS_MAX {
            parsed.documents.push(too_many(text, piece.span.start));
            break;
        }
        let document = match piece.bad_separator {
            Some((message, span)) => Document {
                error: Some(SyntaxError { message, span }),
                ..broken(piece.span, piece.first_line, String::new())
            },
            None => read_piece(text, &piece, &mut parsed.warnings),
        };
        parsed.documents.push(document);
    }
}

/// Mirrors `YAMLOrJSONDecoder.Decode`: a text that begins with a brace is decoded as a sequence of JSON values. If that
/// fails at the first or second value, the rest is decoded as YAML; if that fails too, the JSON error is reported.
fn read_json(text: &str, parsed: &mut Parsed) {
    let (mut start, mut first_line) = (0, 1);
    loop {
        if parsed.documents.len() == YAML_DOCUMENTS_MAX {
            return parsed.documents.push(too_many(text, start));
        }
        match json::read(text, start, &mut parsed.warnings) {
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
            Err(error) => return read_rest_as_yaml(text, start, error, parsed),
        }
    }
}

fn read_rest_as_yaml(text: &str, start: usize, json_error: JsonError, parsed: &mut Parsed) {
    let already = parsed.documents.len();
    let message = match json_error.offset {
        Some(offset) if already < 2 => format!("json: offset {offset}: {}", json_error.message),
        _ => json_error.message,
    };
    let error = SyntaxError {
        message,
        span: json_error.span,
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
        Some(document) if document.error.is_some() => document.error = Some(error),
        Some(_) => {}
        None if rest.is_some() => {}
        None => {
            let span = Span::new(start, text.len());
            parsed.documents.push(Document {
                error: Some(error),
                ..broken(span, line_of(text, start), String::new())
            });
        }
    }
}

/// Where YAML continues after a JSON value: after the white space up to the next line break. kubectl reads four bytes
/// at a time and gives up if fewer are left.
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
    broken(Span::new(start, text.len()), line_of(text, start), message)
}

fn broken(span: Span, first_line: usize, message: String) -> Document {
    Document {
        span,
        first_line,
        root: None,
        error: Some(SyntaxError { message, span }),
    }
}

fn read_piece(text: &str, piece: &Piece, warnings: &mut Vec<ParseWarning>) -> Document {
    let (root, error) = match decode(piece.span.slice(text), piece.span.start, warnings) {
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

/// The text of one document before it is decoded.
struct Piece {
    span: Span,
    first_line: usize,
    bad_separator: Option<(String, Span)>,
}

/// Mirrors `YAMLReader.Read` (`apimachinery/pkg/util/yaml/decoder.go`): a line that begins with `---` ends the
/// collected piece and is dropped; if nothing is collected it becomes the first line of the next piece. Only a comment
/// may follow the dashes; any other text also discards the collected piece.
fn split(text: &str, from: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    // Start and first line of the collected piece.
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
    fn texts_are_split_at_separator_lines() {
        check("", &[]);
        check("a: 1", &["1: a: 1"]);
        check("a: 1\n---\nb: 2\n", &["1: a: 1\n", "3: b: 2\n"]);
        check("a: 1\n--- # next\nb: 2", &["1: a: 1\n", "3: b: 2"]);
        check("a: 1\r\n---\r\nb: 2\r\n", &["1: a: 1\r\n", "3: b: 2\r\n"]);
        check("a: 1\n---", &["1: a: 1\n"]);
        check("a: 1\n ---\nb: 2", &["1: a: 1\n ---\nb: 2"]);
    }

    #[test]
    fn a_separator_with_nothing_before_it_begins_the_next_piece() {
        check("---\na: 1\n", &["1: ---\na: 1\n"]);
        check("---\n---\n", &["1: ---\n"]);
        check("a: 1\n---\n---\nb: 2\n", &["1: a: 1\n", "3: ---\nb: 2\n"]);
        check(
            "a: 1\n---\n---\n---\nb: 2\n",
            &["1: a: 1\n", "3: ---\n", "5: b: 2\n"],
        );
    }

    #[test]
    fn text_after_the_dashes_discards_the_piece_before_it() {
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
