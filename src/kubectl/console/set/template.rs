//! What the subcommands of `set` share (`kubectl/pkg/cmd/set/helper.go`, `updatepodspec.go` in
//! `kubectl/pkg/polymorphichelpers`).

use std::sync::Arc;

use super::super::print_flags::{DryRunStrategy, LOCAL};
use super::super::workload::pod_spec_path;
use super::super::{CommandContext, printers};
use crate::api::decode::decode;
use crate::api::{Patch, Request};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::Args;
use crate::kubectl::three_way::three_way_merge_patch;
use crate::object::{Map, Object, Value};
use crate::schema;

/// The flags of every subcommand, followed by its own.
macro_rules! set_flags {
    ($($flag:expr),* $(,)?) => {
        &[
            crate::kubectl::line::flags::text("filename", 'f'),
            crate::kubectl::line::flags::bool("recursive", 'R'),
            crate::kubectl::line::flags::bool("all", ' '),
            crate::kubectl::line::flags::bool(crate::kubectl::console::print_flags::LOCAL, ' '),
            crate::kubectl::line::flags::text("field-manager", ' '),
            crate::kubectl::line::flags::text("output", 'o'),
            crate::kubectl::line::flags::text("template", ' '),
            crate::kubectl::line::flags::bool("allow-missing-template-keys", ' '),
            crate::kubectl::line::flags::bool("show-managed-fields", ' '),
            crate::kubectl::console::print_flags::DRY_RUN,
            $($flag),*
        ]
    };
}
pub(super) use set_flags;

/// The containers in the order in which commands change them.
pub const CONTAINER_FIELDS: [&str; 2] = ["containers", "initContainers"];

/// The objects that a line selects (`Result.Infos`): an error ends the command. With `--local` they are those of the
/// file.
pub fn infos(ctx: &CommandContext, args: &Args) -> Result<Vec<Arc<Object>>, Vec<Error>> {
    if args.is(LOCAL) {
        return local_infos(ctx, args);
    }
    let found = ctx.selected(args)?;
    match found.errors.is_empty() {
        true => Ok(found.objects().cloned().collect()),
        false => Err(found.errors),
    }
}

fn local_infos(ctx: &CommandContext, args: &Args) -> Result<Vec<Arc<Object>>, Vec<Error>> {
    let usage = "Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'";
    if !args.words.is_empty() {
        // `LocalResourceError`.
        let text = format!("you must specify resources by --filename when --local is set.\n{usage}");
        return Err(vec![Error::Plain(text)]);
    }
    let manifest = ctx.manifest(args)?;
    if let Some(error) = manifest.error() {
        return Err(vec![error]);
    }
    let empty = Map::new();
    let read = |info: &crate::kubectl::manifest::ResourceInfo| {
        let map = info.object.as_object().unwrap_or(&empty);
        let decoded = decode(info.kind, map).map_err(|error| vec![Error::Plain(error.message)])?;
        Ok(Arc::new(Object::read(info.kind, &decoded.document)))
    };
    manifest.infos().map(read).collect()
}

/// Refuses `--local` with `--dry-run=server`.
pub fn check_local(ctx: &CommandContext, args: &Args) -> Result<(), Error> {
    match args.is(LOCAL) && ctx.print_flags.dry_run == DryRunStrategy::Server {
        true => Err(Error::Plain(
            "cannot specify --local and --dry-run=server - did you mean --dry-run=client?".to_owned(),
        )),
        false => Ok(()),
    }
}

/// The path of an object's pod spec.
///
/// # Errors
/// kubectl's error for an object that has none.
pub fn pod_spec(object: &Object) -> Result<&'static [&'static str], String> {
    let info = object.kind.info();
    pod_spec_path(object.kind).ok_or_else(|| {
        format!(
            "the object is not a pod or does not have a pod template: *{}.{}",
            info.version, info.name
        )
    })
}

/// The error of one object of several.
pub fn object_error(object: &Object, why: &str) -> Error {
    Error::Plain(format!(
        "error: {}/{} {why}",
        object.kind.info().plural,
        object.name()
    ))
}

/// Whether a name matches a pattern with `*` (`selectString`).
pub fn matches(name: &str, pattern: &str) -> bool {
    if pattern == "*" {
        return true;
    }
    if !pattern.contains('*') {
        return name == pattern;
    }
    let parts: Vec<&str> = pattern.split('*').collect();
    let (first, last) = (parts[0], parts[parts.len() - 1]);
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    for part in &parts[1..parts.len() - 1] {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Changes the containers of a pod spec that a pattern selects, and returns how many these are.
pub fn change_containers(spec: &mut Value, pattern: &str, change: &mut dyn FnMut(&mut Value)) -> usize {
    let mut count = 0;
    for field in CONTAINER_FIELDS {
        if spec.get(field).is_none() {
            continue;
        }
        for container in spec.slot(&[field]).as_array_mut().into_iter().flatten() {
            let name = container.get("name").and_then(Value::as_str).unwrap_or_default();
            if matches(name, pattern) {
                count += 1;
                change(container);
            }
        }
    }
    count
}

/// How the result of a change is sent and printed.
#[derive(Clone, Copy)]
pub struct Update<'a> {
    /// What kubectl prints as done.
    pub operation: &'a str,
    /// What precedes the API server's message; without it the error is that of the API server.
    pub failure: &'a str,
    /// Whether an object that does not change is sent and printed too.
    pub unchanged_too: bool,
}

/// Sends the difference between an object and its changed document as a strategic merge patch, and prints the result
/// (`CalculatePatches`). Returns whether there was anything to do.
pub fn send(
    ctx: &mut CommandContext,
    args: &Args,
    object: &Object,
    after: &Value,
    update: Update,
) -> Result<bool, Error> {
    let empty = Map::new();
    let before = object.document();
    let map = before.as_object().unwrap_or(&empty);
    let go_struct = schema::kind(object.kind);
    let patch = three_way_merge_patch(go_struct, map, after.as_object().unwrap_or(&empty), map);
    if patch.is_empty() && !update.unchanged_too {
        return Ok(false);
    }
    let name = printers::resource_name(object);
    if args.is(LOCAL) || ctx.print_flags.dry_run == DryRunStrategy::Client {
        ctx.print_operation(&name, update.operation, &|| after.clone())?;
        return Ok(true);
    }
    let request = Request::Patch {
        key: object.key(),
        patch: Patch::Strategic(patch.into()),
    };
    let sent = ctx
        .send(&request)
        .map_err(|error| match (error, update.failure) {
            (Error::Refused { status, .. }, failure) if !failure.is_empty() => {
                Error::Plain(format!("{failure}{}", status.message))
            }
            (error, _) => error,
        })?;
    ctx.print_object(sent.as_deref().unwrap_or(object), update.operation)?;
    Ok(true)
}
