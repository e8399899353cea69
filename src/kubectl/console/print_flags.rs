//! `--dry-run` (`cmdutil.GetDryRunStrategy` in `kubectl/pkg/cmd/util/helpers.go`) and `-o` of commands that change
//! something (`genericclioptions.PrintFlags` in `cli-runtime/pkg/genericclioptions/print_flags.go`).

use std::sync::Arc;

use super::output_format::{OutputFormat, change_format};
use super::printers;
use super::{CommandContext, CommandResult};
use crate::api::Request;
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, FlagType};
use crate::kubectl::server::DryRun;
use crate::object::{Object, Value};

/// `--dry-run`.
pub const DRY_RUN: Flag = Flag {
    long: "dry-run",
    short: ' ',
    flag_type: FlagType::OptionalString("unchanged"),
};

/// `--local`: the command changes and prints the objects it read, and sends nothing.
pub const LOCAL: &str = "local";

/// Whether and where a change is only simulated (`cmdutil.DryRunStrategy`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DryRunStrategy {
    /// The change is made.
    #[default]
    None,
    /// No request is sent.
    Client,
    /// The request is sent with `dryRun=All`.
    Server,
}

/// How a command prints the objects that it changed.
#[derive(Clone, Debug, Default)]
pub struct PrintFlags {
    /// `--dry-run`.
    pub dry_run: DryRunStrategy,
    format: OutputFormat,
    /// Whether `---` separates YAML documents: some commands create a printer for each object, which does not.
    separates_documents: bool,
    printed: usize,
}

impl PrintFlags {
    /// The suffix of the operation in a dry run.
    pub fn suffix(&self) -> &'static str {
        match self.dry_run {
            DryRunStrategy::None => "",
            DryRunStrategy::Client => " (dry run)",
            DryRunStrategy::Server => " (server dry run)",
        }
    }

    /// Begins a new stream of documents: no `---` precedes the next one.
    pub fn begin_stream(&mut self) {
        self.printed = 0;
    }

    /// Whether documents are printed instead of lines.
    pub fn prints_documents(&self) -> bool {
        !matches!(self.format, OutputFormat::Table { .. } | OutputFormat::Name)
    }
}

/// Reads `--dry-run`, with a warning for its deprecated forms (`GetDryRunStrategy`).
fn dry_run_strategy(ctx: &mut CommandContext, args: &Args) -> Result<DryRunStrategy, Error> {
    let Some(value) = args.get(DRY_RUN.long) else {
        return Ok(DryRunStrategy::None);
    };
    let (strategy, form) = match value {
        "client" => return Ok(DryRunStrategy::Client),
        "server" => return Ok(DryRunStrategy::Server),
        "none" => return Ok(DryRunStrategy::None),
        "unchanged" => (DryRunStrategy::Client, String::new()),
        _ if args.is(DRY_RUN.long) => (DryRunStrategy::Client, format!("={value}")),
        _ if !args.is_not_false(DRY_RUN.long) => (DryRunStrategy::None, format!("={value}")),
        _ => {
            return Err(Error::Plain(format!(
                "Invalid dry-run value ({value}). Must be \"none\", \"server\", or \"client\"."
            )));
        }
    };
    let boolean = if form.is_empty() { "" } else { " (boolean value)" };
    let new = if strategy == DryRunStrategy::None {
        "none"
    } else {
        "client"
    };
    // `klog.Warning` writes the month, the day, the time, the process and the place in front.
    let now = ctx.now.to_string();
    let (month, day, time) = (
        now.get(5..7).unwrap_or("01"),
        now.get(8..10).unwrap_or("01"),
        now.get(11..19).unwrap_or("00:00:00"),
    );
    ctx.err.push_str(&format!(
        "W{month}{day} {time}.000000       1 helpers.go:719] --dry-run{form} is deprecated{boolean} and can be \
         replaced with --dry-run={new}.\n"
    ));
    Ok(strategy)
}

/// Runs a command that may change something; a dry run and `--local` work on a copy of the world.
pub fn run(
    ctx: &mut CommandContext,
    args: &Args,
    command: &str,
    run: fn(&mut CommandContext, &Args) -> CommandResult,
) -> CommandResult {
    let dry_run = dry_run_strategy(ctx, args)?;
    ctx.print_flags = PrintFlags {
        dry_run,
        format: match command {
            "delete" => OutputFormat::default(),
            _ => change_format(args, ctx.stdin)?,
        },
        separates_documents: !matches!(
            command,
            "patch" | "label" | "restart" | "pause" | "resume" | "undo"
        ),
        printed: 0,
    };
    if dry_run == DryRunStrategy::None && !args.is(LOCAL) {
        return run(ctx, args);
    }
    let mut copy = DryRun::new(ctx.server.world());
    let mut inner = CommandContext {
        server: &mut copy,
        now: ctx.now,
        stdin: ctx.stdin,
        config: ctx.config,
        context_namespace: None,
        out: std::mem::take(&mut ctx.out),
        err: std::mem::take(&mut ctx.err),
        print_flags: std::mem::take(&mut ctx.print_flags),
        deprecation: ctx.deprecation.clone(),
    };
    let result = run(&mut inner, args);
    (ctx.out, ctx.err) = (inner.out, inner.err);
    ctx.deprecation = inner.deprecation;
    // Nothing happens that the command could wait for.
    result.map(|_| None)
}

impl CommandContext<'_> {
    /// Prints an object with the operation that was applied to it.
    pub(super) fn print_object(&mut self, object: &Object, operation: &str) -> Result<(), Error> {
        self.print_operation(&printers::resource_name(object), operation, &|| object.document())
    }

    /// Prints an operation on the object of a name; `document` is printed instead with `-o`.
    pub(super) fn print_operation(
        &mut self,
        name: &str,
        operation: &str,
        document: &dyn Fn() -> Value,
    ) -> Result<(), Error> {
        let operation = format!("{operation}{}", self.print_flags.suffix());
        self.print_without_suffix(name, &operation, document)
    }

    /// The same without the suffix of dry runs.
    pub(super) fn print_without_suffix(
        &mut self,
        name: &str,
        operation: &str,
        document: &dyn Fn() -> Value,
    ) -> Result<(), Error> {
        let flags = &mut self.print_flags;
        if flags.format == OutputFormat::Yaml && flags.separates_documents && flags.printed > 0 {
            self.out.push_str("---\n");
        }
        flags.printed += 1;
        match &flags.format {
            OutputFormat::Table { .. } => self.out.push_str(&format!("{name} {operation}\n")),
            OutputFormat::Name => self.out.push_str(&format!("{name}\n")),
            format => printers::print_document(format, &document(), &mut self.out)?,
        }
        Ok(())
    }

    /// The object that a patch results in on the client: without the metadata that the API server would update.
    pub(super) fn send_locally(&mut self, request: &Request) -> Option<Arc<Object>> {
        let Request::Patch { key, .. } = request else {
            return None;
        };
        let before = self.server.world().get(key)?.clone();
        let Ok(response) = self.server.send(request) else {
            return Some(before);
        };
        let mut after = response.object?.as_ref().clone();
        after.meta.generation = before.meta.generation;
        after.meta.resource_version = before.meta.resource_version;
        Some(after.into())
    }
}
