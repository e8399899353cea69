//! Why an object that is being deleted still exists.

use crate::object::Key;

/// What the deletion of an object waits for.
#[derive(Clone, Debug, PartialEq)]
pub enum DeletionWaiting {
    /// Foreground deletion: a dependent with `blockOwnerDeletion` still exists
    /// (`processDeletingDependentsItem` in `garbagecollector.go`).
    BlockingDependent {
        /// The first of the dependents.
        dependent: Key,
    },
    /// A scheduled pod uses the claim (`pvc_protection_controller.go`).
    ClaimInUse {
        /// The pod.
        pod: Key,
    },
}

impl DeletionWaiting {
    /// The field that keeps the object.
    pub const FIELD: &str = "metadata.finalizers";

    /// The rule's name.
    pub fn rule(&self) -> &'static str {
        match self {
            DeletionWaiting::BlockingDependent { .. } => "ForegroundDeletion",
            DeletionWaiting::ClaimInUse { .. } => "ClaimProtection",
        }
    }

    /// The object that blocks.
    pub fn blocker(&self) -> &Key {
        match self {
            DeletionWaiting::BlockingDependent { dependent } => dependent,
            DeletionWaiting::ClaimInUse { pod } => pod,
        }
    }
}
