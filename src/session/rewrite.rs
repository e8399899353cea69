//! The text of the editor as documents about objects: where a field stands, and how to write another value there.

use crate::object::{DEFAULT_NAMESPACE, Key, Kind};
use crate::scene::explain::Field;
use crate::yaml::{self, LineIndex, Node, Span, parse_path};

/// The objects that a text declares, in its order, with the places of their documents.
pub fn objects(text: &str) -> Vec<(Key, Node)> {
    let documents = yaml::parse(text).documents;
    let roots = documents.into_iter().filter_map(|document| document.root);
    roots.filter_map(|root| Some((key_of(&root)?, root))).collect()
}

/// The object that a document declares.
pub fn key_of(root: &Node) -> Option<Key> {
    let text = |key: &str| root.get(key).and_then(Node::as_str);
    let kind = Kind::of(text("apiVersion")?, text("kind")?)?;
    let metadata = root.get("metadata")?;
    let mut key = Key::new(kind, metadata.get("name")?.as_str()?);
    if kind.info().namespaced {
        let namespace = metadata.get("namespace").and_then(Node::as_str);
        key.namespace = namespace.unwrap_or(DEFAULT_NAMESPACE).into();
    }
    Some(key)
}

/// Where a field stands: its value, or the nearest thing that there is.
pub fn place(text: &str, field: &Field) -> Option<Span> {
    let (_, root) = objects(text).into_iter().find(|(key, _)| *key == field.object)?;
    Some(root.place(&parse_path(&field.path)))
}

/// The line of a place, from 1.
pub fn line(text: &str, span: Span) -> usize {
    LineIndex::new(text).line(span.start) + 1
}

/// Writes a value, given as YAML, over the scalar of a field.
pub fn write(text: &str, field: &Field, value: &str) -> Result<String, String> {
    let documents = objects(text);
    let document = documents.iter().find(|(key, _)| *key == field.object);
    let (_, root) = document.ok_or_else(|| format!("{} is not in the text.", field.object.name))?;
    let node = root.at(&parse_path(&field.path));
    let node = node.ok_or_else(|| format!("{} is not in the text.", field.path))?;
    let (before, after) = (text.get(..node.span.start), text.get(node.span.end..));
    match (before, after) {
        (Some(before), Some(after)) => Ok(format!("{before}{value}{after}")),
        _ => Err(format!("{} cannot be rewritten.", field.path)),
    }
}
