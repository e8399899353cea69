//! The terminal: every line of kubectl that a run has seen, typed or done by hand, with what it has printed so far.
//!
//! Lines that change the cluster are steps of the run and come back with a link; lines that only look are kept beside
//! them for as long as the moment that they looked at is a part of the run.

use std::sync::Arc;

use super::perform::CommandReport;
use super::{Effect, RunId, RunState, Session, acting};
use crate::kubectl::console::{self, Docs, FILE, Output, Process};
use crate::kubectl::server::DryRun;
use crate::limits;
use crate::object::Time;
use crate::timeline::Action;

/// The lines of a run that are no steps of it, and from where on all of them are shown.
#[derive(Clone, Debug, Default)]
pub struct Terminal {
    looks: Vec<Look>,
    /// How many looks and steps are wiped off.
    cleared: (usize, usize),
    /// Grows with every change, so that what was derived from it can be told from what still holds.
    changes: u64,
}

/// A line that looked.
#[derive(Clone, Debug)]
struct Look {
    line: Arc<str>,
    process: Process,
    at: Time,
    /// The position that it looked at.
    seq: u64,
    /// How many steps there were before it.
    steps: usize,
    /// The position at which somebody stopped it.
    stopped: Option<u64>,
}

/// One line of the terminal, as it stands at the play head.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// When it was entered.
    pub at: Time,
    /// The position of the log at which it was entered.
    pub seq: u64,
    /// What was entered, without `kubectl`.
    pub text: Arc<str>,
    /// What it has printed.
    pub output: Output,
    /// The number with which it can be stopped, while it runs on by itself.
    pub stop: Option<usize>,
    /// Whether somebody stopped it.
    pub stopped: bool,
    /// Whether it waits for the descriptions of fields.
    pub needs_docs: bool,
}

impl Terminal {
    /// Forgets what looked at what is no part of the run any more: everything after a position.
    pub(super) fn forget_after(&mut self, seq: u64) {
        self.looks.retain(|look| look.seq <= seq);
        self.changes += 1;
    }

    /// A number that is another after every change.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    fn add(&mut self, look: Look) {
        self.looks.push(look);
        if self.looks.len() > limits::CONSOLE_LINES {
            self.looks.remove(0);
            self.cleared.0 = self.cleared.0.saturating_sub(1);
        }
        self.changes += 1;
    }
}

impl RunState {
    /// The lines up to the play head, the oldest first; `docs` are the descriptions that `explain` prints.
    pub fn lines(&self, docs: Option<&dyn Docs>) -> Vec<Line> {
        let (wiped_looks, wiped_steps) = self.terminal.cleared;
        let mut looks = self
            .terminal
            .looks
            .iter()
            .enumerate()
            .skip(wiped_looks)
            .peekable();
        let mut lines = Vec::new();
        for step in 0..=self.run().steps().len() {
            while let Some((i, look)) = looks.next_if(|(_, look)| look.steps <= step) {
                if look.seq <= self.head().seq {
                    lines.push(self.looked(i, look, docs));
                }
            }
            if step >= wiped_steps {
                lines.extend(self.stepped(step));
            }
        }
        lines
    }

    fn looked(&self, number: usize, look: &Look, docs: Option<&dyn Docs>) -> Line {
        let head = self.head().seq;
        let until = look.stopped.map_or(head, |stopped| stopped.min(head));
        let output = console::output(&look.process, self.run().history(), until, docs);
        Line {
            at: look.at,
            seq: look.seq,
            text: look.line.clone(),
            stop: (output.exit.is_none() && look.stopped.is_none() && !look.process.needs_docs())
                .then_some(number),
            stopped: look.stopped.is_some_and(|stopped| stopped <= head) && output.exit.is_none(),
            needs_docs: look.process.needs_docs() && docs.is_none(),
            output,
        }
    }

    fn stepped(&self, step: usize) -> Option<Line> {
        let done = self.run().done(step)?;
        let CommandReport { line, process } = done.report.as_ref()?;
        let head = self.head().seq;
        let reached = head > done.seq || head == done.seq && !done.changed;
        let at = self.run().steps().get(step)?.at;
        reached.then(|| Line {
            at,
            seq: done.seq + u64::from(done.changed),
            text: line.clone(),
            output: console::output(process, self.run().history(), head, None),
            stop: None,
            stopped: false,
            needs_docs: false,
        })
    }

    /// Remembers a line that was no step: it only looked, or it was refused.
    fn keep_line(&mut self, line: &str, process: Process) {
        let look = Look {
            line: console::strip_kubectl(line).into(),
            process,
            at: self.now(),
            seq: self.head().seq,
            steps: self.steps_done(),
            stopped: None,
        };
        self.terminal.add(look);
    }

    /// How many steps lie before the play head.
    fn steps_done(&self) -> usize {
        let head = self.head().seq;
        let count = self.run().steps().len();
        let before = |step: &usize| {
            let done = self.run().done(*step);
            done.is_some_and(|done| done.seq < head || done.seq == head && !done.changed)
        };
        (0..count).take_while(before).count()
    }
}

/// Enters a line in the terminal.
pub(super) fn enter(session: &mut Session, text: &str) -> Vec<Effect> {
    let line = console::strip_kubectl(text).to_owned();
    match line.as_str() {
        "" => return Vec::new(),
        "clear" => return clear(session.active_run_mut()),
        _ => {}
    }
    if line.len() > limits::CONSOLE_LINE_BYTES {
        let why = format!("the line is longer than {} bytes", limits::CONSOLE_LINE_BYTES);
        let here = session.active_run_mut();
        here.keep_line("…", Process::refused(why));
        return Vec::new();
    }
    let applies = [format!("apply -f {FILE}"), "apply -f -".to_owned()].contains(&line);
    if applies {
        return acting::apply(session, None);
    }
    let stdin = match reads_file(&line) {
        true => session.active_run().text.clone(),
        false => "".into(),
    };
    if console::changes(&line) {
        let line: Arc<str> = line.into();
        return acting::act(session, Action::Kubectl { line, stdin }).1;
    }
    let here = session.active_run_mut();
    let now = here.now();
    let process = console::start(&mut DryRun::new(here.world()), &line, &stdin, now);
    here.keep_line(&line, process);
    Vec::new()
}

/// Whether a line may read the editor's text.
fn reads_file(line: &str) -> bool {
    line.split_whitespace()
        .any(|word| word.starts_with("-f") || word.starts_with("--filename"))
}

fn clear(side: &mut RunState) -> Vec<Effect> {
    side.terminal.cleared = (side.terminal.looks.len(), side.run().steps().len());
    side.terminal.changes += 1;
    Vec::new()
}

/// Stops what runs on by itself.
pub(super) fn interrupt(session: &mut Session, run: RunId, number: usize) -> Vec<Effect> {
    let side = session.run_state_mut(run);
    let head = side.head().seq;
    if let Some(look) = side.terminal.looks.get_mut(number) {
        look.stopped = Some(head);
    }
    side.terminal.changes += 1;
    Vec::new()
}

impl RunState {
    /// Remembers what a line said that was refused, and so is no step.
    pub(super) fn keep_refused(&mut self, said: &CommandReport) {
        self.keep_line(&said.line, said.process.clone());
    }
}
