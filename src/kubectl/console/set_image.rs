//! `kubectl set image` (`kubectl/pkg/cmd/set/set_image.go`).

use super::pairs::{self, Pairs};
use super::print_flags::DRY_RUN;
use super::workload::pod_spec_path;
use super::{CommandContext, CommandResult};
use crate::api::{Patch, Request};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};
use crate::object::{Map, Object, Value};

/// The flags of `set image`.
pub const FLAGS: &[Flag] = &[
    bool("all", ' '),
    text("selector", 'l'),
    text("filename", 'f'),
    bool("recursive", 'R'),
    text("output", 'o'),
    DRY_RUN,
];

/// Runs `set image`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let plain = |text: String| vec![Error::Plain(text)];
    let (names, words) = pairs::split(&args.words, "image").map_err(plain)?;
    let pairs = Pairs::parse(words, "image", false).map_err(plain)?;
    let found = ctx.selected(&args.with_words(names.to_vec()))?;
    if !found.errors.is_empty() {
        return Err(found.errors);
    }
    let invalid = validate(args, &pairs);
    if !invalid.is_empty() {
        return Err(invalid.into_iter().map(Error::Plain).collect());
    }
    // Missing containers are reported before anything is sent.
    let mut errors: Vec<Error> = found
        .objects()
        .flat_map(|object| missing_containers(object, &pairs))
        .collect();
    for object in found.objects() {
        if let Err(error) = set_images(ctx, object, &pairs) {
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
fn set_images(ctx: &mut CommandContext, object: &Object, pairs: &Pairs) -> Result<(), Error> {
    let Some(spec_path) = pod_spec_path(object.kind) else {
        let info = object.kind.info();
        return Err(Error::Plain(format!(
            "error: {}/{} the object is not a pod or does not have a pod template: *{}.{}",
            info.plural,
            object.name(),
            info.version,
            info.name
        )));
    };
    let document = object.document();
    let mut patch = Value::Null;
    for list in CONTAINER_FIELDS {
        let have = document
            .at(spec_path)
            .and_then(|spec| spec.get(list))
            .and_then(Value::as_array);
        let mut changed = Vec::new();
        for container in have.unwrap_or_default() {
            let text = |field: &str| container.get(field).and_then(Value::as_str).unwrap_or_default();
            let name = text("name");
            let image = pairs
                .set
                .iter()
                .find(|(container, _)| container == name || container == "*");
            if let Some((_, image)) = image.filter(|(_, image)| image != text("image")) {
                changed.push(Value::from(Map::from_iter([("name", name), ("image", image)])));
            }
        }
        if !changed.is_empty() {
            let mut path = spec_path.to_vec();
            path.push(list);
            *patch.slot(&path) = changed.into();
        }
    }
    if patch.is_null() {
        return Ok(());
    }
    let request = Request::Patch {
        key: object.key(),
        patch: Patch::Strategic(patch),
    };
    let after = ctx.send(&request).map_err(|error| match error {
        Error::Refused { status, .. } => Error::Plain(format!(
            "failed to patch image update to pod template: {}",
            status.message
        )),
        other => other,
    })?;
    ctx.print_object(after.as_deref().unwrap_or(object), "image updated")
}
