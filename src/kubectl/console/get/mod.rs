//! `kubectl get` (`kubectl/pkg/cmd/get/get.go`).

mod print_options;
mod raw;
mod sorter;
mod subresource;
mod watch;

use std::sync::Arc;

use super::output_format::{output_format, prints_documents};
use super::printers;
use super::resource::{self, LookupScope, Targets, VisitResult};
use super::{CommandContext, CommandResult};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, int, text};
use crate::object::Object;
use print_options::{print_options, print_tables};
use sorter::{sort, sort_tables};

pub use watch::Watch;

/// The flags of `get`.
pub const FLAGS: &[Flag] = &[
    text("output", 'o'),
    text("selector", 'l'),
    text("field-selector", ' '),
    text("label-columns", 'L'),
    bool("show-labels", ' '),
    bool("show-kind", ' '),
    bool("show-managed-fields", ' '),
    text("sort-by", ' '),
    bool("watch", 'w'),
    bool("watch-only", ' '),
    bool("output-watch-events", ' '),
    bool("all-namespaces", 'A'),
    bool("no-headers", ' '),
    bool("ignore-not-found", ' '),
    bool("allow-missing-template-keys", ' '),
    bool("server-print", ' '),
    text("template", ' '),
    text("filename", 'f'),
    bool("recursive", 'R'),
    int("chunk-size"),
    text("subresource", ' '),
    text("raw", ' '),
];

/// Runs `get`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    if let Some(path) = args.get("raw").filter(|path| !path.is_empty()) {
        return raw::run(ctx, args, path);
    }
    let watches = args.is("watch") || args.is("watch-only");
    validate(args, watches)?;
    ctx.warn_of_short_names(args);
    let targets = ctx.targets(args)?;
    if targets.kinds.is_empty() && !args.has("filename") {
        return Err(vec![Error::Raw(MISSING_RESOURCE.to_owned())]);
    }
    if watches && targets.kinds.len() > 1 {
        return Err(vec![Error::Plain(
            "you may only specify a single resource type".to_owned(),
        )]);
    }
    let subresource = args
        .get("subresource")
        .filter(|name| !name.is_empty() && !watches);
    if subresource.is_some() {
        subresource::check_named(&targets)?;
    }
    let scope = LookupScope::from_args(args);
    let mut found = resource::find(ctx.server.world(), &targets, &scope);
    if args.is("ignore-not-found") {
        found.errors.retain(|error| !resource::is_not_found(error));
    }
    if let Some(name) = subresource
        && !found
            .objects()
            .all(|object| subresource::is_whole_object(object.kind, name))
    {
        return subresource::run(ctx, args, &targets, &found, name);
    }
    if watches {
        return watch::start(ctx, args, &targets, scope, found);
    }
    if prints_documents(args) {
        return print_documents(ctx, args, &targets, found);
    }
    let format = output_format(args, ctx.stdin)?;
    let options = print_options(args, &format, &found);
    let mut sorted = found;
    if let Some(path) = args.get("sort-by").filter(|path| !path.is_empty()) {
        sort_tables(&mut sorted, &targets, path)?;
    }
    let table = print_tables(&sorted, &options, ctx.now);
    if table.is_empty() && sorted.errors.is_empty() && !args.is("ignore-not-found") {
        ctx.err.push_str(&no_resources_found(&targets, &scope));
    }
    ctx.out.push_str(&table);
    match sorted.errors.is_empty() {
        true => Ok(None),
        false => Err(sorted.errors),
    }
}

/// `GetOptions.Validate`.
fn validate(args: &Args, watches: bool) -> Result<(), Error> {
    let output = args.get("output").unwrap_or_default();
    let text = if args.is("show-labels") && !matches!(output, "" | "wide") {
        format!("--show-labels option cannot be used with {output} printer")
    } else if args.is("output-watch-events") && !watches {
        "--output-watch-events option can only be used with --watch or --watch-only".to_owned()
    } else {
        return Ok(());
    };
    Err(Error::Plain(text))
}

const MISSING_RESOURCE: &str = "You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete list of supported \
     resources.\n\nerror: Required resource not specified.\nUse \"kubectl explain <resource>\" for a detailed \
     description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples";

fn no_resources_found(targets: &Targets, scope: &LookupScope) -> String {
    let namespaced = targets.kinds.iter().all(|(kind, _)| kind.info().namespaced);
    match namespaced && !scope.all_namespaces {
        true => format!("No resources found in {} namespace.\n", scope.namespace),
        false => "No resources found\n".to_owned(),
    }
}

/// Prints objects in another format than a table.
fn print_documents(
    ctx: &mut CommandContext,
    args: &Args,
    targets: &Targets,
    found: VisitResult,
) -> CommandResult {
    if targets.single && !found.errors.is_empty() {
        return Err(found.errors);
    }
    let format = output_format(args, ctx.stdin)?;
    if found.objects().next().is_none() && args.is("ignore-not-found") {
        return Ok(None);
    }
    let mut objects: Vec<Arc<Object>> = found.objects().cloned().collect();
    if let Some(path) = args.get("sort-by").filter(|path| !path.is_empty()) {
        sort(&mut objects, path)?;
    }
    let headings = !args.is("no-headers");
    printers::print_objects(&format, &objects, targets.single, headings, &mut ctx.out)?;
    match found.errors.is_empty() {
        true => Ok(None),
        false => Err(found.errors),
    }
}
