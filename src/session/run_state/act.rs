//! Doing something at the play head, and taking it back.

use std::sync::Arc;

use super::RunState;
use crate::limits;
use crate::object::Time;
use crate::session::perform::{CommandReport, Report};
use crate::session::problem::Refusal;
use crate::session::{Undo, refusal};
use crate::store::Cause;
use crate::timeline::{Action, Done, Speed, Step};

/// Cluster time that passes between a moment at which nothing is pending and what a person does then, in milliseconds:
/// nobody is faster, and ages and timestamps keep the two apart.
const PERSON_MS: u64 = 1_000;

/// What an act came to.
#[derive(Debug, Default)]
pub struct Acted {
    /// What was done later and is taken back by it.
    pub dropped: Vec<Step>,
    /// What was refused.
    pub refusals: Vec<Refusal>,
    /// Whether it changed nothing at all: then it is not part of the run.
    pub no_op: bool,
}

impl RunState {
    /// Applies the text at the beginning of time; no undo leads back behind it.
    pub(in crate::session) fn begin(&mut self, playing: bool, speed: Speed) {
        let text = self.text.clone();
        let acted = self.act(Action::Apply { text }).unwrap_or_default();
        self.refusals = acted.refusals;
        self.applied = Some(self.text.clone());
        self.undos.clear();
        self.playback.set_speed(speed);
        if !playing {
            // A picture that stands still shall show what the text declares, not the moment before.
            let entries = self.run.history().entries();
            let declared = entries
                .iter()
                .rfind(|entry| matches!(entry.cause, Cause::Command(_)));
            if let Some(seq) = declared.map(|entry| entry.seq) {
                self.playback.seek_entry(self.run.history(), seq);
            }
            self.playback.pause();
            self.look();
        }
        self.check();
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

    /// Does something at the play head and lets the show go on from there; none if the run has too many steps.
    pub(in crate::session) fn act(&mut self, action: Action) -> Option<Acted> {
        if self.run.steps().len() >= limits::STEPS {
            return None;
        }
        let text = match &action {
            Action::Apply { text } => Some(text.clone()),
            _ => None,
        };
        let undo = Undo {
            steps: self.run.steps().to_vec(),
            head: self.head(),
            rewrote: None,
        };
        let dropped = self.run.act(self.next_act(), action);
        let done = self.last_done()?;
        let refusals = refusal::of(text.as_deref(), &done);
        let failed = |said: &CommandReport| !said.process.errors().is_empty();
        if !done.changed && (!refusals.is_empty() || done.report.as_ref().is_some_and(failed)) {
            self.restore(&undo);
            done.report.iter().for_each(|said| self.keep_refused(said));
            return Some(Acted {
                refusals,
                no_op: true,
                ..Acted::default()
            });
        }
        self.terminal.forget_after(undo.head.seq);
        self.remember(undo);
        self.pending_seek = None;
        self.ahead();
        self.playback.seek_entry(self.run.history(), done.seq + 1);
        self.playback.play();
        self.look();
        Some(Acted {
            dropped,
            refusals,
            no_op: false,
        })
    }

    fn remember(&mut self, undo: Undo) {
        self.undos.push(undo);
        if self.undos.len() > limits::UNDOS {
            self.undos.remove(0);
        }
    }

    /// Lets one undo put the text back too: a form control had rewritten it. `no_op`: nothing but the text was changed.
    pub(in crate::session) fn rewrote(&mut self, before: Arc<str>, no_op: bool) {
        if no_op {
            self.remember(Undo {
                steps: self.run.steps().to_vec(),
                head: self.head(),
                rewrote: None,
            });
        }
        if let Some(undo) = self.undos.last_mut() {
            undo.rewrote = Some((before, self.text.clone()));
        }
    }

    /// Takes the last thing done back, and brings back what it had dropped. Returns the text to put back, if the
    /// command had rewritten it and nobody has changed it since.
    pub(in crate::session) fn undo(&mut self) -> Option<Option<Arc<str>>> {
        let undo = self.undos.pop()?;
        self.restore(&undo);
        self.applied = self.last_applied();
        self.refusals.clear();
        let unchanged = undo.rewrote.filter(|(_, after)| *after == self.text);
        Some(unchanged.map(|(before, _)| before))
    }

    fn restore(&mut self, undo: &Undo) {
        self.run.replace(undo.steps.clone());
        while self.run.history().end() <= undo.head.seq && self.ahead() {}
        self.playback.put_back(self.run.history(), undo.head);
        self.terminal.forget_after(undo.head.seq);
        self.look();
    }

    /// What the last step came to.
    fn last_done(&self) -> Option<Done<Report>> {
        let done = self.run.done(self.run.steps().len().checked_sub(1)?)?;
        Some(done.as_ref().clone())
    }

    /// The text that was applied last.
    pub(super) fn last_applied(&self) -> Option<Arc<str>> {
        let steps = self.run.steps().iter().rev();
        let mut texts = steps.filter_map(|step| match &step.action {
            Action::Apply { text } => Some(text.clone()),
            _ => None,
        });
        texts.next()
    }
}
