//! The console: command lines, what they do when they are entered, and what they have printed at any later moment.
//!
//! [`start`] runs a line and sends its requests. The [`Process`] that it returns is plain data; [`output`] computes
//! what it has printed at a position of the log, so that `get -w`, `rollout status` and a `delete` that waits can be
//! scrubbed like everything else.

mod access;
mod annotate;
mod api_resources;
mod api_versions;
mod apply;
mod cluster_commands;
mod cluster_info;
mod columns;
mod commands;
mod complete;
mod config;
mod create;
mod delete;
mod describe;
mod diff;
mod discovery;
mod dispatch;
mod drain;
mod edit;
mod events;
mod explain;
mod generate;
mod generator;
mod get;
mod go_template;
mod help;
mod jsonpath;
mod kustomize;
mod kyaml;
mod label;
mod last_applied;
mod manifest;
mod output_format;
mod pairs;
mod patch;
mod pods;
mod print_flags;
mod printers;
mod progress;
mod record;
mod replace;
mod resource;
mod rollout;
mod scale;
mod selector;
mod set;
mod subcommand;
mod table;
mod taint;
mod timeouts;
mod top;
mod unavailable;
mod version;
mod wait;
mod workload;

use std::cell::Cell;
use std::sync::Arc;

use super::apply::ApplyOutcome;
use super::custom_resources;
use super::errors::{Error, exit_code, report};
use super::line::flags::Args;
use super::server::Server;
use crate::api::Request;
use crate::object::{Object, Time};
use crate::timeline::History;
use progress::Progress;

pub use super::line::{quoted, strip_kubectl};
pub use complete::complete;
pub use config::KubeConfig;
pub use dispatch::{applies_file, changes, is_plain_apply};
pub use edit::edited_object;
pub use help::find as find_help;
pub use progress::Position;

/// A line that was entered.
#[derive(Clone, Debug)]
pub struct Process {
    /// What it printed when it was entered.
    initial: Output,
    errors: Vec<Error>,
    pending: Option<Pending>,
    /// The position of the log after which it continues.
    seq: u64,
    /// The namespace that it set for later lines (`config set-context`).
    context_namespace: Option<Arc<str>>,
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
#[derive(Clone, Debug)]
enum Pending {
    /// `get -w`: further changes.
    Watch(Box<get::Watch>),
    /// `rollout status`: the end of the rollout.
    Rollout(rollout::RolloutWait),
    /// `delete`: the removal of the objects.
    Deletion(timeouts::DeletionWait),
    /// `wait`: the conditions.
    Wait(Box<wait::ConditionWait>),
    /// `events -w`: further events.
    Events(Box<events::EventWatch>),
    /// `drain`: the pods of the nodes have gone.
    Drain(Box<drain::DrainWait>),
    /// `explain`: the descriptions of the fields.
    Explain(explain::ExplainOptions),
    /// A help text.
    Help(help::HelpText),
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

/// What a command still waits for, or its errors.
type CommandResult = Result<Option<Pending>, Vec<Error>>;

impl From<Error> for Vec<Error> {
    fn from(error: Error) -> Vec<Error> {
        vec![error]
    }
}

/// What a command runs with: the API server and the streams (`cmdutil.Factory`, `genericiooptions.IOStreams`).
struct CommandContext<'a> {
    server: &'a mut dyn Server,
    now: Time,
    /// The text that `-f -` and `-f manifest.yaml` read.
    stdin: &'a str,
    config: &'a KubeConfig,
    /// The namespace that the line sets for later lines.
    context_namespace: Option<Arc<str>>,
    out: String,
    err: String,
    print_flags: print_flags::PrintFlags,
    /// The warning about a deprecated kind that was asked for.
    deprecation: Cell<Option<&'static str>>,
}

/// Runs a line, with or without a leading `kubectl`. `stdin` is the text that `-f -` reads, and the content of the only
/// file, [`FILE`].
pub fn start(server: &mut dyn Server, line: &str, stdin: &str, now: Time) -> Process {
    start_with_config(server, line, stdin, now, &KubeConfig::default())
}

/// Runs a line with another kubeconfig than the page's first.
pub fn start_with_config(
    server: &mut dyn Server,
    line: &str,
    stdin: &str,
    now: Time,
    config: &KubeConfig,
) -> Process {
    let mut ctx = CommandContext {
        server,
        now,
        stdin,
        config,
        context_namespace: None,
        out: String::new(),
        err: String::new(),
        print_flags: print_flags::PrintFlags::default(),
        deprecation: Cell::default(),
    };
    let result = dispatch::run(&mut ctx, line);
    let seq = ctx.server.world().seq();
    let (pending, mut errors) = match result {
        Ok(pending) => (pending, Vec::new()),
        Err(errors) => (None, errors),
    };
    for error in &mut errors {
        custom_resources::explain_type(ctx.server.world(), error);
    }
    let mut stderr = ctx.err;
    if let Some(warning) = ctx.deprecation.get() {
        stderr.insert_str(0, &format!("Warning: {warning}\n"));
    }
    stderr.push_str(&report(&errors));
    Process {
        initial: Output {
            stdout: ctx.out,
            stderr,
            exit: Some(exit_code(&errors)),
        },
        errors,
        pending,
        seq,
        context_namespace: ctx.context_namespace,
    }
}

/// The name of the only file: the editor's text.
pub const FILE: &str = "manifest.yaml";

/// What a process has printed at a position of the log. `docs` are the texts that `explain` and `help` print, once
/// the page has loaded them.
pub fn output(
    process: &Process,
    history: &History,
    at: impl Into<Position>,
    docs: Option<&dyn Docs>,
) -> Output {
    let mut output = process.initial.clone();
    let Some(pending) = &process.pending else {
        return output;
    };
    let progress = Progress::new(history, process.seq, at.into());
    match pending {
        Pending::Watch(watch) => watch.print(progress, &mut output),
        Pending::Rollout(wait) => wait.print(progress, &mut output),
        Pending::Deletion(wait) => wait.print(progress, &mut output),
        Pending::Wait(wait) => wait.print(progress, &mut output),
        Pending::Events(watch) => watch.print(progress, &mut output),
        Pending::Drain(wait) => wait.print(process.seq, progress.entries, history, &mut output),
        Pending::Explain(options) => match docs.filter(|docs| docs.has(Texts::Fields)) {
            Some(docs) => output.stdout.push_str(&explain::print(options, docs)),
            None => output.exit = None,
        },
        Pending::Help(text) => text.print(docs, &mut output),
    }
    output
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

    /// The errors of the line itself.
    pub fn errors(&self) -> &[Error] {
        &self.errors
    }

    /// When it ends at the latest, if it has a time-out.
    pub fn deadline(&self) -> Option<Time> {
        match self.pending.as_ref()? {
            Pending::Watch(watch) => watch.deadline(),
            Pending::Rollout(wait) => wait.deadline(),
            Pending::Deletion(wait) => wait.deadline(),
            Pending::Wait(wait) => Some(wait.deadline()),
            Pending::Events(watch) => watch.deadline(),
            Pending::Drain(_) | Pending::Explain(_) | Pending::Help(_) => None,
        }
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
        match self.pending {
            Some(Pending::Explain(_)) => Some(Texts::Fields),
            Some(Pending::Help(_)) => Some(Texts::Commands),
            _ => None,
        }
    }
}

impl CommandContext<'_> {
    /// Prints warnings to standard error.
    fn warn(&mut self, warnings: &[String]) {
        for warning in warnings {
            self.err.push_str(&format!("Warning: {warning}\n"));
        }
    }

    /// Sends a request and prints its warnings; with `--dry-run=client` it is applied to the copy of the world alone.
    fn send(&mut self, request: &Request) -> Result<Option<Arc<Object>>, Error> {
        if self.print_flags.dry_run == print_flags::DryRunStrategy::Client {
            return Ok(self.send_locally(request));
        }
        let response = self.server.send(request).map_err(resource::refused)?;
        self.warn(&response.warnings);
        Ok(response.object)
    }
}

/// Ends a line that waits with an error.
fn fail(output: &mut Output, error: Error) {
    output.stderr.push_str(&report(&[error]));
    output.exit = Some(1);
}

/// `UsageErrorf` in `kubectl/pkg/cmd/util/helpers.go`.
fn usage_error(command: &str, text: &str) -> Vec<Error> {
    vec![Error::Plain(format!(
        "{text}\nSee 'kubectl {command} -h' for help and examples"
    ))]
}

/// The usage error of commands without arguments.
fn unexpected_arguments(args: &Args, command: &str) -> Vec<Error> {
    usage_error(
        command,
        &format!("unexpected arguments: [{}]", args.words.join(" ")),
    )
}

/// The usage error for arguments that a command does not take (`UsageErrorf`).
fn unexpected_args(args: &Args, command: &str) -> Vec<Error> {
    vec![Error::Plain(format!(
        "Unexpected args: [{}]\nSee 'kubectl {command} -h' for help and examples",
        args.words.join(" ")
    ))]
}
