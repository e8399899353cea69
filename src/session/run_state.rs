//! One run with its text and its play head.

mod act;
mod open;

use std::sync::Arc;

use crate::cluster::Settings;
use crate::limits;
use crate::object::{Key, Time};
use crate::scene::explain::{Sentence, explain};
use crate::store::{Entry, World};
use crate::timeline::{Cursor, Head, Pace, Playback, Run, Show, pace};

use super::Undo;
use super::live;
use super::perform::{Report, perform};
use super::problem::{self, Live, Problem, Refusal};
use super::terminal::Terminal;

/// How far the play head should stand before the end of what is known, in milliseconds at the normal speed.
const LEAD_MS: u64 = 1_000;

/// Which log a side has: another one after entries have been taken back, or when another run took its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Version {
    place: u64,
    rewrites: u64,
}

/// One run with its text and its play head.
#[derive(Clone, Debug)]
pub struct RunState {
    pub(super) text: Arc<str>,
    /// What was applied last.
    pub(super) applied: Option<Arc<str>>,
    pub(super) problems: Vec<Problem>,
    pub(super) refusals: Vec<Refusal>,
    pub(super) live: Vec<Live>,
    pub(super) playback: Playback,
    pub(super) undos: Vec<Undo>,
    pub(super) terminal: Terminal,
    run: Run<Report>,
    cursor: Cursor,
    rewrites: u64,
    /// Tells it from the sides that stood in its place before.
    pub(super) place: u64,
    /// The moment of a link that the simulation has not reached yet.
    pending_seek: Option<open::Moment>,
}

impl RunState {
    /// A cluster to which nothing has been done, and a text beside it.
    pub fn new(settings: Settings, text: Arc<str>) -> RunState {
        let run = Run::new(settings, perform);
        RunState {
            text,
            applied: None,
            problems: Vec::new(),
            refusals: Vec::new(),
            live: Vec::new(),
            playback: Playback::new(run.history(), false),
            undos: Vec::new(),
            terminal: Terminal::default(),
            cursor: Cursor::new(run.history()),
            run,
            rewrites: 0,
            place: 0,
            pending_seek: None,
        }
    }

    /// The editor's text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Whether the text differs from what was applied last.
    pub fn edited(&self) -> bool {
        self.applied.as_ref() != Some(&self.text)
    }

    /// What is wrong with the text.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What the last Apply was refused.
    pub fn refusals(&self) -> &[Refusal] {
        &self.refusals
    }

    /// Lines of the text whose live value is another.
    pub fn live(&self) -> &[Live] {
        &self.live
    }

    /// The run itself.
    pub fn run(&self) -> &Run<Report> {
        &self.run
    }

    /// The lines of kubectl beside those that are steps of the run.
    pub fn terminal(&self) -> &Terminal {
        &self.terminal
    }

    /// The play head.
    pub fn playback(&self) -> &Playback {
        &self.playback
    }

    /// Where the play head stands.
    pub fn head(&self) -> Head {
        self.playback.head()
    }

    /// Which log it has.
    pub fn version(&self) -> Version {
        Version {
            place: self.place,
            rewrites: self.run.rewrites(),
        }
    }

    /// The position of the play head in the log, and which log: together they name a world.
    pub fn position(&self) -> (u64, Version) {
        (self.head().seq, self.version())
    }

    /// The cluster at the play head.
    pub fn world(&self) -> &World {
        self.cursor.world()
    }

    /// The cluster's time at the play head.
    pub fn now(&self) -> Time {
        let head = self.head();
        let last = self
            .run
            .history()
            .entry(head.seq)
            .map_or(Time(0), |entry| entry.at);
        let next = self.run.history().entry(head.seq + 1).map(|entry| entry.at);
        let shown = self.run.history().pace().cluster(head.show).max(last);
        next.map_or(shown, |next| shown.min(next))
    }

    /// What is happening at the play head, or why nothing is.
    pub fn sentence(&self) -> Sentence {
        explain(self.world(), self.now())
    }

    /// How long the show is so far.
    pub fn length(&self) -> Show {
        self.pace().end()
    }

    /// Cluster time to show time and back.
    pub(super) fn pace(&self) -> &Pace {
        self.run.history().pace()
    }

    /// Whether the play head stands at the end of all: nothing is pending.
    pub fn quiet(&self) -> bool {
        self.run.quiet() && self.playback.at_end(self.run.history())
    }

    /// Whether the play head moves by itself, or is still on its way to the moment of a link.
    pub fn moving(&self) -> bool {
        self.playback.playing() || self.pending_seek.is_some()
    }

    /// Whether the run is as long as the page can hold, although it would go on.
    pub fn full(&self) -> bool {
        self.run.full()
    }

    /// Says anew what is wrong with the text, and where the cluster differs from it.
    pub(super) fn check(&mut self) {
        self.problems = problem::check(self.cursor.world(), &self.text);
        self.compare();
    }

    /// Says anew where the cluster differs from the text.
    pub(super) fn compare(&mut self) {
        self.live = live::differences(self.cursor.world(), &self.text, self.applied.as_deref());
    }

    /// Whether there is something to undo.
    pub fn can_undo(&self) -> bool {
        !self.undos.is_empty()
    }

    /// Simulates one slice further. Returns whether there is more to do at once.
    pub(super) fn ahead(&mut self) -> bool {
        let now = self.now();
        self.run.ahead(now, limits::ENTRIES_PER_SLICE)
    }

    /// Simulates on beside a frame of the show: little, unless the play head is about to reach the end of what is known.
    fn ahead_of_show(&mut self) {
        let lead_ms = LEAD_MS * u64::from(self.playback.speed().quarters()) / 4;
        let enough = self.length().since(self.head().show) >= lead_ms;
        let entries = if enough {
            limits::ENTRIES_PER_FRAME
        } else {
            limits::ENTRIES_PER_SLICE
        };
        let now = self.now();
        self.run.ahead(now, entries);
    }

    /// Simulates on until the next quiet moment is known, if it is not too far away.
    pub(super) fn far_ahead(&mut self) {
        for _ in 0..limits::SKIP_SLICES {
            if !self.ahead() {
                return;
            }
        }
    }

    /// Lets real time pass, in milliseconds.
    pub(super) fn tick(&mut self, elapsed_ms: u64) {
        self.go_on();
        if !self.playback.playing() {
            return;
        }
        self.ahead_of_show();
        self.playback.tick(self.run.history(), elapsed_ms);
        if self.quiet() {
            self.playback.pause();
        }
        self.look();
    }

    /// Goes back to a cluster time that it has run past, but not behind where it stood before.
    pub(super) fn hold(&mut self, time: Time, before: Show) {
        if self.now() > time {
            let show = self.pace().show(time).max(before);
            self.playback.seek(self.run.history(), show);
            self.look();
        }
    }

    /// Brings the cursor to the play head.
    pub(super) fn look(&mut self) {
        let fresh = self.rewrites != self.run.rewrites();
        self.rewrites = self.run.rewrites();
        let seq = self.playback.head().seq;
        self.cursor.seek(self.run.history(), seq, fresh);
    }

    /// Moves to a moment of the show.
    pub(super) fn seek(&mut self, show: Show) {
        self.pending_seek = None;
        self.playback.seek(self.run.history(), show);
        self.look();
        self.ahead();
    }

    /// Moves to an entry.
    pub(super) fn seek_entry(&mut self, seq: u64) {
        self.pending_seek = None;
        self.playback.seek_entry(self.run.history(), seq);
        self.look();
        self.ahead();
    }

    /// The next entry after the play head that changes the picture or the sentence.
    pub(super) fn next_stop(&self) -> Option<u64> {
        let history = self.run.history();
        let mut world = self.world().clone();
        for entry in history.between(self.head().seq, history.end()) {
            if self.stops_at(&mut world, entry) {
                return Some(entry.seq);
            }
        }
        None
    }

    /// The last entry before the play head after which the picture or the sentence was another than now.
    pub(super) fn previous_stop(&self) -> Option<u64> {
        let history = self.run.history();
        let mut reached = false;
        let mut seq = self.head().seq;
        while seq > history.start() {
            let mut before = history.world_at(seq - 1);
            let stops = history
                .entry(seq)
                .is_some_and(|entry| self.stops_at(&mut before, entry));
            if stops && reached {
                return Some(seq);
            }
            reached |= stops;
            seq -= 1;
        }
        reached.then_some(history.start())
    }

    /// Whether an entry changes the picture or the sentence; the world moves on by it.
    fn stops_at(&self, world: &mut World, entry: &Entry) -> bool {
        if pace::visible(entry) {
            world.apply(entry);
            return true;
        }
        let before = explain(world, entry.at);
        world.apply(entry);
        explain(world, entry.at) != before
    }

    /// The next moment at which nothing is pending.
    pub(super) fn next_quiet(&self) -> u64 {
        self.run.quiet_after(self.head().seq)
    }

    /// Whether an object stands at the play head.
    pub fn has(&self, key: &Key) -> bool {
        self.world().get(key).is_some()
    }
}
