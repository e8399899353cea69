//! Keys of the show: they act only while the focus is on the stage or the transport, or nowhere.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::state::AppState;
use crate::session::Msg;

/// Where characters act as keys of the show.
const PLACES: &str = ".stage, .transport, .sentence";

/// What already means something by Space and the arrows itself.
const CONTROLS: &str = "button, a, input, select, textarea, summary, [contenteditable]";

/// A key was pressed somewhere on the page.
pub fn press(app: AppState, help: RwSignal<bool>, event: &KeyboardEvent) {
    let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    if modified || event.default_prevented() || !target.as_ref().is_none_or(|target| within(target, PLACES)) {
        return;
    }
    let control = target.is_some_and(|target| target.closest(CONTROLS).ok().flatten().is_some());
    let typing = event.target().is_some_and(|target| {
        target.has_type::<web_sys::HtmlInputElement>() || target.has_type::<web_sys::HtmlSelectElement>()
    });
    let msg = match event.key().as_str() {
        " " if !control => Msg::Toggle,
        "." if !typing => Msg::Step,
        "ArrowRight" if !typing => Msg::Step,
        "ArrowLeft" if !typing => Msg::Back,
        "?" if !typing => {
            help.set(true);
            event.prevent_default();
            return;
        }
        "Escape" => Msg::Select(None),
        _ => return,
    };
    event.prevent_default();
    app.dispatch(msg);
}

/// Whether an element stands in one of those places; the page's body is everywhere.
fn within(element: &Element, places: &str) -> bool {
    element.tag_name().eq_ignore_ascii_case("body") || element.closest(places).ok().flatten().is_some()
}
