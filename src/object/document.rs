//! The kind and the key that a document names, before it becomes an object.

use super::kind::Kind;
use super::meta::Key;
use super::value::Value;
use crate::yaml::Node;

/// The fields of a decoded document: of a [`Value`], or a YAML [`Node`] with its spans.
pub trait DocumentFields {
    /// The text at a path of keys.
    fn text_at(&self, path: &[&str]) -> Option<&str>;
}

impl DocumentFields for Value {
    fn text_at(&self, path: &[&str]) -> Option<&str> {
        self.at(path)?.as_str()
    }
}

impl DocumentFields for Node {
    fn text_at(&self, path: &[&str]) -> Option<&str> {
        path.iter().try_fold(self, |node, key| node.get(key))?.as_str()
    }
}

impl Kind {
    /// The kind that a document's `apiVersion` and `kind` name.
    pub fn read(document: &impl DocumentFields) -> Option<Kind> {
        let text = |field: &str| document.text_at(&[field]);
        Kind::from_type_meta(text("apiVersion")?, text("kind")?)
    }
}

impl Key {
    /// The key of the object that a document declares; an object without a namespace is in namespace `default`.
    pub fn read(document: &impl DocumentFields) -> Option<Key> {
        let text = |field: &str| document.text_at(&["metadata", field]);
        let mut key = Key::new(Kind::read(document)?, text("name")?);
        if let Some(namespace) = text("namespace").filter(|_| key.kind.info().namespaced) {
            key.namespace = namespace.into();
        }
        Some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(Kind, &str, &str)>) {
        let documents = crate::yaml::parse(text).documents;
        let root = documents[0].root.as_ref().expect("a document");
        let key = Key::read(root);
        assert_eq!(Key::read(&Value::from(root)), key);
        let parts = key.as_ref().map(|key| (key.kind, &*key.namespace, &*key.name));
        assert_eq!(parts, expected);
    }

    #[test]
    fn a_document_names_its_key() {
        let (pod, node) = (Kind::Pod, Kind::Node);
        check(
            "{apiVersion: v1, kind: Pod, metadata: {name: a}}",
            Some((pod, "default", "a")),
        );
        check(
            "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: b}}",
            Some((pod, "b", "a")),
        );
        check(
            "{apiVersion: v1, kind: Node, metadata: {name: a, namespace: b}}",
            Some((node, "", "a")),
        );
        check("{apiVersion: v1, kind: Pod, metadata: {}}", None);
        check("{apiVersion: v2, kind: Pod, metadata: {name: a}}", None);
        check("[1]", None);
    }
}
