//! `kubectl create -f` (`kubectl/pkg/cmd/create/create.go`).

use super::manifest::{VALIDATE, send};
use super::print_flags::DRY_RUN;
use super::{CommandContext, CommandResult, FILE, unexpected_args};
use crate::kubectl::apply::ManifestCommand;
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};

/// The flags of `create`.
pub const FLAGS: &[Flag] = &[
    text("filename", 'f'),
    bool("recursive", 'R'),
    text("output", 'o'),
    DRY_RUN,
    VALIDATE,
    bool("save-config", ' '),
];

/// Runs `create -f`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    if args.has("filename") {
        return match args.words.is_empty() {
            true => send(ctx, args, ManifestCommand::Create),
            false => Err(unexpected_args(args, "create")),
        };
    }
    Err(vec![match args.words.first() {
        None => Error::Plain("must specify one of -f and -k".to_owned()),
        Some(word) if SUBCOMMANDS.contains(&word.as_str()) => Error::Plain(format!(
            "\"create {word}\" is not part of this page: write the object into the editor, and create it with -f {FILE}"
        )),
        Some(_) => return Err(unexpected_args(args, "create")),
    }])
}

/// The subcommands of `create` in kubectl, which create objects from flags.
const SUBCOMMANDS: [&str; 18] = [
    "clusterrole",
    "clusterrolebinding",
    "configmap",
    "cm",
    "cronjob",
    "deployment",
    "deploy",
    "ingress",
    "job",
    "namespace",
    "poddisruptionbudget",
    "priorityclass",
    "quota",
    "role",
    "secret",
    "service",
    "serviceaccount",
    "token",
];
