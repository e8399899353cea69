//! The API's descriptions of its fields and kubectl's help texts, each fetched when it is first needed.

use std::cell::RefCell;
use std::collections::BTreeMap;

use leptos::prelude::{ArcRwSignal, Get, Update};
use leptos::task::spawn_local;

use crate::kubectl::process::{Docs, Texts, find_help};

/// The descriptions, served beside the page.
const FIELDS: &str = "schema-docs.json";

/// The help texts, served beside the page.
const COMMANDS: &str = "kubectl-help.txt";

/// The texts that are loaded.
#[derive(Debug, Default)]
struct Loaded {
    /// The descriptions by `Type` and `Type.field`.
    fields: Option<BTreeMap<String, String>>,
    commands: Option<String>,
}

impl Docs for Loaded {
    fn has(&self, texts: Texts) -> bool {
        match texts {
            Texts::Fields => self.fields.is_some(),
            Texts::Commands => self.commands.is_some(),
        }
    }

    fn text(&self, path: &str) -> Option<String> {
        self.fields.as_ref()?.get(path).cloned()
    }

    fn help(&self, command: &str) -> Option<String> {
        find_help(self.commands.as_deref()?, command).map(str::to_owned)
    }
}

thread_local! {
    static LOADED: RefCell<Loaded> = RefCell::new(Loaded::default());
    static REQUESTED: RefCell<Vec<Texts>> = const { RefCell::new(Vec::new()) };
    /// How many of the files are loaded.
    static FILES: ArcRwSignal<usize> = ArcRwSignal::new(0);
}

/// Reads the texts that are loaded. A reactive caller runs again when more are.
pub fn with<T>(read: impl FnOnce(Option<&dyn Docs>) -> T) -> T {
    FILES.with(|files| files.get());
    LOADED.with_borrow(|loaded| read(Some(loaded as &dyn Docs)))
}

/// Loads texts in the background, once.
pub fn load_soon(texts: Texts) {
    let requested = REQUESTED.with_borrow_mut(|requested| {
        let before = requested.contains(&texts);
        requested.push(texts);
        before
    });
    if !requested {
        spawn_local(load(texts));
    }
}

/// Loads texts unless they are loaded. If that fails they are empty.
pub async fn load(texts: Texts) {
    if LOADED.with_borrow(|loaded| loaded.has(texts)) {
        return;
    }
    match texts {
        Texts::Fields => {
            let file = super::file::fetch(FIELDS).await;
            let fields = file.and_then(|file| serde_json::from_str(&file).ok());
            LOADED.with_borrow_mut(|loaded| loaded.fields = Some(fields.unwrap_or_default()));
        }
        Texts::Commands => {
            let file = super::file::fetch(COMMANDS).await;
            LOADED.with_borrow_mut(|loaded| loaded.commands = Some(file.unwrap_or_default()));
        }
    }
    FILES.with(|files| files.update(|files| *files += 1));
}

/// The description of a type or field, if it is loaded.
pub fn text(path: &str) -> Option<String> {
    LOADED.with_borrow(|loaded| loaded.text(path))
}
