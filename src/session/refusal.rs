//! The errors of an action, located in the text.

use crate::timeline::StepError;
use crate::yaml::{self, Document, LineIndex, parse_path};

use super::problem::{Problem, Refusal, Severity};

/// Locates the errors of a step in the text that it applied, if any.
pub fn locate(text: Option<&str>, errors: &[StepError]) -> Vec<Refusal> {
    let text = text.unwrap_or_default();
    let documents = yaml::parse(text).documents;
    let lines = LineIndex::new(text);
    let refusal = |error: &StepError| {
        let document = error.document.and_then(|index| documents.get(index));
        Refusal {
            object: error.object.clone(),
            message: error.message.clone(),
            problems: document.map_or_else(Vec::new, |document| problems(text, &lines, document, error)),
        }
    };
    errors.iter().map(refusal).collect()
}

/// One problem for each cause of an error, at its field.
fn problems(text: &str, lines: &LineIndex, document: &Document, error: &StepError) -> Vec<Problem> {
    let fallback = document.error.as_ref().map_or(document.span, |error| error.span);
    let causes = error.causes.iter();
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
