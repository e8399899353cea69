//! Chunks: code and data that the page loads when it first needs them. A function marked with `wasm_split` moves into a
//! chunk with everything that only it reaches; `tools/build.mjs` makes the files.

use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::api::{AllKinds, Validators, provide_validators};
use crate::kubectl::console::Kubectl;
use crate::kubectl::shell::Console;
use crate::session::console::{Chunk, provide};

/// The console, as an interface: the table of its functions is part of the chunk, too.
#[wasm_split(console, fallible)]
fn console() -> Result<&'static dyn Console, SplitLoaderError> {
    Ok(&Kubectl)
}

/// The validators, as an interface.
#[wasm_split(check, fallible)]
fn checks() -> Result<&'static dyn Validators, SplitLoaderError> {
    Ok(&AllKinds)
}

/// Loads a chunk, or says why that failed. A later call tries again.
pub async fn load(chunk: Chunk) -> Result<(), &'static str> {
    let loaded = match chunk {
        Chunk::Console => console().await.map(|console| provide(Some(console))),
        Chunk::Checks => checks()
            .await
            .map(|validators| provide_validators(Some(validators))),
    };
    loaded.map_err(|_| super::page::why_unreachable())
}
