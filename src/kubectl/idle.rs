//! What a text says that nothing here acts on: it is accepted, stored and shown, and flagged as exactly that.

use crate::schema::{self, Shape, Type};
use crate::yaml::{Node, PathPart, format_path};

use super::check::{Found, Severity, Source, head};
use super::manifest;

/// Says which kind and which fields are stored, but do nothing here.
pub(super) fn note(found: &mut Found, document: usize, root: &Node, item: &manifest::Item) {
    let Some(node) = root.at(&item.path) else { return };
    let info = item.kind.info();
    if !info.simulated {
        let span = node.get("kind").map_or(head(node), |kind| kind.span);
        let message = format!("{} is stored and shown, but nothing here acts on it", info.name);
        let field = format_path(&[item.path.clone(), vec!["kind".into()]].concat());
        found.add(document, span, Severity::Info, Source::Playground, field, message);
        return;
    }
    if let Some(of) = schema::kind(item.kind) {
        let mut path = item.path.clone();
        idle_fields(found, document, of, node, &mut path);
    }
}

fn idle_fields(found: &mut Found, document: usize, of: &'static Type, node: &Node, path: &mut Vec<PathPart>) {
    for entry in node.entries() {
        let Some(field) = of.field(&entry.key) else {
            continue;
        };
        if path.is_empty() && matches!(field.name, "apiVersion" | "kind" | "status") {
            continue;
        }
        path.push(entry.key.as_str().into());
        if field.simulated {
            descend(found, document, &field.shape, &entry.node, path);
        } else if !matches!(field.name, "apiVersion" | "kind") {
            let message = format!(
                "`{}` is stored and shown, but the simulation does not act on it",
                field.name
            );
            let source = Source::Playground;
            found.add(
                document,
                entry.key_span,
                Severity::Info,
                source,
                format_path(path),
                message,
            );
        }
        path.pop();
    }
}

fn descend(found: &mut Found, document: usize, shape: &'static Shape, node: &Node, path: &mut Vec<PathPart>) {
    match shape {
        Shape::Object(id) => idle_fields(found, document, id.get(), node, path),
        Shape::List(item) => {
            for (i, node) in node.items().iter().enumerate() {
                path.push(i.into());
                descend(found, document, item, node, path);
                path.pop();
            }
        }
        _ => {}
    }
}
