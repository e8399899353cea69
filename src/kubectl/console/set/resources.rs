//! `kubectl set resources` (`kubectl/pkg/cmd/set/set_resources.go`).

use super::super::create::resource_list;
use super::super::record::record_in;
use super::super::{CommandContext, CommandResult};
use super::template::{
    Update, change_containers, check_local, infos, object_error, pod_spec, send, set_flags,
};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};
use crate::object::{Map, Object};

/// The flags of `set resources`.
pub const FLAGS: &[Flag] = set_flags![
    text("kustomize", 'k'),
    text("selector", 'l'),
    bool("record", ' '),
    text("containers", 'c'),
    text("limits", ' '),
    text("requests", ' ')
];

/// Runs `set resources`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let plain = |text: &str| vec![Error::Plain(text.to_owned())];
    let objects = infos(ctx, args)?;
    check_local(ctx, args)?;
    if args.is("all") && args.has("selector") {
        return Err(plain("cannot set --all and --selector at the same time"));
    }
    let texts = ["limits", "requests"].map(|flag| args.get(flag).unwrap_or_default());
    if texts.iter().all(|text| text.is_empty()) {
        return Err(plain(
            "you must specify an update to requests or limits (in the form of --requests/--limits)",
        ));
    }
    let mut lists: Vec<(&str, Map)> = Vec::new();
    for (field, text) in ["limits", "requests"].into_iter().zip(texts) {
        lists.push((field, resource_list(text).map_err(|why| plain(&why))?));
    }
    let mut errors = Vec::new();
    for object in objects {
        if let Err(error) = set_resources(ctx, args, &object, &lists) {
            errors.push(error);
        }
    }
    match errors.is_empty() {
        true => Ok(None),
        false => Err(errors),
    }
}

fn set_resources(
    ctx: &mut CommandContext,
    args: &Args,
    object: &Object,
    lists: &[(&str, Map)],
) -> Result<(), Error> {
    let path = pod_spec(object).map_err(|why| object_error(object, &why))?;
    let pattern = args.get("containers").unwrap_or("*");
    let mut document = object.document();
    let count = change_containers(document.slot(path), pattern, &mut |container| {
        for (field, list) in lists {
            for (resource, quantity) in list.iter() {
                *container.slot(&["resources", field, resource]) = quantity.clone();
            }
        }
    });
    if count == 0 {
        return Err(Error::Plain(format!(
            "error: unable to find container named {pattern}"
        )));
    }
    record_in(args, &mut document);
    let update = Update {
        operation: "resource requirements updated",
        failure: "failed to patch resources update to pod template ",
        unchanged_too: false,
    };
    send(ctx, args, object, &document, update).map(drop)
}
