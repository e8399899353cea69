//! The session that is kept on the device for the next visit. Storage may be blocked or full: then nothing is kept.

use gloo::utils::window;

const KEY: &str = "statefulset-playground";

/// The session of the last visit.
pub fn load() -> Option<String> {
    window().local_storage().ok()??.get_item(KEY).ok()?
}

/// Keeps a session for the next visit.
pub fn save(text: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(KEY, text);
    }
}
