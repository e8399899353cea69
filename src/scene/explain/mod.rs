//! The sentence: what is happening in the cluster now, or why nothing is.
//!
//! Its form is effect ← rule ← root cause, followed from object to object across actors, with the responsible field and
//! a remedy if there is one. The words for each reason to wait are in the file of the component that waits: for
//! `ImagePullBackOff` in `pod.rs`, for `FailedScheduling` in `scheduling.rs`.

mod chain;
mod clause;
mod cluster;
mod deletion;
mod deployment;
mod explanation;
mod field;
mod node;
mod phrase;
mod pod;
mod remedy;
mod scheduling;
mod sentence;
mod statefulset;
mod statefulset_pods;
mod steady;
mod storage;

pub use cluster::explain;
pub use field::Field;
pub use phrase::Part;
pub use remedy::Remedy;
pub use sentence::{Progress, Sentence};
