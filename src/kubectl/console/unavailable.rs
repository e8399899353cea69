//! Commands that cannot do anything here, but that refuse wrong words as kubectl does.

use super::{CommandContext, CommandResult, usage_error};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};

/// The flags of `certificate approve` and `certificate deny`.
pub const CERTIFICATE_FLAGS: &[Flag] = &[text("filename", 'f'), bool("force", ' '), text("output", 'o')];

fn plain(text: impl Into<String>) -> CommandResult {
    Err(vec![Error::Plain(text.into())])
}

/// Runs `completion` (`kubectl/pkg/cmd/completion/completion.go`).
pub fn completion(_: &mut CommandContext, args: &Args) -> CommandResult {
    let text = match args.words.as_slice() {
        [] => "Shell not specified.".to_owned(),
        [shell] if ["bash", "fish", "powershell", "zsh"].contains(&shell.as_str()) => {
            return plain(format!(
                "this page has no {shell}; the Tab key completes lines here"
            ));
        }
        [shell] => format!("Unsupported shell type {shell:?}."),
        _ => "Too many arguments. Expected only the shell type.".to_owned(),
    };
    Err(usage_error("completion", &text))
}

/// Runs `certificate approve` and `certificate deny` (`certificates.go`): there are no requests.
pub fn certificate(_: &mut CommandContext, args: &Args) -> CommandResult {
    match args.words.first() {
        None if !args.has("filename") => {
            plain("one or more CSRs must be specified as <name> or -f <filename>")
        }
        None => plain("there are no certificates in this cluster"),
        Some(name) => Err(vec![Error::Raw(format!(
            "Error from server (NotFound): certificatesigningrequests.certificates.k8s.io {name:?} not found"
        ))]),
    }
}

/// Runs `auth reconcile` (`reconcile.go`).
pub fn reconcile(_: &mut CommandContext, args: &Args) -> CommandResult {
    if !args.has("filename") {
        return plain("must specify one of -f and -k");
    }
    if !args.words.is_empty() {
        return plain("no arguments are allowed");
    }
    plain("this page does not reconcile roles; apply writes the same Roles and bindings")
}
