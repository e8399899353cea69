//! The API's descriptions of its fields, fetched when they are first needed.

use std::cell::RefCell;
use std::collections::BTreeMap;

use leptos::prelude::{ArcRwSignal, Get, Set};
use leptos::task::spawn_local;

use crate::kubectl::console::Docs;

/// Served beside the page.
const FILE: &str = "schema-docs.json";

/// The descriptions by `Type` and `Type.field`.
#[derive(Debug, Default)]
struct Descriptions(BTreeMap<String, String>);

impl Docs for Descriptions {
    fn text(&self, path: &str) -> Option<String> {
        self.0.get(path).cloned()
    }
}

thread_local! {
    static DOCS: RefCell<Option<Descriptions>> = const { RefCell::new(None) };
    static REQUESTED: RefCell<bool> = const { RefCell::new(false) };
    static LOADED: ArcRwSignal<bool> = ArcRwSignal::new(false);
}

/// Reads the descriptions, `None` until they are loaded. A reactive caller runs again when they are.
pub fn with<T>(read: impl FnOnce(Option<&dyn Docs>) -> T) -> T {
    LOADED.with(|loaded| loaded.get());
    DOCS.with_borrow(|docs| read(docs.as_ref().map(|docs| docs as &dyn Docs)))
}

/// Loads the descriptions in the background, once.
pub fn load_soon() {
    if REQUESTED.replace(true) {
        return;
    }
    spawn_local(load());
}

/// Loads the descriptions unless they are loaded. If that fails they are empty.
pub async fn load() {
    if DOCS.with_borrow(Option::is_some) {
        return;
    }
    let descriptions = fetch().await.unwrap_or_default();
    DOCS.replace(Some(Descriptions(descriptions)));
    LOADED.with(|loaded| loaded.set(true));
}

/// The description of a type or field, if it is loaded.
pub fn text(path: &str) -> Option<String> {
    DOCS.with_borrow(|docs| docs.as_ref()?.text(path))
}

async fn fetch() -> Option<BTreeMap<String, String>> {
    let text = super::file::fetch(FILE).await?;
    serde_json::from_str(&text).ok()
}
