//! Every reason to wait that the cluster knows: the product's heart.
//!
//! One value names the rule, the object that blocks, and the field that a person can change. There is no catch-all: an
//! actor that waits for something new gets a new variant.

mod node;
mod pod;
mod schedule;
mod stateful;
mod stateless;
mod storage;

use crate::object::{Key, Time};

pub use node::NodeLoss;
pub use pod::PodLife;
pub use schedule::Scheduling;
pub use stateful::{Deletion, Stateful};
pub use stateless::Stateless;
pub use storage::Storage;

/// Why an actor does nothing (more) about an object for now.
///
/// Each variant mirrors one early return or skipped branch of the component that decides; the doc comment names it.
#[derive(Clone, Debug, PartialEq)]
pub enum Waiting {
    /// A StatefulSet's sync stopped.
    StatefulSet(Stateful),
    /// An object that is deleted still stands.
    Deletion(Deletion),
    /// A pod has no node.
    Scheduling(Scheduling),
    /// A pod on a node is not ready, or not gone.
    Pod(PodLife),
    /// A claim has no volume, or a volume is not where it is needed.
    Storage(Storage),
    /// A node is lost, or a pod with it.
    Node(NodeLoss),
    /// A Deployment or a ReplicaSet has not all it wants.
    Stateless(Stateless),
}

impl Waiting {
    /// The rule's name, such as `OrderedReady`.
    pub fn rule(&self) -> &'static str {
        match self {
            Waiting::StatefulSet(reason) => reason.rule(),
            Waiting::Deletion(reason) => reason.rule(),
            Waiting::Scheduling(reason) => reason.rule(),
            Waiting::Pod(reason) => reason.rule(),
            Waiting::Storage(reason) => reason.rule(),
            Waiting::Node(reason) => reason.rule(),
            Waiting::Stateless(reason) => reason.rule(),
        }
    }

    /// The object that blocks, if it is another than the one that waits.
    pub fn blocker(&self) -> Option<&Key> {
        match self {
            Waiting::StatefulSet(reason) => reason.blocker(),
            Waiting::Deletion(reason) => reason.blocker(),
            Waiting::Scheduling(reason) => reason.blocker(),
            Waiting::Pod(reason) => reason.blocker(),
            Waiting::Storage(reason) => reason.blocker(),
            Waiting::Node(reason) => reason.blocker(),
            Waiting::Stateless(reason) => reason.blocker(),
        }
    }

    /// The path of the responsible field in the object that waits, such as `spec.podManagementPolicy`.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Waiting::StatefulSet(reason) => reason.field(),
            Waiting::Deletion(reason) => reason.field(),
            Waiting::Scheduling(reason) => reason.field(),
            Waiting::Pod(reason) => reason.field(),
            Waiting::Storage(reason) => reason.field(),
            Waiting::Node(reason) => reason.field(),
            Waiting::Stateless(reason) => reason.field(),
        }
    }

    /// Until when, if only time is missing.
    pub fn until(&self) -> Option<Time> {
        match self {
            Waiting::StatefulSet(reason) => reason.until(),
            Waiting::Pod(reason) => reason.until(),
            Waiting::Storage(reason) => reason.until(),
            Waiting::Node(reason) => reason.until(),
            Waiting::Deletion(_) | Waiting::Scheduling(_) | Waiting::Stateless(_) => None,
        }
    }
}
