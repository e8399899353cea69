//! `kubectl cordon`, `uncordon` and `drain` (`kubectl/pkg/cmd/drain/drain.go`).
//!
//! [`crate::cluster::drain`] sends the evictions; what they print is computed from the log.

mod progress;

use std::sync::Arc;

use super::print_flags::{DRY_RUN, DryRunStrategy};
use super::resource::{self, LookupScope, Targets, parse_args};
use super::selector::Selector;
use super::{CommandContext, CommandResult, Pending};
use crate::api::Request;
use crate::cluster::drain::{DrainOptions, cordon_patch};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, FlagType, bool, int, parse_duration, text};
use crate::object::{Kind, Object, node};

pub use progress::DrainWait;

/// The flags of `cordon` and `uncordon`.
pub const CORDON_FLAGS: &[Flag] = &[text("selector", 'l'), DRY_RUN];

/// The flags of `drain`.
pub const FLAGS: &[Flag] = &[
    bool("force", ' '),
    bool("ignore-daemonsets", ' '),
    bool("delete-emptydir-data", ' '),
    int("grace-period"),
    Flag {
        long: "timeout",
        short: ' ',
        flag_type: FlagType::Duration,
    },
    text("pod-selector", ' '),
    bool("disable-eviction", ' '),
    int("skip-wait-for-delete-timeout"),
    int("chunk-size"),
    text("selector", 'l'),
    DRY_RUN,
];

/// Runs `cordon`.
pub fn cordon(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let nodes = nodes(ctx, args, "cordon")?;
    set_unschedulable(ctx, &nodes, true);
    Ok(None)
}

/// Runs `uncordon`.
pub fn uncordon(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let nodes = nodes(ctx, args, "uncordon")?;
    set_unschedulable(ctx, &nodes, false);
    Ok(None)
}

/// Runs `drain`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let nodes = nodes(ctx, args, "drain")?;
    let options = options(args)?;
    set_unschedulable(ctx, &nodes, true);
    let names: Vec<Arc<str>> = nodes.iter().map(|node| node.name().clone()).collect();
    let wait = DrainWait::new(names.clone(), options.clone(), ctx.print_flags.dry_run, ctx.now);
    let first = wait.begin(ctx.server.world());
    ctx.out.push_str(&first.out);
    ctx.err.push_str(&first.err);
    if let Some(errors) = first.ended {
        return match errors.is_empty() {
            true => Ok(None),
            false => Err(errors),
        };
    }
    if ctx.print_flags.dry_run == DryRunStrategy::None {
        ctx.server.drain(&names, options);
    }
    Ok(Some(Pending::Drain(Box::new(wait))))
}

/// The nodes that a line names or selects (`Complete`).
fn nodes(ctx: &CommandContext, args: &Args, command: &str) -> Result<Vec<Arc<Object>>, Vec<Error>> {
    let usage = |text: &str| {
        vec![Error::Plain(format!(
            "{text}\nSee 'kubectl {command} -h' for help and examples"
        ))]
    };
    if args.words.is_empty() && !args.has("selector") {
        return Err(usage(&format!("USAGE: {command} NODE [flags]")));
    }
    let selects = args.get("selector").is_some_and(|selector| !selector.is_empty());
    if !args.words.is_empty() && selects {
        return Err(usage(
            "error: cannot specify both a node name and a --selector option",
        ));
    }
    let has_types = args.words.iter().any(|word| word.contains('/'));
    let targets = match has_types {
        true => parse_args(&args.words)?,
        false => Targets {
            kinds: vec![(Kind::Node, args.words.clone())],
            single: false,
        },
    };
    if let Some(selector) = args.get("pod-selector") {
        Selector::parse(selector, "").map_err(|_| {
            let text = "--pod-selector=<pod_selector> must be a valid label selector";
            Error::Plain(text.to_owned())
        })?;
    }
    let found = resource::find(ctx.server.world(), &targets, &LookupScope::from_args(args));
    if let Some(error) = found.errors.first() {
        return Err(vec![error.clone()]);
    }
    if let Some(other) = found.objects().find(|object| object.kind != Kind::Node) {
        let info = other.kind.info();
        return Err(vec![Error::Plain(format!(
            "error: expected resource of type node, got \"{}/{}, Resource={}\"",
            info.group, info.version, info.plural
        ))]);
    }
    Ok(found.objects().cloned().collect())
}

fn options(args: &Args) -> Result<DrainOptions, Error> {
    let selector = Selector::parse(args.get("pod-selector").unwrap_or_default(), "");
    let timeout = args.get("timeout").and_then(parse_duration).unwrap_or(0);
    Ok(DrainOptions {
        force: args.is("force"),
        ignore_daemon_sets: args.is("ignore-daemonsets"),
        delete_emptydir_data: args.is("delete-emptydir-data"),
        disable_eviction: args.is("disable-eviction"),
        grace_seconds: args.int("grace-period").filter(|seconds| *seconds >= 0),
        timeout_ms: u64::try_from(timeout).ok().filter(|ms| *ms > 0),
        pod_selector: selector.map_err(Error::Plain)?.into_label_requirements(),
        skip_wait_for_delete_seconds: args.int("skip-wait-for-delete-timeout").unwrap_or(0),
    })
}

/// Cordons or uncordons nodes; an error does not end the command (`RunCordonOrUncordon`).
fn set_unschedulable(ctx: &mut CommandContext, nodes: &[Arc<Object>], unschedulable: bool) {
    let prefix = if unschedulable { "" } else { "un" };
    for object in nodes {
        let is_done = node::unschedulable(object) == unschedulable;
        let operation = format!("{}{prefix}cordoned", if is_done { "already " } else { "" });
        if !is_done {
            let request = Request::Patch {
                key: object.key(),
                patch: cordon_patch(unschedulable),
            };
            if let Err(error) = ctx.send(&request) {
                let line = format!(
                    "error: unable to {prefix}cordon node {:?}: {}\n",
                    object.name().as_ref(),
                    error.message()
                );
                ctx.err.push_str(&line);
                continue;
            }
        }
        if let Err(error) = ctx.print_object(object, &operation) {
            ctx.err.push_str(&format!("{}\n", error.message()));
        }
    }
}
