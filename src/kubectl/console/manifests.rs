//! `-f`: the objects of the editor's text.

use super::flags::{Args, Flag, Takes, bool, text};
use super::resources::{self, Targets};
use super::telling::{DRY_RUN, Dry};
use super::{Ended, FILE, Shell, printing};
use crate::kubectl::apply::{self, Action, Applied, Done, Options};
use crate::kubectl::errors::Error;
use crate::kubectl::manifest::{self, Item, Manifest};
use crate::object::{Key, Map, Value};
use crate::yaml::{self, Parsed};

impl Shell<'_> {
    /// The text that `-f` names.
    ///
    /// # Errors
    /// kubectl's, for any other file than the one there is.
    pub(super) fn file(&self, args: &Args) -> Result<String, Error> {
        match args.get("filename") {
            Some("-" | FILE | "./manifest.yaml") => Ok(self.stdin.to_owned()),
            Some(path) if matches!(path.split_once("://"), Some(("http" | "https", _))) => Err(Error::Plain(
                format!("unable to read URL {path:?}: this page asks nothing of the network"),
            )),
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

    /// What the words or the text that `-f` names stand for.
    ///
    /// # Errors
    /// The builder's; both cannot be given.
    pub(super) fn targets(&self, args: &Args) -> Result<Targets, Error> {
        if !args.has("filename") {
            return resources::read(&args.words);
        }
        if !args.words.is_empty() {
            let text = "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well";
            return Err(Error::Plain(text.to_owned()));
        }
        self.targets_of_file(args)
    }

    /// The same as names to look for.
    fn targets_of_file(&self, args: &Args) -> Result<Targets, Error> {
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

/// The flags of `create`.
pub const CREATE_FLAGS: &[Flag] = &[
    text("filename", 'f'),
    bool("recursive", 'R'),
    text("output", 'o'),
    DRY_RUN,
    VALIDATE,
    bool("save-config", ' '),
];

/// The flags of `apply`.
pub const APPLY_FLAGS: &[Flag] = &[
    text("filename", 'f'),
    bool("recursive", 'R'),
    text("output", 'o'),
    DRY_RUN,
    VALIDATE,
    bool("overwrite", ' '),
    bool("force", ' '),
    bool("wait", ' '),
    bool("openapi-patch", ' '),
    bool("all", ' '),
];

const VALIDATE: Flag = Flag {
    long: "validate",
    short: ' ',
    takes: Takes::Optional("strict"),
};

/// `kubectl apply`.
pub fn apply(shell: &mut Shell, args: &Args) -> Ended {
    if !args.words.is_empty() {
        return Err(unexpected(args, "apply"));
    }
    if !args.has("filename") {
        return Err(vec![Error::Plain("must specify one of -f and -k".to_owned())]);
    }
    send(shell, args, Action::Apply)
}

/// `kubectl create -f`.
pub fn create(shell: &mut Shell, args: &Args) -> Ended {
    if args.has("filename") {
        return match args.words.is_empty() {
            true => send(shell, args, Action::Create),
            false => Err(unexpected(args, "create")),
        };
    }
    Err(vec![match args.words.first() {
        None => Error::Plain("must specify one of -f and -k".to_owned()),
        Some(word) if CREATED.contains(&word.as_str()) => Error::Plain(format!(
            "\"create {word}\" is not part of this page: write the object into the editor, and create it with -f {FILE}"
        )),
        Some(_) => return Err(unexpected(args, "create")),
    }])
}

/// What kubectl creates from flags.
const CREATED: [&str; 18] = [
    "clusterrole",
    "clusterrolebinding",
    "configmap",
    "cm",
    "cronjob",
    "deployment",
    "deploy",
    "ingress",
    "job",
    "namespace",
    "poddisruptionbudget",
    "priorityclass",
    "quota",
    "role",
    "secret",
    "service",
    "serviceaccount",
    "token",
];

/// `UsageErrorf` of words that a command does not take.
pub(super) fn unexpected(args: &Args, command: &str) -> Vec<Error> {
    vec![Error::Plain(format!(
        "Unexpected args: [{}]\nSee 'kubectl {command} -h' for help and examples",
        args.words.join(" ")
    ))]
}

fn send(shell: &mut Shell, args: &Args, action: Action) -> Ended {
    match args.get(VALIDATE.long).unwrap_or("strict") {
        "strict" | "warn" | "ignore" | "true" | "false" => {}
        other => {
            return Err(vec![Error::Plain(format!(
                "invalid - validate option {other:?}; must be one of: strict (or true), warn, ignore (or false)"
            ))]);
        }
    }
    let text = shell.file(args)?;
    let parsed = yaml::parse(&text);
    let options = Options {
        file: FILE,
        namespace: resources::namespace(args),
        action,
        remember: args.is("save-config"),
    };
    match (action, shell.telling.dry) {
        (Action::Create, Dry::Client) => only_said(shell, args, &parsed, &options),
        (_, dry) => sent(shell, &parsed, &options, dry == Dry::Client),
    }
}

/// `create --dry-run=client`: what would be sent.
fn only_said(shell: &mut Shell, args: &Args, parsed: &Parsed, options: &Options) -> Ended {
    let manifest = manifest::read(parsed, options.file, options.namespace);
    for item in manifest.items {
        let name = format!("{}/{}", item.kind.qualified_singular(), item.name);
        let document = match args.is("save-config") {
            true => apply::remembered(&item.object),
            false => item.object,
        };
        shell.tell(&name, Done::Created.word(), &|| document.clone())?;
    }
    match manifest.fault {
        Some(fault) => Err(vec![fault.error]),
        None => Ok(None),
    }
}

fn sent(shell: &mut Shell, parsed: &Parsed, options: &Options, client: bool) -> Ended {
    let before = shell.server.world().clone();
    let sent = apply::send_all(shell.server, parsed, options);
    shell.err.push_str(&sent.warnings);
    let items = match client {
        true => manifest::read(parsed, options.file, options.namespace).items,
        false => Vec::new(),
    };
    // kubectl shows what it would send, or what is there.
    let unsent = |done: Done, key: &Key, applied: &Applied| -> Option<Value> {
        let place = |item: &&Item| item.document == applied.document && item.path == applied.path;
        let item = items.iter().find(place)?;
        match done {
            Done::Created => Some(apply::remembered(&item.object)),
            _ => before.get(key).map(|object| object.document()),
        }
    };
    let mut documents = Vec::new();
    for applied in &sent.results {
        let (Ok(done), Some(key), Some(object)) = (&applied.result, &applied.key, &applied.object) else {
            continue;
        };
        let document = || unsent(*done, key, applied).unwrap_or_else(|| object.document());
        if options.action == Action::Apply && shell.telling.prints_documents() {
            documents.push(document());
            continue;
        }
        let done = if client && *done == Done::Unchanged {
            Done::Configured
        } else {
            *done
        };
        shell.tell(&printing::name(object), done.word(), &document)?;
    }
    if !sent.errors.is_empty() {
        return Err(sent.errors);
    }
    let whole = match documents.len() {
        0 | 1 => documents.pop(),
        _ => Some(printing::list_of(documents, Map::new())),
    };
    if let Some(whole) = whole {
        shell.tell("", "", &|| whole.clone())?;
    }
    Ok(None)
}
