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

/// The page's address with this fragment and without a query: for *Copy link* and *Open full page*.
pub fn with_fragment(fragment: &str) -> String {
    let location = window().location();
    let origin = location.origin().unwrap_or_default();
    let path = location.pathname().unwrap_or_default();
    format!("{origin}{path}#{fragment}")
}

/// Whether the page is in a frame of another page.
pub fn framed() -> bool {
    let window = window();
    !window
        .parent()
        .is_ok_and(|parent| parent.is_some_and(|parent| parent == window))
}

/// Minimum time between two writes: browsers refuse more than about a hundred changes of the address in half a minute.
const INTERVAL_MS: u32 = 1_000;

thread_local! {
    static PENDING: RefCell<Option<String>> = const { RefCell::new(None) };
    static THROTTLED: Cell<bool> = const { Cell::new(false) };
}

/// Writes a fragment into the address, at most once a second; the last one wins. In a frame nothing is written, because
/// the history there belongs to the host page.
pub fn write(fragment: String) {
    if framed() {
        return;
    }
    PENDING.set(Some(fragment));
    if THROTTLED.replace(true) {
        return;
    }
    flush();
    Timeout::new(INTERVAL_MS, || {
        THROTTLED.set(false);
        flush();
    })
    .forget();
}

fn flush() {
    let Some(fragment) = PENDING.take() else { return };
    let address = format!("{}#{fragment}", query_path());
    if let Ok(history) = window().history() {
        // Fails only where scripts may not change the history; the page works without it.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

fn query_path() -> String {
    let path = window().location().pathname().unwrap_or_default();
    path + &query()
}
