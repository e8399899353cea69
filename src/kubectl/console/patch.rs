//! `kubectl patch` (`kubectl/pkg/cmd/patch/patch.go`).

use super::flags::{Args, Flag, bool, text};
use super::{Ended, Shell};
use crate::api::{Patch, Request};
use crate::kubectl::errors::Error;
use crate::object::{Object, Value};
use crate::yaml;

/// The flags of `patch`.
pub const FLAGS: &[Flag] = &[
    text("patch", 'p'),
    text("patch-file", ' '),
    text("type", ' '),
    text("subresource", ' '),
    bool("local", ' '),
    text("filename", 'f'),
    text("output", 'o'),
];

/// Runs `patch`.
pub fn run(shell: &mut Shell, args: &Args) -> Ended {
    let plain = |text: String| vec![Error::Plain(text)];
    let text = args.get("patch").unwrap_or_default();
    if text.is_empty() {
        return Err(plain(
            "must specify --patch or --patch-file containing the contents of the patch".to_owned(),
        ));
    }
    let kind = args.get("type").unwrap_or("strategic").to_ascii_lowercase();
    let kind = if kind.is_empty() {
        "strategic".to_owned()
    } else {
        kind
    };
    if !matches!(kind.as_str(), "json" | "merge" | "strategic") {
        return Err(plain(format!(
            "--type must be one of [json merge strategic], not {:?}",
            args.get("type").unwrap_or_default()
        )));
    }
    let value = read(text)?;
    let found = shell.chosen(args)?;
    let mut errors = found.errors.clone();
    for object in found.objects() {
        let patch = match kind.as_str() {
            "json" => Patch::Json(value.clone()),
            "merge" => Patch::Merge(value.clone()),
            _ => Patch::Strategic(value.clone()),
        };
        match patched(shell, object, patch) {
            Ok(true) => shell.say(object, "patched"),
            Ok(false) => shell.say(object, "patched (no change)"),
            Err(error) => errors.push(error),
        }
    }
    match errors.is_empty() {
        true => Ok(None),
        false => Err(errors),
    }
}

/// Sends a patch; says whether it changed anything.
fn patched(shell: &mut Shell, object: &Object, patch: Patch) -> Result<bool, Error> {
    let request = Request::Patch {
        key: object.key(),
        patch,
    };
    let after = shell.send(&request)?;
    Ok(after.is_none_or(|after| after.meta.resource_version != object.meta.resource_version))
}

/// A patch may be written as YAML too.
fn read(text: &str) -> Result<Value, Error> {
    let document = yaml::parse(text).documents.into_iter().next();
    let fault = |why: &str| Error::Plain(format!("unable to parse {text:?}: {why}"));
    match document {
        Some(document) => match (document.error, document.root) {
            (Some(error), _) => Err(fault(&error.message)),
            (None, Some(root)) => Ok(Value::from(&root)),
            (None, None) => Ok(Value::Null),
        },
        None => Ok(Value::Null),
    }
}
