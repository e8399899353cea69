//! The simulated control plane and nodes: controllers, scheduler, kubelets and DNS on a virtual clock.
//!
//! An actor is a module with two functions. `watch` receives each committed change and enqueues the keys that it
//! concerns; `sync` reconciles one key through a [`Client`]. [`sim`] registers the actors, runs the loop and is the
//! only module that commits entries to the log.

mod bootstrap;
pub mod claim_resize;
pub mod controllers;
pub mod dns;
pub mod drain;
pub mod faults;
pub mod kubelet;
pub mod nodes;
pub mod runtime;
pub mod scheduler;
pub mod sim;
pub mod taint;
pub mod volumes;

pub use faults::{Fault, FaultKind};
pub use runtime::durations::Profile;
pub use runtime::{Client, Settings};
pub use sim::{Settled, Sim};
