//! Keys of playback. They act only while the focus is on the stage, the sentence, the transport or the card, or
//! nowhere.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::state::AppState;
use crate::session::Msg;
use crate::web::element;

/// Where the keys act.
const AREAS: &str = ".stage, .sentence, .transport, .card";

/// Elements that Space activates.
const CONTROLS: &str = "button, a, input, select, textarea, summary, [contenteditable]";

/// Elements that use characters and arrows themselves.
const FIELDS: &str = "input, select";

/// Handles a `keydown` anywhere on the page.
pub fn press(app: AppState, help: RwSignal<bool>, event: &KeyboardEvent) {
    let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
    let target = element::target(event);
    let in_area = target
        .as_ref()
        .is_none_or(|target| element::matches(target, "body") || element::is_within(target, AREAS));
    if modified || event.default_prevented() || !in_area {
        return;
    }
    let on_control = target
        .as_ref()
        .is_some_and(|target| element::is_within(target, CONTROLS));
    let in_field = target
        .as_ref()
        .is_some_and(|target| element::matches(target, FIELDS));
    let msg = match event.key().as_str() {
        " " if !on_control => Msg::Toggle,
        "." if !in_field => Msg::Step,
        "ArrowRight" if !in_field => Msg::Step,
        "ArrowLeft" if !in_field => Msg::Back,
        "?" if !in_field => {
            help.set(true);
            event.prevent_default();
            return;
        }
        "Escape" if app.card_anchor.get_untracked().is_some() => {
            app.card_anchor.set(None);
            event.prevent_default();
            return;
        }
        "Escape" => Msg::Select(None),
        _ => return,
    };
    event.prevent_default();
    app.dispatch(msg);
}
