//! What the controller remembers between syncs, so that a sync does not ask everything again of every pod.

use imbl::OrdMap;

use crate::object::{Key, Object, Uid};

/// One set's memory. It holds nothing that could not be found out again.
#[derive(Clone, Debug, Default)]
pub struct Memo {
    uid: Uid,
    generation: i64,
    /// Pods not touched after this entry of the log are known to be the set's own.
    pub claimed: u64,
    /// Pods with the set's controller reference that do not match, while the set is being deleted.
    pub ignored: Vec<Key>,
    /// By place: the entry of the log at which identity, storage and claims of the replica were found right.
    right: Vec<u64>,
}

impl Memo {
    /// Whether the replica at this place was found right and has not been touched since.
    pub fn is_right(&self, place: usize, touched: u64) -> bool {
        self.right.get(place).is_some_and(|&seq| seq >= touched)
    }

    /// Remembers that the replica at this place is right as of this entry.
    pub fn found_right(&mut self, place: usize, seq: u64) {
        if self.right.len() <= place {
            self.right.resize(place + 1, 0);
        }
        self.right[place] = seq;
    }
}

/// The memory of all sets.
#[derive(Clone, Debug, Default)]
pub struct Memos(OrdMap<Key, Memo>);

impl Memos {
    /// The memory of a set; a new one, or one whose spec changed, is remembered nothing of.
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
