//! What a person does to a cluster.

use std::sync::Arc;

use crate::cluster::Fault;

/// One action of a person. A link contains the actions of a run with their times.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Applies the editor's text.
    Apply {
        /// The text.
        text: Arc<str>,
    },
    /// Runs a kubectl line that may change the cluster.
    Kubectl {
        /// The line, with or without `kubectl` in front.
        line: Arc<str>,
        /// What `-f` reads; empty if the line reads nothing.
        stdin: Arc<str>,
    },
    /// Injects a fault.
    Break(Fault),
    /// Ends a fault.
    Mend(Fault),
}
