//! `kubectl rollout pause` and `kubectl rollout resume` (`kubectl/pkg/cmd/rollout/rollout_pause.go`,
//! `rollout_resume.go`, `kubectl/pkg/polymorphichelpers/objectpauser.go`, `objectresumer.go`).

use super::super::{CommandContext, CommandResult};
use super::{is_paused, report_no_resources, selected, send_patch, unsupported, visit};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::Args;
use crate::object::{Kind, Value};

/// Runs `rollout pause`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    set_paused(ctx, args, true)
}

/// Runs `rollout resume`.
pub fn resume(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    set_paused(ctx, args, false)
}

fn set_paused(ctx: &mut CommandContext, args: &Args, pause: bool) -> CommandResult {
    report_no_resources(ctx, args, &selected(ctx, args)?);
    visit(ctx, args, &mut |ctx, object| {
        if object.kind != Kind::Deployment {
            return Err(unsupported(object, if pause { "pausing" } else { "resuming" }));
        }
        if is_paused(object) == pause {
            let state = if pause { "already paused" } else { "not paused" };
            return Err(Error::Plain(format!(
                "error: {} {:?} is {state}",
                object.kind.qualified_plural(),
                object.meta.name.as_ref()
            )));
        }
        let mut patch = Value::Null;
        *patch.slot(&["spec", "paused"]) = if pause { true.into() } else { Value::Null };
        let after = send_patch(ctx, object, patch)?;
        let operation = if pause { "paused" } else { "resumed" };
        ctx.print_object(after.as_deref().unwrap_or(object), operation)
    })
}
