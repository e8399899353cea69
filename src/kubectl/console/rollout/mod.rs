//! `kubectl rollout` (`kubectl/pkg/cmd/rollout/rollout.go`): `status`, `history`, `undo`, `restart`, `pause` and
//! `resume`.

pub mod history;
pub mod pause;
pub mod restart;
pub mod status;
pub mod undo;

mod revision;

use std::sync::Arc;

use super::resource::{self, LookupScope, VisitResult};
use super::workload::pod_spec_path;
use super::{CommandContext, CommandResult};
use crate::api::{Patch, Request};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};
use crate::object::{Kind, Object, Value};

pub use status::RolloutWait;

/// The flags of all commands of `rollout`.
const COMMON_FLAGS: [Flag; 3] = [
    text("selector", 'l'),
    text("filename", 'f'),
    bool("recursive", 'R'),
];

/// The flags of `restart`, `pause` and `resume`.
pub const FLAGS: &[Flag] = &[
    COMMON_FLAGS[0],
    COMMON_FLAGS[1],
    COMMON_FLAGS[2],
    text("output", 'o'),
];

/// The objects that a line selects; they may have several kinds.
fn selected(ctx: &CommandContext, args: &Args) -> Result<VisitResult, Error> {
    let targets = ctx.targets(args)?;
    if targets.kinds.is_empty() && !args.has("filename") {
        return Err(Error::Plain("required resource not specified".to_owned()));
    }
    Ok(resource::find(
        ctx.server.world(),
        &targets,
        &LookupScope::from_args(args),
    ))
}

/// Visits one object.
type ObjectVisitor<'a> = &'a mut dyn FnMut(&mut CommandContext, &Arc<Object>) -> Result<(), Error>;

/// Visits every object that a line selects.
fn visit(ctx: &mut CommandContext, args: &Args, visitor: ObjectVisitor) -> CommandResult {
    let found = selected(ctx, args)?;
    resource::visit(ctx, &found, &mut |ctx, object| Ok(visitor(ctx, object)?))
}

/// Prints a message if a line selects no objects; only some of the commands do so.
fn report_no_resources(ctx: &mut CommandContext, args: &Args, found: &VisitResult) {
    if found.objects().next().is_none() && found.errors.is_empty() {
        let namespace = resource::namespace(args);
        let message = format!("No resources found in {namespace} namespace.\n");
        ctx.err.push_str(&message);
    }
}

/// The error for a kind that a command does not support: `pods "web-0" restarting is not supported`.
fn unsupported(object: &Object, operation: &str) -> Error {
    Error::Plain(format!(
        "error: {} {:?} {operation} is not supported",
        object.kind.qualified_plural(),
        object.meta.name.as_ref()
    ))
}

/// Sends a strategic merge patch.
fn send_patch(ctx: &mut CommandContext, object: &Object, patch: Value) -> Result<Option<Arc<Object>>, Error> {
    let request = Request::Patch {
        key: object.key(),
        patch: Patch::Strategic(patch),
    };
    ctx.send(&request)
}

fn is_paused(object: &Object) -> bool {
    object.kind == Kind::Deployment && object.spec().get("paused").and_then(Value::as_bool) == Some(true)
}

/// The error for a kind without a rollbacker or history viewer; kinds without pods have no visitor method either
/// (`kubectl/pkg/apps/kind_visitor.go`).
fn not_implemented(object: &Object, implementation: &str, subject: &str) -> Error {
    let kind = object.kind.qualified_name();
    if pod_spec_path(object.kind).is_some() {
        return Error::Plain(format!("no {implementation} has been implemented for {kind:?}"));
    }
    let info = object.kind.info();
    Error::Plain(format!(
        "error retrieving {subject} for {kind:?}, no visitor method exists for {{{} {}}}",
        info.group, info.name
    ))
}

/// The error for a negative revision.
fn invalid_revision(revision: i64) -> Error {
    Error::Plain(format!("revision must be a positive integer: {revision}"))
}
