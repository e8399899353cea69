//! What every actor runs on: the committed world and its log, the task queue, the client and the event recorder.
//!
//! No file here names an actor: [`crate::cluster::sim`] passes the watchers in.

mod client;
mod core;
mod correlator;
pub mod durations;
mod event_id;
mod events;
mod failure;
mod queue;
mod retry;
mod settings;
mod watch;

pub use client::Client;
pub use core::{Core, Response};
pub use event_id::EventType;
pub use failure::{Failure, SyncResult};
pub use queue::Task;
pub use settings::Settings;
pub use watch::{Watch, WatchEvent, WorkQueue};
