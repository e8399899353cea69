//! `--record` (`RecordFlags` in `cli-runtime/pkg/genericclioptions/record_flags.go`): the line becomes the reason for a
//! change.

use super::CommandContext;
use super::workload::CHANGE_CAUSE;
use crate::api::{Patch, Request};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::Args;
use crate::object::{Object, Value};

/// Annotates a document with the line if `--record` is set (`Recorder.Record`).
pub fn record_in(args: &Args, document: &mut Value) {
    if args.is("record") {
        *document.slot(&["metadata", "annotations", CHANGE_CAUSE]) = args.change_cause().into();
    }
}

/// `--record` (`MakeRecordMergePatch`).
pub fn record(ctx: &mut CommandContext, args: &Args, object: &Object) -> Result<(), Error> {
    let mut patch = Value::Null;
    *patch.slot(&["metadata", "annotations", CHANGE_CAUSE]) = args.change_cause().into();
    let request = Request::Patch {
        key: object.key(),
        patch: Patch::Merge(patch),
    };
    ctx.send(&request).map(drop)
}
