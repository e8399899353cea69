//! How far a line that waits has come: the entries of the log after its start.

use crate::kubectl::process::Position;
use crate::object::Time;
use crate::store::Entry;
use crate::timeline::History;

/// The part of the log between the start of a line and a position.
#[derive(Clone, Copy, Debug)]
pub(super) struct Progress<'a> {
    /// The log; none while the line is entered.
    pub history: Option<&'a History>,
    /// The entries after the start of the line.
    pub entries: &'a [Entry],
    quiet: bool,
}

impl<'a> Progress<'a> {
    /// The part of the log after `start`.
    pub fn new(history: &'a History, start: u64, position: Position) -> Progress<'a> {
        Progress {
            history: Some(history),
            entries: history.between(start, position.seq.max(start)),
            quiet: position.quiet,
        }
    }

    /// No entries: the line has just been entered.
    pub fn none() -> Progress<'a> {
        Progress {
            history: None,
            entries: &[],
            quiet: false,
        }
    }

    /// The entries up to a deadline.
    pub fn until(&self, deadline: Option<Time>) -> &'a [Entry] {
        let Some(deadline) = deadline else {
            return self.entries;
        };
        let end = self.entries.partition_point(|entry| entry.at <= deadline);
        &self.entries[..end]
    }

    /// Whether a deadline has passed.
    pub fn has_passed(&self, deadline: Option<Time>) -> bool {
        deadline
            .is_some_and(|deadline| self.quiet || self.entries.last().is_some_and(|last| last.at > deadline))
    }
}
