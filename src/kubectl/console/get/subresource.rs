//! `get --subresource` (`Subresource` in `cli-runtime/pkg/resource/builder.go`).

use super::super::output_format::{OutputFormat, output_format, prints_documents};
use super::super::resource::{Targets, VisitResult};
use super::super::table::TabWriter;
use super::super::{CommandContext, CommandResult, printers, scale};
use crate::kubectl::age::human_duration;
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::Args;
use crate::object::{Kind, Map, Value};

/// The error for a subresource of objects that are not named.
///
/// # Errors
/// kubectl's error.
pub fn check_named(targets: &Targets) -> Result<(), Error> {
    match targets.kinds.iter().any(|(_, names)| names.is_empty()) {
        true => Err(Error::Plain(
            "subresource cannot be used when bulk resources are specified".to_owned(),
        )),
        false => Ok(()),
    }
}

/// Whether a kind has a subresource that can be read and is the object itself.
pub fn is_whole_object(kind: Kind, name: &str) -> bool {
    match name {
        "status" => has_status(kind),
        "ephemeralcontainers" | "resize" => kind == Kind::Pod,
        _ => false,
    }
}

fn has_status(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Namespace
            | Kind::Node
            | Kind::PersistentVolume
            | Kind::Service
            | Kind::StatefulSet
            | Kind::Deployment
            | Kind::ReplicaSet
            | Kind::PersistentVolumeClaim
            | Kind::Pod
            | Kind::Ingress
            | Kind::PodDisruptionBudget
            | Kind::DaemonSet
            | Kind::Job
            | Kind::CronJob
            | Kind::HorizontalPodAutoscaler
            | Kind::ResourceQuota
            | Kind::ReplicationController
            | Kind::VolumeAttachment
    )
}

/// Prints the scale of objects that have one.
pub fn run(
    ctx: &mut CommandContext,
    args: &Args,
    targets: &Targets,
    found: &VisitResult,
    name: &str,
) -> CommandResult {
    let mut errors = found.errors.clone();
    let mut scales = Vec::new();
    for object in found.objects() {
        match name == "scale" && scale::is_scalable(object.kind) {
            true => scales.push(scale::scale_document(object)),
            false => errors.push(scale::no_subresource(object)),
        }
    }
    let format = output_format(args, ctx.stdin)?;
    if !prints_documents(args) {
        let mut rows: Vec<Vec<String>> = Vec::new();
        if !scales.is_empty() && !args.is("no-headers") {
            rows.push(["NAME", "DESIRED", "AVAILABLE", "AGE"].map(str::to_owned).into());
        }
        let text = |scale: &Value, path: &[&str]| scale.at(path).map_or_else(String::new, Value::to_string);
        for (scale, object) in scales.iter().zip(found.objects()) {
            rows.push(vec![
                object.meta.name.to_string(),
                text(scale, &["spec", "replicas"]),
                text(scale, &["status", "replicas"]),
                human_duration(ctx.now.since(object.meta.created)),
            ]);
        }
        ctx.out.push_str(&TabWriter::default().write(&rows));
    } else if format == OutputFormat::Name {
        let names = found.objects().take(scales.len());
        ctx.out
            .extend(names.map(|object| format!("scale.autoscaling/{}\n", object.meta.name)));
    } else {
        let single = scales.pop_if(|_| targets.single);
        let document = single.unwrap_or_else(|| {
            printers::list_documents(
                std::mem::take(&mut scales),
                Map::from_iter([("resourceVersion", "")]),
            )
        });
        if !targets.single || errors.is_empty() {
            printers::print_document(&format, &document, &mut ctx.out)?;
        }
    }
    match errors.is_empty() {
        true => Ok(None),
        false => Err(errors),
    }
}
