//! A line of the console: what it does when it is entered, and what it has printed at any later moment.
//!
//! A [`Process`] is plain data over the log. `start` performs a line and sends its requests; `output` says what stands
//! in the terminal at a position of the log, so that `-w`, `rollout status` and a `delete` that waits can be scrubbed
//! like everything else.

mod columns;
mod delete;
mod discovery;
mod explain;
pub mod flags;
mod get;
mod jsonpath;
mod label;
mod manifests;
mod pairs;
mod patch;
mod printing;
mod resources;
mod rollout;
mod scale;
mod selector;
mod set_image;
mod show;
mod table;
mod telling;
mod verbs;
mod words;

use std::sync::Arc;

use super::errors::{Error, report};
use super::server::Server;
use crate::object::{Key, Time, Uid};
use crate::store::Entry;
use crate::timeline::History;

pub use explain::Docs;
pub use verbs::{changes, complete};
pub use words::{bare, quoted};

/// A line that was entered, with what it did at once.
#[derive(Clone, Debug)]
pub struct Process {
    done: Output,
    errors: Vec<Error>,
    following: Option<Following>,
    /// The position of the log after which it follows.
    seq: u64,
}

/// What stands in the terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The exit code; none while it runs.
    pub exit: Option<i32>,
}

/// What a process waits for or follows after its requests were sent.
#[derive(Clone, Debug)]
enum Following {
    /// `get -w`.
    Watch(Box<get::Watch>),
    /// `rollout status`.
    Rollout(rollout::Status),
    /// `delete`: until these are gone.
    Gone(Vec<(Key, Uid)>),
    /// `explain`: until its descriptions are there.
    Explain(explain::Question),
}

/// How a command ended: with something to follow, or with errors.
type Ended = Result<Option<Following>, Vec<Error>>;

impl From<Error> for Vec<Error> {
    fn from(error: Error) -> Vec<Error> {
        vec![error]
    }
}

/// What a command works with.
struct Shell<'a> {
    server: &'a mut dyn Server,
    now: Time,
    /// What `-f -` and `-f manifest.yaml` read.
    stdin: &'a str,
    out: String,
    err: String,
    telling: telling::Telling,
}

/// Enters a line, with or without `kubectl` in front, at a moment. `stdin` is what `-f -` reads, and the content of
/// the one file there is, [`FILE`].
pub fn start(server: &mut dyn Server, line: &str, stdin: &str, now: Time) -> Process {
    let mut shell = Shell {
        server,
        now,
        stdin,
        out: String::new(),
        err: String::new(),
        telling: telling::Telling::default(),
    };
    let ended = verbs::run(&mut shell, line);
    let seq = shell.server.world().seq();
    let (following, errors) = match ended {
        Ok(following) => (following, Vec::new()),
        Err(errors) => (None, errors),
    };
    let mut stderr = shell.err;
    stderr.push_str(&report(&errors));
    Process {
        done: Output {
            stdout: shell.out,
            stderr,
            exit: Some(i32::from(!errors.is_empty())),
        },
        errors,
        following,
        seq,
    }
}

/// The name of the one file there is: the editor's text.
pub const FILE: &str = "manifest.yaml";

/// What a process has printed at a position of the log; `docs` are the descriptions that `explain` prints, once the
/// page has them.
pub fn output(process: &Process, history: &History, seq: u64, docs: Option<&dyn Docs>) -> Output {
    let mut output = process.done.clone();
    let Some(following) = &process.following else {
        return output;
    };
    let entries: &[Entry] = history.between(process.seq, seq.max(process.seq));
    match following {
        Following::Watch(watch) => {
            output.stdout.push_str(&watch.after(entries));
            output.exit = None;
        }
        Following::Rollout(status) => status.after(entries, &mut output),
        Following::Gone(objects) => {
            let left = objects
                .iter()
                .filter(|(key, uid)| !delete::went(key, uid, entries));
            output.exit = (left.count() == 0).then_some(0);
        }
        Following::Explain(question) => match docs {
            Some(docs) => output.stdout.push_str(&explain::answer(question, docs)),
            None => output.exit = None,
        },
    }
    output
}

impl Process {
    /// A manifest that was sent by other ways than a line; `seq` is the position of the log after it.
    pub fn ended(outcome: &super::apply::Outcome, seq: u64) -> Process {
        Process {
            done: Output {
                stdout: outcome.stdout.clone(),
                stderr: outcome.stderr.clone(),
                exit: Some(outcome.exit),
            },
            errors: outcome.errors.clone(),
            following: None,
            seq,
        }
    }

    /// A line that was not even read.
    pub fn refused(why: String) -> Process {
        let errors = vec![Error::Plain(why)];
        Process {
            done: Output {
                stdout: String::new(),
                stderr: report(&errors),
                exit: Some(1),
            },
            errors,
            following: None,
            seq: 0,
        }
    }

    /// What went wrong at once.
    pub fn errors(&self) -> &[Error] {
        &self.errors
    }

    /// What it printed at once.
    pub fn printed(&self) -> &Output {
        &self.done
    }

    /// Whether it needs the descriptions of fields.
    pub fn needs_docs(&self) -> bool {
        matches!(self.following, Some(Following::Explain(_)))
    }
}

impl Shell<'_> {
    fn warn(&mut self, warnings: &[String]) {
        for warning in warnings {
            self.err.push_str(&format!("Warning: {warning}\n"));
        }
    }

    /// Sends a request and passes its warnings on.
    fn send(&mut self, request: &crate::api::Request) -> Result<Option<Arc<crate::object::Object>>, Error> {
        if self.telling.dry == telling::Dry::Client {
            return Ok(self.locally(request));
        }
        let answer = self.server.send(request).map_err(resources::refused)?;
        self.warn(&answer.warnings);
        Ok(answer.object)
    }
}
