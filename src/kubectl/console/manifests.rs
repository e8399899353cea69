//! `-f`: the objects of the editor's text.

use super::flags::Args;
use super::resources::{self, Targets};
use super::{Ended, FILE, Shell};
use crate::kubectl::apply::{self, Action, Options};
use crate::kubectl::errors::Error;
use crate::kubectl::manifest::{self, Manifest};
use crate::yaml;

impl Shell<'_> {
    /// The text that `-f` names.
    ///
    /// # Errors
    /// kubectl's, for any other file than the one there is.
    pub(super) fn file(&self, args: &Args) -> Result<String, Error> {
        match args.get("filename") {
            Some("-" | FILE | "./manifest.yaml") => Ok(self.stdin.to_owned()),
            Some(path) if path.contains("://") => Err(Error::Plain(format!(
                "unable to read URL {path:?}: this page asks nothing of the network"
            ))),
            Some(path) => Err(Error::Plain(format!("the path {path:?} does not exist"))),
            None => Err(resources::nothing_named()),
        }
    }

    /// The objects of the text that `-f` names.
    pub(super) fn manifest(&self, args: &Args) -> Result<Manifest, Error> {
        let text = self.file(args)?;
        Ok(manifest::read(
            &yaml::parse(&text),
            FILE,
            resources::namespace(args),
        ))
    }

    /// The same as names to look for.
    pub(super) fn targets_of_file(&self, args: &Args) -> Result<Targets, Error> {
        let manifest = self.manifest(args)?;
        if let Some(fault) = manifest.fault {
            return Err(fault.error);
        }
        Ok(Targets {
            single: manifest.items.len() == 1,
            kinds: manifest
                .items
                .into_iter()
                .map(|item| (item.kind, vec![item.name]))
                .collect(),
        })
    }
}

/// `kubectl apply`.
pub fn apply(shell: &mut Shell, args: &Args) -> Ended {
    send(shell, args, Action::Apply)
}

/// `kubectl create -f`.
pub fn create(shell: &mut Shell, args: &Args) -> Ended {
    if let Some(word) = args.words.first().filter(|_| !args.has("filename")) {
        return Err(vec![Error::Plain(format!(
            "\"create {word}\" is not part of this page: write the object into the editor, and create it with -f {FILE}"
        ))]);
    }
    send(shell, args, Action::Create)
}

fn send(shell: &mut Shell, args: &Args, action: Action) -> Ended {
    if !args.has("filename") {
        let text = match action {
            Action::Apply => "must specify one of -f and -k",
            Action::Create => "must specify one of -f and -k\nSee 'kubectl create -h' for help and examples",
        };
        return Err(vec![Error::Plain(text.to_owned())]);
    }
    if let Some(word) = args.words.first() {
        return Err(vec![Error::Plain(format!(
            "Unexpected args: {:?}\nSee 'kubectl {} -h' for help and examples",
            args.words,
            if action == Action::Apply { "apply" } else { word }
        ))]);
    }
    let text = shell.file(args)?;
    let options = Options {
        file: FILE,
        namespace: resources::namespace(args),
        action,
    };
    let sent = apply::send_all(shell.server, &yaml::parse(&text), &options);
    shell.out.push_str(&sent.stdout);
    shell.err.push_str(&sent.warnings);
    match sent.errors.is_empty() {
        true => Ok(None),
        false => Err(sent.errors),
    }
}
