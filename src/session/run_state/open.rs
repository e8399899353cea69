//! From a run to the inputs that a link holds, and back.

use super::RunState;
use crate::cluster::Settings;
use crate::limits;
use crate::object::Time;
use crate::share::{self, Shared};
use crate::timeline::History;

/// A moment as a link names it.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    at: Time,
    /// How many entries of that instant have passed; 0 means all.
    entries: u64,
}

impl RunState {
    /// Opens a run from its inputs: at its moment, paused. What takes long to simulate goes on with the ticks.
    pub(in crate::session) fn open(shared: &Shared) -> RunState {
        let settings = Settings {
            seed: shared.seed,
            profile: shared.profile,
            ..Settings::default()
        };
        let mut side = RunState::new(settings, shared.text.as_str().into());
        side.run.replace(shared.steps.clone());
        side.pending_seek = Some(Moment {
            at: shared.at,
            entries: shared.entries,
        });
        for _ in 0..limits::OPENING_SLICES {
            side.go_on();
        }
        side.applied = side.last_applied();
        side
    }

    /// Simulates on towards the moment of a link, and looks at it once it is reached.
    pub(super) fn go_on(&mut self) {
        let Some(moment) = self.pending_seek else { return };
        let more = self.run.ahead(moment.at, limits::ENTRIES_PER_SLICE);
        let history = self.run.history();
        if more && history.latest().now() <= moment.at {
            self.playback.seek(history, history.pace().end());
        } else {
            self.pending_seek = None;
            self.playback.seek_entry(history, moment.entry(history));
            if moment.entries == 0 {
                let show = history.pace().show(moment.at).max(self.playback.head().show);
                self.playback.seek(history, show);
            }
        }
        self.look();
    }

    /// The inputs of the run, and where it is looked at.
    pub(in crate::session) fn shared(&self) -> Shared {
        let settings = self.run.settings();
        let moment = self.pending_seek.unwrap_or_else(|| self.moment());
        Shared {
            version: share::VERSION.to_owned(),
            seed: settings.seed,
            profile: settings.profile,
            text: self.text.to_string(),
            steps: self.run.steps().to_vec(),
            at: moment.at,
            entries: moment.entries,
        }
    }

    fn moment(&self) -> Moment {
        let at = self.now();
        let history = self.run.history();
        let (before, all) = instant(history, at);
        let passed = usize::try_from(self.head().seq - history.start()).unwrap_or(usize::MAX);
        let inside = passed < all;
        Moment {
            at,
            entries: if inside {
                passed.saturating_sub(before) as u64
            } else {
                0
            },
        }
    }
}

/// How many entries there are before an instant, and up to its end.
fn instant(history: &History, at: Time) -> (usize, usize) {
    let entries = history.entries();
    (
        entries.partition_point(|entry| entry.at < at),
        entries.partition_point(|entry| entry.at <= at),
    )
}

impl Moment {
    /// The last entry that has passed.
    fn entry(&self, history: &History) -> u64 {
        let (before, all) = instant(history, self.at);
        let passed = before.saturating_add(usize::try_from(self.entries).unwrap_or(usize::MAX));
        let count = if self.entries == 0 { all } else { passed.min(all) };
        history.start() + count as u64
    }
}
