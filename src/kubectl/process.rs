//! What a line that was entered has printed. The code that runs a line is part of the console, which the page loads
//! when it is first needed; this is what the page knows before.

use std::fmt;
use std::sync::Arc;

use super::apply::ApplyOutcome;
use super::errors::{Error, report};
use crate::object::Time;
use crate::timeline::History;

/// A line that was entered.
#[derive(Clone, Debug)]
pub struct Process {
    /// What it printed when it was entered.
    pub(super) initial: Output,
    pub(super) errors: Vec<Error>,
    pub(super) pending: Option<Arc<dyn Continuation>>,
    /// The position of the log after which it continues.
    pub(super) seq: u64,
    /// The namespace that it set for later lines (`config set-context`).
    pub(super) context_namespace: Option<Arc<str>>,
}

/// What a process has printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The exit code; none while it is running.
    pub exit: Option<i32>,
}

/// What a process still waits for after its requests have been sent.
pub trait Continuation: fmt::Debug + Send + Sync {
    /// Adds what it has printed at a position of the log, if it was entered at the position `start`.
    fn print(
        &self,
        start: u64,
        history: &History,
        at: Position,
        docs: Option<&dyn Docs>,
        output: &mut Output,
    );

    /// When it ends at the latest, if it has a time-out.
    fn deadline(&self) -> Option<Time>;

    /// The texts that it prints, if it prints any.
    fn texts(&self) -> Option<Texts>;
}

/// A position of the log at which the output of a line is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The last entry.
    pub seq: u64,
    /// Whether nothing is pending after it: time then passes without entries, so every time-out has elapsed.
    pub quiet: bool,
}

impl From<u64> for Position {
    /// The position of an entry that others may follow.
    fn from(seq: u64) -> Position {
        Position { seq, quiet: false }
    }
}

/// Texts that the page fetches when they are first needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Texts {
    /// The API's descriptions of types and fields.
    Fields,
    /// kubectl's help texts.
    Commands,
}

/// The texts that are loaded.
pub trait Docs {
    /// Whether these texts are loaded.
    fn has(&self, texts: Texts) -> bool;

    /// The API's description of a type (`StatefulSetSpec`) or field (`StatefulSetSpec.replicas`).
    fn text(&self, name: &str) -> Option<String>;

    /// The help text of a command, such as `kubectl get`.
    fn help(&self, command: &str) -> Option<String>;
}

impl Process {
    /// The process of a manifest that was applied without a line; `seq` is the position of the log after it.
    pub fn ended(outcome: &ApplyOutcome, seq: u64) -> Process {
        Process {
            initial: Output {
                stdout: outcome.stdout.clone(),
                stderr: outcome.stderr.clone(),
                exit: Some(outcome.exit),
            },
            errors: outcome.errors.clone(),
            pending: None,
            seq,
            context_namespace: None,
        }
    }

    /// The process of a line that the page answers with a sentence.
    pub fn answered(text: &str, seq: u64) -> Process {
        let outcome = ApplyOutcome {
            stdout: format!("{text}\n"),
            ..ApplyOutcome::default()
        };
        Process::ended(&outcome, seq)
    }

    /// The process of a line that was not run.
    pub fn refused(why: String) -> Process {
        let errors = vec![Error::Plain(why)];
        Process {
            initial: Output {
                stdout: String::new(),
                stderr: report(&errors),
                exit: Some(1),
            },
            errors,
            pending: None,
            seq: 0,
            context_namespace: None,
        }
    }

    /// What it has printed at a position of the log. `docs` are the texts that `explain` and `help` print, once the page
    /// has loaded them.
    pub fn output(&self, history: &History, at: Position, docs: Option<&dyn Docs>) -> Output {
        let mut output = self.initial.clone();
        if let Some(pending) = &self.pending {
            pending.print(self.seq, history, at, docs, &mut output);
        }
        output
    }

    /// The errors of the line itself.
    pub fn errors(&self) -> &[Error] {
        &self.errors
    }

    /// When it ends at the latest, if it has a time-out.
    pub fn deadline(&self) -> Option<Time> {
        self.pending.as_ref()?.deadline()
    }

    /// The namespace that it set for later lines.
    pub fn context_namespace(&self) -> Option<&Arc<str>> {
        self.context_namespace.as_ref()
    }

    /// What it printed when it was entered.
    pub fn printed(&self) -> &Output {
        &self.initial
    }

    /// The texts that it prints, if it prints any.
    pub fn texts(&self) -> Option<Texts> {
        self.pending.as_ref()?.texts()
    }
}

/// The text of a command in the file of all help texts, where a line `==== COMMAND` precedes each.
pub fn find_help<'a>(file: &'a str, command: &str) -> Option<&'a str> {
    let head = format!("==== {command}\n");
    let at = match file.starts_with(&head) {
        true => 0,
        false => file.find(&format!("\n{head}"))? + 1,
    };
    let text = &file[at + head.len()..];
    let end = text.find("\n==== ").map_or(text.len(), |end| end + 1);
    Some(&text[..end])
}
