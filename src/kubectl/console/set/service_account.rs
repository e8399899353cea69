//! `kubectl set serviceaccount` (`kubectl/pkg/cmd/set/set_serviceaccount.go`).

use super::super::record::record_in;
use super::super::{CommandContext, CommandResult};
use super::template::{Update, check_local, infos, object_error, pod_spec, send, set_flags};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};
use crate::object::{Object, Value};

/// The flags of `set serviceaccount`.
pub const FLAGS: &[Flag] = set_flags![text("kustomize", 'k'), bool("record", ' ')];

/// Runs `set serviceaccount`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    check_local(ctx, args)?;
    let Some((account, names)) = args.words.split_last() else {
        return Err(vec![Error::Plain("serviceaccount is required".to_owned())]);
    };
    let mut errors = Vec::new();
    for object in infos(ctx, &args.with_words(names.to_vec()))? {
        if let Err(error) = set_account(ctx, args, &object, account) {
            errors.push(error);
        }
    }
    match errors.is_empty() {
        true => Ok(None),
        false => Err(errors),
    }
}

fn set_account(ctx: &mut CommandContext, args: &Args, object: &Object, account: &str) -> Result<(), Error> {
    let path = pod_spec(object).map_err(|why| object_error(object, &why))?;
    let mut document = object.document();
    let spec: &mut Value = document.slot(path);
    *spec.slot(&["serviceAccountName"]) = account.into();
    record_in(args, &mut document);
    let update = Update {
        operation: "serviceaccount updated",
        failure: "failed to patch ServiceAccountName ",
        unchanged_too: true,
    };
    send(ctx, args, object, &document, update).map(drop)
}
