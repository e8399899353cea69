//! What a run is made of: the log of changes and decisions, and the world that it leads to.

pub mod crew;
pub mod index;
pub mod log;
pub mod rng;
pub mod waiting;
pub mod world;

pub use crew::{Controlled, Crew, Place};
pub use index::{AttachmentIndex, PodIndex};
pub use log::{Actor, Cause, Change, Decision, Entry, What};
pub use rng::Rng;
pub use waiting::Waiting;
pub use world::{REVISION_LABEL, World, ordinal};
