//! The page as a whole: theme, visibility, media, and what is said to those who do not see it.

use gloo::events::EventListener;
use gloo::utils::{document, document_element, window};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{IntersectionObserver, IntersectionObserverEntry};

/// Whether the person asked their system for little motion.
pub fn reduced_motion() -> bool {
    matches("(prefers-reduced-motion: reduce)")
}

/// Whether the system's theme is the dark one.
pub fn system_is_dark() -> bool {
    matches("(prefers-color-scheme: dark)")
}

fn matches(query: &str) -> bool {
    let media = window().match_media(query).ok().flatten();
    media.is_some_and(|media| media.matches())
}

/// Sets the theme; none leaves it to the system.
pub fn set_theme(theme: Option<&str>) {
    let root = document_element();
    let _ = match theme {
        Some(theme) => root.set_attribute("data-theme", theme),
        None => root.remove_attribute("data-theme"),
    };
}

/// Milliseconds by the browser's clock, for what only the eye follows.
pub fn clock_ms() -> f64 {
    window()
        .performance()
        .map_or(0.0, |performance| performance.now())
}

/// Whether the tab is in front.
pub fn visible() -> bool {
    !document().hidden()
}

/// Calls back whenever the tab comes to the front or leaves it.
pub fn on_visibility(mut then: impl FnMut(bool) + 'static) {
    EventListener::new(&document(), "visibilitychange", move |_| then(visible())).forget();
}

/// Calls back whenever the fragment of the address changes.
pub fn on_fragment(mut then: impl FnMut(String) + 'static) {
    EventListener::new(&window(), "hashchange", move |_| then(super::address::fragment())).forget();
}

/// Calls back whenever the page comes into view of the window, or leaves it: a frame can be scrolled out of sight.
pub fn on_in_view(mut then: impl FnMut(bool) + 'static) {
    let callback = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
        if let Some(entry) = entries.iter().last() {
            then(
                entry
                    .unchecked_into::<IntersectionObserverEntry>()
                    .is_intersecting(),
            );
        }
    });
    if let Ok(observer) = IntersectionObserver::new(callback.as_ref().unchecked_ref()) {
        observer.observe(&document_element());
        callback.forget();
    }
}
