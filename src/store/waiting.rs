//! Every reason to wait that the cluster knows: the product's heart.
//!
//! One value names the rule, the object that blocks, and the field that a person can change. There is no catch-all: an
//! actor that waits for something new gets a new variant.

use std::sync::Arc;

use crate::object::{Key, Time};

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
    /// Another variant's place is found beside the actor that waits: see the scheduler, the kubelet, the volumes.
    Unschedulable {
        /// The scheduler's message.
        message: Arc<str>,
        /// The object to blame: a claim, a node, or the pod itself.
        blocker: Key,
    },
}
