//! `kubectl apply` (`kubectl/pkg/cmd/apply/apply.go`).

use super::manifest::{VALIDATE, field_validation, send, server_side};
use super::print_flags::{DRY_RUN, DryRunStrategy};
use super::prune;
use super::{CommandContext, CommandResult, unexpected_args};
use crate::kubectl::apply::ManifestCommand;
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, FlagType, bool, int, text};

/// The flags of `apply`.
pub const FLAGS: &[Flag] = &[
    text("filename", 'f'),
    bool("recursive", 'R'),
    text("output", 'o'),
    DRY_RUN,
    VALIDATE,
    bool("overwrite", ' '),
    bool("force", ' '),
    bool("wait", ' '),
    bool("openapi-patch", ' '),
    bool("all", ' '),
    bool("server-side", ' '),
    bool("force-conflicts", ' '),
    bool("show-managed-fields", ' '),
    text("selector", 'l'),
    bool("prune", ' '),
    text("prune-allowlist", ' '),
    Flag {
        long: "cascade",
        short: ' ',
        flag_type: FlagType::OptionalString("background"),
    },
    int("grace-period"),
];

/// Runs `apply`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    if !args.words.is_empty() {
        return Err(unexpected_args(args, "apply"));
    }
    if !args.has("filename") {
        return Err(vec![Error::Plain("must specify one of -f and -k".to_owned())]);
    }
    field_validation(args)?;
    if args.is("prune") {
        prune::allowlist(args)?;
    }
    check(ctx, args)?;
    let command = match args.is("server-side") {
        true => ManifestCommand::ServerSideApply(server_side(args)),
        false => ManifestCommand::Apply,
    };
    send(ctx, args, command)
}

/// Refuses flags that exclude each other (`ApplyOptions.Validate`).
fn check(ctx: &CommandContext, args: &Args) -> Result<(), Error> {
    let dry_run = ctx.print_flags.dry_run;
    let server_side = args.is("server-side");
    let selects = args.get("selector").is_some_and(|selector| !selector.is_empty());
    let refused = [
        (
            args.is("force-conflicts") && !server_side,
            "--force-conflicts only works with --server-side",
        ),
        (
            dry_run == DryRunStrategy::Client && server_side,
            "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
        ),
        (
            server_side && args.is("force"),
            "--force cannot be used with --server-side",
        ),
        (
            dry_run == DryRunStrategy::Server && args.is("force"),
            "--dry-run=server cannot be used with --force",
        ),
        (
            args.is("all") && selects,
            "cannot set --all and --selector at the same time",
        ),
        (
            args.is("prune") && args.is("force"),
            "--force cannot be used with --prune",
        ),
        (
            args.is("prune") && !args.is("all") && !selects,
            "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all \
             flag. If you did not mean to prune all resources, specify a label selector",
        ),
        (
            args.is("prune") && server_side,
            "--prune is in alpha and doesn't currently work on objects created by server-side apply",
        ),
    ];
    match refused.iter().find(|(applies, _)| *applies) {
        Some((_, text)) => Err(Error::Plain((*text).to_owned())),
        None => Ok(()),
    }
}
