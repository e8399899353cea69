//! `kubectl create job` and `kubectl create cronjob` (`kubectl/pkg/cmd/create/create_job.go`, `create_cronjob.go`).

use serde_json::json;

use super::super::generator::{command_words, create, generator_flags, name};
use super::super::resource::{self, LookupScope, Targets};
use super::super::{CommandContext, CommandResult};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, text};
use crate::object::{Kind, Map, Object, Value};

/// The flags of `create job`.
pub const JOB_FLAGS: &[Flag] = generator_flags![text("image", ' '), text("from", ' ')];
/// The flags of `create cronjob`.
pub const CRON_JOB_FLAGS: &[Flag] =
    generator_flags![text("image", ' '), text("schedule", ' '), text("restart", ' ')];

fn plain(text: impl Into<String>) -> Vec<Error> {
    vec![Error::Plain(text.into())]
}

/// Runs `create job`.
pub fn job(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let name = name(args)?;
    let [image, from] = ["image", "from"].map(|flag| args.get(flag).unwrap_or_default());
    if image.is_empty() == from.is_empty() {
        return Err(plain("either --image or --from must be specified"));
    }
    let command = command_words(args);
    if !command.is_empty() && !from.is_empty() {
        return Err(plain("cannot specify --from and command"));
    }
    let document = match from {
        "" => Value::from(json!({
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"name": name},
            "spec": {"template": template(name, image, &command, "Never")},
            "status": {},
        })),
        from => from_cron_job(ctx, args, name, from)?,
    };
    create(ctx, args, Kind::Job, document, "failed to create job: ")
}

/// Runs `create cronjob`.
pub fn cron_job(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let name = name(args)?;
    let restart = args.get("restart").filter(|restart| !restart.is_empty());
    let image = args.get("image").unwrap_or_default();
    let template = template(name, image, &command_words(args), restart.unwrap_or("OnFailure"));
    let document = json!({
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": name},
        "spec": {
            "jobTemplate": {"metadata": {"name": name}, "spec": {"template": template}},
            "schedule": args.get("schedule").unwrap_or_default(),
        },
        "status": {},
    });
    let failure = "failed to create cronjob: ";
    create(ctx, args, Kind::CronJob, Value::from(document), failure)
}

/// The pod template of both kinds.
fn template(name: &str, image: &str, command: &[String], restart: &str) -> serde_json::Value {
    let mut container = json!({"name": name, "image": image, "resources": {}});
    if !command.is_empty() {
        container["command"] = json!(command);
    }
    json!({"metadata": {}, "spec": {"containers": [container], "restartPolicy": restart}})
}

/// The job of `--from=cronjob/NAME` (`createJobFromCronJob`).
fn from_cron_job(ctx: &CommandContext, args: &Args, name: &str, from: &str) -> Result<Value, Vec<Error>> {
    let targets: Targets = resource::parse_args(&[from.to_owned()])?;
    if targets.kinds.iter().any(|(_, names)| names.is_empty()) {
        return Err(plain("resource(s) were provided, but no name was specified"));
    }
    let found = resource::find(ctx.server.world(), &targets, &LookupScope::from_args(args));
    if !found.errors.is_empty() {
        return Err(found.errors);
    }
    let objects: Vec<&Object> = found.objects().map(AsRef::as_ref).collect();
    let [object] = objects.as_slice() else {
        return Err(plain("from must be an existing cronjob"));
    };
    if object.kind != Kind::CronJob {
        let info = object.kind.info();
        let text = format!("unknown object type *{}.{}", info.version, info.name);
        return Err(plain(text));
    }
    let job = object.spec().get("jobTemplate").cloned().unwrap_or_default();
    let metadata = |field: &str| job.at(&["metadata", field]).and_then(Value::as_object).cloned();
    let mut annotations = Map::new();
    annotations.insert("cronjob.kubernetes.io/instantiate", "manual");
    for (key, value) in metadata("annotations").unwrap_or_default().iter() {
        annotations.insert(key.clone(), value.clone());
    }
    let mut document = Value::from(json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": name,
            "ownerReferences": [{
                "apiVersion": "batch/v1",
                "controller": true,
                "kind": "CronJob",
                "name": object.meta.name.as_ref(),
                "uid": object.meta.uid.as_ref(),
            }],
        },
        "status": {},
    }));
    *document.slot(&["metadata", "annotations"]) = annotations.into();
    if let Some(labels) = metadata("labels") {
        *document.slot(&["metadata", "labels"]) = labels.into();
    }
    *document.slot(&["spec"]) = job.get("spec").cloned().unwrap_or_default();
    Ok(document)
}
