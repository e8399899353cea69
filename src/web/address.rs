//! The page's address: its query sets the view, its fragment is a link.

use std::cell::{Cell, RefCell};

use gloo::timers::callback::Timeout;
use gloo::utils::window;
use wasm_bindgen::JsValue;

/// The query with its question mark, or nothing.
pub fn query() -> String {
    window().location().search().unwrap_or_default()
}

/// The fragment with its `#`, or nothing.
pub fn fragment() -> String {
    window().location().hash().unwrap_or_default()
}

/// The whole address without query, with this fragment: what a person copies, and what *open full page* opens.
pub fn with_fragment(fragment: &str) -> String {
    let location = window().location();
    let origin = location.origin().unwrap_or_default();
    let path = location.pathname().unwrap_or_default();
    format!("{origin}{path}#{fragment}")
}

/// Whether the page stands in a frame of another page.
pub fn framed() -> bool {
    let window = window();
    !window
        .parent()
        .is_ok_and(|parent| parent.is_some_and(|parent| parent == window))
}

/// Browsers refuse more than about a hundred changes of the address in half a minute.
const PAUSE_MS: u32 = 1_000;

thread_local! {
    static DUE: RefCell<Option<String>> = const { RefCell::new(None) };
    static WAITING: Cell<bool> = const { Cell::new(false) };
}

/// Writes a fragment into the address, at most once a second; the last one wins. In a frame nothing is written: the
/// host's history is not ours.
pub fn write(fragment: String) {
    if framed() {
        return;
    }
    DUE.set(Some(fragment));
    if WAITING.replace(true) {
        return;
    }
    flush();
    Timeout::new(PAUSE_MS, || {
        WAITING.set(false);
        flush();
    })
    .forget();
}

fn flush() {
    let Some(fragment) = DUE.take() else { return };
    let address = format!("{}#{fragment}", query_path());
    if let Ok(history) = window().history() {
        // Refused only where scripts may not touch the history at all; the page works without.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

fn query_path() -> String {
    let path = window().location().pathname().unwrap_or_default();
    path + &query()
}
