//! The terminal of a run: every kubectl line, typed or run by a button, with its output up to the play head.
//!
//! Lines that change the cluster are steps of the run and are part of links. The other lines are stored separately, as
//! long as the position at which they were entered is part of the run.

use std::sync::Arc;

use super::RunState;
use crate::kubectl::line::strip_kubectl;
use crate::kubectl::process::{Docs, Output, Position, Process, Texts};
use crate::kubectl::server::DryRun;
use crate::kubectl::shell::KubeConfig;
use crate::limits;
use crate::object::Time;
use crate::session::console::console;
use crate::session::perform::{self, CommandReport};

/// The lines of a run that are not steps, and which lines are cleared.
#[derive(Clone, Debug, Default)]
pub struct Terminal {
    lines: Vec<RecordedLine>,
    /// Number of steps whose lines are cleared.
    cleared_steps: usize,
    /// Number of changes; caches of values derived from the terminal compare it.
    changes: u64,
}

/// A line that is not a step: it only read, or it failed.
#[derive(Clone, Debug)]
struct RecordedLine {
    line: Arc<str>,
    process: Process,
    at: Time,
    /// The position at which it was entered.
    seq: u64,
    /// Number of steps before it.
    steps: usize,
    /// The position at which it was interrupted.
    interrupted: Option<u64>,
    is_cleared: bool,
}

/// One line of the terminal, with its output up to the play head.
#[derive(Clone, Debug, PartialEq)]
pub struct TerminalLine {
    /// When it was entered.
    pub at: Time,
    /// The position of the log at which it was entered.
    pub seq: u64,
    /// The line, without `kubectl`.
    pub text: Arc<str>,
    /// What it has printed.
    pub output: Output,
    /// The number with which it can be interrupted, while it is running.
    pub stop: Option<usize>,
    /// Whether it was interrupted.
    pub stopped: bool,
    /// The texts that it waits for.
    pub needs: Option<Texts>,
}

impl Terminal {
    /// Removes the recorded lines that were entered after a position.
    pub(super) fn remove_after(&mut self, seq: u64) {
        self.lines.retain(|line| line.seq <= seq);
        self.changes += 1;
    }

    /// Removes the recorded lines that were entered after more steps than these; a step that changed nothing leaves the
    /// position as it was.
    pub(super) fn remove_after_steps(&mut self, steps: usize) {
        self.lines.retain(|line| line.steps <= steps);
    }

    /// Number of steps whose lines are cleared.
    pub(super) fn cleared_steps(&self) -> usize {
        self.cleared_steps
    }

    /// Clears the lines of the first steps.
    pub(super) fn clear_steps(&mut self, count: usize) {
        self.cleared_steps = self.cleared_steps.max(count);
    }

    /// Only the first `count` steps are still those whose lines may have been cleared.
    pub(super) fn keep_cleared(&mut self, count: usize) {
        self.cleared_steps = self.cleared_steps.min(count);
    }

    /// Number of changes.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// Notes a change of what is shown below its lines.
    pub(super) fn touch(&mut self) {
        self.changes += 1;
    }

    fn add(&mut self, line: RecordedLine) {
        self.lines.push(line);
        if self.lines.len() > limits::CONSOLE_LINES {
            self.lines.remove(0);
        }
        self.changes += 1;
    }
}

impl RunState {
    /// The lines up to the play head, oldest first. `docs` are the texts that `explain` and `help` print.
    pub fn lines(&self, docs: Option<&dyn Docs>) -> Vec<TerminalLine> {
        let recorded = self.terminal.lines.iter().enumerate();
        let mut recorded = recorded.filter(|(_, line)| !line.is_cleared).peekable();
        let mut lines = Vec::new();
        for step in 0..=self.run.steps().len() {
            while let Some((i, line)) = recorded.next_if(|(_, line)| line.steps <= step) {
                if line.seq <= self.head().seq {
                    lines.push(self.recorded_line(i, line, docs));
                }
            }
            if step >= self.terminal.cleared_steps {
                lines.extend(self.step_line(step));
            }
        }
        lines.extend(self.waiting_lines(self.terminal.lines.len()));
        lines
    }

    fn recorded_line(&self, number: usize, line: &RecordedLine, docs: Option<&dyn Docs>) -> TerminalLine {
        let head = self.head().seq;
        let until = line.interrupted.map_or(head, |interrupted| interrupted.min(head));
        let position = Position {
            seq: until,
            quiet: line.interrupted.is_none() && self.quiet(),
        };
        let output = line.process.output(self.run.history(), position, docs);
        let running = output.exit.is_none();
        let texts = line.process.texts();
        TerminalLine {
            at: line.at,
            seq: line.seq,
            text: line.line.clone(),
            stop: (running && line.interrupted.is_none() && texts.is_none()).then_some(number),
            stopped: running && line.interrupted.is_some_and(|interrupted| interrupted <= head),
            needs: texts.filter(|texts| docs.is_none_or(|docs| !docs.has(*texts))),
            output,
        }
    }

    /// The line of a step, if the play head has reached it.
    fn step_line(&self, step: usize) -> Option<TerminalLine> {
        let result = self.run.result(step)?;
        let CommandReport { line, process } = result.report.as_ref()?;
        let head = self.head().seq;
        let reached = head > result.seq || head == result.seq && !result.changed;
        let at = self.run.steps().get(step)?.at;
        let position = Position {
            seq: head,
            quiet: self.quiet(),
        };
        reached.then(|| TerminalLine {
            at,
            seq: result.seq + u64::from(result.changed),
            text: line.clone(),
            output: process.output(self.run.history(), position, None),
            stop: None,
            stopped: false,
            needs: None,
        })
    }

    /// Runs a line that does not change the cluster.
    pub(in crate::session) fn run_read_only(&mut self, line: &str, stdin: &str) {
        let Some(console) = console() else {
            return;
        };
        let (now, config) = (self.now(), self.kube_config());
        let process = console.start(&mut DryRun::new(self.world()), line, stdin, now, &config);
        self.record_line(line, process);
    }

    /// The kubeconfig at the play head.
    pub(in crate::session) fn kube_config(&self) -> KubeConfig {
        let before = 0..self.steps_before_head();
        perform::kube_config(before.filter_map(|step| self.run.result(step)))
    }

    /// Records a line that is not a step.
    pub(in crate::session) fn record_line(&mut self, line: &str, process: Process) {
        let line = RecordedLine {
            line: strip_kubectl(line).into(),
            process,
            at: self.now(),
            seq: self.head().seq,
            steps: self.steps_before_head(),
            interrupted: None,
            is_cleared: false,
        };
        self.terminal.add(line);
    }

    pub(super) fn steps_before_head(&self) -> usize {
        let head = self.head().seq;
        let count = self.run.steps().len();
        let before = |step: &usize| {
            let result = self.run.result(*step);
            result.is_some_and(|result| result.seq < head || result.seq == head && !result.changed)
        };
        (0..count).take_while(before).count()
    }

    /// Clears the terminal: the lines up to the play head.
    pub(in crate::session) fn clear_terminal(&mut self) {
        let head = self.head().seq;
        for line in self.terminal.lines.iter_mut().filter(|line| line.seq <= head) {
            line.is_cleared = true;
        }
        let steps = self.steps_before_head();
        self.terminal.clear_steps(steps);
        self.terminal.changes += 1;
    }

    /// Interrupts a running line at the play head.
    pub(in crate::session) fn interrupt(&mut self, number: usize) {
        let head = self.head().seq;
        match self.terminal.lines.get_mut(number) {
            Some(line) => line.interrupted = Some(head),
            None => self.cancel_waiting(number - self.terminal.lines.len()),
        }
        self.terminal.changes += 1;
    }
}
