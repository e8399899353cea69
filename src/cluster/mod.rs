//! The cluster: a virtual clock, a queue of what is due, and the actors that react to changes.
//!
//! An actor is a module with two functions. `interested` looks at one committed change and says which keys to look at
//! again; `sync` looks at one key and brings the world nearer to what is wanted, through a [`Client`]. Both are called
//! by [`Sim`] alone, which also is the only one to commit entries to the log.

mod actors;
pub mod bootstrap;
pub mod claim_protection;
pub mod client;
pub mod command;
pub mod controller_ref;
pub mod deployment;
pub mod dns;
pub mod drain;
pub mod durations;
pub mod endpoints;
pub mod events;
pub mod fault;
pub mod garbage;
pub mod ingress;
pub mod invariant;
pub mod kubelet;
pub mod load_balancer;
mod manual;
pub mod node;
pub mod queue;
pub mod replicaset;
pub mod scheduler;
pub mod sim;
pub mod statefulset;
pub mod taint;
pub mod volumes;

pub use client::{Client, Failure, Synced};
pub use command::{Command, Does, KubeletMode, Outcome, Settings, StorageMode};
pub use durations::Profile;
pub use fault::Fault;
pub use queue::{Seen, Wakes};
pub use sim::{Settled, Sim};
