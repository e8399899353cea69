//! The page: its host element, theme, visibility, media queries and selection.

use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::{document, document_element, window};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlElement, IntersectionObserver, IntersectionObserverEntry};

use super::editor::Editor;

/// Empties the element with this id and returns it with the editor that it contained, or else a new editor. `None`
/// if the document has no such element.
pub fn take_skeleton(host: &str) -> Option<(HtmlElement, Editor)> {
    let host = super::element::by_id(host)?;
    let editor = Editor::within(&host)?;
    host.replace_children_with_node_0();
    Some((host, editor))
}

/// Whether the person asked their system for reduced motion.
pub fn reduced_motion() -> bool {
    let media = window().match_media("(prefers-reduced-motion: reduce)");
    media.ok().flatten().is_some_and(|media| media.matches())
}

/// Sets the theme; `None` leaves it to the system.
pub fn set_theme(theme: Option<&str>) {
    let root = document_element();
    let _ = match theme {
        Some(theme) => root.set_attribute("data-theme", theme),
        None => root.remove_attribute("data-theme"),
    };
}

/// Milliseconds of the browser's clock, for animation only.
pub fn clock_ms() -> f64 {
    window()
        .performance()
        .map_or(0.0, |performance| performance.now())
}

/// Why a part of the page could not be loaded, as far as the browser tells.
pub fn why_unreachable() -> &'static str {
    match window().navigator().on_line() {
        true => "the connection was lost, or a new version of the page was published.",
        false => "this device is offline.",
    }
}

/// Whether some text of the page is selected.
pub fn has_selection() -> bool {
    let selection = window().get_selection().ok().flatten();
    selection.is_some_and(|selection| !selection.is_collapsed())
}

/// Whether the tab is in front.
pub fn visible() -> bool {
    !document().hidden()
}

/// Calls back with `visible()` whenever it changes.
pub fn on_visibility(mut then: impl FnMut(bool) + 'static) {
    EventListener::new(&document(), "visibilitychange", move |_| then(visible())).forget();
}

/// Calls back with the address's fragment whenever it changes.
pub fn on_fragment(mut then: impl FnMut(String) + 'static) {
    EventListener::new(&window(), "hashchange", move |_| then(super::address::fragment())).forget();
}

/// Calls back whenever the page comes into view of the window or leaves it: a frame can be scrolled out of sight.
pub fn on_in_view(mut then: impl FnMut(bool) + 'static) {
    let callback = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
        if let Some(entry) = entries.iter().last() {
            let entry = entry.unchecked_into::<IntersectionObserverEntry>();
            then(entry.is_intersecting());
        }
    });
    if let Ok(observer) = IntersectionObserver::new(callback.as_ref().unchecked_ref()) {
        observer.observe(&document_element());
        callback.forget();
    }
}

/// Calls back whenever something in the page was scrolled or the window was resized.
pub fn on_layout(then: impl Fn() + Clone + 'static) {
    let capture = EventListenerOptions::run_in_capture_phase();
    let scrolled = then.clone();
    EventListener::new_with_options(&document(), "scroll", capture, move |_| scrolled()).forget();
    EventListener::new(&window(), "resize", move |_| then()).forget();
}
