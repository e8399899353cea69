//! The clipboard.

use gloo::utils::window;
use wasm_bindgen_futures::JsFuture;

/// Writes a text to the clipboard; returns whether the browser allowed it.
pub async fn write(text: &str) -> bool {
    let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into());
    // `navigator.clipboard` is undefined outside secure contexts.
    let Ok(clipboard) = clipboard.map(web_sys::Clipboard::from) else {
        return false;
    };
    if js_sys::Object::is(&clipboard, &wasm_bindgen::JsValue::UNDEFINED) {
        return false;
    }
    JsFuture::from(clipboard.write_text(text)).await.is_ok()
}
