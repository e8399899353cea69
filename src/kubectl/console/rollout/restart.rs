//! `kubectl rollout restart` (`kubectl/pkg/cmd/rollout/rollout_restart.go`,
//! `kubectl/pkg/polymorphichelpers/objectrestarter.go`).

use super::super::{CommandContext, CommandResult};
use super::{is_paused, report_no_resources, selected, send_patch, unsupported, visit};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::Args;
use crate::object::{Kind, Value};

/// Runs `rollout restart`: sets the annotation `restartedAt` of the pod template.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    report_no_resources(ctx, args, &selected(ctx, args)?);
    visit(ctx, args, &mut |ctx, object| {
        if !matches!(
            object.kind,
            Kind::StatefulSet | Kind::Deployment | Kind::DaemonSet
        ) {
            return Err(unsupported(object, "restarting"));
        }
        if is_paused(object) {
            return Err(Error::Plain(format!(
                "error: {} {:?} can't restart paused deployment (run rollout resume first)",
                object.kind.qualified_plural(),
                object.meta.name.as_ref()
            )));
        }
        let mut patch = Value::Null;
        let path = [
            "spec",
            "template",
            "metadata",
            "annotations",
            "kubectl.kubernetes.io/restartedAt",
        ];
        *patch.slot(&path) = ctx.now.to_string().into();
        let after = send_patch(ctx, object, patch)?;
        if after.as_ref().is_some_and(|after| after.spec() == object.spec()) {
            return Err(Error::Plain(format!(
                "failed to create patch for {}: if restart has already been triggered within the past second, please \
                 wait before attempting to trigger another",
                object.meta.name
            )));
        }
        ctx.print_object(after.as_deref().unwrap_or(object), "restarted")
    })
}
