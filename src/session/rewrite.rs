//! The documents of the editor's text: finds fields and rewrites their values.

use crate::object::Key;
use crate::scene::explain::Field;
use crate::yaml::{self, Data, Document, EditError, LineIndex, NewValue, Span, parse_path};

/// The objects that a text declares, in order, with their documents.
pub fn objects(text: &str) -> Vec<(Key, Document)> {
    let documents = yaml::parse(text).documents.into_iter();
    documents
        .filter_map(|document| Some((Key::read(document.root.as_ref()?)?, document)))
        .collect()
}

fn find_document(text: &str, object: &Key) -> Option<Document> {
    let found = objects(text).into_iter().find(|(key, _)| key == object);
    found.map(|(_, document)| document)
}

/// Whether a text declares an object.
pub fn declares(text: &str, object: &Key) -> bool {
    find_document(text, object).is_some()
}

/// The span of a field's value, or of its nearest ancestor in the text.
pub fn field_span(text: &str, field: &Field) -> Option<Span> {
    let document = find_document(text, &field.object)?;
    Some(document.root?.nearest_span(&parse_path(&field.path)))
}

/// The line at which a span starts, from 1.
pub fn line(text: &str, span: Span) -> usize {
    LineIndex::new(text).line(span.start) + 1
}

/// The text with another value for a field; everything else is unchanged.
///
/// # Errors
/// Why the value cannot be written, as a sentence for the page.
pub fn write(text: &str, field: &Field, value: &NewValue) -> Result<String, String> {
    let name = &field.object.name;
    let document = find_document(text, &field.object).ok_or_else(|| match yaml_error(text) {
        true => "The text cannot be read as YAML: fix it first.".to_owned(),
        false => format!("{name} is not in the text."),
    })?;
    match yaml::set_scalar(text, &document, &parse_path(&field.path), value) {
        Ok(edit) => Ok(edit.apply(text)),
        Err(EditError::Aliased) => Err(format!(
            "{} of {name} comes from an anchor elsewhere in the text: change it there.",
            field.path
        )),
        Err(EditError::NoDocument | EditError::NoSuchPath | EditError::NotAScalar) => {
            Err(format!("The text of {name} has no place for {}.", field.path))
        }
    }
}

fn yaml_error(text: &str) -> bool {
    yaml::parse(text)
        .documents
        .iter()
        .any(|document| document.error.is_some())
}

/// Parses a scalar: an integer, a boolean or text.
pub fn typed(value: &str) -> NewValue {
    let first = yaml::parse(value).documents.into_iter().next();
    match first.and_then(|document| document.root).map(|root| root.data) {
        Some(Data::Int(number)) => NewValue::Int(number),
        Some(Data::Bool(yes)) => NewValue::Bool(yes),
        Some(Data::String(text)) => NewValue::Text(text),
        _ => NewValue::Text(value.to_owned()),
    }
}
