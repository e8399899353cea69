//! `kubectl set image` (`kubectl/pkg/cmd/set/set_image.go`).

use super::flags::{Args, Flag, bool, text};
use super::pairs::{self, Pairs};
use super::telling::DRY_RUN;
use super::{Ended, Shell};
use crate::api::{Patch, Request};
use crate::kubectl::errors::Error;
use crate::object::{Kind, Map, Object, Value};

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
pub fn run(shell: &mut Shell, args: &Args) -> Ended {
    let plain = |text: String| vec![Error::Plain(text)];
    let (names, words) = pairs::split(&args.words, "image").map_err(plain)?;
    let pairs = Pairs::read(words, "image", false).map_err(plain)?;
    let mut found = shell.chosen(&args.with_words(names.to_vec()))?;
    if !found.errors.is_empty() {
        return Err(found.errors);
    }
    let faults = faults(args, &pairs);
    if !faults.is_empty() {
        return Err(faults.into_iter().map(Error::Plain).collect());
    }
    // Containers that are missing anywhere are told before anything is sent.
    let missing = |object: &std::sync::Arc<Object>| missing(object, &pairs);
    found.errors = found.objects().flat_map(missing).collect();
    let mut errors = found.errors.clone();
    for object in found.objects() {
        if let Err(error) = set(shell, object, &pairs) {
            errors.push(error);
        }
    }
    match errors.is_empty() {
        true => Ok(None),
        false => Err(errors),
    }
}

/// `SetImageOptions.Validate`.
fn faults(args: &Args, pairs: &Pairs) -> Vec<String> {
    let mut faults = Vec::new();
    if args.is("all") && args.has("selector") {
        faults.push("cannot set --all and --selector at the same time".to_owned());
    }
    if pairs.set.is_empty() {
        faults.push("at least one image update is required".to_owned());
    } else if pairs.set.len() > 1 && pairs.set.iter().any(|(name, _)| *name == "*") {
        faults.push(
            "all containers are already specified by *, but saw more than one container_name=container_image pairs"
                .to_owned(),
        );
    }
    faults
}

/// The containers that an object does not have.
fn missing(object: &Object, pairs: &Pairs) -> Vec<Error> {
    let document = object.document();
    let Some(spec) = pod_spec(object.kind).and_then(|place| document.at(place)) else {
        return Vec::new();
    };
    let has = |name: &str| {
        let lists = LISTS.iter().filter_map(|list| spec.get(list)?.as_array());
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

const LISTS: [&str; 2] = ["initContainers", "containers"];

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

/// Patches the images of one object, if any is another than before.
fn set(shell: &mut Shell, object: &Object, pairs: &Pairs) -> Result<(), Error> {
    let Some(place) = pod_spec(object.kind) else {
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
    for list in LISTS {
        let have = document
            .at(place)
            .and_then(|spec| spec.get(list))
            .and_then(Value::as_array);
        let mut changed = Vec::new();
        for container in have.unwrap_or_default() {
            let text = |field: &str| container.get(field).and_then(Value::as_str).unwrap_or_default();
            let name = text("name");
            let image = pairs.set.iter().find(|(of, _)| of == name || of == "*");
            if let Some((_, image)) = image.filter(|(_, image)| image != text("image")) {
                changed.push(Value::from(Map::from_iter([("name", name), ("image", image)])));
            }
        }
        if !changed.is_empty() {
            let mut path = place.to_vec();
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
    let after = shell.send(&request).map_err(|error| match error {
        Error::Refused { status, .. } => Error::Plain(format!(
            "failed to patch image update to pod template: {}",
            status.message
        )),
        other => other,
    })?;
    shell.say(after.as_deref().unwrap_or(object), "image updated")
}
