//! `kubectl diff` (`kubectl/pkg/cmd/diff/diff.go`): `diff -u -N` of the live objects and of what `apply` would make of
//! them.

mod unified;

use super::resource::refused;
use super::{CommandContext, CommandResult, resource, unexpected_args};
use crate::api::{FieldValidation, Patch, Request, document_with_managers};
use crate::kubectl::apply::LAST_APPLIED;
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, int, text};
use crate::kubectl::manifest::ResourceInfo;
use crate::kubectl::server::{DryRun, ManagingServer, Server};
use crate::kubectl::three_way::three_way_merge_patch;
use crate::object::{Kind, Map, Object, Time, Value};
use crate::schema;
use crate::store::Rng;
use crate::yaml;

/// The flags of `diff`.
pub const FLAGS: &[Flag] = &[
    text("filename", 'f'),
    text("kustomize", 'k'),
    bool("recursive", 'R'),
    text("selector", 'l'),
    bool("show-managed-fields", ' '),
    bool("show-secrets", ' '),
    int("concurrency"),
    text("field-manager", ' '),
    bool("server-side", ' '),
    bool("force-conflicts", ' '),
];

/// Runs `diff`: exits with 1 if there are differences, and with 2 after an error (`CheckDiffErr`).
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    match diff(ctx, args) {
        Ok(text) if text.is_empty() => Ok(None),
        Ok(text) => {
            ctx.out.push_str(&text);
            Err(vec![Error::Exit(1, Vec::new())])
        }
        Err(errors) => Err(vec![Error::Exit(2, errors)]),
    }
}

fn diff(ctx: &mut CommandContext, args: &Args) -> Result<String, Vec<Error>> {
    if !args.words.is_empty() {
        return Err(unexpected_args(args, "diff"));
    }
    if !args.has("filename") {
        return Err(vec![Error::Plain("must specify one of -f and -k".to_owned())]);
    }
    if args.is("force-conflicts") && !args.is("server-side") {
        let text = "--force-conflicts only works with --server-side";
        return Err(vec![Error::Plain(text.to_owned())]);
    }
    let manifest = ctx.manifest(args)?;
    let selector = resource::LookupScope::from_args(args).selector;
    let mut files: Vec<(String, String, String)> = Vec::new();
    for object in &manifest.objects {
        let info = match object {
            Ok(info) => info,
            Err(refused) => return Err(vec![(*refused.error).clone()]),
        };
        let empty = Map::new();
        let labelled = Object::read(info.kind, info.object.as_object().unwrap_or(&empty));
        if !selector.is_empty() && !selector.matches(&labelled) {
            continue;
        }
        let (live, merged) = match args.is("server-side") {
            true => applied(ctx, args, info)?,
            false => versions(ctx, args, info)?,
        };
        files.push(printed(args, info, live, merged));
    }
    if let Some(error) = manifest.reading_error() {
        return Err(vec![error]);
    }
    files.sort();
    Ok(print(ctx.now, &files))
}

/// The document of an object, with `managedFields` if they are shown.
fn document_of(args: &Args, object: &Object) -> Value {
    match args.is("show-managed-fields") {
        true => document_with_managers(object),
        false => object.document(),
    }
}

/// The live object and the object as it would be after `apply --server-side`.
fn applied(
    ctx: &mut CommandContext,
    args: &Args,
    info: &ResourceInfo,
) -> Result<(Option<Value>, Value), Error> {
    let key = resource::key(info.kind, &info.namespace, &info.name);
    let live = ctx.server.world().get(&key).cloned();
    let mut copy = DryRun::new(ctx.server.world());
    let patch = Patch::Apply {
        document: info.object.clone(),
        force: args.is("force-conflicts"),
    };
    let request = Request::Patch { key, patch };
    let mut merged = send(&mut copy, ctx, args, request)?.unwrap_or_default();
    match &live {
        Some(live) => {
            let version = live.meta.resource_version.to_string();
            *merged.slot(&["metadata", "resourceVersion"]) = version.into();
        }
        None => remove(&mut merged, "resourceVersion"),
    }
    Ok((live.map(|live| document_of(args, &live)), merged))
}

/// The live object and the object as it would be after `apply` (`InfoObject.Merged`).
fn versions(
    ctx: &mut CommandContext,
    args: &Args,
    info: &ResourceInfo,
) -> Result<(Option<Value>, Value), Error> {
    if info.name.is_empty() {
        return Err(Error::Plain("resource name may not be empty".to_owned()));
    }
    let key = resource::key(info.kind, &info.namespace, &info.name);
    let live = ctx.server.world().get(&key).cloned();
    let mut copy = DryRun::new(ctx.server.world());
    let Some(live) = live else {
        let request = Request::Create {
            kind: key.kind,
            namespace: key.namespace.clone(),
            document: info.object.clone(),
        };
        let response = send(&mut copy, ctx, args, request)?;
        let mut merged = response.unwrap_or_default();
        remove(&mut merged, "resourceVersion");
        return Ok((None, merged));
    };
    let document = document_of(args, &live);
    let original = live.meta.annotation(LAST_APPLIED);
    let original = original
        .and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok())
        .map(Value::from)
        .unwrap_or_default();
    let empty = Map::new();
    let map = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let patch = three_way_merge_patch(
        schema::kind(info.kind),
        original.as_object().unwrap_or(&empty),
        &map(&modified(&info.object)),
        &map(&document),
    );
    if patch.is_empty() {
        return Ok((Some(document.clone()), document));
    }
    let request = Request::Patch {
        key,
        patch: Patch::Strategic(patch.into()),
    };
    let mut merged = send(&mut copy, ctx, args, request)?.unwrap_or_else(|| document.clone());
    // A dry run stores nothing, so the version stays.
    *merged.slot(&["metadata", "resourceVersion"]) = live.meta.resource_version.to_string().into();
    if live.meta.terminating() {
        let text = format!(
            "Detected changes to resource {} which is currently being deleted.",
            live.name()
        );
        ctx.warn(&[text]);
    }
    Ok((Some(document), merged))
}

/// The object without the annotation of `apply` (`GetModifiedConfiguration`); it has annotations even if they are empty.
fn modified(object: &Value) -> Value {
    let mut object = object.clone();
    let annotations = object.slot(&["metadata", "annotations"]);
    match annotations.as_object_mut() {
        Some(map) => {
            map.remove(LAST_APPLIED);
        }
        None => *annotations = Value::object(),
    }
    object
}

/// Sends a request of a dry run, which has no `fieldValidation`.
fn send(
    copy: &mut DryRun,
    ctx: &mut CommandContext,
    args: &Args,
    request: Request,
) -> Result<Option<Value>, Error> {
    let request = Request::WithFieldValidation(FieldValidation::Warn, Box::new(request));
    let mut copy = ManagingServer {
        server: copy,
        manager: ctx.manager.clone(),
    };
    let response = copy.send(&request).map_err(refused)?;
    ctx.warn(&response.warnings);
    Ok(response.object.map(|object| document_of(args, &object)))
}

fn remove(document: &mut Value, field: &str) {
    if let Some(metadata) = document.slot(&["metadata"]).as_object_mut() {
        metadata.remove(field);
    }
}

/// The name of the file of an object, and its content in both folders.
fn printed(
    args: &Args,
    info: &ResourceInfo,
    mut live: Option<Value>,
    mut merged: Value,
) -> (String, String, String) {
    let kind = info.kind.info();
    let group = match kind.group {
        "" => String::new(),
        group => format!("{group}."),
    };
    let name = format!(
        "{group}{}.{}.{}.{}",
        kind.version, kind.name, info.namespace, info.name
    );
    if !args.is("show-managed-fields") {
        remove(&mut merged, "managedFields");
        if let Some(live) = &mut live {
            remove(live, "managedFields");
        }
    }
    if info.kind == Kind::Secret && !args.is("show-secrets") {
        mask(live.as_mut(), &mut merged);
    }
    let live = live.as_ref().map(yaml::print).unwrap_or_default();
    (name, live, yaml::print(&merged))
}

/// Hides the values of a Secret (`Masker`).
fn mask(live: Option<&mut Value>, merged: &mut Value) {
    let data = |value: &Value| {
        value
            .get("data")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default()
    };
    let (before, after) = (live.as_deref().map(data).unwrap_or_default(), data(merged));
    let masked = |have: &Map, other: &Map, changed: &str| {
        let mut out = Map::new();
        for (key, value) in have.iter() {
            let differs = other.get(key).is_some_and(|other| other != value);
            out.insert(key.clone(), if differs { changed } else { "***" });
        }
        out
    };
    if let Some(live) = live.filter(|_| !before.is_empty()) {
        *live.slot(&["data"]) = masked(&before, &after, "*** (before)").into();
    }
    if !after.is_empty() {
        *merged.slot(&["data"]) = masked(&after, &before, "*** (after)").into();
    }
}

/// What `diff -u -N` prints about the two folders, whose names are random.
fn print(now: Time, files: &[(String, String, String)]) -> String {
    let mut rng = Rng::new(now.0, 0);
    let [live_folder, merged_folder] = ["LIVE", "MERGED"].map(|name| format!("/tmp/{name}-{}", rng.next()));
    let time = now.to_string().replace('T', " ").replace('Z', ".000000000 +0000");
    let mut out = String::new();
    for (name, live, merged) in files {
        let hunks = unified::unified(live, merged);
        if hunks.is_empty() {
            continue;
        }
        let (from, to) = (format!("{live_folder}/{name}"), format!("{merged_folder}/{name}"));
        out.push_str(&format!(
            "diff -u -N {from} {to}\n--- {from}\t{time}\n+++ {to}\t{time}\n{hunks}"
        ));
    }
    out
}
