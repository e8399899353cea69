//! `kubectl patch` (`kubectl/pkg/cmd/patch/patch.go`).

use super::print_flags::DRY_RUN;
use super::{CommandContext, CommandResult, printers, resource};
use crate::api::{Patch, Request};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};
use crate::object::{Object, Value};
use crate::yaml;

/// The flags of `patch`.
pub const FLAGS: &[Flag] = &[
    text("patch", 'p'),
    text("patch-file", ' '),
    text("type", ' '),
    text("subresource", ' '),
    text("filename", 'f'),
    bool("recursive", 'R'),
    text("output", 'o'),
    DRY_RUN,
];

/// Runs `patch`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let plain = |text: String| vec![Error::Plain(text)];
    if let Some(part) = args.get("subresource").filter(|part| !part.is_empty()) {
        return Err(plain(format!(
            "--subresource={part} is not part of this page: a patch is for the whole object here"
        )));
    }
    let text = args.get("patch").unwrap_or_default();
    if let Some(file) = args.get("patch-file").filter(|file| !file.is_empty()) {
        return Err(plain(match text.is_empty() {
            true => format!("unable to read patch file: open {file}: no such file or directory"),
            false => "cannot specify --patch and --patch-file together".to_owned(),
        }));
    }
    if text.is_empty() {
        return Err(plain(
            "must specify --patch or --patch-file containing the contents of the patch".to_owned(),
        ));
    }
    let kind = args.get("type").unwrap_or("strategic").to_ascii_lowercase();
    let kind = if kind.is_empty() {
        "strategic".to_owned()
    } else {
        kind
    };
    if !matches!(kind.as_str(), "json" | "merge" | "strategic") {
        return Err(plain(format!(
            "--type must be one of [json merge strategic], not {:?}",
            args.get("type").unwrap_or_default()
        )));
    }
    let value = parse_patch(text)?;
    let found = ctx.selected(args)?;
    resource::visit(ctx, &found, &mut |ctx, object| {
        let patch = match kind.as_str() {
            "json" => Patch::Json(value.clone()),
            "merge" => Patch::Merge(value.clone()),
            _ => Patch::Strategic(value.clone()),
        };
        Ok(send_patch(ctx, object, patch)?)
    })
}

/// Sends a patch, and prints whether it changed anything.
fn send_patch(ctx: &mut CommandContext, object: &Object, patch: Patch) -> Result<(), Error> {
    let request = Request::Patch {
        key: object.key(),
        patch,
    };
    let after = ctx.send(&request)?;
    let after = after.as_deref().unwrap_or(object);
    let same =
        after.meta.resource_version == object.meta.resource_version && after.document() == object.document();
    let name = printers::resource_name(object);
    let operation = if same { "patched (no change)" } else { "patched" };
    // `patch` is the only command that does not print the dry run.
    ctx.print_without_suffix(&name, operation, &|| after.document())
}

/// Parses a patch, which may be YAML too.
fn parse_patch(text: &str) -> Result<Value, Error> {
    let document = yaml::parse(text).documents.into_iter().next();
    let failure = |why: &str| Error::Plain(format!("unable to parse {text:?}: {why}"));
    match document {
        Some(document) => match (document.error, document.root) {
            (Some(error), _) => Err(failure(
                error
                    .message
                    .trim_start_matches("error converting YAML to JSON: "),
            )),
            (None, Some(root)) => Ok(Value::from(&root)),
            (None, None) => Ok(Value::Null),
        },
        None => Ok(Value::Null),
    }
}
