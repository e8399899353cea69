//! `kubectl kustomize` and `-k` (`cli-runtime/pkg/resource/kustomizevisitor.go`): the page has one file, which is no
//! kustomization.

use super::{CommandContext, CommandResult};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::Args;

/// Refuses a line with `-k`.
///
/// # Errors
/// The error of kubectl, or of kustomize for a folder without a kustomization.
pub fn check(args: &Args) -> Result<(), Error> {
    let Some(folder) = args.get("kustomize").filter(|folder| !folder.is_empty()) else {
        return Ok(());
    };
    let text = if args.has("filename") {
        "only one of -f or -k can be specified".to_owned()
    } else if args.is("recursive") {
        "the -k flag can't be used with -f or -R".to_owned()
    } else {
        missing(folder)
    };
    // `get` returns the errors of its builder as one.
    Err(match args.command.as_str() {
        "get" => Error::Raw(text),
        _ => Error::Plain(text),
    })
}

/// Runs `kustomize`.
pub fn run(_: &mut CommandContext, args: &Args) -> CommandResult {
    let text = match args.words.as_slice() {
        [] => missing("."),
        [folder] => missing(folder),
        _ => "specify one path to kustomization.yaml".to_owned(),
    };
    Err(vec![Error::Plain(text)])
}

/// The error of kustomize; the only folder is the root.
fn missing(folder: &str) -> String {
    let path = folder.trim_start_matches(['.', '/']);
    if folder.contains("://") {
        return format!("unable to read URL {folder:?}: this page asks nothing of the network");
    }
    match path {
        "" => "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '/'"
            .to_owned(),
        path => format!(
            "must build at directory: not a valid directory: evalsymlink failure on '{folder}' : lstat /{path}: no such \
             file or directory"
        ),
    }
}
