//! Completion and hover for the editor.
//!
//! A text is rarely valid YAML while it is edited, so both work on lines and their indentation, not on a parsed tree:
//! the keys above with less indentation are the path. Flow style is not supported.

use super::lines::{CursorContext, ELEMENT, known_kinds};
use super::{Field, FieldEffect, Shape, Type};
use crate::object::Kind;
use crate::yaml::Span;

/// One completion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletionItem {
    /// The key or value.
    pub label: String,
    /// The text that replaces [`CompletionItem::span`].
    pub insert: String,
    /// The span of the word before the cursor.
    pub span: Span,
    /// Its type, such as `integer` or `list of Container`.
    pub detail: String,
    /// The key of its description in `schema-docs.json`; empty for values.
    pub doc: String,
    /// Whether it is a key that the API requires.
    pub required: bool,
    /// What it changes in the simulation.
    pub effect: FieldEffect,
}

/// The field under the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The span of its key.
    pub span: Span,
    /// Its path, such as `spec.template.spec.containers[].image`.
    pub path: String,
    /// Its type, as in [`CompletionItem::detail`].
    pub detail: String,
    /// The key of its description in `schema-docs.json`.
    pub doc: String,
    /// The values of an enumeration.
    pub values: Vec<String>,
    /// Whether the API requires it.
    pub required: bool,
    /// What it changes in the simulation.
    pub effect: FieldEffect,
}

/// The completions at a byte offset. An offset past the end is taken as the end.
pub fn complete(text: &str, offset: usize) -> Vec<CompletionItem> {
    let Some(cursor) = CursorContext::find(text, offset) else {
        return Vec::new();
    };
    match cursor.value {
        Some(span) => values(&cursor, span),
        None => keys(&cursor),
    }
}

/// Describes the field whose key or value is at a byte offset.
pub fn describe(text: &str, offset: usize) -> Option<Hover> {
    let cursor = CursorContext::find(text, offset)?;
    let key = cursor.line.key?;
    let line = cursor.line;
    let mut path = cursor.path.clone();
    path.push(key);
    let found = super::at(cursor.kind?, &path)?;
    let start = line.start + line.column;
    Some(Hover {
        span: Span::new(start, start + key.len()),
        path: format_path(&path),
        detail: shape_name(found.shape),
        doc: doc(found.owner, found.field),
        values: found
            .field
            .values
            .iter()
            .map(|value| (*value).to_owned())
            .collect(),
        required: found.field.required,
        effect: found.field.effect,
    })
}

fn format_path(path: &[&str]) -> String {
    let mut text = String::new();
    for part in path {
        match *part {
            ELEMENT => text.push_str("[]"),
            key if text.is_empty() => text.push_str(key),
            key => {
                text.push('.');
                text.push_str(key);
            }
        }
    }
    text
}

fn keys(cursor: &CursorContext<'_>) -> Vec<CompletionItem> {
    let Some(of) = object(cursor) else {
        return Vec::new();
    };
    let mut fields: Vec<&Field> = of
        .fields
        .iter()
        .filter(|field| !cursor.siblings.contains(&field.name))
        .filter(|field| field.name != "status" || !cursor.path.is_empty())
        .collect();
    fields.sort_by_key(|field| (!field.required, field.effect));
    fields.into_iter().map(|field| key(cursor, of, field)).collect()
}

/// The type of the object that the cursor's line belongs to. Without a kind the top level is that of a StatefulSet.
fn object(cursor: &CursorContext<'_>) -> Option<&'static Type> {
    let kind = match cursor.kind {
        None if cursor.path.is_empty() => Kind::StatefulSet,
        kind => kind?,
    };
    match cursor.path.is_empty() {
        true => super::kind(kind),
        false => super::at(kind, &cursor.path)?.object(),
    }
}

fn key(cursor: &CursorContext<'_>, of: &Type, field: &Field) -> CompletionItem {
    let indent = " ".repeat(cursor.line.column);
    let insert = match &field.shape {
        Shape::Object(_) | Shape::Map(_) => format!("{}:\n{indent}  ", field.name),
        Shape::List(_) => format!("{}:\n{indent}- ", field.name),
        _ => format!("{}: ", field.name),
    };
    CompletionItem {
        label: field.name.to_owned(),
        insert,
        span: cursor.word,
        detail: shape_name(&field.shape),
        doc: doc(of, field),
        required: field.required,
        effect: field.effect,
    }
}

fn values(cursor: &CursorContext<'_>, span: Span) -> Vec<CompletionItem> {
    let key = cursor.line.key.unwrap_or_default();
    let item = |label: &str, detail: &str| CompletionItem {
        label: label.to_owned(),
        insert: label.to_owned(),
        span,
        detail: detail.to_owned(),
        doc: String::new(),
        required: false,
        effect: FieldEffect::Acts,
    };
    match (cursor.path.as_slice(), key) {
        ([], "kind") => {
            return known_kinds()
                .map(|info| item(info.name, info.kind.api_version()))
                .collect();
        }
        ([], "apiVersion") => {
            let mut versions: Vec<&str> = known_kinds().map(|info| info.kind.api_version()).collect();
            versions.sort_unstable();
            versions.dedup();
            return versions.into_iter().map(|version| item(version, "")).collect();
        }
        _ => {}
    }
    let mut path = cursor.path.clone();
    path.push(key);
    let Some(found) = cursor.kind.and_then(|kind| super::at(kind, &path)) else {
        return Vec::new();
    };
    match found.shape {
        Shape::Bool => vec![item("true", ""), item("false", "")],
        _ => found.field.values.iter().map(|value| item(value, "")).collect(),
    }
}

fn doc(of: &Type, field: &Field) -> String {
    format!("{}.{}", of.name, field.name)
}

fn shape_name(shape: &Shape) -> String {
    match shape {
        Shape::String => "text".to_owned(),
        Shape::Int32 | Shape::Int64 => "integer".to_owned(),
        Shape::Bool => "true or false".to_owned(),
        Shape::Number => "number".to_owned(),
        Shape::Quantity => "quantity".to_owned(),
        Shape::Time | Shape::MicroTime => "time".to_owned(),
        Shape::IntOrString => "integer or text".to_owned(),
        Shape::Bytes => "base64".to_owned(),
        Shape::Raw => "anything".to_owned(),
        Shape::Object(id) => id.get().go_name().to_owned(),
        Shape::List(element) => format!("list of {}", shape_name(element)),
        Shape::Map(element) => format!("map of {}", shape_name(element)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Removes the `|` that marks the cursor and returns its offset.
    #[track_caller]
    fn take_cursor(text: &str) -> (String, usize) {
        let at = text.find('|').expect("the text has a cursor");
        (text.replacen('|', "", 1), at)
    }

    #[track_caller]
    fn check(text: &str, has: &[&str], has_not: &[&str]) {
        let (text, at) = take_cursor(text);
        let labels: Vec<String> = complete(&text, at).into_iter().map(|item| item.label).collect();
        for label in has {
            assert!(
                labels.iter().any(|have| have == label),
                "{label} is missing in {labels:?}"
            );
        }
        for label in has_not {
            assert!(
                !labels.iter().any(|have| have == label),
                "{label} is in {labels:?}"
            );
        }
    }

    const HEAD: &str = "apiVersion: apps/v1\nkind: StatefulSet\n";

    #[test]
    fn fields_that_are_not_set_yet_are_completed() {
        check("|", &["apiVersion", "kind", "metadata", "spec"], &["status"]);
        check(&format!("{HEAD}|"), &["metadata", "spec"], &["kind", "status"]);
        check(
            &format!("{HEAD}spec:\n  rep|"),
            &["replicas", "serviceName"],
            &["containers"],
        );
        check(
            &format!("{HEAD}spec:\n  replicas: 1\n  |"),
            &["serviceName"],
            &["replicas"],
        );
        check(
            &format!("{HEAD}spec:\n  |\n  replicas: 1\n"),
            &["serviceName"],
            &["replicas"],
        );
        let pod = "spec:\n  template:\n    spec:\n      containers:\n";
        check(
            &format!("{HEAD}{pod}      - |"),
            &["image", "name", "ports"],
            &["containers"],
        );
        check(
            &format!("{HEAD}{pod}      - name: a\n        |"),
            &["image"],
            &["name"],
        );
        check(
            &format!("{HEAD}{pod}        - name: a\n          ports:\n          - |"),
            &["containerPort"],
            &[],
        );
        check(&format!("{HEAD}{pod}      - name: a\n      - |"), &["name"], &[]);
        check(
            &format!("{HEAD}{pod}      - name: a\n      |"),
            &["volumes"],
            &["containers", "image"],
        );
        let claims = "spec:\n  volumeClaimTemplates:\n  - metadata:\n      name: www\n    spec:\n      ";
        check(
            &format!("{HEAD}{claims}|"),
            &["accessModes", "resources"],
            &["replicas"],
        );
    }

    #[test]
    fn values_are_completed_after_the_colon() {
        check("kind: St|", &["StatefulSet", "Service"], &["Fault"]);
        check("apiVersion: |", &["apps/v1", "v1"], &["playground/v1"]);
        check(
            &format!("{HEAD}spec:\n  podManagementPolicy: |"),
            &["OrderedReady", "Parallel"],
            &[],
        );
        check(
            "kind: Service\nspec:\n  publishNotReadyAddresses: |",
            &["true", "false"],
            &[],
        );
    }

    #[test]
    fn each_document_has_its_own_kind() {
        let two = format!("apiVersion: v1\nkind: Service\nspec:\n  ports: []\n---\n{HEAD}spec:\n  |");
        check(&two, &["replicas"], &["clusterIP"]);
        let first = format!("apiVersion: v1\nkind: Service\nspec:\n  |\n---\n{HEAD}spec:\n  replicas: 1\n");
        check(&first, &["clusterIP"], &["replicas"]);
    }

    #[test]
    fn comments_and_unknown_kinds_have_no_completions() {
        for text in ["# |", "kind: Nothing\nspec:\n  |", "kind: Service\nspec: # |"] {
            let (text, at) = take_cursor(text);
            assert_eq!(complete(&text, at), [], "{text}");
        }
    }

    #[test]
    fn the_word_before_the_cursor_is_replaced() {
        let (text, at) = take_cursor(&format!("{HEAD}spec:\n  sel|"));
        let items = complete(&text, at);
        let item = items
            .iter()
            .find(|item| item.label == "selector")
            .expect("selectors exist");
        assert_eq!(item.span.slice(&text), "sel");
        assert_eq!(item.insert, "selector:\n    ");
    }

    #[test]
    fn hover_describes_a_field() {
        let (text, at) = take_cursor(&format!(
            "{HEAD}spec:\n  volumeClaimTemplates:\n  - spec:\n      accessM|odes: []\n"
        ));
        let hover = describe(&text, at).expect("the key is known");
        assert_eq!(hover.path, "spec.volumeClaimTemplates[].spec.accessModes");
        assert_eq!(
            (hover.detail.as_str(), hover.doc.as_str()),
            ("list of text", "PersistentVolumeClaimSpec.accessModes")
        );
        assert_eq!(hover.values.len(), 4);
        assert_eq!(hover.effect, FieldEffect::Acts);
    }

    #[test]
    fn no_text_or_offset_panics() {
        for text in [
            "",
            "-",
            "- - -",
            ":",
            "é:\n  é",
            "a:\n\t- b",
            "---",
            "- - a: |\n  x",
            "\r\n: \r\n",
        ] {
            for offset in 0..text.len() + 3 {
                complete(text, offset);
                describe(text, offset);
            }
        }
    }
}
