//! `kubectl delete` (`kubectl/pkg/cmd/delete/delete.go`).

use super::print_flags::{DRY_RUN, DryRunStrategy};
use super::timeouts::DeletionWait;
use super::{CommandContext, CommandResult, FILE, Pending, resource};
use crate::api::{DeleteOptions, Propagation, Request, Status};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, FlagType, bool, int, text};
use crate::object::{Key, Object, Uid};

/// The flags of `delete`.
pub const FLAGS: &[Flag] = &[
    bool("all", ' '),
    bool("all-namespaces", 'A'),
    Flag {
        long: "cascade",
        short: ' ',
        flag_type: FlagType::OptionalString("background"),
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
        flag_type: FlagType::Duration,
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

/// How objects are deleted (`DeleteFlags`).
#[derive(Clone, Copy, Debug)]
struct DeleteFlags {
    propagation: Propagation,
    /// Negative: the object's own grace period.
    grace_seconds: i64,
    /// `-o name`.
    prints_names: bool,
    /// Whether a namespace was named: then cluster-scoped objects are warned about.
    warns_of_scope: bool,
}

/// The results of deleting several objects so far.
#[derive(Default)]
struct Deletions {
    /// Objects that still exist: their deletion waits for a finalizer or a grace period.
    remaining: Vec<(Key, Uid)>,
    errors: Vec<Error>,
    /// The number of objects, including those with errors.
    count: usize,
}

/// Runs `delete`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let flags = parse_flags(ctx, args)?;
    let deletions = if args.has("filename") {
        delete_manifest(ctx, args, flags)?
    } else {
        match delete_selected(ctx, args, flags)? {
            Some(deletions) => deletions,
            None => return Ok(None),
        }
    };
    let Deletions {
        remaining,
        mut errors,
        count,
    } = deletions;
    if args.is("ignore-not-found") || args.is("all") {
        errors.retain(|error| !resource::is_not_found(error));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    if count == 0 {
        ctx.out.push_str("No resources found\n");
    }
    let waits = args.is_not_false("wait") && flags.grace_seconds != 0 && !remaining.is_empty();
    Ok(waits.then(|| Pending::Deletion(DeletionWait::new(remaining, args, ctx.now))))
}

/// Deletes the objects of the file that `-f` names.
fn delete_manifest(ctx: &mut CommandContext, args: &Args, flags: DeleteFlags) -> Result<Deletions, Error> {
    if !args.words.is_empty() {
        ctx.targets(args)?;
    }
    let manifest = ctx.manifest(args)?;
    let mut deletions = Deletions::default();
    for object in &manifest.objects {
        let info = match object {
            Ok(info) => info,
            Err(refused) => {
                deletions.errors.push((*refused.error).clone());
                continue;
            }
        };
        deletions.count += 1;
        if info.name.is_empty() {
            deletions.errors.push(Error::Plain(format!(
                "error when deleting {FILE:?}: resource name may not be empty"
            )));
            continue;
        }
        let key = resource::key(info.kind, &info.namespace, &info.name);
        if let Err(status) = delete(ctx, &key, flags, &mut deletions.remaining) {
            deletions.errors.push(Error::Refused {
                while_doing: format!("error when deleting {FILE:?}: "),
                status,
            });
        }
    }
    deletions.errors.extend(manifest.reading_error());
    Ok(deletions)
}

/// Deletes the objects that names, `--all` or selectors select; none if `-i` cancels it.
fn delete_selected(
    ctx: &mut CommandContext,
    args: &Args,
    flags: DeleteFlags,
) -> Result<Option<Deletions>, Error> {
    let mut found = ctx.selected(args)?;
    if args.is("all") {
        let targets = ctx.targets(args)?;
        if targets.kinds.iter().any(|(_, names)| !names.is_empty()) {
            let text = "name cannot be provided when a selector is specified";
            return Err(Error::Plain(text.to_owned()));
        }
    }
    if found.errors.iter().any(resource::is_not_found) {
        // kubectl does not look named objects up before it deletes them.
        found = unverified(ctx, args)?;
    }
    let keys: Vec<Key> = found.objects().map(|object| object.key()).collect();
    if args.is("interactive") && !keys.is_empty() {
        cancel_interactive(ctx, &keys);
        return Ok(None);
    }
    let mut deletions = Deletions {
        count: found.errors.len() + keys.len(),
        errors: found.errors,
        ..Deletions::default()
    };
    for key in &keys {
        if let Err(status) = delete(ctx, key, flags, &mut deletions.remaining) {
            deletions.errors.push(resource::refused(status));
        }
    }
    Ok(Some(deletions))
}

/// `DeleteOptions.Complete` and `Validate`.
fn parse_flags(ctx: &mut CommandContext, args: &Args) -> Result<DeleteFlags, Error> {
    let plain = |text: &str| Err(Error::Plain(text.to_owned()));
    for (old, new) in [("true", "background"), ("false", "orphan")] {
        if args.get("cascade") == Some(old) {
            ctx.err.push_str(&format!(
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
        // A grace period of 0 without --force is raised to 1, so that it deletes nothing by accident.
        grace = 1;
    }
    if force && grace < 0 {
        grace = 0;
    }
    let prints_names = match args.get("output").unwrap_or_default() {
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
        ctx.warn(&[IMMEDIATE.to_owned()]);
    }
    Ok(DeleteFlags {
        propagation,
        grace_seconds: grace,
        prints_names,
        warns_of_scope: args.has("namespace") && !args.is("all-namespaces"),
    })
}

/// Deletes one object and prints it; an object that still exists is added to `remaining`.
fn delete(
    ctx: &mut CommandContext,
    key: &Key,
    flags: DeleteFlags,
    remaining: &mut Vec<(Key, Uid)>,
) -> Result<(), Status> {
    const UNSCOPED: &str =
        "Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n";
    if flags.warns_of_scope && !key.kind.info().namespaced && !ctx.err.contains(UNSCOPED) {
        ctx.err.push_str(UNSCOPED);
    }
    if ctx.print_flags.dry_run == DryRunStrategy::Client {
        ctx.out
            .push_str(&deleted_line(key, flags, ctx.print_flags.suffix()));
        return Ok(());
    }
    let before = ctx.server.world().get(key).cloned();
    let request = Request::Delete {
        key: key.clone(),
        options: DeleteOptions {
            propagation: flags.propagation,
            grace_seconds: (flags.grace_seconds >= 0).then_some(flags.grace_seconds),
            uid: None,
        },
    };
    let response = ctx.server.send(&request)?;
    ctx.warn(&response.warnings);
    ctx.out
        .push_str(&deleted_line(key, flags, ctx.print_flags.suffix()));
    let still_exists = |object: &Object| {
        let now = ctx.server.world().get(key);
        now.is_some_and(|now| now.meta.uid == object.meta.uid)
    };
    remaining.extend(
        before
            .filter(|object| still_exists(object))
            .map(|object| (key.clone(), object.meta.uid.clone())),
    );
    Ok(())
}

/// The objects that the arguments name, whether they exist or not.
fn unverified(ctx: &CommandContext, args: &Args) -> Result<resource::VisitResult, Error> {
    let namespace = resource::namespace(args);
    let kinds = ctx.targets(args)?.kinds.into_iter().map(|(kind, names)| {
        let object = |name: &String| {
            let key = resource::key(kind, namespace, name);
            let mut object = Object::read(kind, &crate::object::Map::new());
            (object.meta.name, object.meta.namespace) = (key.name, key.namespace);
            object.into()
        };
        (kind, names.iter().map(object).collect())
    });
    Ok(resource::VisitResult {
        kinds: kinds.collect(),
        ..resource::VisitResult::default()
    })
}

/// `-i`: asks for a confirmation, which cannot be entered here, so nothing is deleted.
fn cancel_interactive(ctx: &mut CommandContext, keys: &[Key]) {
    ctx.out.push_str(&format!(
        "You are about to delete the following {} resource(s):\n",
        keys.len()
    ));
    for key in keys {
        let name = format!("{}/{}\n", key.kind.qualified_singular(), key.name);
        ctx.out.push_str(&name);
    }
    ctx.out
        .push_str("Do you want to continue? (y/N): deletion is cancelled\n");
}

/// The line that is printed for a deleted object.
fn deleted_line(key: &Key, flags: DeleteFlags, suffix: &str) -> String {
    let kind = key.kind.qualified_singular();
    if flags.prints_names {
        return format!("{kind}/{}\n", key.name);
    }
    let operation = match flags.grace_seconds {
        0 => "force deleted",
        _ => "deleted",
    };
    let name = key.name.as_ref();
    match key.kind.info().namespaced {
        true => format!(
            "{kind} {name:?} {operation} from {} namespace{suffix}\n",
            key.namespace
        ),
        false => format!("{kind} {name:?} {operation}{suffix}\n"),
    }
}
