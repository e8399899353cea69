//! The console, once the page has loaded it. Only natively it is there from the start.

use std::cell::Cell;

use crate::api::validators;
use crate::kubectl::shell::Console;

#[cfg(not(target_arch = "wasm32"))]
const AT_START: Option<&dyn Console> = Some(&crate::kubectl::console::Kubectl);
// In the page the console must not be named here: all of it would become part of the main module.
#[cfg(target_arch = "wasm32")]
const AT_START: Option<&dyn Console> = None;

/// Code that the page loads when it is first needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chunk {
    /// The console.
    Console,
    /// The validation of objects.
    Checks,
}

impl Chunk {
    /// All chunks.
    pub const ALL: [Chunk; 2] = [Chunk::Console, Chunk::Checks];

    /// Whether it is loaded.
    pub fn loaded(self) -> bool {
        match self {
            Chunk::Console => console().is_some(),
            Chunk::Checks => validators().is_some(),
        }
    }

    /// What a sentence calls it.
    pub fn name(self) -> &'static str {
        match self {
            Chunk::Console => "kubectl",
            Chunk::Checks => "The API server's validation",
        }
    }
}

thread_local! {
    // Which code is loaded is a fact about the page, not about a session: two sessions cannot differ in it.
    static CONSOLE: Cell<Option<&'static dyn Console>> = const { Cell::new(AT_START) };
}

/// The console, if it is loaded.
pub fn console() -> Option<&'static dyn Console> {
    CONSOLE.get()
}

/// Makes a console available, or, in tests, takes it away.
pub fn provide(console: Option<&'static dyn Console>) {
    CONSOLE.set(console);
}
