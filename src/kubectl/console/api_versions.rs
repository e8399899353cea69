//! `kubectl api-versions` (`kubectl/pkg/cmd/apiresources/apiversions.go`).

use std::collections::BTreeSet;

use super::{CommandContext, CommandResult, unexpected_args};
use crate::kubectl::line::flags::Args;
use crate::object::Kind;
use crate::object::kind::KINDS;

/// Runs `api-versions`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    if !args.words.is_empty() {
        return Err(unexpected_args(args, "api-versions"));
    }
    let kinds = KINDS.iter().filter(|info| info.kind != Kind::Fault);
    let versions: BTreeSet<&str> = kinds.map(|info| info.kind.api_version()).collect();
    for version in versions {
        ctx.out.push_str(&format!("{version}\n"));
    }
    Ok(None)
}
