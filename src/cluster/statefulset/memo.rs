//! What the controller remembers between syncs, so that a sync does not ask everything again of every pod.

use imbl::{OrdMap, OrdSet};

use crate::object::{Key, Object, Uid};
use crate::store::ControlledPods;

/// One set's memory. It holds nothing that could not be found out again.
#[derive(Clone, Debug, Default)]
pub struct Memo {
    uid: Uid,
    generation: i64,
    /// Pods not touched after this entry of the log are known to be the set's own.
    pub claimed: u64,
    /// Pods with the set's controller reference that do not match, while the set is being deleted.
    pub ignored: Vec<Key>,
    /// The last entry of the log that `todo` takes account of.
    seen: u64,
    /// Ordinals below `unknown` that were not found right, or were touched since.
    todo: OrdSet<i64>,
    /// From this ordinal on no replica has been looked at.
    unknown: i64,
}

impl Memo {
    /// Takes note of all that was touched up to an entry of the log.
    pub fn catch_up(&mut self, start: i64, controlled_pods: &ControlledPods, seq: u64) {
        self.unknown = self.unknown.max(start);
        for (ordinal, _) in controlled_pods.touched_after(self.seen) {
            if *ordinal >= start && *ordinal < self.unknown {
                self.todo.insert(*ordinal);
            }
        }
        self.seen = seq;
    }

    /// The first ordinal from `from` on that has to be looked at.
    pub fn next(&self, from: i64) -> i64 {
        let known = self.todo.range(from..).next().copied();
        known.unwrap_or(i64::MAX).min(self.unknown.max(from))
    }

    /// Remembers whether the replica of an ordinal, just looked at, was right.
    pub fn looked_at(&mut self, ordinal: i64, right: bool) {
        self.unknown = self.unknown.max(ordinal.saturating_add(1));
        if right {
            self.todo.remove(&ordinal);
        } else {
            self.todo.insert(ordinal);
        }
    }
}

/// The memory of all sets.
#[derive(Clone, Debug, Default)]
pub struct Memos(OrdMap<Key, Memo>);

impl Memos {
    /// The memory of a set; of a new one, or one whose spec changed, nothing is remembered.
    pub(super) fn of(&mut self, key: &Key, set: &Object) -> &mut Memo {
        let memo = self.0.entry(key.clone()).or_default();
        if memo.uid != set.meta.uid || memo.generation != set.meta.generation {
            *memo = Memo {
                uid: set.meta.uid.clone(),
                generation: set.meta.generation,
                ..Memo::default()
            };
        }
        memo
    }

    /// Forgets a set that is gone.
    pub(super) fn forget(&mut self, key: &Key) {
        self.0.remove(key);
    }
}
