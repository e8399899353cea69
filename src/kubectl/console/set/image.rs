//! `kubectl set image` (`kubectl/pkg/cmd/set/set_image.go`).

use super::super::pairs::{self, Pairs};
use super::super::record::record_in;
use super::super::workload::pod_spec_path;
use super::super::{CommandContext, CommandResult};
use super::template::{Update, check_local, infos, object_error, pod_spec, send, set_flags};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};
use crate::object::{Object, Value};

/// The flags of `set image`.
pub const FLAGS: &[Flag] = set_flags![text("kustomize", 'k'), text("selector", 'l'), bool("record", ' ')];

/// Runs `set image`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let plain = |text: String| vec![Error::Plain(text)];
    let (names, words) = pairs::split(&args.words, "image").map_err(plain)?;
    let pairs = Pairs::parse(words, "image", false).map_err(plain)?;
    let objects = infos(ctx, &args.with_words(names.to_vec()))?;
    let invalid = validate(args, &pairs);
    if !invalid.is_empty() {
        return Err(invalid.into_iter().map(Error::Plain).collect());
    }
    check_local(ctx, args)?;
    // Missing containers are reported before anything is sent.
    let mut errors: Vec<Error> = objects
        .iter()
        .flat_map(|object| missing_containers(object, &pairs))
        .collect();
    for object in objects {
        if let Err(error) = set_images(ctx, args, &object, &pairs) {
            errors.push(error);
        }
    }
    match errors.is_empty() {
        true => Ok(None),
        false => Err(errors),
    }
}

/// `SetImageOptions.Validate`.
fn validate(args: &Args, pairs: &Pairs) -> Vec<String> {
    let mut errors = Vec::new();
    if args.is("all") && args.has("selector") {
        errors.push("cannot set --all and --selector at the same time".to_owned());
    }
    if pairs.set.is_empty() {
        errors.push("at least one image update is required".to_owned());
    } else if pairs.set.len() > 1 && pairs.set.iter().any(|(name, _)| *name == "*") {
        errors.push(
            "all containers are already specified by *, but saw more than one container_name=container_image pairs"
                .to_owned(),
        );
    }
    errors
}

/// The errors for containers that an object does not have.
fn missing_containers(object: &Object, pairs: &Pairs) -> Vec<Error> {
    let document = object.document();
    let Some(spec) = pod_spec_path(object.kind).and_then(|path| document.at(path)) else {
        return Vec::new();
    };
    let has = |name: &str| {
        let lists = CONTAINER_FIELDS
            .iter()
            .filter_map(|list| spec.get(list)?.as_array());
        lists
            .flatten()
            .any(|container| name == "*" || container.get("name").and_then(Value::as_str) == Some(name))
    };
    let mut names: Vec<&str> = pairs.set.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names
        .into_iter()
        .filter(|name| !has(name))
        .map(|name| Error::Plain(format!("error: unable to find container named {name:?}")))
        .collect()
}

const CONTAINER_FIELDS: [&str; 2] = ["initContainers", "containers"];

/// Patches the images of one object if any changes.
fn set_images(ctx: &mut CommandContext, args: &Args, object: &Object, pairs: &Pairs) -> Result<(), Error> {
    let path = pod_spec(object).map_err(|why| object_error(object, &why))?;
    let mut document = object.document();
    let spec: &mut Value = document.slot(path);
    let mut changed = false;
    for list in CONTAINER_FIELDS {
        if spec.get(list).is_none() {
            continue;
        }
        for container in spec.slot(&[list]).as_array_mut().into_iter().flatten() {
            let text = |field: &str| container.get(field).and_then(Value::as_str).unwrap_or_default();
            let name = text("name");
            let image = pairs
                .set
                .iter()
                .find(|(container, _)| container == name || container == "*");
            if let Some((_, image)) = image.filter(|(_, image)| image != text("image")) {
                *container.slot(&["image"]) = image.as_str().into();
                changed = true;
            }
        }
    }
    if !changed {
        return Ok(());
    }
    record_in(args, &mut document);
    let update = Update {
        operation: "image updated",
        failure: "failed to patch image update to pod template: ",
        unchanged_too: false,
    };
    send(ctx, args, object, &document, update).map(drop)
}
