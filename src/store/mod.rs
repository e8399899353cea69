//! The data of a run: the log of changes and decisions, and the world that results from it.

pub mod controlled_pods;
pub mod index;
pub mod log;
mod ordinal;
pub mod rng;
pub mod waiting;
pub mod world;

pub use controlled_pods::{ControlledPod, ControlledPods, OrdinalAndName};
pub use index::{AttachmentIndex, PodIndex};
pub use log::{Actor, Cause, Change, Decision, Entry, EntryKind};
pub use ordinal::ordinal;
pub use rng::Rng;
pub use waiting::Waiting;
pub use world::{AdmissionPlugins, REVISION_LABEL, World};
