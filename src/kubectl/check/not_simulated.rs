//! Reports what the API server stores and the simulation ignores: entire kinds, and single fields.

use crate::kubectl::diagnostic::{DiagnosticSource, Diagnostics, Severity};
use crate::kubectl::manifest::ResourceInfo;
use crate::object::kind::Handling;
use crate::schema::{self, FieldEffect, Shape, Type};
use crate::yaml::{Node, PathPart, Span, format_path};

/// Reports the kind of an object, or those of its fields, that the simulation ignores.
pub(super) fn report(diagnostics: &mut Diagnostics, document: usize, root: &Node, info: &ResourceInfo) {
    let Some(node) = root.at(&info.path) else { return };
    let kind = info.kind.info();
    if kind.handling != Handling::Simulated {
        let span = node.get("kind").map_or(super::head(node), |kind| kind.span);
        let message = match kind.handling {
            Handling::Unchecked => {
                "is stored and shown, but the simulation neither checks its content nor acts on it"
            }
            Handling::Simulated | Handling::Stored => {
                "is stored and shown, but the simulation does not act on it"
            }
        };
        let message = format!("{} {message}", kind.name);
        let path = [info.path.clone(), vec!["kind".into()]].concat();
        add(diagnostics, document, span, &path, message);
        return;
    }
    if let Some(schema_type) = schema::kind(info.kind) {
        let mut path = info.path.clone();
        report_fields(diagnostics, document, schema_type, node, &mut path);
    }
}

fn add(diagnostics: &mut Diagnostics, document: usize, span: Span, path: &[PathPart], message: String) {
    let source = DiagnosticSource::Playground;
    diagnostics.add(document, span, Severity::Info, source, format_path(path), message);
}

fn report_fields(
    diagnostics: &mut Diagnostics,
    document: usize,
    schema_type: &'static Type,
    node: &Node,
    path: &mut Vec<PathPart>,
) {
    for entry in node.entries() {
        let Some(field) = schema_type.field(&entry.key) else {
            continue;
        };
        if path.is_empty() && matches!(field.name, "apiVersion" | "kind" | "status") {
            continue;
        }
        path.push(entry.key.as_str().into());
        if field.effect == FieldEffect::Acts {
            descend(diagnostics, document, &field.shape, &entry.node, path);
        } else if field.effect == FieldEffect::Stored && !matches!(field.name, "apiVersion" | "kind") {
            let message = format!(
                "`{}` is stored and shown, but the simulation does not act on it",
                field.name
            );
            add(diagnostics, document, entry.key_span, path, message);
        }
        path.pop();
    }
}

fn descend(
    diagnostics: &mut Diagnostics,
    document: usize,
    shape: &'static Shape,
    node: &Node,
    path: &mut Vec<PathPart>,
) {
    match shape {
        // If none of its fields acts, the object acts as a whole.
        Shape::Object(id) if id.get().acts() => {
            report_fields(diagnostics, document, id.get(), node, path);
        }
        Shape::List(element) => {
            for (i, node) in node.items().iter().enumerate() {
                path.push(i.into());
                descend(diagnostics, document, element, node, path);
                path.pop();
            }
        }
        _ => {}
    }
}
