//! The objects that arguments, selectors or `-f` select (`resource.Builder`).

use super::super::{CommandContext, FILE};
use super::args::{Targets, parse_args};
use super::visitor::{LookupScope, VisitResult, find};
use crate::kubectl::deprecations::deprecation;
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::Args;
use crate::kubectl::manifest::{self, Manifest};
use crate::object::Kind;
use crate::yaml;

/// Whether a path is that of the only file, which standard input holds too.
pub(in crate::kubectl::console) fn is_file(path: &str) -> bool {
    let mut parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
    path == "-" || !path.starts_with('/') && parts.next() == Some(FILE) && parts.next().is_none()
}

impl CommandContext<'_> {
    /// The content of the file that `-f` names.
    ///
    /// # Errors
    /// kubectl's error for any file other than [`FILE`].
    pub(in crate::kubectl::console) fn file(&self, args: &Args) -> Result<String, Error> {
        match args.get("filename") {
            Some(path) if is_file(path) => Ok(self.stdin.to_owned()),
            Some(path) if matches!(path.split_once("://"), Some(("http" | "https", _))) => Err(Error::Plain(
                format!("unable to read URL {path:?}: this page asks nothing of the network"),
            )),
            Some(path) => Err(Error::Plain(format!("the path {path:?} does not exist"))),
            None => Err(missing_resource()),
        }
    }

    /// The objects of the file that `-f` names.
    pub(in crate::kubectl::console) fn manifest(&self, args: &Args) -> Result<Manifest, Error> {
        let text = self.file(args)?;
        let namespace = super::command_namespace(args);
        let manifest = manifest::read(&yaml::parse(&text), FILE, namespace);
        Ok(manifest.for_cluster(self.server.world()))
    }

    /// The kinds and names that the arguments or `-f` select.
    ///
    /// # Errors
    /// The error of upstream's builder, for example if both are given.
    pub(in crate::kubectl::console) fn targets(&self, args: &Args) -> Result<Targets, Error> {
        if !args.has("filename") {
            let targets = parse_args(&args.words)?;
            self.note_deprecations(targets.kinds.iter().map(|(kind, _)| *kind));
            return Ok(targets);
        }
        if !args.words.is_empty() {
            let text = "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well";
            return Err(Error::Plain(text.to_owned()));
        }
        self.targets_of_file(args)
    }

    /// Warns of a short name that two resources have (`shortcutExpander` in `client-go/restmapper/shortcut.go`): of the
    /// resources that are served by default, those are the events.
    pub(in crate::kubectl::console) fn warn_of_short_names(&mut self, args: &Args) {
        let types = args
            .words
            .iter()
            .enumerate()
            .filter_map(|(i, word)| match word.split_once('/') {
                Some((kind, _)) => Some(kind),
                None => (i == 0).then_some(word.as_str()),
            });
        if types.flat_map(|types| types.split(',')).any(|kind| kind == "ev") {
            let text = "short name \"ev\" could also match lower priority resource events.events.k8s.io";
            self.warn(&[text.to_owned()]);
        }
    }

    /// The API server warns about deprecated kinds in every response; kubectl prints each warning once.
    fn note_deprecations(&self, mut kinds: impl Iterator<Item = Kind>) {
        if let Some(warning) = kinds.find_map(deprecation) {
            self.deprecation.set(Some(warning));
        }
    }

    fn targets_of_file(&self, args: &Args) -> Result<Targets, Error> {
        let manifest = self.manifest(args)?;
        if let Some(error) = manifest.error() {
            return Err(error);
        }
        self.note_deprecations(manifest.infos().map(|info| info.kind));
        let kinds = manifest.infos().map(|info| (info.kind, vec![info.name.clone()]));
        Ok(Targets {
            single: manifest.objects.len() == 1,
            kinds: kinds.collect(),
        })
    }

    /// The objects that names, `--all`, `-l` or `-f` select.
    ///
    /// # Errors
    /// The error of upstream's builder if none of them is given.
    pub(in crate::kubectl::console) fn selected(&self, args: &Args) -> Result<VisitResult, Error> {
        let targets = self.targets(args)?;
        if targets.kinds.is_empty() && !args.has("filename") {
            return Err(missing_resource());
        }
        let unnamed = targets.kinds.iter().any(|(_, names)| names.is_empty());
        if unnamed && !args.is("all") && !args.has("selector") && !args.has("field-selector") {
            return Err(Error::Plain(
                "resource(s) were provided, but no name was specified".to_owned(),
            ));
        }
        Ok(find(self.server.world(), &targets, &LookupScope::from_args(args)))
    }
}

/// `missingResourceError`.
fn missing_resource() -> Error {
    Error::Plain(
        "You must provide one or more resources by argument or filename.\n\
         Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   \
         '<resource> <name>'\n   '<resource>'"
            .to_owned(),
    )
}
