//! What is wrong with the text, at its place.

use crate::kubectl::{check, diagnostic};
use crate::object::Key;
use crate::store::World;
use crate::yaml::{LineIndex, Span};

/// One thing to say about a place of the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Where, as byte offsets.
    pub span: Span,
    /// Line of its beginning, from 1.
    pub line: usize,
    /// Column of its beginning in characters, from 1.
    pub column: usize,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in the API server's or kubectl's words where they have some.
    pub message: String,
    /// A change of the text that mends it.
    pub fix: Option<Fix>,
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The document would be refused.
    Error,
    /// The API server would warn.
    Warning,
    /// Not a word of the API server: what a person would like to know.
    Advice,
}

/// One change of the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// What the button says.
    pub label: String,
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub text: String,
}

/// What the last Apply was refused, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The object, if the document names one.
    pub object: Option<Key>,
    /// What kubectl prints.
    pub message: String,
    /// The places in the text, one for each cause.
    pub problems: Vec<Problem>,
}

impl Problem {
    /// A problem at a place of a text.
    pub fn new(text: &str, lines: &LineIndex, span: Span, severity: Severity, message: String) -> Problem {
        let position = lines.chars(text, span.start);
        Problem {
            span,
            line: position.line + 1,
            column: position.column + 1,
            severity,
            message,
            fix: None,
        }
    }
}

/// What there is to say about a text, given the cluster.
pub(super) fn check(world: &World, text: &str) -> Vec<Problem> {
    check::check(world, text)
        .into_iter()
        .map(|found| Problem {
            span: found.span,
            line: found.line,
            column: found.column,
            severity: match found.severity {
                diagnostic::Severity::Error => Severity::Error,
                diagnostic::Severity::Warning => Severity::Warning,
                diagnostic::Severity::Advice | diagnostic::Severity::Info => Severity::Advice,
            },
            message: found.message,
            fix: found.fixes.into_iter().find_map(|fix| one_change(text, fix)),
        })
        .collect()
}

/// Several changes as one that spans them.
fn one_change(text: &str, fix: diagnostic::Fix) -> Option<Fix> {
    let mut edits = fix.edits;
    edits.sort_by_key(|edit| edit.span);
    let span = Span::new(edits.first()?.span.start, edits.last()?.span.end);
    let mut changed = String::new();
    let mut at = span.start;
    for edit in edits {
        changed.push_str(text.get(at..edit.span.start)?);
        changed.push_str(&edit.text);
        at = edit.span.end;
    }
    Some(Fix {
        label: fix.label,
        span,
        text: changed,
    })
}
