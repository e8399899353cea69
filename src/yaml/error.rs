//! Errors and warnings of the YAML reader, worded as go-yaml v2 and kubectl word them.

use super::Span;
use crate::limits::YAML_NESTING_MAX;

/// Why a document cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What kubectl prints after `error: error parsing FILE: `.
    pub message: String,
    /// Where reading stopped.
    pub span: Span,
}

/// A flaw that kubectl accepts silently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseWarning {
    /// A mapping has the same key twice; kubectl keeps the last.
    DuplicateKey {
        /// The key.
        key: String,
        /// The occurrence that is ignored.
        ignored: Span,
        /// The occurrence that is kept.
        kept: Span,
    },
}

/// An error of go-yaml at a line; go-yaml omits line 0.
pub(super) fn error_at_line(line: usize, problem: &str, span: Span) -> SyntaxError {
    match line {
        0 => error(problem.to_owned(), span),
        _ => error(format!("line {line}: {problem}"), span),
    }
}

/// An error of go-yaml.
pub(super) fn error(text: String, span: Span) -> SyntaxError {
    SyntaxError {
        message: format!("error converting YAML to JSON: yaml: {text}"),
        span,
    }
}

/// The error for a document that nests deeper than [`YAML_NESTING_MAX`].
pub(super) fn too_deep(span: Span) -> SyntaxError {
    error(format!("exceeded max depth of {YAML_NESTING_MAX}"), span)
}
