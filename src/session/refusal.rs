//! The errors of an action, located in the text.

use crate::kubectl::diagnostic::{Diagnostic, DiagnosticSource, Diagnostics, Severity};
use crate::object::Key;
use crate::timeline::StepError;
use crate::yaml::{self, Document, parse_path};

/// An error of the last action, located in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The object, if the document names one.
    pub object: Option<Key>,
    /// The message that kubectl prints.
    pub message: String,
    /// One diagnostic for each cause.
    pub diagnostics: Vec<Diagnostic>,
}

/// Locates the errors of a step in the text that it applied, if any.
pub fn locate(text: Option<&str>, errors: &[StepError]) -> Vec<Refusal> {
    let text = text.unwrap_or_default();
    let documents = yaml::parse(text).documents;
    let refusal = |error: &StepError| {
        let document = error
            .document
            .and_then(|index| Some((index, documents.get(index)?)));
        Refusal {
            object: error.object.clone(),
            message: error.message.clone(),
            diagnostics: document.map_or_else(Vec::new, |(index, document)| {
                diagnostics(text, index, document, error)
            }),
        }
    };
    errors.iter().map(refusal).collect()
}

/// One diagnostic for each cause of an error, at its field.
fn diagnostics(text: &str, index: usize, document: &Document, error: &StepError) -> Vec<Diagnostic> {
    let fallback = document.error.as_ref().map_or(document.span, |error| error.span);
    let mut diagnostics = Diagnostics::new(text);
    for cause in &error.causes {
        let root = document.root.as_ref();
        let span = root.map_or(fallback, |root| root.nearest_span(&parse_path(&cause.field)));
        let message = match cause.field.as_str() {
            "" => cause.message.clone(),
            field => format!("{field}: {}", cause.message),
        };
        let source = DiagnosticSource::ApiServer;
        diagnostics.add(index, span, Severity::Error, source, cause.field.clone(), message);
    }
    diagnostics.into_vec()
}
