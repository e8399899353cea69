//! `kubectl cp` (`kubectl/pkg/cmd/cp/cp.go`). The containers have no files, so only what precedes the copy is simulated.

use super::super::{CommandContext, CommandResult, FILE, resource};
use super::exec::check_running;
use super::{CONTAINER, container_or_default, not_simulated};
use crate::api::Status;
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, int};
use crate::object::Kind;

/// The flags of `cp`.
pub const FLAGS: &[Flag] = &[CONTAINER, bool("no-preserve", ' '), int("retries")];

/// A file, here or in a pod (`fileSpec`).
#[derive(Debug, PartialEq)]
struct FileSpec<'a> {
    namespace: Option<&'a str>,
    pod: &'a str,
    file: &'a str,
}

/// `extractFileSpec`.
fn file_spec(word: &str) -> Result<FileSpec<'_>, Error> {
    let invalid =
        || Error::Plain("filespec must match the canonical format: [[namespace/]pod:]file/path".to_owned());
    let Some((place, file)) = word.split_once(':') else {
        return Ok(FileSpec {
            namespace: None,
            pod: "",
            file: word,
        });
    };
    if place.is_empty() {
        return Err(invalid());
    }
    let parts: Vec<&str> = place.split('/').collect();
    let (namespace, pod) = match parts.as_slice() {
        [pod] => (None, *pod),
        [namespace, pod] => (Some(*namespace), *pod),
        _ => return Err(invalid()),
    };
    Ok(FileSpec { namespace, pod, file })
}

/// Runs `cp`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let plain = |text: &str| Err(vec![Error::Plain(text.to_owned())]);
    let [source, target] = args.words.as_slice() else {
        return plain("source and destination are required");
    };
    let (source, target) = (file_spec(source)?, file_spec(target)?);
    if !source.pod.is_empty() && !target.pod.is_empty() {
        return plain("one of src or dest must be a local file specification");
    }
    if source.file.is_empty() || target.file.is_empty() {
        return plain("filepath can not be empty");
    }
    let (remote, is_local) = match (source.pod, target.pod) {
        ("", "") => return plain("one of src or dest must be a remote file specification"),
        ("", _) => (&target, true),
        _ => (&source, false),
    };
    if is_local && source.file.trim_start_matches("./") != FILE {
        return plain(&format!("{} doesn't exist in local filesystem", source.file));
    }
    let namespace = remote.namespace.unwrap_or(args.namespace());
    let key = resource::key(Kind::Pod, namespace, remote.pod);
    let Some(pod) = ctx.server.world().get(&key).cloned() else {
        return Err(vec![resource::refused(Status::not_found(&key))]);
    };
    let container = container_or_default(ctx, &pod, args)?;
    check_running(&pod, &container)?;
    not_simulated(format!(
        "container {container:?} of pod \"{}\" has no files: the simulation runs no programs",
        pod.meta.name
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, expected: Option<(Option<&str>, &str, &str)>) {
        let spec = file_spec(word).ok();
        assert_eq!(spec.map(|spec| (spec.namespace, spec.pod, spec.file)), expected);
    }

    #[test]
    fn a_file_may_be_in_a_pod() {
        check("/tmp/a", Some((None, "", "/tmp/a")));
        check("web-0:/tmp/a", Some((None, "web-0", "/tmp/a")));
        check("db/web-0:a:b", Some((Some("db"), "web-0", "a:b")));
        check(":/tmp/a", None);
        check("a/b/c:/tmp", None);
    }
}
