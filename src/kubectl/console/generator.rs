//! What commands share that create an object from flags (`NameFromCommandArgs` and `CreateSubcommandOptions` in
//! `kubectl/pkg/cmd/create/create.go`).

use super::print_flags::DryRunStrategy;
use super::resource::{command_namespace, namespace, refused};
use super::{CommandContext, CommandResult, printers};
use crate::api::Request;
use crate::kubectl::apply::with_last_applied;
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::Args;
use crate::object::{Kind, Value};

/// The flags of every subcommand, followed by its own (`PrintFlags.AddFlags`, `AddApplyAnnotationFlags`,
/// `AddValidateFlags`, `AddDryRunFlag`, `AddFieldManagerFlagVar`).
macro_rules! generator_flags {
    ($($flag:expr),* $(,)?) => {
        &[
            crate::kubectl::line::flags::text("output", 'o'),
            crate::kubectl::line::flags::text("template", ' '),
            crate::kubectl::line::flags::bool("allow-missing-template-keys", ' '),
            crate::kubectl::line::flags::bool("show-managed-fields", ' '),
            crate::kubectl::line::flags::bool("save-config", ' '),
            crate::kubectl::line::flags::text("field-manager", ' '),
            crate::kubectl::console::manifest::VALIDATE,
            crate::kubectl::console::print_flags::DRY_RUN,
            $($flag),*
        ]
    };
}
pub(super) use generator_flags;

/// The single name before `--` (`NameFromCommandArgs`).
///
/// # Errors
/// A usage error for any other number of names.
pub fn name(args: &Args) -> Result<&str, Error> {
    let count = args.words_at_dash.unwrap_or(args.words.len());
    match args.words.first() {
        Some(name) if count == 1 => Ok(name),
        _ => Err(usage_error(
            args,
            &format!("exactly one NAME is required, got {count}"),
        )),
    }
}

/// The words after the name: the command of a container.
pub fn command_words(args: &Args) -> Vec<String> {
    args.words.iter().skip(1).cloned().collect()
}

/// `UsageErrorf`.
pub fn usage_error(args: &Args, text: &str) -> Error {
    let command = &args.command;
    Error::Plain(format!(
        "{text}\nSee 'kubectl {command} -h' for help and examples"
    ))
}

/// Creates the object of a document and prints it; with `--dry-run=client` it is only printed. `failure` precedes the
/// API server's message; without it the error is that of the API server.
pub fn create(
    ctx: &mut CommandContext,
    args: &Args,
    kind: Kind,
    mut document: Value,
    failure: &str,
) -> CommandResult {
    if kind.info().namespaced && command_namespace(args).enforced {
        *document.slot(&["metadata", "namespace"]) = namespace(args).into();
    }
    if args.is("save-config") {
        document = with_last_applied(&document);
    }
    create_and_print(ctx, args, kind, document, failure, "created")
}

/// Sends the document unless `--dry-run=client` is set, and prints the result with an operation.
pub fn create_and_print(
    ctx: &mut CommandContext,
    args: &Args,
    kind: Kind,
    document: Value,
    failure: &str,
    operation: &str,
) -> CommandResult {
    if ctx.print_flags.dry_run == DryRunStrategy::Client {
        let name = document.at(&["metadata", "name"]).and_then(Value::as_str);
        let shown = format!("{}/{}", kind.qualified_singular(), name.unwrap_or_default());
        ctx.print_operation(&shown, operation, &|| document.clone())?;
        return Ok(None);
    }
    let namespaced = kind.info().namespaced;
    let request = Request::Create {
        kind,
        namespace: if namespaced { namespace(args) } else { "" }.into(),
        document,
    };
    let response = ctx.server.send(&request).map_err(|status| match failure {
        "" => refused(status),
        failure => Error::Plain(format!("{failure}{}", status.message)),
    })?;
    ctx.warn(&response.warnings);
    if let Some(object) = response.object {
        ctx.print_operation(&printers::resource_name(&object), operation, &|| {
            object.document()
        })?;
    }
    Ok(None)
}
