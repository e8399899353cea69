//! The browser: the only folder that names web_sys, js_sys, gloo or wasm_bindgen. Above it, `ui` and `app` use Leptos'
//! own elements and event types, and these functions for everything else.

pub mod address;
pub mod chunks;
pub mod clipboard;
pub mod docs;
pub mod editor;
pub mod element;
pub mod file;
pub mod frame;
pub mod page;
pub mod panic;
pub mod popover;
pub mod roving;
pub mod size;
pub mod storage;
pub mod timer;
