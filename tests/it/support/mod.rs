//! What several test modules share: the commands of recordings, a scripted kubelet and provisioner, and invariants.

pub mod command;
pub mod invariants;
pub mod scripted;

use statefulset_playground::cluster::{Settled, Sim};

/// Runs the cluster until nothing is pending; every cluster of the tests settles.
#[track_caller]
pub fn settle(sim: &mut Sim) {
    assert_eq!(sim.settle(), Settled::Idle);
}
