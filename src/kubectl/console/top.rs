//! `kubectl top` (`kubectl/pkg/cmd/top`) in a cluster without metrics.

use super::selector::Selector;
use super::{CommandContext, CommandResult, usage_error};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};

/// The flags of `top pod`.
pub const POD_FLAGS: &[Flag] = &[
    text("selector", 'l'),
    text("field-selector", ' '),
    text("sort-by", ' '),
    bool("containers", ' '),
    bool("all-namespaces", 'A'),
    bool("no-headers", ' '),
    bool("use-protocol-buffers", ' '),
    bool("sum", ' '),
    bool("show-swap", ' '),
];

/// The flags of `top node`.
pub const NODE_FLAGS: &[Flag] = &[
    text("selector", 'l'),
    text("sort-by", ' '),
    bool("no-headers", ' '),
    bool("use-protocol-buffers", ' '),
    bool("show-capacity", ' '),
    bool("show-swap", ' '),
];

/// Runs `top pod` (`top_pod.go`).
pub fn pod(_ctx: &mut CommandContext, args: &Args) -> CommandResult {
    run(args, "pod", "only one of NAME or selector can be provided")
}

/// Runs `top node` (`top_node.go`).
pub fn node(_ctx: &mut CommandContext, args: &Args) -> CommandResult {
    run(args, "node", "only one of NAME or --selector can be provided")
}

fn run(args: &Args, kind: &str, both: &str) -> CommandResult {
    if args.words.len() > 1 {
        let usage = format!("{kind} [NAME | -l label]");
        return Err(usage_error(&format!("top {kind}"), &usage));
    }
    let selectors = ["selector", "field-selector"].map(|flag| args.get(flag).unwrap_or_default());
    let selects = selectors.iter().any(|selector| !selector.is_empty());
    let invalid = Selector::parse(selectors[0], selectors[1]).err();
    let error = match args.get("sort-by").unwrap_or_default() {
        "" | "cpu" | "memory" if !args.words.is_empty() && selects => both.to_owned(),
        "" | "cpu" | "memory" => invalid.unwrap_or_else(|| "Metrics API not available".to_owned()),
        _ => "--sort-by accepts only cpu or memory".to_owned(),
    };
    Err(vec![Error::Plain(error)])
}
