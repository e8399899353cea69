//! The commands (`kubectl/pkg/cmd/cmd.go`), and how a line is dispatched to them.

use super::subcommand::{Subcommand, full_name};
use super::{
    CommandContext, CommandResult, annotate, api_resources, api_versions, apply, cluster_commands, create,
    delete, describe, drain, explain, get, label, patch, print_flags, rollout, scale, set_image, taint,
    version,
};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{self, Args};
use crate::kubectl::line::{strip_kubectl, words};

/// The commands of this page, by the file that holds them.
const GROUPS: [&[Subcommand]; 3] = [SUBCOMMANDS, create::SUBCOMMANDS, cluster_commands::COMMANDS];

/// All commands.
pub(super) fn subcommands() -> impl Iterator<Item = &'static Subcommand> {
    GROUPS.into_iter().flatten()
}

const SUBCOMMANDS: &[Subcommand] = &[
    Subcommand {
        parent: None,
        name: "get",
        flags: get::FLAGS,
        run: get::run,
        changes: false,
        usage: "get TYPE [NAME...] [-o wide|yaml|json|name|jsonpath=…|custom-columns=…] [-l SELECTOR] [-w]",
    },
    Subcommand {
        parent: None,
        name: "describe",
        flags: describe::FLAGS,
        run: describe::run,
        changes: false,
        usage: "describe TYPE [NAME_PREFIX | -l SELECTOR]",
    },
    Subcommand {
        parent: None,
        name: "explain",
        flags: explain::FLAGS,
        run: explain::run,
        changes: false,
        usage: "explain TYPE[.FIELD...] [--recursive]",
    },
    Subcommand {
        parent: None,
        name: "api-resources",
        flags: api_resources::FLAGS,
        run: api_resources::run,
        changes: false,
        usage: "api-resources [--namespaced=true|false] [-o wide|name]",
    },
    Subcommand {
        parent: None,
        name: "api-versions",
        flags: &[],
        run: api_versions::run,
        changes: false,
        usage: "api-versions",
    },
    Subcommand {
        parent: None,
        name: "version",
        flags: version::FLAGS,
        run: version::run,
        changes: false,
        usage: "version [--client]",
    },
    Subcommand {
        parent: None,
        name: "apply",
        flags: apply::FLAGS,
        run: apply::run,
        changes: true,
        usage: "apply -f manifest.yaml",
    },
    Subcommand {
        parent: None,
        name: "create",
        flags: create::FLAGS,
        run: create::run,
        changes: true,
        usage: "create -f manifest.yaml",
    },
    Subcommand {
        parent: None,
        name: "scale",
        flags: scale::FLAGS,
        run: scale::run,
        changes: true,
        usage: "scale TYPE NAME --replicas=COUNT [--current-replicas=COUNT]",
    },
    Subcommand {
        parent: Some("set"),
        name: "image",
        flags: set_image::FLAGS,
        run: set_image::run,
        changes: true,
        usage: "set image TYPE NAME CONTAINER=IMAGE...",
    },
    Subcommand {
        parent: None,
        name: "patch",
        flags: patch::FLAGS,
        run: patch::run,
        changes: true,
        usage: "patch TYPE NAME -p PATCH [--type=strategic|merge|json]",
    },
    Subcommand {
        parent: None,
        name: "label",
        flags: label::FLAGS,
        run: label::run,
        changes: true,
        usage: "label TYPE NAME KEY=VALUE... KEY-... [--overwrite]",
    },
    Subcommand {
        parent: None,
        name: "annotate",
        flags: label::FLAGS,
        run: annotate::run,
        changes: true,
        usage: "annotate TYPE NAME KEY=VALUE... KEY-... [--overwrite]",
    },
    Subcommand {
        parent: None,
        name: "delete",
        flags: delete::FLAGS,
        run: delete::run,
        changes: true,
        usage: "delete TYPE [NAME... | -l SELECTOR | --all] [--cascade=background|foreground|orphan] [--force]",
    },
    Subcommand {
        parent: None,
        name: "cordon",
        flags: drain::CORDON_FLAGS,
        run: drain::cordon,
        changes: true,
        usage: "cordon NODE...",
    },
    Subcommand {
        parent: None,
        name: "uncordon",
        flags: drain::CORDON_FLAGS,
        run: drain::uncordon,
        changes: true,
        usage: "uncordon NODE...",
    },
    Subcommand {
        parent: None,
        name: "drain",
        flags: drain::FLAGS,
        run: drain::run,
        changes: true,
        usage: "drain NODE... [--ignore-daemonsets] [--delete-emptydir-data] [--force] [--timeout=DURATION]",
    },
    Subcommand {
        parent: None,
        name: "taint",
        flags: taint::FLAGS,
        run: taint::run,
        changes: true,
        usage: "taint node NAME... KEY[=VALUE]:EFFECT... KEY[:EFFECT]-... [--overwrite]",
    },
    Subcommand {
        parent: Some("rollout"),
        name: "status",
        flags: rollout::status::FLAGS,
        run: rollout::status::run,
        changes: false,
        usage: "rollout status TYPE NAME [--watch=false] [--timeout=DURATION]",
    },
    Subcommand {
        parent: Some("rollout"),
        name: "history",
        flags: rollout::history::FLAGS,
        run: rollout::history::run,
        changes: false,
        usage: "rollout history TYPE NAME [--revision=N]",
    },
    Subcommand {
        parent: Some("rollout"),
        name: "undo",
        flags: rollout::undo::FLAGS,
        run: rollout::undo::run,
        changes: true,
        usage: "rollout undo TYPE NAME [--to-revision=N]",
    },
    Subcommand {
        parent: Some("rollout"),
        name: "restart",
        flags: rollout::FLAGS,
        run: rollout::restart::run,
        changes: true,
        usage: "rollout restart TYPE NAME",
    },
    Subcommand {
        parent: Some("rollout"),
        name: "pause",
        flags: rollout::FLAGS,
        run: rollout::pause::run,
        changes: true,
        usage: "rollout pause TYPE NAME",
    },
    Subcommand {
        parent: Some("rollout"),
        name: "resume",
        flags: rollout::FLAGS,
        run: rollout::pause::resume,
        changes: true,
        usage: "rollout resume TYPE NAME",
    },
];

/// The commands of kubectl that this page does not have, with the reason or the alternative.
const UNSUPPORTED: &[(&str, &str)] = &[
    ("run", "write the pod into the editor and apply it"),
    ("expose", "write the Service into the editor and apply it"),
    ("edit", "edit the text, or use patch"),
    ("replace", "edit the text and apply it"),
    ("diff", "the editor marks lines whose live value is another"),
    ("autoscale", "nothing scales by itself here"),
    ("certificate", "there are no certificates here"),
    ("completion", "the Tab key completes here"),
    ("kustomize", "write the manifests into the editor"),
];

/// Runs a line.
pub(super) fn run(ctx: &mut CommandContext, line: &str) -> CommandResult {
    let words = words::split(strip_kubectl(line)).map_err(Error::Plain)?;
    let Some(found) = find(&words)? else {
        ctx.out.push_str(&help(None));
        return Ok(None);
    };
    let mut args =
        flags::parse(found.command.flags, &found.rest).map_err(|error| flag_error(found.command, &error))?;
    args.set_context_namespace(&ctx.config.namespace);
    if args.is("help") {
        let usage = found.command.usage;
        ctx.out.push_str(&format!("Usage:\n  kubectl {usage}\n"));
        return Ok(None);
    }
    if found.command.changes {
        return print_flags::run(ctx, &args, found.command.name, found.command.run);
    }
    (found.command.run)(ctx, &args)
}

/// The error of a flag (`templater.FlagErrorFunc` in `kubectl/pkg/util/templates/templater.go`).
fn flag_error(command: &Subcommand, error: &Error) -> Error {
    let path = command.path();
    let message = error.message();
    Error::Plain(format!("{message}\nSee 'kubectl {path} --help' for usage."))
}

/// Whether a line may change the cluster: it is valid, its command makes changes, and it is no dry run.
pub fn changes(line: &str) -> bool {
    let words = words::split(strip_kubectl(line)).unwrap_or_default();
    let found = find(&words).ok().flatten();
    found.is_some_and(|found| {
        let changes = |args: Args| {
            let dry = args
                .get(print_flags::DRY_RUN.long)
                .is_some_and(|dry| dry != "none");
            !args.is("help") && !args.is(print_flags::LOCAL) && !dry
        };
        found.command.changes && flags::parse(found.command.flags, &found.rest).is_ok_and(changes)
    })
}

/// The command of a line.
pub(super) struct FoundCommand {
    pub command: &'static Subcommand,
    /// The words after the command's name.
    pub rest: Vec<String>,
}

/// Finds the command that the words name; flags may precede the name. None if there are no words.
pub(super) fn find(words: &[String]) -> Result<Option<FoundCommand>, Error> {
    let Some(first) = next_word(words, 0, &[]) else {
        return check_flags_alone(words).map(|()| None);
    };
    let mut rest = words.to_vec();
    let mut path = rest.remove(first);
    let mut command = child(None, &path);
    if command.is_none() && !has_children(&path) {
        return Err(unknown(&path));
    }
    let mut from = first;
    while has_children(&path) {
        let flags = command.map_or(&[][..], |command| command.flags);
        let next = next_word(&rest, from, flags);
        let below = next.map(|next| format!("{path} {}", full_name(Some(&path), &rest[next])));
        let found = next.and_then(|next| child(Some(&path), &rest[next]));
        match (next, below) {
            (Some(next), Some(below)) if found.is_some() || has_children(&below) => {
                rest.remove(next);
                (command, path, from) = (found, below, next);
            }
            // `create -f` is a command of its own.
            _ if command.is_some() => break,
            (Some(next), _) => {
                let wanted = rest.remove(next);
                return Err(unknown_child(&path, wanted, &rest));
            }
            (None, _) => return Err(Error::Raw(help(Some(&path)))),
        }
    }
    Ok(command.map(|command| FoundCommand { command, rest }))
}

/// The command below a parent that a word names.
fn child(parent: Option<&str>, word: &str) -> Option<&'static Subcommand> {
    subcommands().find(|command| command.parent == parent && command.is_named(word))
}

/// Whether there are commands below a path such as `create service`.
fn has_children(path: &str) -> bool {
    let below = |parent: &str| parent == path || parent.starts_with(&format!("{path} "));
    subcommands().any(|command| command.parent.is_some_and(below))
}

/// The error for a word that names no command below a path (`DefaultSubCommandRun`).
fn unknown_child(path: &str, wanted: String, rest: &[String]) -> Error {
    let args = match flags::parse(&[], rest) {
        Ok(args) => args,
        Err(error) => return error,
    };
    let words = [vec![wanted], args.words].concat().join(" ");
    Error::Plain(format!(
        "unknown command {words:?}\nSee 'kubectl {path} -h' for help and examples"
    ))
}

/// Refuses an unknown flag in a line without a command.
fn check_flags_alone(words: &[String]) -> Result<(), Error> {
    let flag = words
        .iter()
        .find(|word| word.starts_with('-') && *word != "-h" && *word != "--help");
    let is_known = |word: &str| {
        let name = word.trim_start_matches('-');
        flags::GLOBAL.iter().any(|flag| name.starts_with(flag.long))
    };
    let Some(word) = flag.filter(|word| !is_known(word)) else {
        return Ok(());
    };
    let letter = word.chars().nth(1).filter(|letter| *letter != '-');
    Err(Error::Plain(match letter {
        Some(letter) => format!("unknown shorthand flag: '{letter}' in {word}"),
        None => format!("unknown flag: {word}"),
    }))
}

/// The position of the next word that is neither a flag nor the value of a flag (`stripFlags` in cobra).
fn next_word(words: &[String], from: usize, flags: &[flags::Flag]) -> Option<usize> {
    let mut i = from;
    while let Some(word) = words.get(i) {
        if !word.starts_with('-') || word == "-" {
            return Some(i);
        }
        let name = word.trim_start_matches('-');
        let takes_value = flags.iter().chain(flags::GLOBAL).any(|flag| {
            let named = if word.starts_with("--") {
                flag.long == name
            } else {
                name == flag.short.to_string()
            };
            named
                && !matches!(
                    flag.flag_type,
                    flags::FlagType::Bool | flags::FlagType::OptionalString(_)
                )
        });
        i += if takes_value { 2 } else { 1 };
    }
    None
}

fn unknown(name: &str) -> Error {
    if let Some((_, why)) = UNSUPPORTED.iter().find(|(known, _)| *known == name) {
        return Error::Plain(format!(
            "{name:?} is a command of kubectl that this page does not have: {why}"
        ));
    }
    let mut text = format!("unknown command {name:?} for \"kubectl\"");
    let suggestions = suggestions(name);
    if !suggestions.is_empty() {
        text.push_str("\n\nDid you mean this?\n");
        text.extend(suggestions.iter().map(|name| format!("\t{name}\n")));
    }
    Error::Plain(text)
}

/// kubectl's commands, in the order of its help.
const KUBECTL_COMMANDS: &str = "create expose run set explain get edit delete rollout scale autoscale certificate cluster-info \
                        top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug \
                        events diff apply patch replace wait kustomize label annotate completion alpha config plugin \
                        version api-versions api-resources options";

/// Commands with a similar name: at most two edits away, or with this prefix (`SuggestionsFor` in cobra).
fn suggestions(name: &str) -> Vec<&'static str> {
    let lower = name.to_ascii_lowercase();
    KUBECTL_COMMANDS
        .split(' ')
        .filter(|known| {
            // No command is long enough for a longer word to be a misspelling.
            let near = lower.len() <= 32 && strsim::levenshtein(&lower, known) <= 2;
            near || known.starts_with(&lower)
        })
        .collect()
}

fn help(group: Option<&str>) -> String {
    let commands = subcommands().filter(|command| group.is_none() || command.parent == group);
    let lines: String = commands
        .map(|command| format!("  kubectl {}\n", command.usage))
        .collect();
    format!("The commands of this page:\n{lines}\n-f manifest.yaml is the editor's text.\n")
}
