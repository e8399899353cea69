//! `kubectl rollout history` (`kubectl/pkg/cmd/rollout/rollout_history.go`,
//! `kubectl/pkg/polymorphichelpers/history.go`).

use std::sync::Arc;

use super::super::output_format::{OutputFormat, change_format};
use super::super::printers;
use super::super::{CommandContext, CommandResult, resource};
use super::revision::{WorkloadRevision, annotated_template, revisions};
use super::{COMMON_FLAGS, invalid_revision, not_implemented, selected};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, int, text};
use crate::kubectl::pod_template::pod_template;
use crate::object::{Kind, Object};
use crate::store::World;

/// The flags of `history`.
pub const FLAGS: &[Flag] = &[
    COMMON_FLAGS[0],
    COMMON_FLAGS[1],
    COMMON_FLAGS[2],
    text("output", 'o'),
    int("revision"),
];

/// Runs `rollout history`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let number = args.int("revision").unwrap_or(0);
    if number < 0 {
        return Err(vec![invalid_revision(number)]);
    }
    let format = change_format(args, ctx.stdin)?;
    let found = selected(ctx, args)?;
    resource::visit(ctx, &found, &mut |ctx, object| {
        let world = ctx.server.world();
        let text = match format {
            OutputFormat::Table { .. } => view(world, object, number)?,
            _ => print_documents(world, object, number, &format)?,
        };
        ctx.out.push_str(&text);
        Ok(())
    })
}

/// `-o`: a StatefulSet or DaemonSet with the template of each revision, or the ReplicaSets of a Deployment
/// (`GetHistory`).
fn print_documents(
    world: &World,
    object: &Arc<Object>,
    number: i64,
    format: &OutputFormat,
) -> Result<String, Error> {
    let revisions = history(world, object)?;
    let mut out = String::new();
    for revision in revisions
        .iter()
        .filter(|revision| number == 0 || revision.number == number)
    {
        let mut shown = revision.object.clone();
        if shown.kind == Kind::ControllerRevision {
            let mut document = object.document();
            *document.slot(&["spec", "template"]) = revision.template();
            shown = match document.as_object() {
                Some(document) => Arc::new(Object::read(object.kind, document)),
                None => object.clone(),
            };
        }
        if *format == OutputFormat::Yaml && !out.is_empty() {
            out.push_str("---\n");
        }
        printers::print_objects(format, &[shown], true, true, &mut out)?;
    }
    match out.is_empty() && number > 0 {
        true => Err(missing_revision()),
        false => Ok(out),
    }
}

fn missing_revision() -> Error {
    Error::Plain("unable to find the specified revision".to_owned())
}

/// The revisions of a kind that has a history viewer.
fn history(world: &World, object: &Object) -> Result<Vec<WorkloadRevision>, Error> {
    match object.kind {
        Kind::StatefulSet | Kind::Deployment | Kind::DaemonSet => Ok(revisions(world, object)),
        _ => Err(not_implemented(object, "history viewer", "history")),
    }
}

/// The table of revisions, or the template of one (`ViewHistory`).
fn view(world: &World, object: &Object, number: i64) -> Result<String, Error> {
    let revisions = history(world, object)?;
    let name = printers::resource_name(object);
    if number > 0 {
        let revision = revisions.iter().find(|revision| revision.number == number);
        let revision = revision.ok_or_else(missing_revision)?;
        return Ok(format!(
            "{name} with revision #{number}\n{}\n",
            pod_template(&annotated_template(revision))
        ));
    }
    if revisions.is_empty() {
        return Ok(format!("{name} \nNo rollout history found.\n"));
    }
    let width = revisions
        .iter()
        .map(|revision| revision.number.to_string().len())
        .max();
    let width = width.unwrap_or(0).max("REVISION".len()) + 2;
    let rows = revisions
        .iter()
        .map(|revision| format!("{:<width$}{}\n", revision.number, revision.cause()));
    Ok(format!(
        "{name} \n{:<width$}CHANGE-CAUSE\n{}\n",
        "REVISION",
        rows.collect::<String>()
    ))
}
