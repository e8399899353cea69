//! `kubectl rollout undo` (`kubectl/pkg/cmd/rollout/rollout_undo.go`, `kubectl/pkg/polymorphichelpers/rollback.go`).

use super::super::print_flags::{DRY_RUN, DryRunStrategy};
use super::super::{CommandContext, CommandResult};
use super::revision::{WorkloadRevision, annotated_template, revisions};
use super::{COMMON_FLAGS, is_paused, not_implemented, send_patch, visit};
use crate::api::{Patch, Request};
use crate::kubectl::apply::LAST_APPLIED;
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, int, text};
use crate::kubectl::pod_template::pod_template;
use crate::object::{Kind, Map, Object, Value};

/// The flags of `undo`.
pub const FLAGS: &[Flag] = &[
    COMMON_FLAGS[0],
    COMMON_FLAGS[1],
    COMMON_FLAGS[2],
    text("output", 'o'),
    DRY_RUN,
    int("to-revision"),
];

/// Runs `rollout undo`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let to_revision = args.int("to-revision").unwrap_or(0);
    visit(ctx, args, &mut |ctx, object| {
        if object.meta.annotation(LAST_APPLIED).is_some() {
            let name = format!("{}/{}", object.kind.info().plural, object.meta.name);
            ctx.warn(&[format!(
                "resource {name} was previously managed with 'kubectl apply'. Rolling back will not update the \
                 {LAST_APPLIED} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. \
                 Consider using 'kubectl apply' with your previous configuration file instead."
            )]);
        }
        let result = match object.kind {
            Kind::StatefulSet => roll_back_stateful_set(ctx, object, to_revision)?,
            Kind::Deployment => roll_back_deployment(ctx, object, to_revision)?,
            _ => return Err(not_implemented(object, "rollbacker", "rollbacker")),
        };
        ctx.print_object(object, &result)
    })
}

fn not_in_history(to_revision: i64) -> Error {
    Error::Plain(format!(
        "unable to find specified revision {to_revision} in history"
    ))
}

/// The result if the template already matches (`rollbackSkipped`).
fn skipped(to_revision: i64) -> String {
    format!("skipped rollback (current template already matches revision {to_revision})")
}

/// The result of a rollback (`rollbackSuccess`).
const ROLLED_BACK: &str = "rolled back";

/// Patches a StatefulSet with the data of a ControllerRevision (`StatefulSetRollbacker`).
fn roll_back_stateful_set(ctx: &mut CommandContext, set: &Object, to_revision: i64) -> Result<String, Error> {
    let revisions = revisions(ctx.server.world(), set);
    if to_revision == 0 && revisions.len() <= 1 {
        return Err(Error::Plain("no last revision to roll back to".to_owned()));
    }
    let target = find_revision(&revisions, to_revision).ok_or_else(|| not_in_history(to_revision))?;
    let data = target
        .object
        .body
        .fields()
        .get("data")
        .cloned()
        .unwrap_or_default();
    let mut template = data.at(&["spec", "template"]).cloned().unwrap_or_default();
    if let Some(map) = template.as_object_mut() {
        map.remove("$patch");
    }
    if ctx.print_flags.dry_run == DryRunStrategy::Client {
        return Ok(format!("will roll back to {}", pod_template(&template)));
    }
    if set.spec().get("template") == Some(&template) {
        return Ok(skipped(to_revision));
    }
    send_patch(ctx, set, data)?;
    Ok(ROLLED_BACK.to_owned())
}

/// The revision with a number; 0 is the one before the newest.
fn find_revision(revisions: &[WorkloadRevision], to_revision: i64) -> Option<&WorkloadRevision> {
    match to_revision {
        0 => revisions.iter().rev().nth(1),
        to_revision => revisions.iter().find(|revision| revision.number == to_revision),
    }
}

/// Replaces the pod template of a Deployment with that of a ReplicaSet, without the label `pod-template-hash`
/// (`DeploymentRollbacker`).
fn roll_back_deployment(
    ctx: &mut CommandContext,
    deployment: &Object,
    to_revision: i64,
) -> Result<String, Error> {
    let revisions = revisions(ctx.server.world(), deployment);
    let Some(target) = find_revision(&revisions, to_revision) else {
        return Err(match to_revision {
            0 => Error::Plain(format!(
                "no rollout history found for deployment {:?}",
                deployment.meta.name.as_ref()
            )),
            to_revision => not_in_history(to_revision),
        });
    };
    if is_paused(deployment) {
        return Err(Error::Plain(
            "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"
                .to_owned(),
        ));
    }
    let template = target.template();
    if ctx.print_flags.dry_run == DryRunStrategy::Client {
        return Ok(pod_template(&annotated_template(target)));
    }
    if deployment.spec().get("template") == Some(&template) {
        return Ok(skipped(to_revision));
    }
    let mut replace = Map::new();
    replace.insert("op", "replace");
    replace.insert("path", "/spec/template");
    replace.insert("value", template);
    let request = Request::Patch {
        key: deployment.key(),
        patch: Patch::Json(vec![Value::from(replace)].into()),
    };
    ctx.send(&request)?;
    Ok(ROLLED_BACK.to_owned())
}
