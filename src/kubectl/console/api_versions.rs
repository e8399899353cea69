//! `kubectl api-versions` (`kubectl/pkg/cmd/apiresources/apiversions.go`).

use std::collections::BTreeSet;

use super::discovery::{self, OTHER_VERSIONS};
use super::{CommandContext, CommandResult, unexpected_arguments};
use crate::kubectl::line::flags::Args;

/// Runs `api-versions`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    if !args.words.is_empty() {
        return Err(unexpected_arguments(args, "api-versions"));
    }
    let resources = discovery::resources();
    let preferred = resources.iter().map(|resource| resource.api_version);
    let versions: BTreeSet<&str> = preferred.chain(OTHER_VERSIONS.iter().copied()).collect();
    for version in versions {
        ctx.out.push_str(&format!("{version}\n"));
    }
    Ok(None)
}
