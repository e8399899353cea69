//! Chunks: code and data that the page loads when it first needs them. A function marked with `wasm_split` moves into a
//! chunk with everything that only it reaches; `tools/build.mjs` makes the files.

use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::kubectl::console::Kubectl;
use crate::kubectl::shell::Console;

/// The console, as an interface: the table of its functions is part of the chunk, too.
#[wasm_split(console, fallible)]
fn console_code() -> Result<&'static dyn Console, SplitLoaderError> {
    Ok(&Kubectl)
}

/// Loads the console, or says why that failed. A later call tries again.
pub async fn console() -> Result<&'static dyn Console, &'static str> {
    console_code().await.map_err(|_| super::page::why_unreachable())
}
