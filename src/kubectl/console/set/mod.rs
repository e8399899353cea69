//! `kubectl set` (`kubectl/pkg/cmd/set`).

mod env;
mod env_value;
mod image;
mod resources;
mod selector;
mod service_account;
mod subject;
mod template;

use super::subcommand::Subcommand;
use super::{CommandContext, CommandResult};
use crate::kubectl::line::flags::{Args, Flag};

const fn subcommand(
    name: &'static str,
    flags: &'static [Flag],
    run: fn(&mut CommandContext, &Args) -> CommandResult,
    usage: &'static str,
) -> Subcommand {
    Subcommand {
        parent: Some("set"),
        name,
        flags,
        run,
        changes: true,
        usage,
    }
}

/// The subcommands.
pub(super) const SUBCOMMANDS: &[Subcommand] = &[
    subcommand(
        "env",
        env::FLAGS,
        env::run,
        "set env RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
    ),
    subcommand(
        "image",
        image::FLAGS,
        image::run,
        "set image TYPE NAME CONTAINER=IMAGE...",
    ),
    subcommand(
        "resources",
        resources::FLAGS,
        resources::run,
        "set resources (-f FILENAME | TYPE NAME) ([--limits=LIMITS & --requests=REQUESTS]",
    ),
    subcommand(
        "selector",
        selector::FLAGS,
        selector::run,
        "set selector (-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]",
    ),
    subcommand(
        "serviceaccount",
        service_account::FLAGS,
        service_account::run,
        "set serviceaccount (-f FILENAME | TYPE NAME) SERVICE_ACCOUNT",
    ),
    subcommand(
        "subject",
        subject::FLAGS,
        subject::run,
        "set subject (-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname]",
    ),
];
