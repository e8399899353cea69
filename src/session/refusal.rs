//! What the last Apply was refused, at its place in the text.

use crate::api::Status;
use crate::timeline::Done;
use crate::yaml::{self, LineIndex, Node, Span, parse_path};

use super::problem::{Problem, Refusal, Severity};
use super::rewrite;

/// The refusals of an Apply of this text: the commands' results stand in the order of its documents.
pub fn of_apply(text: &str, done: &Done) -> Vec<Refusal> {
    let results = done.outcomes.iter().flat_map(|outcome| &outcome.results);
    let documents = yaml::parse(text).documents;
    let asked = documents
        .iter()
        .filter(|document| document.root.is_some() || document.error.is_some());
    let lines = LineIndex::new(text);
    asked
        .zip(results)
        .filter_map(|(document, result)| {
            let status = result.as_ref().err()?;
            let root = document.root.as_ref();
            let fallback = document.error.as_ref().map_or(document.span, |error| error.span);
            Some(Refusal {
                object: root.and_then(rewrite::key_of),
                message: status.message.clone(),
                problems: problems(text, &lines, root, fallback, status),
            })
        })
        .collect()
}

fn problems(
    text: &str,
    lines: &LineIndex,
    root: Option<&Node>,
    fallback: Span,
    status: &Status,
) -> Vec<Problem> {
    let problem = |span: Span, message: String| Problem::new(text, lines, span, Severity::Error, message);
    if status.causes.is_empty() {
        return vec![problem(fallback, status.message.clone())];
    }
    let causes = status.causes.iter();
    causes
        .map(|cause| {
            let span = root.map_or(fallback, |root| root.place(&parse_path(&cause.field)));
            problem(span, format!("{}: {}", cause.field, cause.message))
        })
        .collect()
}
