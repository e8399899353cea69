//! `kubectl edit` (`kubectl/pkg/cmd/edit/edit.go`, `kubectl/pkg/cmd/util/editor/editoptions.go`). The editor of the
//! page is beside the terminal: it shows the object, and the line ends as if nothing had been changed in it.

use super::manifest::VALIDATE;
use super::resource::{self, LookupScope};
use super::{CommandContext, CommandResult};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};
use crate::kubectl::line::tree::{self, FoundCommand};
use crate::kubectl::line::{strip_kubectl, words};
use crate::object::Key;
use crate::store::World;

/// The flags of `edit`.
pub const FLAGS: &[Flag] = &[
    text("filename", 'f'),
    text("kustomize", 'k'),
    bool("recursive", 'R'),
    bool("output-patch", ' '),
    bool("record", ' '),
    bool("save-config", ' '),
    text("field-manager", ' '),
    text("output", 'o'),
    text("template", ' '),
    bool("allow-missing-template-keys", ' '),
    bool("show-managed-fields", ' '),
    VALIDATE,
];

/// Runs `edit`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let targets = ctx.targets(args)?;
    // `edit TYPE` edits all objects of the type.
    let all = targets.kinds.iter().any(|(_, names)| names.is_empty());
    let found = match all {
        true => ctx.selected(&args.with_flag("all", "true"))?,
        false => ctx.selected(args)?,
    };
    if !found.errors.is_empty() {
        return Err(found.errors);
    }
    if found.objects().next().is_none() {
        return Err(vec![Error::Plain("edit cancelled, no objects found".to_owned())]);
    }
    ctx.err.push_str("Edit cancelled, no changes made.\n");
    Ok(None)
}

/// The object that a line edits, if it is `edit` and names a single object that exists.
pub fn edited_object(world: &World, line: &str) -> Option<Key> {
    let words = words::split(strip_kubectl(line)).ok()?;
    let FoundCommand { command, rest } = tree::find(&words).ok()?;
    let args = command.parse(&rest).ok()?;
    if command.path != "edit" || args.is("help") || args.has("filename") {
        return None;
    }
    let targets = resource::parse_args(&args.words).ok()?;
    if !targets.single {
        return None;
    }
    let found = resource::find(world, &targets, &LookupScope::from_args(&args));
    found.objects().next().map(|object| object.key())
}
