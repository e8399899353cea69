//! The positions at which Step, Back and Skip stop.

use super::RunState;
use crate::scene::explain::explain;
use crate::store::{Entry, World};
use crate::timeline::pace;

impl RunState {
    /// The next entry after the play head that changes the picture or the sentence.
    pub(in crate::session) fn next_stop(&self) -> Option<u64> {
        let history = self.run.history();
        let mut world = self.world().clone();
        for entry in history.between(self.head().seq, history.end()) {
            if stops_at(&mut world, entry) {
                return Some(entry.seq);
            }
        }
        None
    }

    /// The last stop before the one at the play head; before the first stop, the start of the log.
    pub(in crate::session) fn previous_stop(&self) -> Option<u64> {
        let history = self.run.history();
        let mut reached = false;
        let mut seq = self.head().seq;
        while seq > history.start() {
            let mut before = history.world_at(seq - 1);
            let stops = history
                .entry(seq)
                .is_some_and(|entry| stops_at(&mut before, entry));
            if stops && reached {
                return Some(seq);
            }
            reached |= stops;
            seq -= 1;
        }
        reached.then_some(history.start())
    }

    /// The next position at which nothing is pending.
    pub(in crate::session) fn next_quiet(&self) -> u64 {
        self.run.quiet_after(self.head().seq)
    }
}

/// Applies an entry to a world, and returns whether it changes the picture or the sentence.
fn stops_at(world: &mut World, entry: &Entry) -> bool {
    if pace::visible(entry) {
        world.apply(entry);
        return true;
    }
    let before = explain(world, entry.at);
    world.apply(entry);
    explain(world, entry.at) != before
}
