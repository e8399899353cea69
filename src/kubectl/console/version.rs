//! `kubectl version` (`kubectl/pkg/cmd/version/version.go`).

use super::{CommandContext, CommandResult};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};

/// The flags of `version`.
pub const FLAGS: &[Flag] = &[bool("client", ' '), text("output", 'o')];

/// Runs `version`: prints the version that is simulated.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let plain = |text: String| Err(vec![Error::Plain(text)]);
    if !args.words.is_empty() {
        return plain(format!("extra arguments: [{}]", args.words.join(" ")));
    }
    if !matches!(args.get("output").unwrap_or_default(), "" | "json" | "yaml") {
        return plain("--output must be 'yaml' or 'json'".to_owned());
    }
    if args.has("output") {
        return plain("version -o is not part of this page".to_owned());
    }
    ctx.out
        .push_str("Client Version: v1.36.3\nKustomize Version: v5.8.1\n");
    if !args.is("client") {
        ctx.out.push_str("Server Version: v1.36.3\n");
    }
    Ok(None)
}
