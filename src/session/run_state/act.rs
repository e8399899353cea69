//! Performs actions at the play head, and undoes them.

use std::sync::Arc;

use super::RunState;
use crate::limits;
use crate::object::Time;
use crate::session::console::console;
use crate::session::perform::{CommandReport, Report};
use crate::session::refusal;
use crate::session::refusal::Refusal;
use crate::store::Cause;
use crate::timeline::{Action, PlayHead, Speed, Step, StepResult};

/// Cluster time between the last entry of a quiet log and the next action, in milliseconds. It keeps ages and
/// timestamps of the two apart.
const REACTION_MS: u64 = 1_000;

/// The result of an action.
#[derive(Debug, Default)]
pub struct ActionOutcome {
    /// Later steps that it removed.
    pub dropped: Vec<Step>,
    /// Its errors.
    pub refusals: Vec<Refusal>,
    /// Whether it failed without changing anything; then it is not a step of the run.
    pub no_op: bool,
}

/// The state to which one undo returns.
#[derive(Clone, Debug)]
pub struct Undo {
    steps: Vec<Step>,
    head: PlayHead,
    /// Number of steps whose lines were cleared from the terminal.
    cleared_steps: usize,
    /// For an action that also changed the text: the text before and after it.
    text_edit: Option<(Arc<str>, Arc<str>)>,
}

impl RunState {
    /// Applies the text at time 0. It cannot be undone.
    pub(in crate::session) fn start(&mut self, playing: bool, speed: Speed) {
        let text = self.text.clone();
        let outcome = self.act(Action::Apply { text }).unwrap_or_default();
        self.refusals = outcome.refusals;
        self.applied = Some(self.text.clone());
        self.undo_stack.clear();
        self.playback.set_speed(speed);
        if !playing {
            // A paused page shows the objects of the text, not the empty cluster before them.
            let entries = self.run.history().entries();
            let applied = entries
                .iter()
                .rfind(|entry| matches!(entry.cause, Cause::Command(_)));
            if let Some(seq) = applied.map(|entry| entry.seq) {
                self.playback.seek_entry(self.run.history(), seq);
            }
            self.playback.pause();
            self.update_cursor();
        }
        self.check();
    }

    /// The cluster time of an action that is performed now.
    fn next_action_time(&self) -> Time {
        let history = self.run.history();
        if history.entries().is_empty() {
            return Time(0);
        }
        if self.quiet() {
            return history.latest().now().plus(REACTION_MS);
        }
        self.now()
    }

    /// Performs an action at the play head and starts playback; none if the run has too many steps.
    pub(in crate::session) fn act(&mut self, action: Action) -> Option<ActionOutcome> {
        if self.run.steps().len() >= limits::STEPS {
            return None;
        }
        let text = match &action {
            Action::Apply { text } => Some(text.clone()),
            Action::Kubectl { .. } | Action::Break(_) | Action::Mend(_) => None,
        };
        let undo = self.undo_point();
        let dropped = self
            .run
            .act(self.next_action_time(), self.steps_before_head(), action);
        let result = self.last_result()?;
        let refusals = refusal::locate(text.as_deref(), &result.errors);
        let failed = |report: &CommandReport| !report.process.errors().is_empty();
        if !result.changed && (!refusals.is_empty() || result.report.as_ref().is_some_and(failed)) {
            self.restore(&undo);
            if let Some(report) = &result.report {
                self.record_line(&report.line, report.process.clone());
            }
            return Some(ActionOutcome {
                refusals,
                no_op: true,
                ..ActionOutcome::default()
            });
        }
        self.terminal.remove_after(undo.head.seq);
        self.terminal.keep_cleared(self.run.steps().len() - 1);
        self.push_undo(undo);
        self.pending_seek = None;
        self.simulate_ahead();
        self.playback.seek_entry(self.run.history(), result.seq + 1);
        self.playback.play();
        self.update_cursor();
        Some(ActionOutcome {
            dropped,
            refusals,
            no_op: false,
        })
    }

    fn undo_point(&self) -> Undo {
        Undo {
            steps: self.run.steps().to_vec(),
            head: self.head(),
            cleared_steps: self.terminal.cleared_steps(),
            text_edit: None,
        }
    }

    fn push_undo(&mut self, undo: Undo) {
        self.undo_stack.push(undo);
        if self.undo_stack.len() > limits::UNDOS {
            self.undo_stack.remove(0);
        }
    }

    /// Makes the next undo also restore the text from before a form control changed it. `no_op`: the action itself
    /// changed nothing, so there is no undo for it yet.
    pub(in crate::session) fn record_text_edit(&mut self, before: Arc<str>, no_op: bool) {
        if no_op {
            self.push_undo(self.undo_point());
        }
        if let Some(undo) = self.undo_stack.last_mut() {
            undo.text_edit = Some((before, self.text.clone()));
        }
    }

    /// Undoes the last action and restores the steps that it removed. Returns the text to restore, if the action
    /// changed it and it has not been edited since; none if there is nothing to undo.
    pub(in crate::session) fn undo(&mut self) -> Option<Option<Arc<str>>> {
        let undo = self.undo_stack.pop()?;
        self.restore(&undo);
        self.applied = self.last_applied();
        self.refusals.clear();
        let unedited = undo.text_edit.filter(|(_, after)| *after == self.text);
        Some(unedited.map(|(before, _)| before))
    }

    fn restore(&mut self, undo: &Undo) {
        let steps = self.run.steps().iter().zip(&undo.steps);
        self.terminal
            .keep_cleared(steps.take_while(|(a, b)| a == b).count());
        self.terminal.clear_steps(undo.cleared_steps);
        self.run.replace(undo.steps.clone());
        while self.run.history().end() <= undo.head.seq && self.simulate_ahead() {}
        self.playback.restore(self.run.history(), undo.head);
        self.terminal.remove_after(undo.head.seq);
        self.terminal.remove_after_steps(self.steps_before_head());
        self.update_cursor();
    }

    /// The result of the last step.
    fn last_result(&self) -> Option<StepResult<Report>> {
        let result = self.run.result(self.run.steps().len().checked_sub(1)?)?;
        Some(result.as_ref().clone())
    }

    /// The text that was applied last.
    pub(super) fn last_applied(&self) -> Option<Arc<str>> {
        let steps = self.run.steps().iter().rev();
        let mut texts = steps.filter_map(|step| match &step.action {
            Action::Apply { text } => Some(text.clone()),
            Action::Kubectl { line, stdin } => console()
                .filter(|console| console.applies_file(line))
                .map(|_| stdin.clone()),
            Action::Break(_) | Action::Mend(_) => None,
        });
        texts.next()
    }
}
