//! One run with its text and its play head.

use std::sync::Arc;

use crate::cluster::Settings;
use crate::limits;
use crate::object::{Key, Time};
use crate::scene::explain::{Sentence, explain};
use crate::share::{self, Shared};
use crate::store::{Entry, World};
use crate::timeline::{Action, Cursor, Done, Head, Playback, Run, Show, Speed, Step, pace};

use super::Undo;
use super::live;
use super::perform::perform;
use super::problem::{self, Live, Problem, Refusal};
use super::refusal;

/// Cluster time that passes between a moment at which nothing is pending and what a person does then, in milliseconds:
/// nobody is faster, and ages and timestamps keep the two apart.
const PERSON_MS: u64 = 1_000;

/// One run with its text and its play head.
#[derive(Clone, Debug)]
pub struct Side {
    pub(super) text: Arc<str>,
    /// What was applied last.
    pub(super) applied: Option<Arc<str>>,
    pub(super) problems: Vec<Problem>,
    pub(super) refusals: Vec<Refusal>,
    pub(super) live: Vec<Live>,
    pub(super) playback: Playback,
    pub(super) undos: Vec<Undo>,
    run: Run,
    cursor: Cursor,
    rewrites: u64,
}

impl Side {
    /// A cluster to which nothing has been done, and a text beside it.
    pub fn new(settings: Settings, text: Arc<str>) -> Side {
        let run = Run::new(settings, perform);
        Side {
            text,
            applied: None,
            problems: Vec::new(),
            refusals: Vec::new(),
            live: Vec::new(),
            playback: Playback::new(run.history(), false),
            undos: Vec::new(),
            cursor: Cursor::new(run.history()),
            run,
            rewrites: 0,
        }
    }

    /// Applies the text at the beginning of time; no undo leads back behind it.
    pub(super) fn begin(&mut self, playing: bool, speed: Speed) {
        self.act(Action::Apply {
            text: self.text.clone(),
        });
        self.applied = Some(self.text.clone());
        if let Some(done) = self.last_done() {
            self.refusals = refusal::of(Some(&self.text), &done);
        }
        self.undos.clear();
        self.playback.set_speed(speed);
        if !playing {
            self.playback.pause();
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
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// The play head.
    pub fn playback(&self) -> &Playback {
        &self.playback
    }

    /// Where the play head stands.
    pub fn head(&self) -> Head {
        self.playback.head()
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
        self.run.history().pace().end()
    }

    /// Whether the play head stands at the end of all: nothing is pending.
    pub fn quiet(&self) -> bool {
        self.run.quiet() && self.playback.at_end(self.run.history())
    }

    /// Whether the play head moves by itself, or the simulation has something to do.
    pub fn moving(&self) -> bool {
        self.playback.playing()
    }

    /// Says anew what is wrong with the text, and where the cluster differs from it.
    pub(super) fn check(&mut self) {
        self.problems = problem::check(self.cursor.world(), &self.text);
        self.live = live::differences(self.cursor.world(), &self.text, self.applied.as_deref());
    }

    /// Whether there is something to undo.
    pub fn can_undo(&self) -> bool {
        !self.undos.is_empty()
    }

    /// When something happens that is done now.
    fn next_act(&self) -> Time {
        let history = self.run.history();
        if history.entries().is_empty() {
            return Time(0);
        }
        if self.quiet() {
            return history.latest().now().plus(PERSON_MS);
        }
        self.now()
    }

    /// Does something at the play head and lets the show go on from there. Returns what this took back, or none if the
    /// run is full.
    pub(super) fn act(&mut self, action: Action) -> Option<Vec<Step>> {
        if self.run.steps().len() >= limits::STEPS {
            return None;
        }
        self.undos.push(Undo {
            steps: self.run.steps().to_vec(),
            head: self.head(),
            rewrote: None,
        });
        if self.undos.len() > limits::UNDOS {
            self.undos.remove(0);
        }
        let at = self.next_act();
        let dropped = self.run.act(at, action);
        self.ahead();
        let done = self
            .run
            .steps()
            .len()
            .checked_sub(1)
            .and_then(|i| self.run.done(i));
        let seq = done.map_or(self.run.history().end(), |done| done.seq + 1);
        self.playback.seek_entry(self.run.history(), seq);
        self.playback.play();
        self.look();
        Some(dropped)
    }

    /// Takes the last thing done back, and brings back what it had dropped. Returns the text to put back, if the
    /// command had rewritten it and nobody has changed it since.
    pub(super) fn undo(&mut self) -> Option<Option<Arc<str>>> {
        let undo = self.undos.pop()?;
        self.run.replace(undo.steps);
        self.ahead();
        self.playback.seek_entry(self.run.history(), undo.head.seq);
        self.look();
        self.applied = self.last_applied();
        self.refusals.clear();
        let text = undo
            .rewrote
            .filter(|(_, after)| *after == self.text)
            .map(|(before, _)| before);
        Some(text)
    }

    /// Simulates one slice further. Returns whether there is more to do at once.
    pub(super) fn ahead(&mut self) -> bool {
        let now = self.now();
        self.run.ahead(now, limits::ENTRIES_PER_SLICE)
    }

    /// Lets real time pass, in milliseconds.
    pub(super) fn tick(&mut self, elapsed_ms: u64) {
        if !self.playback.playing() {
            return;
        }
        self.ahead();
        self.playback.tick(self.run.history(), elapsed_ms);
        if self.quiet() {
            self.playback.pause();
        }
        self.look();
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
        self.playback.seek(self.run.history(), show);
        self.look();
        self.ahead();
    }

    /// Moves to an entry.
    pub(super) fn seek_entry(&mut self, seq: u64) {
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

    /// What the last step came to.
    pub(super) fn last_done(&self) -> Option<Arc<Done>> {
        self.run.done(self.run.steps().len().checked_sub(1)?).cloned()
    }

    /// Opens a run from its inputs: at its moment, paused.
    pub(super) fn open(shared: &Shared) -> Side {
        let settings = Settings {
            seed: shared.seed,
            profile: shared.profile,
            ..Settings::default()
        };
        let mut side = Side::new(settings, shared.text.as_str().into());
        side.run.replace(shared.steps.clone());
        while side.run.history().latest().now() <= shared.at
            && side.run.ahead(shared.at, limits::ENTRIES_PER_SLICE)
        {}
        side.applied = side.last_applied();
        let history = side.run.history();
        let instant = history.entries().partition_point(|entry| entry.at < shared.at);
        let after = history.entries().partition_point(|entry| entry.at <= shared.at);
        let passed = instant.saturating_add(usize::try_from(shared.entries).unwrap_or(usize::MAX));
        let count = if shared.entries == 0 {
            after
        } else {
            passed.min(after)
        };
        let entry = history.start() + count as u64;
        side.playback.seek_entry(history, entry);
        if shared.entries == 0 {
            let show = history.pace().show(shared.at).max(side.head().show);
            side.playback.seek(side.run.history(), show);
        }
        side.look();
        side
    }

    /// The inputs of the run, and where it is looked at.
    pub(super) fn shared(&self) -> Shared {
        let settings = self.run.settings();
        let head = self.head();
        let at = self.now();
        let history = self.run.history();
        let instant = history.entries().partition_point(|entry| entry.at < at);
        let all = history.entries().partition_point(|entry| entry.at <= at);
        let passed = usize::try_from(head.seq - history.start()).unwrap_or(usize::MAX);
        Shared {
            version: share::VERSION.to_owned(),
            seed: settings.seed,
            profile: settings.profile,
            text: self.text.to_string(),
            steps: self.run.steps().to_vec(),
            at,
            entries: if passed >= all {
                0
            } else {
                passed.saturating_sub(instant) as u64
            },
        }
    }

    fn last_applied(&self) -> Option<Arc<str>> {
        let steps = self.run.steps().iter().rev();
        let mut texts = steps.filter_map(|step| match &step.action {
            Action::Apply { text } => Some(text.clone()),
            _ => None,
        });
        texts.next()
    }

    /// Whether an object stands at the play head.
    pub fn has(&self, key: &Key) -> bool {
        self.world().get(key).is_some()
    }
}
