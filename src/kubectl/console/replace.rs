//! `kubectl replace` (`kubectl/pkg/cmd/replace/replace.go`).

use super::manifest::VALIDATE;
use super::print_flags::{DRY_RUN, DryRunStrategy};
use super::record::record_in;
use super::resource;
use super::{CommandContext, CommandResult, FILE, printers};
use crate::api::{DeleteOptions, Propagation, Request, Status};
use crate::kubectl::apply::with_last_applied;
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, FlagType, bool, int, text};
use crate::kubectl::manifest::ResourceInfo;
use crate::object::{Object, Value};

/// The flags of `replace`.
pub const FLAGS: &[Flag] = &[
    text("filename", 'f'),
    text("kustomize", 'k'),
    bool("recursive", 'R'),
    bool("force", ' '),
    Flag {
        long: "cascade",
        short: ' ',
        flag_type: FlagType::OptionalString("background"),
    },
    int("grace-period"),
    Flag {
        long: "timeout",
        short: ' ',
        flag_type: FlagType::Duration,
    },
    bool("wait", ' '),
    bool("record", ' '),
    bool("save-config", ' '),
    text("field-manager", ' '),
    text("output", 'o'),
    text("template", ' '),
    bool("allow-missing-template-keys", ' '),
    bool("show-managed-fields", ' '),
    VALIDATE,
    DRY_RUN,
];

/// Runs `replace`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    validate(ctx, args)?;
    let manifest = ctx.manifest(args)?;
    let force = args.is("force");
    let mut errors = Vec::new();
    let infos: Vec<ResourceInfo> = manifest.infos().cloned().collect();
    if force {
        delete_all(ctx, args, &infos)?;
    }
    for object in manifest.objects.iter() {
        match object {
            Ok(info) if force => errors.extend(create_again(ctx, args, info).err()),
            Ok(info) => errors.extend(replace(ctx, args, info).err()),
            Err(refused) => errors.push((*refused.error).clone()),
        }
    }
    errors.extend(manifest.reading_error());
    if errors.is_empty() && infos.is_empty() && force {
        errors.push(Error::Plain("no objects passed to replace".to_owned()));
    }
    match errors.is_empty() {
        true => Ok(None),
        false => Err(errors),
    }
}

/// `ReplaceOptions.Complete` and `Validate`.
fn validate(ctx: &CommandContext, args: &Args) -> Result<(), Error> {
    let plain = |text: &str| Err(Error::Plain(text.to_owned()));
    if !args.has("filename") {
        return plain("must specify one of -f and -k");
    }
    let force = args.is("force");
    if args.int("grace-period").is_some_and(|grace| grace >= 0) && !force {
        return plain("--grace-period must have --force specified");
    }
    let timeout = args
        .get("timeout")
        .is_some_and(|timeout| timeout.trim_matches(|c: char| !c.is_ascii_digit()) != "0");
    if timeout && !force {
        return plain("--timeout must have --force specified");
    }
    if force && ctx.print_flags.dry_run != DryRunStrategy::None {
        return plain("--dry-run can not be used when --force is set");
    }
    Ok(())
}

fn document(args: &Args, info: &ResourceInfo) -> Value {
    let mut document = match args.is("save-config") {
        true => with_last_applied(&info.object),
        false => info.object.clone(),
    };
    record_in(args, &mut document);
    document
}

/// Replaces one object.
fn replace(ctx: &mut CommandContext, args: &Args, info: &ResourceInfo) -> Result<(), Error> {
    let document = document(args, info);
    let shown = format!("{}/{}", info.kind.qualified_singular(), info.name);
    if ctx.print_flags.dry_run == DryRunStrategy::Client {
        return ctx.print_operation(&shown, "replaced", &|| document.clone());
    }
    let request = Request::Replace {
        key: resource::key(info.kind, &info.namespace, &info.name),
        document: document.clone(),
    };
    let response = ctx
        .server
        .send(&request)
        .map_err(|status| while_doing("replacing", status))?;
    ctx.warn(&response.warnings);
    print(ctx, response.object.as_deref(), &shown)
}

fn print(ctx: &mut CommandContext, object: Option<&Object>, shown: &str) -> Result<(), Error> {
    match object {
        Some(object) => ctx.print_operation(&printers::resource_name(object), "replaced", &|| {
            object.document()
        }),
        None => ctx.print_operation(shown, "replaced", &|| Value::Null),
    }
}

/// `AddSourceToErr`.
fn while_doing(verb: &str, status: Status) -> Error {
    Error::Refused {
        while_doing: format!("error when {verb} {FILE:?}: "),
        status,
    }
}

/// `--force`: deletes the objects that exist. It does not wait: what still exists afterwards cannot be created again.
fn delete_all(ctx: &mut CommandContext, args: &Args, infos: &[ResourceInfo]) -> Result<(), Error> {
    let propagation = match args.get("cascade").unwrap_or("background") {
        "orphan" | "false" => Propagation::Orphan,
        "foreground" => Propagation::Foreground,
        _ => Propagation::Background,
    };
    let grace = args.int("grace-period").filter(|grace| *grace >= 0);
    for info in infos {
        let key = resource::key(info.kind, &info.namespace, &info.name);
        if ctx.server.world().get(&key).is_none() {
            continue;
        }
        let request = Request::Delete {
            key: key.clone(),
            options: DeleteOptions {
                propagation,
                grace_seconds: grace.map(|grace| grace.max(1)),
                uid: None,
            },
        };
        let response = ctx
            .server
            .send(&request)
            .map_err(|status| while_doing("deleting", status))?;
        ctx.warn(&response.warnings);
        let scope = match info.kind.info().namespaced {
            true => format!(" from {} namespace", info.namespace),
            false => String::new(),
        };
        let kind = info.kind.qualified_singular();
        let line = match args.get("output") == Some("name") {
            true => format!("{kind}/{}\n", info.name),
            false => format!("{kind} {:?} deleted{scope}\n", info.name),
        };
        ctx.out.push_str(&line);
        if ctx.server.world().get(&key).is_some() {
            return Err(Error::Plain(format!(
                "{kind}/{} is still terminating, and this page does not wait for it: run create -f {FILE} when it is gone",
                info.name
            )));
        }
    }
    Ok(())
}

/// Creates an object that was deleted.
fn create_again(ctx: &mut CommandContext, args: &Args, info: &ResourceInfo) -> Result<(), Error> {
    let mut document = document(args, info);
    if let Some(metadata) = document.slot(&["metadata"]).as_object_mut() {
        metadata.remove("resourceVersion");
    }
    let namespaced = info.kind.info().namespaced;
    let request = Request::Create {
        kind: info.kind,
        namespace: if namespaced { info.namespace.as_str() } else { "" }.into(),
        document,
    };
    let response = ctx.server.send(&request).map_err(resource::refused)?;
    ctx.warn(&response.warnings);
    let shown = format!("{}/{}", info.kind.qualified_singular(), info.name);
    print(ctx, response.object.as_deref(), &shown)
}
