//! Completions and hover descriptions in the editor, from the schema.

use crate::kubectl::process::Texts;
use crate::schema::{self, CompletionItem, FieldEffect, Hover};
use crate::ui::state::AppState;
use crate::web::docs;
use crate::web::editor::{Completion, utf16};

/// Answers the editor's requests.
pub fn answer(app: AppState) {
    let editor = app.editor();
    editor.on_complete(move |offset| {
        let text = app.peek(|session| session.active_run().text().clone());
        let found = schema::complete(&text, byte(&text, offset));
        if !found.is_empty() {
            docs::load_soon(Texts::Fields);
        }
        found.iter().map(|item| completion(&text, item)).collect()
    });
    editor.on_describe(move |offset| async move {
        let text = app.peek(|session| session.active_run().text().clone());
        let hover = schema::describe(&text, byte(&text, offset))?;
        docs::load(Texts::Fields).await;
        Some(description(&hover))
    });
}

/// The byte offset of an offset in UTF-16 units.
fn byte(text: &str, units: usize) -> usize {
    let mut seen = 0;
    for (at, c) in text.char_indices() {
        if seen >= units {
            return at;
        }
        seen += c.len_utf16();
    }
    text.len()
}

fn completion(text: &str, item: &CompletionItem) -> Completion {
    let mut detail = item.detail.clone();
    if item.required {
        detail.push_str(", required");
    }
    let mut info = docs::text(&item.doc).unwrap_or_default();
    if let Some(note) = note(item.effect).filter(|_| !item.doc.is_empty()) {
        info = format!("{note}\n\n{info}");
    }
    Completion {
        from: utf16(text, item.span.start),
        label: item.label.clone(),
        insert: item.insert.clone(),
        detail,
        info: info.trim_end().to_owned(),
    }
}

fn note(effect: FieldEffect) -> Option<&'static str> {
    match effect {
        FieldEffect::Acts => None,
        FieldEffect::Program => Some("For the program in the container, which is not simulated."),
        FieldEffect::Stored => Some("Stored, but has no effect in the simulation."),
    }
}

fn description(hover: &Hover) -> String {
    let required = if hover.required { ", required" } else { "" };
    let mut parts = vec![format!("{}: {}{required}", hover.path, hover.detail)];
    if !hover.values.is_empty() {
        parts.push(format!("One of {}.", hover.values.join(", ")));
    }
    parts.extend(docs::text(&hover.doc));
    parts.extend(note(hover.effect).map(str::to_owned));
    parts.join("\n\n")
}
