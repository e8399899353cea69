//! What the controller remembers between syncs, so that a sync does not inspect every pod again.

use imbl::{OrdMap, OrdSet};

use crate::object::{Key, Object, Uid};
use crate::store::ControlledPods;

/// What the controller remembers about one set. Everything here can be recomputed.
#[derive(Clone, Debug, Default)]
pub struct Memo {
    uid: Uid,
    generation: i64,
    /// Pods that were not touched after this entry of the log have been claimed.
    pub claimed: u64,
    /// Pods with the set's controller reference that do not match (only while the set is being deleted).
    pub ignored: Vec<Key>,
    /// The last entry of the log that `dirty` includes.
    seen: u64,
    /// Ordinals below `unknown` that did not match, or were touched since.
    dirty: OrdSet<i64>,
    /// The first ordinal from which on no replica has been processed.
    unknown: i64,
}

impl Memo {
    /// Marks the ordinals that were touched up to an entry of the log.
    pub fn catch_up(&mut self, start: i64, controlled_pods: &ControlledPods, seq: u64) {
        self.unknown = self.unknown.max(start);
        for (ordinal, _) in controlled_pods.touched_after(self.seen) {
            if *ordinal >= start && *ordinal < self.unknown {
                self.dirty.insert(*ordinal);
            }
        }
        self.seen = seq;
    }

    /// The first ordinal from `from` on that has to be processed.
    pub fn next(&self, from: i64) -> i64 {
        let dirty = self.dirty.range(from..).next().copied();
        dirty.unwrap_or(i64::MAX).min(self.unknown.max(from))
    }

    /// Remembers whether the replica of an ordinal matched when it was processed.
    pub fn processed(&mut self, ordinal: i64, matched: bool) {
        self.unknown = self.unknown.max(ordinal.saturating_add(1));
        if matched {
            self.dirty.remove(&ordinal);
        } else {
            self.dirty.insert(ordinal);
        }
    }
}

/// What the controller remembers about all sets.
#[derive(Clone, Debug, Default)]
pub struct Memos(OrdMap<Key, Memo>);

impl Memos {
    /// The memo of a set; empty if the set is new or its spec changed.
    pub(super) fn entry(&mut self, key: &Key, set: &Object) -> &mut Memo {
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

    /// Forgets a deleted set.
    pub(super) fn forget(&mut self, key: &Key) {
        self.0.remove(key);
    }
}
