//! The log of a run with everything that makes any of its positions cheap to look at.

use crate::store::{Cause, Entry, World};

use super::marks::{self, Mark, MarkKind};
use super::pace::{Pace, Show};

/// Entries between two kept worlds. A look at any position replays at most so many entries, which takes well below a
/// millisecond; keeping more worlds costs memory for what they do not share.
const ENTRIES_PER_WORLD: usize = 512;

/// A log from its first entry on, the worlds on the way, the pace and the marks.
///
/// Positions are the `seq` of the last entry that counts; the position before the first entry is [`History::start`].
#[derive(Clone, Debug, Default)]
pub struct History {
    entries: Vec<Entry>,
    /// The worlds after every [`ENTRIES_PER_WORLD`] entries, from the one before the first on.
    worlds: Vec<World>,
    latest: World,
    pace: Pace,
    marks: Vec<Mark>,
}

impl History {
    /// A log that begins at this world.
    pub fn new(world: World) -> History {
        History {
            worlds: vec![world.clone()],
            latest: world,
            ..History::default()
        }
    }

    /// Adds entries that follow; what happens at one instant comes in one call.
    pub fn append(&mut self, entries: Vec<Entry>) {
        self.pace.append(&entries);
        for entry in entries {
            let command = matches!(entry.cause, Cause::Command(_))
                && self.entries.last().is_none_or(|last| last.cause != entry.cause);
            let kind = match marks::kind(&self.latest, &entry) {
                _ if command => Some(MarkKind::Command),
                kind => kind,
            };
            if let (Some(kind), Some(show)) = (kind, self.pace.of(self.entries.len())) {
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

    /// Forgets every entry after a position.
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

    /// The cluster at a position.
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

    /// The cluster after the last entry.
    pub fn latest(&self) -> &World {
        &self.latest
    }

    /// When entries are shown.
    pub fn pace(&self) -> &Pace {
        &self.pace
    }

    /// The marks in the order of time.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// When the entry at a position is shown.
    pub fn shown(&self, seq: u64) -> Show {
        let index = self.count(seq).checked_sub(1);
        index.and_then(|i| self.pace.of(i)).unwrap_or_default()
    }

    /// The position of the last entry that has been shown at a moment.
    pub fn seq_at(&self, show: Show) -> u64 {
        self.start() + self.pace.count_at(show) as u64
    }

    /// How many entries there are up to a position.
    fn count(&self, seq: u64) -> usize {
        usize::try_from(seq.saturating_sub(self.start()))
            .unwrap_or(usize::MAX)
            .min(self.entries.len())
    }
}

/// A world that follows the play head: a step forward costs one entry.
#[derive(Clone, Debug)]
pub struct Cursor {
    world: World,
}

impl Cursor {
    /// Entries up to which walking on is cheaper than beginning at a kept world.
    const WALK_MAX: u64 = ENTRIES_PER_WORLD as u64 / 2;

    /// A cursor at the beginning of a log.
    pub fn new(history: &History) -> Cursor {
        Cursor {
            world: history.world_at(history.start()),
        }
    }

    /// Moves to a position of the log and returns the world there. `fresh`: the log has changed before the position
    /// where the cursor stood, so that nothing of its world counts.
    pub fn seek(&mut self, history: &History, seq: u64, fresh: bool) -> &World {
        let at = self.world.seq();
        let seq = seq.clamp(history.start(), history.end());
        if fresh || seq < at || seq - at > Self::WALK_MAX {
            self.world = history.world_at(seq);
        } else {
            for entry in history.between(at, seq) {
                self.world.apply(entry);
            }
        }
        &self.world
    }

    /// The world where it stands.
    pub fn world(&self) -> &World {
        &self.world
    }
}
