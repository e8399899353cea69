//! `kubectl apply` (`kubectl/pkg/cmd/apply/apply.go`).

use super::manifest::{VALIDATE, send};
use super::print_flags::DRY_RUN;
use super::{CommandContext, CommandResult, unexpected_args};
use crate::kubectl::apply::ManifestCommand;
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};

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
];

/// Runs `apply`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    if !args.words.is_empty() {
        return Err(unexpected_args(args, "apply"));
    }
    if !args.has("filename") {
        return Err(vec![Error::Plain("must specify one of -f and -k".to_owned())]);
    }
    send(ctx, args, ManifestCommand::Apply)
}
