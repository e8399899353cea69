//! Maps cluster time to show time: long gaps are compressed, and the changes of one instant are spread out.
//!
//! Show time is a pure, monotone function of the log, in whole milliseconds since the start of the run. The play head,
//! the slider and motion use it; objects and rules know only cluster time.

use std::fmt;

use crate::object::{Kind, Time};
use crate::store::{Cause, Entry, EntryKind};

/// A show time, in milliseconds since the start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Show(pub u64);

impl Show {
    /// The show time `ms` milliseconds later.
    pub fn plus(self, ms: u64) -> Show {
        Show(self.0.saturating_add(ms))
    }

    /// Milliseconds since `earlier`; 0 if that is not earlier.
    pub fn since(self, earlier: Show) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Show time between two visible changes of one instant, in milliseconds.
const STAGGER_MS: u64 = 120;

/// Maximum show time of one instant, in milliseconds.
const INSTANT_MS_MAX: u64 = 600;

/// A stretch without entries that is shown compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Where it begins.
    pub from: Show,
    /// Where it ends.
    pub to: Show,
    /// Its length in cluster time, in milliseconds.
    pub cluster_ms: u64,
}

/// Its label, such as `+28 s`, `+5 min` or `+2 h`.
impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.cluster_ms.saturating_add(500) / 1000;
        match seconds {
            0..=119 => write!(f, "+{} s", seconds.max(1)),
            120..=7199 => write!(f, "+{} min", (seconds + 30) / 60),
            _ => write!(f, "+{} h", (seconds + 1800) / 3600),
        }
    }
}

/// Entries that are shown together: those of one instant, where a person's action is a separate batch.
#[derive(Clone, Copy, Debug)]
struct Batch {
    at: Time,
    /// Index of its first entry.
    first: usize,
    /// When its first entry is shown.
    begins: Show,
    /// When its last entry is shown.
    ends: Show,
}

/// The show time of every entry of a log.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    shown: Vec<Show>,
    batches: Vec<Batch>,
}

impl Pace {
    /// Appends entries. All entries of one instant must come in one call: a second call begins a new batch.
    pub fn append(&mut self, entries: &[Entry]) {
        for batch in entries.chunk_by(|a, b| a.at == b.at && command(a) == command(b)) {
            self.append_batch(batch);
        }
    }

    fn append_batch(&mut self, entries: &[Entry]) {
        let Some(at) = entries.first().map(|entry| entry.at) else {
            return;
        };
        let begins = match self.batches.last() {
            Some(last) => last.ends.plus(shown_gap(at.since(last.at))),
            None => Show(shown_gap(at.0)),
        };
        let steps = (entries.iter().filter(|entry| visible(entry)).count() as u64).saturating_sub(1);
        let spread = (steps * STAGGER_MS).min(INSTANT_MS_MAX);
        self.batches.push(Batch {
            at,
            first: self.shown.len(),
            begins,
            ends: begins.plus(spread),
        });
        let mut seen = 0u64;
        for entry in entries {
            seen += u64::from(visible(entry));
            let index = seen.saturating_sub(1);
            let offset = index * spread / steps.max(1);
            self.shown.push(begins.plus(offset));
        }
    }

    /// Removes all but the first `count` entries.
    pub fn truncate(&mut self, count: usize) {
        self.shown.truncate(count);
        self.batches.retain(|batch| batch.first < count);
        if let (Some(batch), Some(last)) = (self.batches.last_mut(), self.shown.last()) {
            batch.ends = *last;
        }
    }

    /// The show time of an entry, by its index in the log (not its `seq`).
    pub fn shown_at(&self, index: usize) -> Option<Show> {
        self.shown.get(index).copied()
    }

    /// The number of entries that have been shown at a show time.
    pub fn count_at(&self, show: Show) -> usize {
        self.shown.partition_point(|at| *at <= show)
    }

    /// The show time of the last entry.
    pub fn end(&self) -> Show {
        self.shown.last().copied().unwrap_or_default()
    }

    /// The cluster time at a show time. After the last entry both advance at the same rate.
    pub fn cluster_time(&self, show: Show) -> Time {
        let next = self.batches.partition_point(|batch| batch.begins <= show);
        let (at, ends) = match next.checked_sub(1).and_then(|i| self.batches.get(i)) {
            Some(batch) => (batch.at, batch.ends),
            None => (Time(0), Show(0)),
        };
        let into = show.since(ends);
        match self.batches.get(next) {
            Some(after) => {
                let (gap, long) = (after.at.since(at), after.begins.since(ends));
                at.plus(scale(into, gap, long))
            }
            None => at.plus(into),
        }
    }

    /// The first show time with that cluster time. Entries of that instant need not have been shown yet.
    pub fn show_time_before(&self, at: Time) -> Show {
        let first = self.batches.partition_point(|batch| batch.at < at);
        match self.batches.get(first) {
            Some(batch) if batch.at == at => batch.begins,
            _ => self.show_time_after(at),
        }
    }

    /// The first show time at which every entry up to that cluster time has been shown. After the last entry both
    /// advance at the same rate.
    pub fn show_time_after(&self, at: Time) -> Show {
        let next = self.batches.partition_point(|batch| batch.at <= at);
        let (from, ends) = match next.checked_sub(1).and_then(|i| self.batches.get(i)) {
            Some(batch) => (batch.at, batch.ends),
            None => (Time(0), Show(0)),
        };
        let into = at.since(from);
        match self.batches.get(next) {
            Some(after) => {
                let (gap, long) = (after.at.since(from), after.begins.since(ends));
                ends.plus(scale(into, long, gap))
            }
            None => ends.plus(into),
        }
    }

    /// The compressed gaps, in order.
    pub fn gaps(&self) -> impl Iterator<Item = Gap> {
        let before = std::iter::once((Time(0), Show(0)))
            .chain(self.batches.iter().map(|batch| (batch.at, batch.ends)));
        before.zip(&self.batches).filter_map(|((at, ends), after)| {
            let cluster_ms = after.at.since(at);
            (cluster_ms > shown_gap(cluster_ms)).then_some(Gap {
                from: ends,
                to: after.begins,
                cluster_ms,
            })
        })
    }
}

/// Whether an entry changes the picture. Events and the control plane's own records do not.
pub fn visible(entry: &Entry) -> bool {
    match &entry.kind {
        EntryKind::Change(change) => !matches!(
            change.key.kind,
            Kind::Event | Kind::ControllerRevision | Kind::Lease | Kind::Endpoints
        ),
        EntryKind::Decision(_) => false,
    }
}

fn command(entry: &Entry) -> Option<u32> {
    match entry.cause {
        Cause::Command(number) => Some(number),
        Cause::Entry(_) | Cause::Timer => None,
    }
}

/// `part · whole_to / whole_from` without overflow; 0 if `whole_from` is 0.
fn scale(part: u64, whole_to: u64, whole_from: u64) -> u64 {
    let product = u128::from(part) * u128::from(whole_to);
    product
        .checked_div(u128::from(whole_from))
        .and_then(|scaled| u64::try_from(scaled).ok())
        .unwrap_or(0)
}

/// Show time of a gap of cluster time, both in milliseconds: min(g, 0.4 s + 0.3 s · log2(1 + g / 1 s)).
fn shown_gap(gap_ms: u64) -> u64 {
    let log = log2_fixed(gap_ms.saturating_add(1000)).saturating_sub(log2_fixed(1000));
    gap_ms.min(400 + ((300 * log) >> FRACTION_BITS))
}

/// Bits after the point in [`log2_fixed`].
const FRACTION_BITS: u32 = 16;

/// log2 in fixed point, by repeated squaring: the same on every machine, which a library's logarithm need not be.
fn log2_fixed(number: u64) -> u64 {
    let whole = number.max(1).ilog2();
    let mut rest = (u128::from(number.max(1)) << 63) >> whole;
    let mut log = u64::from(whole);
    for _ in 0..FRACTION_BITS {
        rest = (rest * rest) >> 63;
        let bit = rest >> 64;
        rest >>= bit;
        log = log << 1 | bit as u64;
    }
    log
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(gap_ms: u64, shown_ms: u64) {
        assert_eq!(shown_gap(gap_ms), shown_ms);
    }

    #[test]
    fn long_gaps_are_compressed_and_short_ones_are_not() {
        check(0, 0);
        check(600, 600);
        check(1_000, 700);
        check(3_000, 1_000);
        check(7_000, 1_300);
        check(30_000, 1_886);
        check(300_000, 2_870);
    }

    #[test]
    fn the_shown_gap_never_shrinks() {
        let mut last = 0;
        for gap in (0..200_000).step_by(7) {
            let shown = shown_gap(gap);
            assert!(shown >= last && shown <= gap, "{gap}");
            last = shown;
        }
    }

    #[track_caller]
    fn label(cluster_ms: u64, text: &str) {
        let gap = Gap {
            from: Show(0),
            to: Show(0),
            cluster_ms,
        };
        assert_eq!(gap.to_string(), text);
    }

    #[test]
    fn gaps_are_labelled_with_one_unit() {
        label(800, "+1 s");
        label(28_300, "+28 s");
        label(300_000, "+5 min");
        label(7_200_000, "+2 h");
    }
}
