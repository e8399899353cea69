//! `kubectl delete` (`kubectl/pkg/cmd/delete/delete.go`).

use super::flags::{Args, Flag, Takes, bool, int, text};
use super::resources;
use super::telling::{DRY_RUN, Dry};
use super::{Ended, FILE, Following, Shell};
use crate::api::{DeleteOptions, Propagation, Request, Status};
use crate::kubectl::errors::Error;
use crate::object::{Key, Object, Uid};
use crate::store::{Entry, EntryKind};

/// The flags of `delete`.
pub const FLAGS: &[Flag] = &[
    bool("all", ' '),
    bool("all-namespaces", 'A'),
    Flag {
        long: "cascade",
        short: ' ',
        takes: Takes::Optional("background"),
    },
    bool("force", ' '),
    int("grace-period"),
    bool("now", ' '),
    bool("ignore-not-found", ' '),
    bool("wait", ' '),
    bool("interactive", 'i'),
    Flag {
        long: "timeout",
        short: ' ',
        takes: Takes::Duration,
    },
    text("selector", 'l'),
    text("field-selector", ' '),
    text("filename", 'f'),
    bool("recursive", 'R'),
    text("output", 'o'),
    DRY_RUN,
];

const IMMEDIATE: &str = "Immediate deletion does not wait for confirmation that the running resource has been \
                         terminated. The resource may continue to run on the cluster indefinitely.";

/// How objects are deleted.
#[derive(Clone, Copy, Debug)]
struct How {
    propagation: Propagation,
    /// Below zero: the object's own.
    grace_seconds: i64,
    bare_names: bool,
}

/// Runs `delete`.
pub fn run(shell: &mut Shell, args: &Args) -> Ended {
    let how = how(shell, args)?;
    let mut left: Vec<(Key, Uid)> = Vec::new();
    let mut errors;
    let mut count = 0;
    if args.has("filename") {
        if !args.words.is_empty() {
            shell.targets(args)?;
        }
        let manifest = shell.manifest(args)?;
        errors = Vec::new();
        for item in &manifest.items {
            let key = resources::key(item.kind, &item.namespace, &item.name);
            count += 1;
            if item.name.is_empty() {
                errors.push(Error::Plain(format!(
                    "error when deleting {FILE:?}: resource name may not be empty"
                )));
                continue;
            }
            if let Err(status) = delete(shell, &key, how, &mut left) {
                errors.push(Error::Refused {
                    while_doing: format!("error when deleting {FILE:?}: "),
                    status,
                });
            }
        }
        errors.extend(manifest.fault.map(|fault| fault.error));
    } else {
        let mut found = shell.chosen(args)?;
        if args.is("all")
            && shell
                .targets(args)?
                .kinds
                .iter()
                .any(|(_, names)| !names.is_empty())
        {
            let text = "name cannot be provided when a selector is specified";
            return Err(vec![Error::Plain(text.to_owned())]);
        }
        if found.errors.iter().any(resources::is_not_found) {
            // Nobody asks whether what is named is there before it is deleted.
            found = assumed(shell, args)?;
        }
        errors = found.errors.clone();
        count += errors.len();
        let keys: Vec<Key> = found.objects().map(|object| object.key()).collect();
        if args.is("interactive") && !keys.is_empty() {
            refuse_to_ask(shell, &keys);
            return Ok(None);
        }
        for key in &keys {
            count += 1;
            if let Err(status) = delete(shell, key, how, &mut left) {
                errors.push(resources::refused(status));
            }
        }
    }
    if args.is("ignore-not-found") || args.is("all") {
        errors.retain(|error| !resources::is_not_found(error));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    if count == 0 {
        shell.out.push_str("No resources found\n");
    }
    let waits = args.unless_off("wait") && how.grace_seconds != 0 && !left.is_empty();
    Ok(waits.then_some(Following::Gone(left)))
}

/// `DeleteOptions.Complete` and `Validate`.
fn how(shell: &mut Shell, args: &Args) -> Result<How, Error> {
    let plain = |text: &str| Err(Error::Plain(text.to_owned()));
    for (old, new) in [("true", "background"), ("false", "orphan")] {
        if args.get("cascade") == Some(old) {
            shell.err.push_str(&format!(
                "warning: --cascade={old} is deprecated (boolean value) and can be replaced with --cascade={new}.\n"
            ));
        }
    }
    let propagation = match args.get("cascade").unwrap_or("background") {
        "background" | "true" => Propagation::Background,
        "foreground" => Propagation::Foreground,
        "orphan" | "false" => Propagation::Orphan,
        other => {
            return Err(Error::Plain(format!(
                "invalid cascade value ({other}). Must be \"background\", \"foreground\", or \"orphan\""
            )));
        }
    };
    let force = args.is("force");
    let mut grace = args.int("grace-period").unwrap_or(-1);
    if args.is("now") {
        if grace != -1 {
            return plain("--now and --grace-period cannot be specified together");
        }
        grace = 1;
    }
    if grace == 0 && !force {
        // Nothing is lost by an accidental 0: only --force means it.
        grace = 1;
    }
    if force && grace < 0 {
        grace = 0;
    }
    let bare_names = match args.get("output").unwrap_or_default() {
        "" => false,
        "name" => true,
        other => {
            return Err(Error::Plain(format!(
                "unexpected -o output mode: {other}. We only support '-o name'"
            )));
        }
    };
    if args.is("all") && (args.has("selector") || args.has("field-selector")) {
        return plain("setting 'all' parameter but found a non empty selector. ");
    }
    if force && grace > 0 {
        return plain("--force and --grace-period greater than 0 cannot be specified together");
    }
    if force && grace == 0 {
        shell.warn(&[IMMEDIATE.to_owned()]);
    }
    Ok(How {
        propagation,
        grace_seconds: grace,
        bare_names,
    })
}

/// Deletes one object and says so; what does not go at once is remembered.
fn delete(shell: &mut Shell, key: &Key, how: How, left: &mut Vec<(Key, Uid)>) -> Result<(), Status> {
    const UNSCOPED: &str =
        "Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n";
    if !key.kind.info().namespaced && !shell.err.contains(UNSCOPED) {
        shell.err.push_str(UNSCOPED);
    }
    if shell.telling.dry == Dry::Client {
        shell.out.push_str(&said(key, how, shell.telling.suffix()));
        return Ok(());
    }
    let before = shell.server.world().get(key).cloned();
    let request = Request::Delete {
        key: key.clone(),
        options: DeleteOptions {
            propagation: how.propagation,
            grace_seconds: (how.grace_seconds >= 0).then_some(how.grace_seconds),
            uid: None,
        },
    };
    let answer = shell.server.send(&request)?;
    shell.warn(&answer.warnings);
    shell.out.push_str(&said(key, how, shell.telling.suffix()));
    let stands = |object: &Object| {
        let now = shell.server.world().get(key);
        now.is_some_and(|now| now.meta.uid == object.meta.uid)
    };
    left.extend(
        before
            .filter(|object| stands(object))
            .map(|object| (key.clone(), object.meta.uid.clone())),
    );
    Ok(())
}

/// Every object that the words name, whether it is there or not.
fn assumed(shell: &Shell, args: &Args) -> Result<resources::Found, Error> {
    let namespace = resources::namespace(args);
    let kinds = shell.targets(args)?.kinds.into_iter().map(|(kind, names)| {
        let object = |name: &String| {
            let key = resources::key(kind, namespace, name);
            let mut object = Object::read(kind, &crate::object::Map::new());
            (object.meta.name, object.meta.namespace) = (key.name, key.namespace);
            object.into()
        };
        (kind, names.iter().map(object).collect())
    });
    Ok(resources::Found {
        kinds: kinds.collect(),
        ..resources::Found::default()
    })
}

/// `-i`: there is nobody to answer, so nothing is deleted.
fn refuse_to_ask(shell: &mut Shell, keys: &[Key]) {
    shell.out.push_str(&format!(
        "You are about to delete the following {} resource(s):\n",
        keys.len()
    ));
    for key in keys {
        let name = format!("{}/{}\n", key.kind.qualified_singular(), key.name);
        shell.out.push_str(&name);
    }
    shell
        .out
        .push_str("Do you want to continue? (y/N): deletion is cancelled\n");
}

fn said(key: &Key, how: How, suffix: &str) -> String {
    let kind = key.kind.qualified_singular();
    if how.bare_names {
        return format!("{kind}/{}\n", key.name);
    }
    let what = match how.grace_seconds {
        0 => "force deleted",
        _ => "deleted",
    };
    let name = key.name.as_ref();
    match key.kind.info().namespaced {
        true => format!(
            "{kind} {name:?} {what} from {} namespace{suffix}\n",
            key.namespace
        ),
        false => format!("{kind} {name:?} {what}{suffix}\n"),
    }
}

/// Whether an object of that UID goes in these entries: it is removed, or another of its name takes its place.
pub(super) fn went(key: &Key, uid: &Uid, entries: &[Entry]) -> bool {
    entries.iter().any(|entry| match &entry.kind {
        EntryKind::Change(change) if change.key == *key => change
            .object
            .as_ref()
            .is_none_or(|object| object.meta.uid != *uid),
        _ => false,
    })
}
