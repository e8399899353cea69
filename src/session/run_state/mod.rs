//! One run of a session, with its text, its terminal and its play head.

mod act;
mod link;
mod stops;
mod terminal;
mod waiting;

use std::sync::Arc;

use crate::cluster::Settings;
use crate::kubectl::check::check;
use crate::kubectl::diagnostic::Diagnostic;
use crate::limits;
use crate::object::{Key, Time};
use crate::scene::explain::{Sentence, explain};
use crate::store::World;
use crate::timeline::{Cursor, Pace, PlayHead, Playback, Run, Show};

use super::live::{self, LiveDifference};
use super::perform::{Report, can_apply, perform, ready};
use super::refusal::Refusal;

pub(super) use act::ActionOutcome;
pub use terminal::{Terminal, TerminalLine};

/// Show time to keep simulated ahead of the play head, in milliseconds at the normal speed.
const LEAD_MS: u64 = 1_000;

/// Identifies the log of a run state: it differs after entries were removed, and for another run in its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogVersion {
    generation: u64,
    rewrites: u64,
}

/// One run with its text, its terminal and its play head.
#[derive(Clone, Debug)]
pub struct RunState {
    pub(super) text: Arc<str>,
    /// The text that was applied last.
    pub(super) applied: Option<Arc<str>>,
    pub(super) problems: Vec<Diagnostic>,
    pub(super) refusals: Vec<Refusal>,
    pub(super) live: Vec<LiveDifference>,
    pub(super) playback: Playback,
    undo_stack: Vec<act::Undo>,
    terminal: Terminal,
    run: Run<Report>,
    cursor: Cursor,
    /// [`Run::rewrites`] at the last move of the cursor.
    cursor_rewrites: u64,
    /// Differs from that of every run state that it replaced.
    pub(super) generation: u64,
    /// The position that a link asks for, until the simulation reaches it.
    pending_seek: Option<link::LinkPosition>,
    waiting: Vec<waiting::KeptMsg>,
    /// Whether the text could not be checked yet.
    unchecked: bool,
    delay: Option<Arc<str>>,
}

impl RunState {
    /// A run without steps, and a text that has not been applied.
    pub fn new(settings: Settings, text: Arc<str>) -> RunState {
        let run = Run::new(settings, perform).with_ready(ready);
        RunState {
            text,
            applied: None,
            problems: Vec::new(),
            refusals: Vec::new(),
            live: Vec::new(),
            playback: Playback::new(run.history(), false),
            undo_stack: Vec::new(),
            terminal: Terminal::default(),
            cursor: Cursor::new(run.history()),
            run,
            cursor_rewrites: 0,
            generation: 0,
            pending_seek: None,
            waiting: Vec::new(),
            unchecked: false,
            delay: None,
        }
    }

    /// The editor's text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Whether the text differs from the one that was applied last.
    pub fn edited(&self) -> bool {
        self.applied.as_ref() != Some(&self.text)
    }

    /// The problems of the text.
    pub fn problems(&self) -> &[Diagnostic] {
        &self.problems
    }

    /// The errors of the last action.
    pub fn refusals(&self) -> &[Refusal] {
        &self.refusals
    }

    /// The lines of the text whose live value differs.
    pub fn live(&self) -> &[LiveDifference] {
        &self.live
    }

    /// The run.
    pub fn run(&self) -> &Run<Report> {
        &self.run
    }

    /// The terminal.
    pub fn terminal(&self) -> &Terminal {
        &self.terminal
    }

    /// The state of the transport.
    pub fn playback(&self) -> &Playback {
        &self.playback
    }

    /// The play head.
    pub fn head(&self) -> PlayHead {
        self.playback.head()
    }

    /// The version of the log.
    pub fn version(&self) -> LogVersion {
        LogVersion {
            generation: self.generation,
            rewrites: self.run.rewrites(),
        }
    }

    /// The play head's position in the log and the version of the log: together they identify a world.
    pub fn position(&self) -> (u64, LogVersion) {
        (self.head().seq, self.version())
    }

    /// The world at the play head.
    pub fn world(&self) -> &World {
        self.cursor.world()
    }

    /// The cluster time at the play head.
    pub fn now(&self) -> Time {
        let head = self.head();
        let last = self
            .run
            .history()
            .entry(head.seq)
            .map_or(Time(0), |entry| entry.at);
        let next = self.run.history().entry(head.seq + 1).map(|entry| entry.at);
        let shown = self.pace().cluster_time(head.show).max(last);
        next.map_or(shown, |next| shown.min(next))
    }

    /// What is happening at the play head, or why nothing is.
    pub fn sentence(&self) -> Sentence {
        explain(self.world(), self.now())
    }

    /// The show time of the last entry.
    pub fn length(&self) -> Show {
        self.pace().end()
    }

    /// The mapping between cluster time and show time.
    pub(super) fn pace(&self) -> &Pace {
        self.run.history().pace()
    }

    /// Whether the play head is at the end of the log and nothing is pending.
    pub fn quiet(&self) -> bool {
        self.run.quiet() && self.playback.at_end(self.run.history())
    }

    /// Whether the play head advances with time, or still has to reach the position of a link.
    pub fn moving(&self) -> bool {
        self.playback.playing() || self.pending_seek.is_some() && !self.run.blocked()
    }

    /// Whether the log has reached its limit.
    pub fn full(&self) -> bool {
        self.run.full()
    }

    /// Whether an object exists at the play head.
    pub fn has(&self, key: &Key) -> bool {
        self.world().get(key).is_some()
    }

    /// Updates the problems of the text, and where it differs from the cluster.
    pub(super) fn check(&mut self) {
        self.unchecked = !can_apply(&self.text);
        if !self.unchecked {
            self.problems = check(self.cursor.world(), &self.text);
        }
        self.compare_with_live();
    }

    /// Updates where the text differs from the cluster.
    pub(super) fn compare_with_live(&mut self) {
        self.live = live::differences(self.cursor.world(), &self.text, self.applied.as_deref());
    }

    /// Whether there is something to undo.
    pub fn can_undo(&self) -> bool {
        !self.undo_stack.is_empty()
    }

    /// Simulates one slice. Returns whether there is more to simulate now.
    pub(super) fn simulate_ahead(&mut self) -> bool {
        let now = self.now();
        self.run.simulate_ahead(now, limits::ENTRIES_PER_SLICE)
    }

    /// Simulates during one frame: little, unless the play head is about to reach the end of the log.
    fn simulate_during_playback(&mut self) {
        let lead_ms = LEAD_MS * u64::from(self.playback.speed().quarters()) / 4;
        let enough = self.length().since(self.head().show) >= lead_ms;
        let entries = match enough {
            true => limits::ENTRIES_PER_FRAME,
            false => limits::ENTRIES_PER_SLICE,
        };
        let now = self.now();
        self.run.simulate_ahead(now, entries);
    }

    /// Simulates until the next quiet position is known, for at most [`limits::SKIP_SLICES`] slices.
    pub(super) fn simulate_to_quiet(&mut self) {
        for _ in 0..limits::SKIP_SLICES {
            if !self.simulate_ahead() {
                return;
            }
        }
    }

    /// Advances by real time, in milliseconds.
    pub(super) fn tick(&mut self, elapsed_ms: u64) {
        self.advance_pending_seek();
        if !self.playback.playing() {
            return;
        }
        self.simulate_during_playback();
        self.playback.tick(self.run.history(), elapsed_ms);
        if self.quiet() {
            self.playback.pause();
        }
        self.update_cursor();
    }

    /// Moves back to a cluster time, but not before a show time.
    pub(super) fn rewind_to(&mut self, time: Time, earliest: Show) {
        if self.now() > time {
            let show = self.pace().show_time_after(time).max(earliest);
            self.playback.seek(self.run.history(), show);
            self.update_cursor();
        }
    }

    /// Moves the cursor to the play head.
    fn update_cursor(&mut self) {
        let rebuild = self.cursor_rewrites != self.run.rewrites();
        self.cursor_rewrites = self.run.rewrites();
        let seq = self.playback.head().seq;
        self.cursor.seek(self.run.history(), seq, rebuild);
    }

    /// Moves to a show time.
    pub(super) fn seek(&mut self, show: Show) {
        self.pending_seek = None;
        self.playback.seek(self.run.history(), show);
        self.update_cursor();
        self.simulate_ahead();
    }

    /// Moves to an entry.
    pub(super) fn seek_entry(&mut self, seq: u64) {
        self.pending_seek = None;
        self.playback.seek_entry(self.run.history(), seq);
        self.update_cursor();
        self.simulate_ahead();
    }
}
