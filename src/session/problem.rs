//! What is wrong with the text, at its place.

use crate::object::Key;
use crate::yaml::{self, LineIndex, Span};

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

/// A line of the text whose live value is another.
#[derive(Clone, Debug, PartialEq)]
pub struct Live {
    /// The value's place in the text.
    pub span: Span,
    /// Its line, from 1.
    pub line: usize,
    /// The object and the field.
    pub field: crate::scene::explain::Field,
    /// What the cluster has, as YAML.
    pub value: String,
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

/// What cannot be read at all.
pub(super) fn syntax(text: &str) -> Vec<Problem> {
    let lines = LineIndex::new(text);
    let documents = yaml::parse(text).documents;
    let errors = documents.into_iter().filter_map(|document| document.error);
    errors
        .map(|error| Problem::new(text, &lines, error.span, Severity::Error, error.message))
        .collect()
}
