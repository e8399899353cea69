//! `kubectl scale` (`kubectl/pkg/cmd/scale/scale.go`, `kubectl/pkg/scale/scale.go`).

use super::print_flags::DRY_RUN;
use super::{CommandContext, CommandResult, printers, resource};
use crate::api::{Patch, Reason, Request, Status};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, FlagType, bool, int, text};
use crate::object::{Kind, Object, Value};

/// The flags of `scale`.
pub const FLAGS: &[Flag] = &[
    int("replicas"),
    int("current-replicas"),
    text("resource-version", ' '),
    Flag {
        long: "timeout",
        short: ' ',
        flag_type: FlagType::Duration,
    },
    bool("all", ' '),
    text("selector", 'l'),
    text("filename", 'f'),
    bool("recursive", 'R'),
    text("output", 'o'),
    DRY_RUN,
];

/// Runs `scale`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let Some(replicas) = args.int("replicas") else {
        return Err(vec![Error::Plain(
            "required flag(s) \"replicas\" not set".to_owned(),
        )]);
    };
    if replicas < 0 {
        let text = "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0";
        return Err(vec![Error::Plain(text.to_owned())]);
    }
    if args.int("current-replicas").is_some_and(|count| count < -1) {
        let text = "The --current-replicas must specify an integer of -1 or greater";
        return Err(vec![Error::Plain(text.to_owned())]);
    }
    let found = ctx.selected(args)?;
    if found.objects().next().is_none() && found.errors.is_empty() {
        return Err(vec![Error::Plain("no objects passed to scale".to_owned())]);
    }
    // The first error ends the command.
    for object in found.objects() {
        scale(ctx, args, object, replicas)?;
        ctx.print_operation(&printers::resource_name(object), "scaled", &|| {
            let mut document = object.document();
            *document.slot(&["spec", "replicas"]) = replicas.into();
            document
        })?;
    }
    match found.errors.is_empty() {
        true => Ok(None),
        false => Err(found.errors),
    }
}

/// Scales one object; only these kinds have the scale subresource.
fn scale(ctx: &mut CommandContext, args: &Args, object: &Object, replicas: i64) -> Result<(), Error> {
    let scalable = matches!(
        object.kind,
        Kind::StatefulSet | Kind::Deployment | Kind::ReplicaSet | Kind::ReplicationController
    );
    if !scalable {
        return Err(resource::refused(Status {
            reason: Reason::NotFound,
            message: "the server could not find the requested resource".to_owned(),
            kind: Some(object.kind),
            name: object.meta.name.to_string(),
            causes: Vec::new(),
        }));
    }
    let current = object.spec().get("replicas").and_then(Value::as_i64).unwrap_or(1);
    if let Some(expected) = args
        .int("current-replicas")
        .filter(|expected| *expected >= 0 && *expected != current)
    {
        return Err(Error::Plain(format!(
            "Expected replicas to be {expected}, was {current}"
        )));
    }
    let version = object.meta.resource_version.to_string();
    if let Some(expected) = args
        .get("resource-version")
        .filter(|expected| !expected.is_empty() && **expected != version)
    {
        return Err(Error::Plain(format!(
            "Expected resource version to be {expected}, was {version}"
        )));
    }
    let mut patch = Value::Null;
    *patch.slot(&["spec", "replicas"]) = replicas.into();
    let request = Request::Patch {
        key: object.key(),
        patch: Patch::Merge(patch),
    };
    ctx.send(&request).map(drop)
}
