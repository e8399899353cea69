//! EntryKind a run is made of: the log of changes and decisions, and the world that it leads to.

pub mod controlled_pods;
pub mod index;
pub mod log;
pub mod rng;
pub mod waiting;
pub mod world;

pub use controlled_pods::{ControlledPod, ControlledPods, OrdinalAndName};
pub use index::{AttachmentIndex, PodIndex};
pub use log::{Actor, Cause, Change, Decision, Entry, EntryKind};
pub use rng::Rng;
pub use waiting::Waiting;
pub use world::{REVISION_LABEL, World, ordinal};
