//! `kubectl patch` (`kubectl/pkg/cmd/patch/patch.go`).

use super::flags::{Args, Flag, bool, text};
use super::telling::DRY_RUN;
use super::{Ended, Shell, printing, resources};
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
    text("filename", 'f'),
    bool("recursive", 'R'),
    text("output", 'o'),
    DRY_RUN,
];

/// Runs `patch`.
pub fn run(shell: &mut Shell, args: &Args) -> Ended {
    let plain = |text: String| vec![Error::Plain(text)];
    if let Some(part) = args.get("subresource").filter(|part| !part.is_empty()) {
        return Err(plain(format!(
            "--subresource={part} is not part of this page: a patch is for the whole object here"
        )));
    }
    let text = args.get("patch").unwrap_or_default();
    if let Some(file) = args.get("patch-file").filter(|file| !file.is_empty()) {
        return Err(plain(match text.is_empty() {
            true => format!("unable to read patch file: open {file}: no such file or directory"),
            false => "cannot specify --patch and --patch-file together".to_owned(),
        }));
    }
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
    resources::each(shell, &found, &mut |shell, object| {
        let patch = match kind.as_str() {
            "json" => Patch::Json(value.clone()),
            "merge" => Patch::Merge(value.clone()),
            _ => Patch::Strategic(value.clone()),
        };
        Ok(patched(shell, object, patch)?)
    })
}

/// Sends a patch, and says whether it changed anything.
fn patched(shell: &mut Shell, object: &Object, patch: Patch) -> Result<(), Error> {
    let request = Request::Patch {
        key: object.key(),
        patch,
    };
    let after = shell.send(&request)?;
    let after = after.as_deref().unwrap_or(object);
    let same =
        after.meta.resource_version == object.meta.resource_version && after.document() == object.document();
    let name = printing::name(object);
    let said = if same { "patched (no change)" } else { "patched" };
    // It is the one command that does not say that it was a dry run.
    shell.tell_bare(&name, said, &|| after.document())
}

/// A patch may be written as YAML too.
fn read(text: &str) -> Result<Value, Error> {
    let document = yaml::parse(text).documents.into_iter().next();
    let fault = |why: &str| Error::Plain(format!("unable to parse {text:?}: {why}"));
    match document {
        Some(document) => match (document.error, document.root) {
            (Some(error), _) => Err(fault(
                error
                    .message
                    .trim_start_matches("error converting YAML to JSON: "),
            )),
            (None, Some(root)) => Ok(Value::from(&root)),
            (None, None) => Ok(Value::Null),
        },
        None => Ok(Value::Null),
    }
}
