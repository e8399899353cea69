//! Every reason to wait that the cluster knows: the product's heart.
//!
//! One value names the rule, the object that blocks, and the field that a person can change. There is no catch-all: an
//! actor that waits for something new gets a new variant.

mod node;
mod pod;
mod schedule;
mod stateless;
mod storage;

use std::sync::Arc;

use crate::object::{Key, Time};

pub use node::NodeLoss;
pub use pod::PodLife;
pub use schedule::Scheduling;
pub use stateless::Stateless;
pub use storage::Storage;

/// Why an actor does nothing (more) about an object for now.
///
/// Each variant mirrors one early return or skipped branch of the component that decides; the doc comment names it.
#[derive(Clone, Debug, PartialEq)]
pub enum Waiting {
    /// OrderedReady: no later ordinal is touched until this replica is Running and Ready
    /// (`processReplica` in `stateful_set_control.go`).
    ReplicaNotReady {
        /// The pod at which the sync stopped.
        pod: Key,
    },
    /// OrderedReady: this replica is Ready, but not yet for `minReadySeconds` (`processReplica`).
    ReplicaNotAvailable {
        /// The pod at which the sync stopped.
        pod: Key,
        /// When it will be available.
        at: Time,
    },
    /// OrderedReady: this replica is terminating; its successor waits until it is gone (`processReplica`).
    ReplicaTerminating {
        /// The pod at which the sync stopped.
        pod: Key,
    },
    /// The replica is to be replaced, and its name is taken until the old pod is gone
    /// (`processReplica` for Failed and Succeeded pods).
    ReplacedPodStillThere {
        /// The old pod.
        pod: Key,
    },
    /// Its pod cannot be created: the API server refused it, or a claim could not be used.
    CreateFailed {
        /// The pod to create.
        pod: Key,
        /// The error, in the API server's words.
        error: Arc<str>,
    },
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
