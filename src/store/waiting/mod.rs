//! Every reason for which an actor waits.
//!
//! A reason names the rule, the object that blocks and the field that a person can change. There is no catch-all
//! variant: an actor that waits for something new gets a new one.

mod deletion;
mod deployment;
mod node;
mod pod;
mod scheduling;
mod statefulset;
mod storage;

use crate::object::{Key, Time};

pub use deletion::DeletionWaiting;
pub use deployment::DeploymentWaiting;
pub use node::NodeWaiting;
pub use pod::PodWaiting;
pub use scheduling::SchedulingWaiting;
pub use statefulset::StatefulSetWaiting;
pub use storage::StorageWaiting;

/// Why an actor waits before it continues with an object.
///
/// Each reason mirrors one early return or skipped branch of the upstream component, which its doc comment names.
#[derive(Clone, Debug, PartialEq)]
pub enum Waiting {
    /// A StatefulSet's sync stopped.
    StatefulSet(StatefulSetWaiting),
    /// An object is being deleted and still exists.
    Deletion(DeletionWaiting),
    /// A pod has no node.
    Scheduling(SchedulingWaiting),
    /// A pod on a node is not Ready, or still terminating.
    Pod(PodWaiting),
    /// A claim has no volume, or a volume is not attached where it is needed.
    Storage(StorageWaiting),
    /// A node is NotReady, or a pod is on such a node.
    Node(NodeWaiting),
    /// A Deployment or a ReplicaSet does not have the pods that its spec asks for.
    Deployment(DeploymentWaiting),
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
            Waiting::Deployment(reason) => reason.rule(),
        }
    }

    /// The object that blocks, if it is not the one that waits.
    pub fn blocker(&self) -> Option<&Key> {
        match self {
            Waiting::StatefulSet(reason) => reason.blocker(),
            Waiting::Deletion(reason) => Some(reason.blocker()),
            Waiting::Scheduling(reason) => reason.blocker(),
            Waiting::Pod(reason) => reason.blocker(),
            Waiting::Storage(reason) => reason.blocker(),
            Waiting::Node(reason) => reason.blocker(),
            Waiting::Deployment(reason) => reason.blocker(),
        }
    }

    /// The path of the responsible field in the object that waits, such as `spec.podManagementPolicy`.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Waiting::StatefulSet(reason) => reason.field(),
            Waiting::Deletion(_) => Some(DeletionWaiting::FIELD),
            Waiting::Scheduling(reason) => reason.field(),
            Waiting::Pod(reason) => reason.field(),
            Waiting::Storage(reason) => reason.field(),
            Waiting::Node(reason) => reason.field(),
            Waiting::Deployment(reason) => Some(reason.field()),
        }
    }

    /// When the wait ends by itself, if only time is missing.
    pub fn until(&self) -> Option<Time> {
        match self {
            Waiting::StatefulSet(reason) => reason.until(),
            Waiting::Pod(reason) => reason.until(),
            Waiting::Storage(reason) => reason.until(),
            Waiting::Node(reason) => reason.until(),
            Waiting::Deletion(_) | Waiting::Scheduling(_) | Waiting::Deployment(_) => None,
        }
    }
}
