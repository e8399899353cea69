//! `kubectl patch` (`kubectl/pkg/cmd/patch/patch.go`).

use super::print_flags::{DRY_RUN, DryRunStrategy, LOCAL};
use super::record::record;
use super::{CommandContext, CommandResult, printers, resource};
use crate::api::{FieldValidation, Patch, Request, Status};
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
    text("kustomize", 'k'),
    bool("recursive", 'R'),
    bool(LOCAL, ' '),
    bool("record", ' '),
    text("field-manager", ' '),
    text("output", 'o'),
    text("template", ' '),
    bool("allow-missing-template-keys", ' '),
    bool("show-managed-fields", ' '),
    DRY_RUN,
];

/// Runs `patch`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let kind = validate(args)?;
    let patch = match args.get("patch-file").filter(|file| !file.is_empty()) {
        Some("manifest.yaml" | "./manifest.yaml") => parse_patch(ctx.stdin)?,
        Some(file) => {
            let text = format!("unable to read patch file: open {file}: no such file or directory");
            return Err(vec![Error::Plain(text)]);
        }
        None => parse_patch(args.get("patch").unwrap_or_default())?,
    };
    let found = ctx.selected(args)?;
    let subresource = args.get("subresource").unwrap_or_default();
    resource::visit(ctx, &found, &mut |ctx, object| {
        // The object is fetched before an invalid patch is sent.
        let value = patch.clone().map_err(|why| bad_patch(&kind, &why))?;
        match subresource {
            "" => send_patch(ctx, args, object, typed_patch(&kind, value)),
            "scale" => super::scale::patch(ctx, object, &value),
            other => Err(Error::Plain(format!(
                "--subresource={other} is not part of this page: it has scale"
            ))),
        }
        .map_err(Into::into)
    })
}

/// `PatchOptions.Validate`; returns the type of the patch.
fn validate(args: &Args) -> Result<String, Error> {
    let plain = |text: &str| Error::Plain(text.to_owned());
    let given = |flag: &str| args.get(flag).is_some_and(|value| !value.is_empty());
    if given("patch") && given("patch-file") {
        return Err(plain("cannot specify --patch and --patch-file together"));
    }
    if !given("patch") && !given("patch-file") {
        let text = "must specify --patch or --patch-file containing the contents of the patch";
        return Err(plain(text));
    }
    if args.is(LOCAL) && !args.words.is_empty() {
        return Err(plain("cannot specify --local and server resources"));
    }
    if args.is(LOCAL) && args.get(DRY_RUN.long) == Some("server") {
        return Err(plain(
            "cannot specify --local and --dry-run=server - did you mean --dry-run=client?",
        ));
    }
    let kind = args.get("type").unwrap_or_default();
    match kind.to_ascii_lowercase().as_str() {
        "" => Ok("strategic".to_owned()),
        known @ ("json" | "merge" | "strategic") => Ok(known.to_owned()),
        _ => Err(Error::Plain(format!(
            "--type must be one of [json merge strategic], not {kind:?}"
        ))),
    }
}

fn typed_patch(kind: &str, value: Value) -> Patch {
    match kind {
        "json" => Patch::Json(value),
        "merge" => Patch::Merge(value),
        _ => Patch::Strategic(value),
    }
}

/// The API server's error for a patch that is no JSON.
fn bad_patch(kind: &str, why: &str) -> Error {
    let prefix = if kind == "strategic" {
        ""
    } else {
        "error decoding patch: "
    };
    resource::refused(Status::bad_request(format!("{prefix}{why}"), Vec::new()))
}

/// Sends a patch, and prints whether it changed anything.
fn send_patch(ctx: &mut CommandContext, args: &Args, object: &Object, patch: Patch) -> Result<(), Error> {
    let request = Request::Patch {
        key: object.key(),
        patch,
    };
    // kubectl sends no `fieldValidation`, and the API server's default is to warn.
    let request = match ctx.print_flags.dry_run {
        DryRunStrategy::Client => request,
        DryRunStrategy::None | DryRunStrategy::Server => {
            Request::WithFieldValidation(FieldValidation::Warn, Box::new(request))
        }
    };
    let after = ctx.send(&request)?;
    let after = after.as_deref().unwrap_or(object);
    let same =
        after.meta.resource_version == object.meta.resource_version && after.document() == object.document();
    if args.is("record") {
        record(ctx, args, object)?;
    }
    let name = printers::resource_name(object);
    let operation = if same { "patched (no change)" } else { "patched" };
    // `patch` is the only command that does not print the dry run.
    let flags = ctx.print_flags.clone();
    ctx.print_without_suffix(&name, operation, &|| flags.document(after))
}

/// Parses a patch, which may be YAML. What begins with a brace is sent as it is, so the API server refuses it if it is
/// no JSON: then the inner error is Go's (`ToJSON` in `apimachinery/pkg/util/yaml/decoder.go`).
fn parse_patch(text: &str) -> Result<Result<Value, String>, Error> {
    if text.trim_start().starts_with('{') {
        return Ok(yaml::parse_json(text).map(|node| Value::from(&node)));
    }
    let document = yaml::parse(text).documents.into_iter().next();
    let failure = |why: &str| Error::Plain(format!("unable to parse {text:?}: {why}"));
    let Some(document) = document else {
        return Ok(Ok(Value::Null));
    };
    match (document.error, document.root) {
        (Some(error), _) => Err(failure(
            error
                .message
                .trim_start_matches("error converting YAML to JSON: "),
        )),
        (None, Some(root)) => Ok(Ok(Value::from(&root))),
        (None, None) => Ok(Ok(Value::Null)),
    }
}
