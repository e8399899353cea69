//! Reports a panic to the page's start module, which still runs after the Wasm has aborted and shows the report.

use std::panic::PanicHookInfo;

#[cfg(debug_assertions)]
use gloo::events::EventListener;
use gloo::utils::window;
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit};

/// The event on `window` whose detail is the report; `src/web/report.js` listens to it.
const EVENT: &str = "simulation-panic";

/// Installs the panic hook.
///
/// The page is built with `panic = "abort"`: no Wasm code runs after the hook, so the controls that a person can still
/// use must not depend on it.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|info| dispatch(&report(info))));
}

fn report(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let message = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    let location = info.location().map(ToString::to_string).unwrap_or_default();
    format!(
        "StatefulSet Playground {} stopped at {location}:\n{message}",
        env!("CARGO_PKG_VERSION")
    )
}

fn dispatch(report: &str) {
    let init = CustomEventInit::new();
    init.set_detail(&JsValue::from_str(report));
    if let Ok(event) = CustomEvent::new_with_event_init_dict(EVENT, &init) {
        let _ = window().dispatch_event(&event);
    }
}

/// The event on `window` on which a debug build panics, so that tests can see the report.
#[cfg(debug_assertions)]
const DEBUG_EVENT: &str = "debug-panic";

/// Calls back, which must panic, on that event; in debug builds only.
#[cfg(debug_assertions)]
pub fn on_debug_event(mut panic: impl FnMut() + 'static) {
    EventListener::new(&window(), DEBUG_EVENT, move |_| panic()).forget();
}
