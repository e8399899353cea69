//! StatefulSet Playground: a deterministic simulation of what a Kubernetes control plane does with StatefulSets,
//! and the page that shows it.
//!
//! The core is pure: *text → objects → requests → changes → world → scene → view*. See `ARCHITECTURE.md`.
#![forbid(unsafe_code)]

#[cfg(target_arch = "wasm32")]
pub mod app;

pub mod api;
pub mod cluster;
pub mod kubectl;
pub mod limits;
pub mod object;
pub mod scene;
pub mod schema;
pub mod session;
pub mod share;
pub mod store;
pub mod timeline;
#[cfg(target_arch = "wasm32")]
pub mod ui;
#[cfg(target_arch = "wasm32")]
pub mod web;
pub mod yaml;
