//! Converts a run to the inputs that a link contains, and back.

use super::RunState;
use crate::cluster::Settings;
use crate::limits;
use crate::object::Time;
use crate::share::{self, Shared};
use crate::timeline::History;

/// A position of the log as a link names it.
#[derive(Clone, Copy, Debug)]
pub struct LinkPosition {
    at: Time,
    /// Number of entries of that instant; 0 means all.
    entries: u64,
}

impl RunState {
    /// Opens a run at the position of a link, paused. A long run is simulated on by the ticks.
    pub(in crate::session) fn open(shared: &Shared) -> RunState {
        let settings = Settings {
            seed: shared.seed,
            profile: shared.profile,
            ..Settings::default()
        };
        let mut state = RunState::new(settings, shared.text.as_str().into());
        state.run.replace(shared.steps.clone());
        state.pending_seek = Some(LinkPosition {
            at: shared.at,
            entries: shared.entries,
        });
        for _ in 0..limits::OPENING_SLICES {
            state.advance_pending_seek();
        }
        state.applied = state.last_applied();
        state
    }

    /// Simulates towards the position of a link, and moves there once it is reached.
    pub(super) fn advance_pending_seek(&mut self) {
        let Some(position) = self.pending_seek else {
            return;
        };
        let more = self.run.simulate_ahead(position.at, limits::ENTRIES_PER_SLICE);
        let history = self.run.history();
        if (more || self.run.blocked()) && history.latest().now() <= position.at {
            self.playback.seek(history, history.pace().end());
        } else {
            self.pending_seek = None;
            self.playback.seek_entry(history, position.seq(history));
            if position.entries == 0 {
                let show = history.pace().show_time_after(position.at);
                self.playback.seek(history, show.max(self.playback.head().show));
            }
        }
        self.update_cursor();
    }

    /// The inputs of the run, and the position of the play head.
    pub(in crate::session) fn shared(&self) -> Shared {
        let settings = self.run.settings();
        let position = self.pending_seek.unwrap_or_else(|| self.link_position());
        Shared {
            version: share::VERSION,
            seed: settings.seed,
            profile: settings.profile,
            text: self.text.to_string(),
            steps: self.run.steps().to_vec(),
            at: position.at,
            entries: position.entries,
        }
    }

    fn link_position(&self) -> LinkPosition {
        let at = self.now();
        let history = self.run.history();
        let (start, end) = instant(history, at);
        let passed = usize::try_from(self.head().seq - history.start()).unwrap_or(usize::MAX);
        let entries = match passed < end {
            true => passed.saturating_sub(start) as u64,
            false => 0,
        };
        LinkPosition { at, entries }
    }
}

/// The indices of the entries of an instant: the first one, and the one after the last.
fn instant(history: &History, at: Time) -> (usize, usize) {
    let entries = history.entries();
    (
        entries.partition_point(|entry| entry.at < at),
        entries.partition_point(|entry| entry.at <= at),
    )
}

impl LinkPosition {
    /// The position in a log.
    fn seq(&self, history: &History) -> u64 {
        let (start, end) = instant(history, self.at);
        let passed = start.saturating_add(usize::try_from(self.entries).unwrap_or(usize::MAX));
        let count = if self.entries == 0 { end } else { passed.min(end) };
        history.start() + count as u64
    }
}
