//! What becomes of a panic: it is told to the page's start module, which outlives the Wasm and shows a report.

use std::panic::PanicHookInfo;

#[cfg(debug_assertions)]
use gloo::events::EventListener;
use gloo::utils::window;
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit};

/// The event on `window` whose detail is the report; `src/web/boot.js` listens.
const EVENT: &str = "simulation-panic";

/// From now on a panic is reported to the page.
///
/// The page is built with `panic = "abort"`: after the hook nothing of the Wasm runs again, so whatever a person can
/// still do must not depend on it.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|info| tell(&report(info))));
}

fn report(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let message = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    format!(
        "StatefulSet Playground {} stopped at {place}:\n{message}",
        env!("CARGO_PKG_VERSION")
    )
}

fn tell(report: &str) {
    let init = CustomEventInit::new();
    init.set_detail(&JsValue::from_str(report));
    if let Ok(event) = CustomEvent::new_with_event_init_dict(EVENT, &init) {
        let _ = window().dispatch_event(&event);
    }
}

/// The event on `window` at which a debug build panics: to try the report.
#[cfg(debug_assertions)]
const ASKED: &str = "debug-panic";

/// Calls back, which must panic, whenever somebody asks for a panic; in debug builds alone.
#[cfg(debug_assertions)]
pub fn on_asked(mut panic: impl FnMut() + 'static) {
    EventListener::new(&window(), ASKED, move |_| panic()).forget();
}
