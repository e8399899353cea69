//! What the last act was refused, at its place in the text.

use crate::timeline::{Done, Refused};
use crate::yaml::{self, Document, LineIndex, parse_path};

use super::problem::{Problem, Refusal, Severity};

/// The refusals of an act, with their places in the text that was applied.
pub fn of<R>(text: Option<&str>, done: &Done<R>) -> Vec<Refusal> {
    let text = text.unwrap_or_default();
    let documents = yaml::parse(text).documents;
    let lines = LineIndex::new(text);
    let refused = done.refused.iter();
    refused
        .map(|refused| {
            let document = refused.document.and_then(|index| documents.get(index));
            Refusal {
                object: refused.object.clone(),
                message: refused.message.clone(),
                problems: document
                    .map_or_else(Vec::new, |document| problems(text, &lines, document, refused)),
            }
        })
        .collect()
}

fn problems(text: &str, lines: &LineIndex, document: &Document, refused: &Refused) -> Vec<Problem> {
    let fallback = document.error.as_ref().map_or(document.span, |error| error.span);
    let causes = refused.causes.iter();
    causes
        .map(|cause| {
            let root = document.root.as_ref();
            let span = root.map_or(fallback, |root| root.nearest_span(&parse_path(&cause.field)));
            let message = match cause.field.as_str() {
                "" => cause.message.clone(),
                field => format!("{field}: {}", cause.message),
            };
            Problem::new(text, lines, span, Severity::Error, message)
        })
        .collect()
}
