//! What `kubectl apply -f` and `kubectl create -f` share: sending a manifest and printing the results.

use super::print_flags::DryRunStrategy;
use super::{CommandContext, CommandResult, FILE, printers, resource};
use crate::api::FieldValidation;
use crate::kubectl::apply::{
    Applied, ApplyOperation, ApplyOptions, ManifestCommand, apply_manifest, with_last_applied,
};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, FlagType};
use crate::kubectl::manifest;
use crate::kubectl::server::ValidatingServer;
use crate::object::{Key, Map, Value};
use crate::yaml::{self, Parsed};

/// `--validate` (`AddValidateFlags`).
pub const VALIDATE: Flag = Flag {
    long: "validate",
    short: ' ',
    flag_type: FlagType::OptionalString("strict"),
};

/// Sends the file that `-f` names.
pub fn send(ctx: &mut CommandContext, args: &Args, command: ManifestCommand) -> CommandResult {
    let validation = match args.get(VALIDATE.long).unwrap_or("strict") {
        "strict" | "true" => FieldValidation::Strict,
        "warn" => FieldValidation::Warn,
        "ignore" | "false" => FieldValidation::Ignore,
        other => {
            return Err(vec![Error::Plain(format!(
                "invalid - validate option {other:?}; must be one of: strict (or true), warn, ignore (or false)"
            ))]);
        }
    };
    let text = ctx.file(args)?;
    let parsed = yaml::parse(&text);
    let options = ApplyOptions {
        file: FILE,
        namespace: resource::command_namespace(args),
        command,
        save_config: args.is("save-config"),
    };
    match (command, ctx.print_flags.dry_run) {
        (ManifestCommand::Create, DryRunStrategy::Client) => print_created(ctx, args, &parsed, &options),
        (_, dry_run) => send_and_print(
            ctx,
            &parsed,
            &options,
            validation,
            dry_run == DryRunStrategy::Client,
        ),
    }
}

/// `create --dry-run=client`: prints the objects that would be sent.
fn print_created(
    ctx: &mut CommandContext,
    args: &Args,
    parsed: &Parsed,
    options: &ApplyOptions,
) -> CommandResult {
    let manifest = manifest::read(parsed, options.file, options.namespace);
    let error = manifest.error();
    for info in manifest.objects.into_iter().flatten() {
        let name = format!("{}/{}", info.kind.qualified_singular(), info.name);
        let document = match args.is("save-config") {
            true => with_last_applied(&info.object),
            false => info.object,
        };
        ctx.print_operation(&name, ApplyOperation::Created.name(), &|| document.clone())?;
    }
    match error {
        Some(error) => Err(vec![error]),
        None => Ok(None),
    }
}

fn send_and_print(
    ctx: &mut CommandContext,
    parsed: &Parsed,
    options: &ApplyOptions,
    validation: FieldValidation,
    client_dry_run: bool,
) -> CommandResult {
    let before = ctx.server.world().clone();
    let mut server = ValidatingServer {
        server: &mut *ctx.server,
        validation,
    };
    let outcome = apply_manifest(&mut server, parsed, options);
    ctx.err.push_str(&outcome.warnings);
    let infos = match client_dry_run {
        true => manifest::read(parsed, options.file, options.namespace).objects,
        false => Vec::new(),
    };
    // With --dry-run=client, kubectl prints the object that it would create, or the live one.
    let client_document = |operation: ApplyOperation, key: &Key, applied: &Applied| -> Option<Value> {
        let mut infos = infos.iter().flatten();
        let info = infos.find(|info| info.document == applied.document && info.path == applied.path)?;
        match operation {
            ApplyOperation::Created => Some(with_last_applied(&info.object)),
            ApplyOperation::Configured | ApplyOperation::Unchanged => {
                before.get(key).map(|object| object.document())
            }
        }
    };
    let mut documents = Vec::new();
    for applied in &outcome.objects {
        let (Ok(operation), Some(key), Some(object)) = (&applied.result, &applied.key, &applied.object)
        else {
            continue;
        };
        let document = || client_document(*operation, key, applied).unwrap_or_else(|| object.document());
        if options.command == ManifestCommand::Apply && ctx.print_flags.prints_documents() {
            documents.push(document());
            continue;
        }
        let operation = if client_dry_run && *operation == ApplyOperation::Unchanged {
            ApplyOperation::Configured
        } else {
            *operation
        };
        ctx.print_operation(&printers::resource_name(object), operation.name(), &document)?;
    }
    if !outcome.errors.is_empty() {
        return Err(outcome.errors);
    }
    let printed = match documents.len() {
        0 | 1 => documents.pop(),
        _ => Some(printers::list_documents(documents, Map::new())),
    };
    if let Some(printed) = printed {
        ctx.print_operation("", "", &|| printed.clone())?;
    }
    Ok(None)
}
