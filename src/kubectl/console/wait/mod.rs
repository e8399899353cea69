//! `kubectl wait` (`kubectl/pkg/cmd/wait/wait.go`).

mod condition;
mod replay;

use super::output_format::{OutputFormat, change_format};
use super::progress::Progress;
use super::resource::{self, LookupScope, Targets, VisitResult};
use super::{CommandContext, CommandResult, Output, Pending};
use crate::kubectl::errors::report;
use crate::kubectl::line::flags::{Args, Flag, bool, duration, text};
use crate::object::Time;
use crate::store::World;
use condition::Condition;

/// The flags of `wait`.
pub const FLAGS: &[Flag] = &[
    text("for", ' '),
    duration("timeout"),
    text("selector", 'l'),
    text("field-selector", ' '),
    bool("all", ' '),
    bool("all-namespaces", 'A'),
    bool("local", ' '),
    text("filename", 'f'),
    bool("recursive", 'R'),
    text("output", 'o'),
    text("template", ' '),
    bool("allow-missing-template-keys", ' '),
    bool("show-managed-fields", ' '),
];

/// The default of `--timeout`, and what a negative one means.
const TIMEOUT_MS: i64 = 30_000;
const WEEK_MS: i64 = 168 * 3_600_000;

/// A command that waits for conditions of objects, one after another.
#[derive(Clone, Debug)]
pub struct ConditionWait {
    args: Args,
    targets: Targets,
    /// The objects at the start.
    found: VisitResult,
    conditions: Vec<Condition>,
    format: OutputFormat,
    start: Time,
    /// `--timeout`; zero checks once.
    timeout_ms: u64,
}

/// Runs `wait`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let format = change_format(args, ctx.stdin)?;
    let conditions = condition::parse_all(&args.all("for"))?;
    let found = ctx.selected(args)?;
    let timeout_ms = match args.duration("timeout").unwrap_or(TIMEOUT_MS) {
        ms if ms < 0 => WEEK_MS,
        ms => ms,
    };
    let wait = ConditionWait {
        args: args.clone(),
        targets: ctx.targets(args)?,
        found,
        conditions,
        format,
        start: ctx.now,
        timeout_ms: timeout_ms.unsigned_abs(),
    };
    let waited = wait.replay(Progress::none());
    ctx.out.push_str(&waited.stdout);
    match waited.errors {
        None => Ok(Some(Pending::Wait(Box::new(wait)))),
        Some(errors) if errors.is_empty() => Ok(None),
        Some(errors) => Err(errors),
    }
}

impl ConditionWait {
    /// When it ends at the latest.
    pub fn deadline(&self) -> Time {
        self.start.plus(self.timeout_ms)
    }

    /// Replaces the output with that at a later position.
    pub fn print(&self, progress: Progress, output: &mut Output) {
        let waited = self.replay(progress);
        output.stdout = waited.stdout;
        output.exit = waited.errors.map(|errors| {
            output.stderr.push_str(&report(&errors));
            i32::from(!errors.is_empty())
        });
    }

    /// The objects that the arguments select in a world.
    fn find(&self, world: &World) -> VisitResult {
        resource::find(world, &self.targets, &LookupScope::from_args(&self.args))
    }
}
