//! `kubectl scale` (`kubectl/pkg/cmd/scale/scale.go`, `kubectl/pkg/scale/scale.go`).

use std::sync::Arc;

use super::print_flags::DRY_RUN;
use super::record::record;
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
    text("kustomize", 'k'),
    bool("record", ' '),
    text("output", 'o'),
    text("template", ' '),
    bool("allow-missing-template-keys", ' '),
    bool("show-managed-fields", ' '),
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
    let several = found.objects().nth(1).is_some();
    if several
        && args
            .get("resource-version")
            .is_some_and(|version| !version.is_empty())
    {
        let text = "cannot use --resource-version with multiple resources";
        return Err(vec![Error::Plain(text.to_owned())]);
    }
    // The first error ends the command.
    for object in found.objects() {
        scale(ctx, args, object, replicas)?;
        if args.is("record") {
            record(ctx, args, object)?;
        }
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

/// Whether a kind has the scale subresource.
pub fn is_scalable(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::StatefulSet | Kind::Deployment | Kind::ReplicaSet | Kind::ReplicationController
    )
}

/// The error for a subresource that a kind does not have.
pub fn no_subresource(object: &Object) -> Error {
    resource::refused(Status {
        reason: Reason::NotFound,
        message: "the server could not find the requested resource".to_owned(),
        kind: Some(object.kind),
        name: object.meta.name.to_string(),
        causes: Vec::new(),
    })
}

/// The `Scale` of an object.
pub fn scale_document(object: &Object) -> Value {
    let document = object.document();
    let mut scale = Value::Null;
    *scale.slot(&["apiVersion"]) = "autoscaling/v1".into();
    *scale.slot(&["kind"]) = "Scale".into();
    for field in ["creationTimestamp", "name", "namespace", "resourceVersion", "uid"] {
        if let Some(value) = document.at(&["metadata", field]) {
            *scale.slot(&["metadata", field]) = value.clone();
        }
    }
    let number = |path: &[&str]| document.at(path).and_then(Value::as_i64).unwrap_or(0);
    *scale.slot(&["spec", "replicas"]) = number(&["spec", "replicas"]).into();
    *scale.slot(&["status", "replicas"]) = number(&["status", "replicas"]).into();
    let labels = document.at(&["spec", "selector", "matchLabels"]);
    let pairs = labels.and_then(Value::as_object).map(|labels| {
        let pairs = labels
            .iter()
            .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()));
        pairs.collect::<Vec<_>>().join(",")
    });
    *scale.slot(&["status", "selector"]) = pairs.unwrap_or_default().into();
    scale
}

/// `kubectl patch --subresource=scale`: what counts of the patched `Scale` is `spec.replicas`.
pub fn patch(ctx: &mut CommandContext, object: &Object, patch: &Value) -> Result<(), Error> {
    if !is_scalable(object.kind) {
        return Err(no_subresource(object));
    }
    let before = scale_document(object);
    let mut after = before.clone();
    after.merge(patch);
    let replicas = after
        .at(&["spec", "replicas"])
        .and_then(Value::as_i64)
        .unwrap_or(0);
    let object = set_replicas(ctx, object, replicas)?;
    let after = object.map_or(after, |object| scale_document(&object));
    let operation = match after == before {
        true => "patched (no change)",
        false => "patched",
    };
    let name = after.at(&["metadata", "name"]).and_then(Value::as_str);
    let shown = format!("scale.autoscaling/{}", name.unwrap_or_default());
    ctx.print_without_suffix(&shown, operation, &|| after.clone())
}

fn set_replicas(
    ctx: &mut CommandContext,
    object: &Object,
    replicas: i64,
) -> Result<Option<Arc<Object>>, Error> {
    let mut patch = Value::Null;
    *patch.slot(&["spec", "replicas"]) = replicas.into();
    ctx.send(&Request::Patch {
        key: object.key(),
        patch: Patch::Merge(patch),
    })
}

/// Scales one object.
fn scale(ctx: &mut CommandContext, args: &Args, object: &Object, replicas: i64) -> Result<(), Error> {
    if !is_scalable(object.kind) {
        return Err(no_subresource(object));
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
    set_replicas(ctx, object, replicas).map(drop)
}
