//! The API's descriptions of its fields, fetched when they are first asked for.

use std::cell::RefCell;
use std::collections::BTreeMap;

use leptos::prelude::{ArcRwSignal, Get, Set};
use leptos::task::spawn_local;

use crate::kubectl::console::Docs;

/// Beside the page.
const FILE: &str = "schema-docs.json";

/// The descriptions by `Type` and `Type.field`.
#[derive(Debug, Default)]
struct Descriptions(BTreeMap<String, String>);

impl Docs for Descriptions {
    fn text(&self, place: &str) -> Option<String> {
        self.0.get(place).cloned()
    }
}

thread_local! {
    static DOCS: RefCell<Option<Descriptions>> = const { RefCell::new(None) };
    static ASKED: RefCell<bool> = const { RefCell::new(false) };
    static ARRIVED: ArcRwSignal<bool> = ArcRwSignal::new(false);
}

/// Looks something up in the descriptions, if they are there; what depends on them is looked at again when they come.
pub fn with<T>(look: impl FnOnce(Option<&dyn Docs>) -> T) -> T {
    ARRIVED.with(|arrived| arrived.get());
    DOCS.with_borrow(|docs| look(docs.as_ref().map(|docs| docs as &dyn Docs)))
}

/// Fetches them, once. Without a network `explain` says so by an empty description.
pub fn fetch() {
    if ASKED.replace(true) {
        return;
    }
    spawn_local(ready());
}

/// Fetches them unless they are there.
pub async fn ready() {
    if DOCS.with_borrow(Option::is_some) {
        return;
    }
    let read = read().await.unwrap_or_default();
    DOCS.replace(Some(Descriptions(read)));
    ARRIVED.with(|arrived| arrived.set(true));
}

/// The description of a type or field, if they are there.
pub fn text(place: &str) -> Option<String> {
    DOCS.with_borrow(|docs| docs.as_ref()?.text(place))
}

async fn read() -> Option<BTreeMap<String, String>> {
    let text = super::file::beside_the_page(FILE).await?;
    serde_json::from_str(&text).ok()
}
