//! How long things take.

use serde::{Deserialize, Serialize};

/// A set of durations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Profile {
    /// Everything takes a second or so.
    Quick,
    /// As on a small cluster in the cloud.
    #[default]
    Realistic,
    /// The same with slow storage.
    SlowDisk,
}
