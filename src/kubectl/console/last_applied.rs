//! `kubectl apply view-last-applied` and `kubectl apply set-last-applied`
//! (`kubectl/pkg/cmd/apply/apply_view_last_applied.go`, `apply_set_last_applied.go`).

use super::generator::usage_error;
use super::output_format::OutputFormat;
use super::print_flags::DRY_RUN;
use super::printers;
use super::resource::{self, LookupScope, refused};
use super::subcommand::Subcommand;
use super::{CommandContext, CommandResult};
use crate::api::{Patch, Request, Status};
use crate::kubectl::apply::{LAST_APPLIED, with_last_applied};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};
use crate::object::{Map, Value};
use crate::yaml;

/// These commands.
pub(super) const SUBCOMMANDS: &[Subcommand] = &[
    Subcommand {
        parent: Some("apply"),
        name: "view-last-applied",
        flags: VIEW_FLAGS,
        run: view,
        changes: false,
        usage: "apply view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)",
    },
    Subcommand {
        parent: Some("apply"),
        name: "set-last-applied",
        flags: SET_FLAGS,
        run: set,
        changes: true,
        usage: "apply set-last-applied -f FILENAME",
    },
];

const VIEW_FLAGS: &[Flag] = &[
    text("output", 'o'),
    bool("all", ' '),
    text("filename", 'f'),
    text("kustomize", 'k'),
    bool("recursive", 'R'),
    text("selector", 'l'),
];

const SET_FLAGS: &[Flag] = &[
    text("output", 'o'),
    text("template", ' '),
    bool("allow-missing-template-keys", ' '),
    bool("show-managed-fields", ' '),
    bool("create-annotation", ' '),
    text("filename", 'f'),
    DRY_RUN,
];

fn parsed(text: &str) -> Value {
    let json = serde_json::from_str::<serde_json::Value>(text).ok();
    json.map(Value::from).unwrap_or_default()
}

/// Runs `apply view-last-applied`: the first error ends it.
fn view(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let mut targets = ctx.targets(args)?;
    if targets.kinds.is_empty() && !args.has("filename") {
        targets = ctx.selected(args).map(|_| targets)?;
    }
    let found = resource::find(ctx.server.world(), &targets, &LookupScope::from_args(args));
    if let Some(error) = found.errors.into_iter().next() {
        return Err(vec![error]);
    }
    // An object without the annotation is passed over: the error is lost, because objects of the API server have no
    // source (`AddSourceToErr`).
    let objects = found.kinds.iter().flat_map(|(_, objects)| objects);
    let texts = objects.filter_map(|object| object.meta.annotation(LAST_APPLIED));
    let texts: Vec<String> = texts.map(|text| text.to_string()).collect();
    let format = args.get("output").unwrap_or("yaml");
    for text in texts {
        let text = match format {
            "yaml" => yaml::print(&parsed(&text)),
            "json" => halved(&printers::document(&OutputFormat::Json, &parsed(&text))?),
            other => {
                let text =
                    format!("Unexpected -o output mode: {other}, the flag 'output' must be one of yaml|json");
                return Err(vec![usage_error(args, &text)]);
            }
        };
        ctx.out.push_str(&text);
    }
    Ok(None)
}

/// A document with half the indentation: `json.Indent` is called with two spaces.
fn halved(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let content = line.trim_start();
        format!("{}{content}\n", " ".repeat((line.len() - content.len()) / 2))
    });
    lines.collect()
}

/// Runs `apply set-last-applied`: looks all objects up before it changes any.
fn set(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let plain = |text: String| Err(vec![Error::Plain(text)]);
    let manifest = ctx.manifest(args)?;
    if let Some(error) = manifest.error() {
        return Err(vec![error]);
    }
    let mut changes = Vec::new();
    for info in manifest.infos() {
        let key = resource::key(info.kind, &info.namespace, &info.name);
        let Some(live) = ctx.server.world().get(&key).cloned() else {
            return Err(vec![refused(Status::not_found(&key))]);
        };
        let annotated = with_last_applied(&info.object);
        let wanted = annotated.at(&["metadata", "annotations", LAST_APPLIED]).cloned();
        let wanted = wanted.unwrap_or_default();
        match live.meta.annotation(LAST_APPLIED) {
            None if !args.is("create-annotation") => {
                return plain(format!(
                    "no last-applied-configuration annotation found on resource: {}, to create the annotation, run \
                     the command with --create-annotation",
                    info.name
                ));
            }
            Some(text) if parsed(text) == parsed(wanted.as_str().unwrap_or_default()) => {
                ctx.out
                    .push_str(&format!("set-last-applied {}: no changes required.\n", info.name));
            }
            _ => changes.push((live, wanted)),
        }
    }
    for (live, wanted) in changes {
        let mut patch = Value::from(Map::new());
        *patch.slot(&["metadata", "annotations", LAST_APPLIED]) = wanted;
        let request = Request::Patch {
            key: live.key(),
            patch: Patch::Merge(patch),
        };
        let after = ctx.send(&request)?;
        ctx.print_object(after.as_deref().unwrap_or(&live), "configured")?;
    }
    Ok(None)
}
