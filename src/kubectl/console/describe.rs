//! `kubectl describe` (`kubectl/pkg/cmd/describe/describe.go`).

use std::sync::Arc;

use super::resource::{self, LookupScope, Targets, VisitResult};
use super::{CommandContext, CommandResult};
use crate::kubectl::describe::describe;
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, int, text};
use crate::object::Object;

/// The flags of `describe`.
pub const FLAGS: &[Flag] = &[
    bool("all-namespaces", 'A'),
    text("selector", 'l'),
    bool("show-events", ' '),
    text("filename", 'f'),
    bool("recursive", 'R'),
    int("chunk-size"),
];

/// Runs `describe`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    ctx.warn_of_short_names(args);
    let targets = ctx.targets(args)?;
    if targets.kinds.is_empty() && !args.has("filename") {
        let text = "You must specify the type of resource to describe. Use \"kubectl api-resources\" for a complete \
                    list of supported resources.\n";
        return Err(vec![Error::Plain(text.to_owned())]);
    }
    let scope = LookupScope::from_args(args);
    let mut found = resource::find(ctx.server.world(), &targets, &scope);
    if let Some(matching) = matching_prefix(ctx, &targets, &scope, &found) {
        found = matching;
    }
    let world = ctx.server.world();
    let several = found.objects().count() + found.errors.len() > 1;
    let events = match args.has("show-events") {
        true => args.is("show-events"),
        false => !several,
    };
    let texts: Vec<String> = found
        .objects()
        .map(|object| describe(world, object, ctx.now, events))
        .collect();
    if texts.is_empty() && found.errors.is_empty() {
        ctx.err.push_str(&match scope.all_namespaces {
            true => "No resources found\n".to_owned(),
            false => format!("No resources found in {} namespace.\n", scope.namespace),
        });
    }
    ctx.out.push_str(&texts.join("\n\n"));
    match found.errors.is_empty() {
        true => Ok(None),
        false => Err(found.errors),
    }
}

/// A single name that does not exist is a prefix of names (`DescribeMatchingResources`).
fn matching_prefix(
    ctx: &CommandContext,
    targets: &Targets,
    scope: &LookupScope,
    found: &VisitResult,
) -> Option<VisitResult> {
    let [(kind, names)] = targets.kinds.as_slice() else {
        return None;
    };
    let [prefix] = names.as_slice() else { return None };
    if !found.errors.iter().any(resource::is_not_found) {
        return None;
    }
    let whole_kind = Targets {
        kinds: vec![(*kind, Vec::new())],
        single: false,
    };
    let all = resource::find(ctx.server.world(), &whole_kind, scope);
    let matching: Vec<Arc<Object>> = all
        .objects()
        .filter(|object| object.meta.name.starts_with(prefix.as_str()))
        .cloned()
        .collect();
    (!matching.is_empty()).then(|| VisitResult {
        kinds: vec![(*kind, matching)],
        ..VisitResult::default()
    })
}
