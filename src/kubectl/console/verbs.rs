//! The commands there are, and which one a line names.

use super::flags::{self, Args, Flag};
use super::{
    Ended, Shell, delete, discovery, explain, get, label, manifests, patch, resources, rollout, scale,
    set_image, show, telling, words,
};
use crate::kubectl::errors::Error;
use crate::object::kind::KINDS;
use crate::object::{DEFAULT_NAMESPACE, Kind};
use crate::store::World;

/// One command, or one of a group such as `rollout`.
struct Verb {
    group: Option<&'static str>,
    name: &'static str,
    flags: &'static [Flag],
    run: fn(&mut Shell, &Args) -> Ended,
    /// Whether it may change the cluster.
    changes: bool,
    usage: &'static str,
}

const VERBS: &[Verb] = &[
    Verb {
        group: None,
        name: "get",
        flags: get::FLAGS,
        run: get::run,
        changes: false,
        usage: "get TYPE [NAME...] [-o wide|yaml|json|name|jsonpath=…|custom-columns=…] [-l SELECTOR] [-w]",
    },
    Verb {
        group: None,
        name: "describe",
        flags: show::FLAGS,
        run: show::run,
        changes: false,
        usage: "describe TYPE [NAME_PREFIX | -l SELECTOR]",
    },
    Verb {
        group: None,
        name: "explain",
        flags: explain::FLAGS,
        run: explain::run,
        changes: false,
        usage: "explain TYPE[.FIELD...] [--recursive]",
    },
    Verb {
        group: None,
        name: "api-resources",
        flags: discovery::RESOURCES_FLAGS,
        run: discovery::resources,
        changes: false,
        usage: "api-resources [--namespaced=true|false] [-o wide|name]",
    },
    Verb {
        group: None,
        name: "api-versions",
        flags: &[],
        run: discovery::versions,
        changes: false,
        usage: "api-versions",
    },
    Verb {
        group: None,
        name: "version",
        flags: discovery::VERSION_FLAGS,
        run: discovery::version,
        changes: false,
        usage: "version [--client]",
    },
    Verb {
        group: None,
        name: "apply",
        flags: manifests::APPLY_FLAGS,
        run: manifests::apply,
        changes: true,
        usage: "apply -f manifest.yaml",
    },
    Verb {
        group: None,
        name: "create",
        flags: manifests::CREATE_FLAGS,
        run: manifests::create,
        changes: true,
        usage: "create -f manifest.yaml",
    },
    Verb {
        group: None,
        name: "scale",
        flags: scale::FLAGS,
        run: scale::run,
        changes: true,
        usage: "scale TYPE NAME --replicas=COUNT [--current-replicas=COUNT]",
    },
    Verb {
        group: Some("set"),
        name: "image",
        flags: set_image::FLAGS,
        run: set_image::run,
        changes: true,
        usage: "set image TYPE NAME CONTAINER=IMAGE...",
    },
    Verb {
        group: None,
        name: "patch",
        flags: patch::FLAGS,
        run: patch::run,
        changes: true,
        usage: "patch TYPE NAME -p PATCH [--type=strategic|merge|json]",
    },
    Verb {
        group: None,
        name: "label",
        flags: label::FLAGS,
        run: label::label,
        changes: true,
        usage: "label TYPE NAME KEY=VALUE... KEY-... [--overwrite]",
    },
    Verb {
        group: None,
        name: "annotate",
        flags: label::FLAGS,
        run: label::annotate,
        changes: true,
        usage: "annotate TYPE NAME KEY=VALUE... KEY-... [--overwrite]",
    },
    Verb {
        group: None,
        name: "delete",
        flags: delete::FLAGS,
        run: delete::run,
        changes: true,
        usage: "delete TYPE [NAME... | -l SELECTOR | --all] [--cascade=background|foreground|orphan] [--force]",
    },
    Verb {
        group: Some("rollout"),
        name: "status",
        flags: rollout::STATUS_FLAGS,
        run: rollout::status,
        changes: false,
        usage: "rollout status TYPE NAME [--watch=false] [--timeout=DURATION]",
    },
    Verb {
        group: Some("rollout"),
        name: "history",
        flags: rollout::HISTORY_FLAGS,
        run: rollout::history,
        changes: false,
        usage: "rollout history TYPE NAME [--revision=N]",
    },
    Verb {
        group: Some("rollout"),
        name: "undo",
        flags: rollout::UNDO_FLAGS,
        run: rollout::undo,
        changes: true,
        usage: "rollout undo TYPE NAME [--to-revision=N]",
    },
    Verb {
        group: Some("rollout"),
        name: "restart",
        flags: rollout::FLAGS,
        run: rollout::restart,
        changes: true,
        usage: "rollout restart TYPE NAME",
    },
    Verb {
        group: Some("rollout"),
        name: "pause",
        flags: rollout::FLAGS,
        run: rollout::pause,
        changes: true,
        usage: "rollout pause TYPE NAME",
    },
    Verb {
        group: Some("rollout"),
        name: "resume",
        flags: rollout::FLAGS,
        run: rollout::resume,
        changes: true,
        usage: "rollout resume TYPE NAME",
    },
];

/// The commands of kubectl that this page does not have, and why.
const NOT_HERE: &[(&str, &str)] = &[
    ("logs", "nothing runs inside the pods"),
    ("exec", "nothing runs inside the pods"),
    ("attach", "nothing runs inside the pods"),
    ("cp", "nothing runs inside the pods"),
    ("debug", "nothing runs inside the pods"),
    ("port-forward", "nothing runs inside the pods"),
    ("proxy", "there is no network here"),
    ("top", "nothing runs inside the pods"),
    ("run", "write the pod into the editor and apply it"),
    ("expose", "write the Service into the editor and apply it"),
    ("edit", "edit the text, or use patch"),
    ("replace", "edit the text and apply it"),
    ("diff", "the editor marks lines whose live value is another"),
    ("autoscale", "nothing scales by itself here"),
    ("cordon", "the stage's actions break nodes"),
    ("uncordon", "the stage's actions mend nodes"),
    ("drain", "the stage's actions drain nodes"),
    ("taint", "the stage's actions break nodes"),
    ("wait", "get -w and rollout status wait"),
    ("events", "get events lists them"),
    ("cluster-info", "there is one cluster, inside this page"),
    ("config", "there is one cluster, inside this page"),
    ("auth", "everybody may do everything here"),
    ("certificate", "there are no certificates here"),
    ("completion", "the Tab key completes here"),
    ("kustomize", "write the manifests into the editor"),
    ("plugin", "there are no plugins here"),
];

/// Runs a line.
pub(super) fn run(shell: &mut Shell, line: &str) -> Ended {
    let words = words::split(words::bare(line)).map_err(Error::Plain)?;
    let Some(found) = find(&words)? else {
        shell.out.push_str(&help(None));
        return Ok(None);
    };
    let args = flags::parse(found.verb.flags, &found.rest)?;
    if args.is("help") {
        let usage = found.verb.usage;
        shell.out.push_str(&format!("Usage:\n  kubectl {usage}\n"));
        return Ok(None);
    }
    if found.verb.changes {
        return telling::run(shell, &args, found.verb.name, found.verb.run);
    }
    (found.verb.run)(shell, &args)
}

/// Whether a line may change the cluster: it is one that can be read, of a command that does so.
pub fn changes(line: &str) -> bool {
    let words = words::split(words::bare(line)).unwrap_or_default();
    let found = find(&words).ok().flatten();
    found.is_some_and(|found| {
        let changes = |args: Args| {
            let dry = args.get(telling::DRY_RUN.long).is_some_and(|dry| dry != "none");
            !args.is("help") && !args.is(telling::LOCAL) && !dry
        };
        found.verb.changes && flags::parse(found.verb.flags, &found.rest).is_ok_and(changes)
    })
}

struct FoundVerb {
    verb: &'static Verb,
    /// The words without those that name the command.
    rest: Vec<String>,
}

/// The command that the words name, wherever flags stand among them; none for no words at all.
fn find(words: &[String]) -> Result<Option<FoundVerb>, Error> {
    let Some(first) = next_word(words, 0) else {
        return match words
            .iter()
            .find(|word| word.starts_with('-') && *word != "-h" && *word != "--help")
        {
            Some(word)
                if !flags::GLOBAL
                    .iter()
                    .any(|flag| word.trim_start_matches('-').starts_with(flag.long)) =>
            {
                let letter = word.chars().nth(1).filter(|letter| *letter != '-');
                Err(Error::Plain(match letter {
                    Some(letter) => format!("unknown shorthand flag: '{letter}' in {word}"),
                    None => format!("unknown flag: {word}"),
                }))
            }
            _ => Ok(None),
        };
    };
    let name = words[first].as_str();
    let mut rest = words.to_vec();
    rest.remove(first);
    if let Some(verb) = VERBS
        .iter()
        .find(|verb| verb.group.is_none() && verb.name == name)
    {
        return Ok(Some(FoundVerb { verb, rest }));
    }
    let mut group = VERBS.iter().filter(|verb| verb.group == Some(name)).peekable();
    if group.peek().is_none() {
        return Err(unknown(name));
    }
    let Some(second) = next_word(&rest, first) else {
        return Err(Error::Raw(help(Some(name))));
    };
    let wanted = rest.remove(second);
    const NOT_SET: [&str; 5] = ["env", "resources", "selector", "serviceaccount", "subject"];
    match group.find(|verb| verb.name == wanted) {
        Some(verb) => Ok(Some(FoundVerb { verb, rest })),
        None if name == "set" && NOT_SET.contains(&wanted.as_str()) => Err(Error::Plain(format!(
            "\"set {wanted}\" is not part of this page; it has set image"
        ))),
        None => {
            let args = flags::parse(&[], &rest)?;
            let words = [vec![wanted], args.words].concat().join(" ");
            Err(Error::Plain(format!(
                "unknown command {words:?}\nSee 'kubectl {name} -h' for help and examples"
            )))
        }
    }
}

/// The position of the first word from here on that is neither a flag nor the value of one that all commands take.
fn next_word(words: &[String], from: usize) -> Option<usize> {
    let mut i = from;
    while let Some(word) = words.get(i) {
        if !word.starts_with('-') || word == "-" {
            return Some(i);
        }
        let bare = word.trim_start_matches('-');
        let takes_value = flags::GLOBAL.iter().any(|flag| {
            let named = if word.starts_with("--") {
                flag.long == bare
            } else {
                bare == flag.short.to_string()
            };
            named && !matches!(flag.takes, flags::Takes::Bool)
        });
        i += if takes_value { 2 } else { 1 };
    }
    None
}

fn unknown(name: &str) -> Error {
    if let Some((_, why)) = NOT_HERE.iter().find(|(known, _)| *known == name) {
        return Error::Plain(format!(
            "{name:?} is a command of kubectl that this page does not have: {why}"
        ));
    }
    let mut text = format!("unknown command {name:?} for \"kubectl\"");
    let alike = alike(name);
    if !alike.is_empty() {
        text.push_str("\n\nDid you mean this?\n");
        text.extend(alike.iter().map(|name| format!("\t{name}\n")));
    }
    Error::Plain(text)
}

/// kubectl's commands in its own order.
const COMMANDS: &str = "create expose run set explain get edit delete rollout scale autoscale certificate cluster-info \
                        top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug \
                        events diff apply patch replace wait kustomize label annotate completion alpha config plugin \
                        version api-versions api-resources options";

/// Commands that a person may have meant (cobra's `SuggestionsFor`): two letters away, or longer by some.
fn alike(name: &str) -> Vec<&'static str> {
    let lower = name.to_ascii_lowercase();
    COMMANDS
        .split(' ')
        .filter(|known| {
            // No command is so long that a longer word could be a typing error of it.
            let near = lower.len() <= 32 && strsim::levenshtein(&lower, known) <= 2;
            near || known.starts_with(&lower)
        })
        .collect()
}

fn help(group: Option<&str>) -> String {
    let verbs = VERBS.iter().filter(|verb| group.is_none() || verb.group == group);
    let lines: String = verbs.map(|verb| format!("  kubectl {}\n", verb.usage)).collect();
    format!("The commands of this page:\n{lines}\n-f manifest.yaml is the editor's text.\n")
}

/// What the last word of a line can become: commands, kinds, names of objects, flags. Each is a whole word.
pub fn complete(world: &World, line: &str) -> Vec<String> {
    let mut words = words::split(words::bare(line)).unwrap_or_default();
    let begun = line.ends_with(char::is_whitespace);
    let last = if begun {
        String::new()
    } else {
        words.pop().unwrap_or_default()
    };
    let mut found: Vec<String> = match words.as_slice() {
        [] => heads(),
        [group] if VERBS.iter().any(|verb| verb.group == Some(group)) => {
            let of = VERBS.iter().filter(|verb| verb.group == Some(group));
            of.map(|verb| verb.name.to_owned()).collect()
        }
        words => arguments(world, words, &last),
    };
    found.retain(|word| word.starts_with(&last));
    found.sort();
    found.dedup();
    found
}

fn heads() -> Vec<String> {
    VERBS
        .iter()
        .map(|verb| verb.group.unwrap_or(verb.name).to_owned())
        .collect()
}

fn arguments(world: &World, words: &[String], last: &str) -> Vec<String> {
    let Ok(Some(found)) = find(words) else {
        return Vec::new();
    };
    if last.starts_with('-') {
        let flags = found.verb.flags.iter().chain(flags::GLOBAL.iter().take(1));
        return flags.map(|flag| format!("--{}", flag.long)).collect();
    }
    let names = |kind: Kind| {
        let objects = world.list(kind);
        let here = objects
            .filter(|object| !kind.info().namespaced || object.meta.namespace.as_ref() == DEFAULT_NAMESPACE);
        here.map(|object| object.meta.name.to_string())
            .collect::<Vec<_>>()
    };
    let given = flags::parse(found.verb.flags, &found.rest).unwrap_or_default();
    if let Some((of, _)) = last.split_once('/') {
        let kind = resources::kind(of);
        let names = kind.map(names).unwrap_or_default();
        return names.into_iter().map(|name| format!("{of}/{name}")).collect();
    }
    match given.words.first() {
        None if found.rest.iter().any(|word| word == "-f") => vec![super::FILE.to_owned()],
        None => {
            let kinds = KINDS.iter().filter(|info| info.kind != Kind::Fault);
            kinds.map(|info| info.plural.to_owned()).collect()
        }
        Some(word) if word.contains('/') => Vec::new(),
        Some(word) => resources::kind(word).map(names).unwrap_or_default(),
    }
}
