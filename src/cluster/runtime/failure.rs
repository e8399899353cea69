//! The result of a sync.

use std::sync::Arc;

use crate::api::Status;

/// Result of a sync. A failed key is retried with exponential back-off (`workqueue.AddRateLimited`).
pub type SyncResult = Result<(), Failure>;

/// Why a sync failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The message of the API server or of the actor.
    pub message: Arc<str>,
    /// When the actor itself tries again, in milliseconds; `None` for the exponential back-off.
    pub retry_after_ms: Option<u64>,
}

impl From<Status> for Failure {
    fn from(status: Status) -> Failure {
        Failure {
            message: status.message.into(),
            retry_after_ms: None,
        }
    }
}
