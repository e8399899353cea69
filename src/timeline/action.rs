//! What a person can do to a cluster, as a link keeps it.

use std::sync::Arc;

use crate::api::Propagation;
use crate::cluster::Fault;
use crate::object::Key;

/// One act of a person: what was meant, not what it came to. A link holds a run's actions and their times.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// `kubectl apply` of a whole text.
    Apply {
        /// The text.
        text: Arc<str>,
    },
    /// `kubectl scale`.
    Scale {
        /// The workload.
        workload: Key,
        /// How many.
        replicas: i64,
    },
    /// `kubectl set image`.
    SetImage {
        /// The workload.
        workload: Key,
        /// Which container; none is the first.
        container: Option<Arc<str>>,
        /// The image.
        image: Arc<str>,
    },
    /// `kubectl patch --type=merge`.
    Patch {
        /// The object.
        object: Key,
        /// The patch, as JSON.
        patch: Arc<str>,
    },
    /// `kubectl delete`.
    Delete {
        /// The object.
        object: Key,
        /// What becomes of dependents.
        cascade: Propagation,
        /// Seconds for a pod to stop; 0 removes it at once, none is the pod's own.
        grace: Option<i64>,
    },
    /// `kubectl rollout restart`.
    Restart {
        /// The workload.
        workload: Key,
    },
    /// `kubectl rollout undo`.
    RollBack {
        /// The workload.
        workload: Key,
        /// The revision to go back to; 0 is the one before the newest.
        revision: i64,
    },
    /// Any line of the console that may change the cluster.
    Kubectl {
        /// The line, with or without `kubectl` in front.
        line: Arc<str>,
        /// What `-f` reads; empty where nothing is read.
        stdin: Arc<str>,
    },
    /// Breaks something.
    Break(Fault),
    /// Mends it again.
    Mend(Fault),
}
