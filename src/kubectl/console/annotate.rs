//! `kubectl annotate` (`kubectl/pkg/cmd/annotate/annotate.go`).

use super::label::{MetadataField, change_metadata};
use super::{CommandContext, CommandResult};
use crate::kubectl::line::flags::Args;

/// Runs `annotate`; its flags are those of `label`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    change_metadata(ctx, args, MetadataField::Annotations)
}
