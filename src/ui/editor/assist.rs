//! Completions and descriptions: what the schema knows of the place at which a person writes.

use web_sys::Element;

use super::problems::utf16;
use crate::app::state::AppState;
use crate::schema::{self, Hover, Item};
use crate::web::docs;
use crate::web::editor::{self, Completion};

/// Lets the editor ask.
pub fn answer(app: AppState, element: &Element) {
    editor::on_complete(element, move |offset| {
        let text = app.peek(|session| session.active_run().text().clone());
        let found = schema::complete(&text, byte(&text, offset));
        if !found.is_empty() {
            docs::fetch();
        }
        found.iter().map(|item| completion(&text, item)).collect()
    });
    editor::on_describe(element, move |offset| async move {
        let text = app.peek(|session| session.active_run().text().clone());
        let hover = schema::describe(&text, byte(&text, offset))?;
        docs::ready().await;
        Some(description(&hover))
    });
}

/// The byte at so many UTF-16 units.
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

fn completion(text: &str, item: &Item) -> Completion {
    let mut detail = item.detail.clone();
    if item.required {
        detail.push_str(", required");
    }
    let mut info = docs::text(&item.doc).unwrap_or_default();
    if !item.doc.is_empty() && !item.simulated {
        info = format!("Stored only: the simulation does not act on it.\n\n{info}");
    }
    Completion {
        from: utf16(text, item.span.start),
        label: item.label.clone(),
        insert: item.insert.clone(),
        detail,
        info: info.trim_end().to_owned(),
    }
}

fn description(hover: &Hover) -> String {
    let required = if hover.required { ", required" } else { "" };
    let mut parts = vec![format!("{}: {}{required}", hover.path, hover.detail)];
    if !hover.values.is_empty() {
        parts.push(format!("One of {}.", hover.values.join(", ")));
    }
    parts.extend(docs::text(&hover.doc));
    if !hover.simulated {
        parts.push("Stored only: the simulation does not act on it.".to_owned());
    }
    parts.join("\n\n")
}
