//! Messages that wait until the code that they need is loaded.

use std::sync::Arc;

use super::{RunState, TerminalLine};
use crate::kubectl::process::Output;
use crate::object::Time;
use crate::session::console::Chunk;
use crate::session::msg::Msg;
use crate::timeline::{Action, PlayHead};

/// A message that waits, with all that it depends on: it has the same result as if it had not waited.
#[derive(Clone, Debug)]
pub struct KeptMsg {
    /// The message.
    pub msg: Msg,
    /// The text at that moment.
    pub text: Arc<str>,
    /// The line that the terminal shows for it, if it is one.
    line: Option<Arc<str>>,
    head: PlayHead,
    at: Time,
}

impl RunState {
    /// Keeps a message until its code is loaded; `line` is what the terminal shows.
    pub(in crate::session) fn wait(&mut self, msg: Msg, line: Option<Arc<str>>) {
        self.waiting.push(KeptMsg {
            msg,
            text: self.text.clone(),
            line,
            head: self.head(),
            at: self.now(),
        });
        self.terminal.touch();
    }

    /// Whether messages wait.
    pub fn waits(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Whether it can go on only when more code is loaded.
    pub fn needs_code(&self) -> bool {
        self.waits() || self.run.blocked()
    }

    /// Whether it needs the code of a chunk that is not loaded.
    pub(in crate::session) fn needs(&self, chunk: Chunk) -> bool {
        match chunk {
            Chunk::Console => {
                let waits = self.waiting.iter().any(|waiting| waiting.line.is_some());
                waits || matches!(self.run.blocked_on(), Some(Action::Kubectl { .. }))
            }
            Chunk::Checks => self.needs_code() || self.unchecked,
        }
    }

    /// Checks the text, if that was not possible before.
    pub(in crate::session) fn check_later(&mut self) {
        if self.unchecked {
            self.check();
        }
    }

    /// Takes the messages that wait, after the position of a link has been reached.
    pub(in crate::session) fn take_waiting(&mut self) -> Vec<KeptMsg> {
        while self.waits() && self.pending_seek.is_some() && !self.run.blocked() {
            self.advance_pending_seek();
            // The position of the link is where the person acts who did not wait for it.
            let (head, at) = (self.head(), self.now());
            for waiting in &mut self.waiting {
                (waiting.head, waiting.at) = (head, at);
            }
        }
        self.terminal.touch();
        std::mem::take(&mut self.waiting)
    }

    /// Takes back the last message that waits.
    pub(in crate::session) fn cancel_last_waiting(&mut self) -> bool {
        self.terminal.touch();
        self.waiting.pop().is_some()
    }

    /// Takes back a message that waits, by its number.
    pub(super) fn cancel_waiting(&mut self, number: usize) {
        if number < self.waiting.len() {
            self.waiting.remove(number);
        }
    }

    /// Returns to the play head at which a message was sent.
    pub(in crate::session) fn return_to(&mut self, waiting: &KeptMsg) {
        if waiting.head.seq < self.run.history().end() || waiting.head.seq == self.head().seq {
            self.playback.restore(self.run.history(), waiting.head);
            self.update_cursor();
        }
    }

    /// What the terminal says about lines that wait; none while the first try lasts.
    pub(in crate::session) fn set_delay(&mut self, delay: Option<Arc<str>>) {
        self.delay = delay;
        self.terminal.touch();
    }

    /// Whether a try to load code has failed.
    pub(in crate::session) fn delayed(&self) -> bool {
        self.delay.is_some()
    }

    /// The lines that wait. They can be interrupted by numbers after `first`.
    pub(super) fn waiting_lines(&self, first: usize) -> impl Iterator<Item = TerminalLine> {
        let lines = self.waiting.iter().enumerate();
        lines.filter_map(move |(i, waiting)| {
            let delay = self.delay.as_deref().unwrap_or_default();
            Some(TerminalLine {
                at: waiting.at,
                seq: waiting.head.seq,
                text: waiting.line.clone()?,
                output: Output {
                    stderr: delay.to_owned(),
                    ..Output::default()
                },
                stop: Some(first + i),
                stopped: false,
                needs: None,
            })
        })
    }
}
