//! `kubectl set image` (`kubectl/pkg/cmd/set/set_image.go`).

use super::flags::{Args, Flag, bool, text};
use super::{Ended, Shell};
use crate::api::{Patch, Request};
use crate::kubectl::errors::Error;
use crate::object::{Kind, Map, Object, Value};

/// The flags of `set image`.
pub const FLAGS: &[Flag] = &[
    bool("all", ' '),
    text("selector", 'l'),
    text("filename", 'f'),
    bool("local", ' '),
    text("output", 'o'),
];

/// Runs `set image`.
pub fn run(shell: &mut Shell, args: &Args) -> Ended {
    let (pairs, words): (Vec<&String>, Vec<&String>) = args.words.iter().partition(|word| word.contains('='));
    let images: Vec<(&str, &str)> = pairs.iter().filter_map(|pair| pair.split_once('=')).collect();
    let faults = faults(args, &words, &images);
    if !faults.is_empty() {
        return Err(faults.into_iter().map(Error::Plain).collect());
    }
    let named = args.with_words(words.into_iter().cloned().collect());
    let found = shell.chosen(&named)?;
    let mut errors = found.errors.clone();
    for object in found.objects() {
        match set(shell, object, &images) {
            Ok(true) => shell.say(object, "image updated"),
            Ok(false) => {}
            Err(error) => errors.extend(error),
        }
    }
    match errors.is_empty() {
        true => Ok(None),
        false => Err(errors),
    }
}

/// `SetImageOptions.Validate`.
fn faults(args: &Args, words: &[&String], images: &[(&str, &str)]) -> Vec<String> {
    let mut faults = Vec::new();
    if args.is("all") && args.has("selector") {
        faults.push("cannot set --all and --selector at the same time".to_owned());
    }
    if words.is_empty() && !args.has("filename") {
        faults.push(
            "one or more resources must be specified as <resource> <name> or <resource>/<name>".to_owned(),
        );
    }
    if images.is_empty() {
        faults.push("at least one image update is required".to_owned());
    } else if images.len() > 1 && images.iter().any(|(name, _)| *name == "*") {
        faults.push(
            "all containers are already specified by *, but saw more than one container_name=container_image pairs"
                .to_owned(),
        );
    }
    faults
}

/// Where a kind keeps the spec of its pods.
pub(super) fn pod_spec(kind: Kind) -> Option<&'static [&'static str]> {
    match kind {
        Kind::Pod => Some(&["spec"]),
        Kind::StatefulSet
        | Kind::Deployment
        | Kind::ReplicaSet
        | Kind::DaemonSet
        | Kind::Job
        | Kind::ReplicationController => Some(&["spec", "template", "spec"]),
        Kind::CronJob => Some(&["spec", "jobTemplate", "spec", "template", "spec"]),
        _ => None,
    }
}

/// Patches the images of one object; says whether any is another than before.
fn set(shell: &mut Shell, object: &Object, images: &[(&str, &str)]) -> Result<bool, Vec<Error>> {
    let Some(place) = pod_spec(object.kind) else {
        return Err(vec![Error::Plain(format!(
            "{} {:?} does not have a pod template with containers",
            object.kind.info().plural,
            object.meta.name.as_ref()
        ))]);
    };
    let document = object.document();
    let mut patch = Value::Null;
    let mut unknown: Vec<&str> = images
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| *name != "*")
        .collect();
    for list in ["initContainers", "containers"] {
        let have = document
            .at(place)
            .and_then(|spec| spec.get(list))
            .and_then(Value::as_array);
        let mut changed = Vec::new();
        for container in have.unwrap_or_default() {
            let text = |field: &str| container.get(field).and_then(Value::as_str).unwrap_or_default();
            let name = text("name");
            unknown.retain(|missing| *missing != name);
            let image = images.iter().rev().find(|(of, _)| *of == name || *of == "*");
            if let Some((_, image)) = image.filter(|(_, image)| *image != text("image")) {
                changed.push(Value::from(Map::from_iter([("name", name), ("image", *image)])));
            }
        }
        if !changed.is_empty() {
            let mut path = place.to_vec();
            path.push(list);
            *patch.slot(&path) = changed.into();
        }
    }
    if !unknown.is_empty() {
        let missing = |name: &&str| Error::Plain(format!("unable to find container named {name:?}"));
        return Err(unknown.iter().map(missing).collect());
    }
    if patch.is_null() {
        return Ok(false);
    }
    let request = Request::Patch {
        key: object.key(),
        patch: Patch::Strategic(patch),
    };
    shell.send(&request)?;
    Ok(true)
}
