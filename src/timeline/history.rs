//! The log of a run, with intermediate worlds, so that the world at any position is cheap to compute.

use crate::store::{Cause, Entry, World};

use super::marks::{self, Mark, MarkKind};
use super::pace::{Pace, Show};

/// Entries between two kept worlds. Computing the world at any position replays at most this many entries, which takes
/// well below a millisecond; more kept worlds cost memory for the parts that they do not share.
const ENTRIES_PER_WORLD: usize = 512;

/// A log with intermediate worlds, pace and marks.
///
/// A position is the `seq` of the last entry that has been applied; the position before the first entry is
/// [`History::start`].
#[derive(Clone, Debug, Default)]
pub struct History {
    entries: Vec<Entry>,
    /// The world after every [`ENTRIES_PER_WORLD`] entries, beginning with the one before the first entry.
    worlds: Vec<World>,
    latest: World,
    pace: Pace,
    marks: Vec<Mark>,
}

impl History {
    /// An empty log that begins at a world.
    pub fn new(world: World) -> History {
        History {
            worlds: vec![world.clone()],
            latest: world,
            ..History::default()
        }
    }

    /// Appends entries. All entries of one instant must come in one call.
    pub fn append(&mut self, entries: Vec<Entry>) {
        self.pace.append(&entries);
        for entry in entries {
            let command = matches!(entry.cause, Cause::Command(_))
                && self.entries.last().is_none_or(|last| last.cause != entry.cause);
            let kind = match command {
                true => Some(MarkKind::Command),
                false => marks::classify(&self.latest, &entry),
            };
            if let (Some(kind), Some(show)) = (kind, self.pace.shown_at(self.entries.len())) {
                self.marks.push(Mark {
                    show,
                    seq: entry.seq,
                    kind,
                });
            }
            self.latest.apply(&entry);
            self.entries.push(entry);
            if self.entries.len().is_multiple_of(ENTRIES_PER_WORLD) {
                self.worlds.push(self.latest.clone());
            }
        }
    }

    /// Removes every entry after a position.
    pub fn truncate(&mut self, seq: u64) {
        let count = self.count(seq);
        self.latest = self.world_at(seq);
        self.entries.truncate(count);
        self.worlds.truncate(count / ENTRIES_PER_WORLD + 1);
        self.pace.truncate(count);
        self.marks.retain(|mark| mark.seq <= seq);
    }

    /// The position before the first entry.
    pub fn start(&self) -> u64 {
        self.worlds.first().map_or(0, World::seq)
    }

    /// The position of the last entry.
    pub fn end(&self) -> u64 {
        self.latest.seq()
    }

    /// All entries.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry at a position.
    pub fn entry(&self, seq: u64) -> Option<&Entry> {
        let index = seq.checked_sub(self.start())?.checked_sub(1)?;
        self.entries.get(usize::try_from(index).ok()?)
    }

    /// The entries after one position up to another.
    pub fn between(&self, after: u64, to: u64) -> &[Entry] {
        let (from, to) = (self.count(after), self.count(to));
        self.entries.get(from..to).unwrap_or_default()
    }

    /// The world at a position.
    pub fn world_at(&self, seq: u64) -> World {
        let count = self.count(seq);
        if count == self.entries.len() {
            return self.latest.clone();
        }
        let kept = count / ENTRIES_PER_WORLD;
        let mut world = self.worlds.get(kept).cloned().unwrap_or_default();
        for entry in self
            .entries
            .get(kept * ENTRIES_PER_WORLD..count)
            .unwrap_or_default()
        {
            world.apply(entry);
        }
        world
    }

    /// The world after the last entry.
    pub fn latest(&self) -> &World {
        &self.latest
    }

    /// The show time of the entries.
    pub fn pace(&self) -> &Pace {
        &self.pace
    }

    /// The marks, in log order.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// The show time of the entry at a position.
    pub fn shown_at(&self, seq: u64) -> Show {
        let index = self.count(seq).checked_sub(1);
        index.and_then(|i| self.pace.shown_at(i)).unwrap_or_default()
    }

    /// The position of the last entry that has been shown at a show time.
    pub fn seq_at(&self, show: Show) -> u64 {
        self.start() + self.pace.count_at(show) as u64
    }

    /// The number of entries up to a position.
    fn count(&self, seq: u64) -> usize {
        usize::try_from(seq.saturating_sub(self.start()))
            .unwrap_or(usize::MAX)
            .min(self.entries.len())
    }
}

/// A world that follows the play head: moving forward by one entry costs one entry.
#[derive(Clone, Debug)]
pub struct Cursor {
    world: World,
}

impl Cursor {
    /// Maximum number of entries for which replaying from the current position is cheaper than starting at a kept
    /// world.
    const REPLAY_MAX: u64 = ENTRIES_PER_WORLD as u64 / 2;

    /// A cursor at the start of a log.
    pub fn new(history: &History) -> Cursor {
        Cursor {
            world: history.world_at(history.start()),
        }
    }

    /// Moves to a position of the log and returns the world there. `rebuild`: the log before the cursor has changed, so
    /// the cursor's world is invalid.
    pub fn seek(&mut self, history: &History, seq: u64, rebuild: bool) -> &World {
        let at = self.world.seq();
        let seq = seq.clamp(history.start(), history.end());
        if rebuild || seq < at || seq - at > Self::REPLAY_MAX {
            self.world = history.world_at(seq);
        } else {
            for entry in history.between(at, seq) {
                self.world.apply(entry);
            }
        }
        &self.world
    }

    /// The world at its position.
    pub fn world(&self) -> &World {
        &self.world
    }
}
