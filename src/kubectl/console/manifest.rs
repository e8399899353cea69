//! What `kubectl apply -f` and `kubectl create -f` share: sending a manifest and printing the results.

use super::print_flags::DryRunStrategy;
use super::selector::Selector;
use super::{CommandContext, CommandResult, FILE, printers, prune, resource};
use crate::api::FieldValidation;
use crate::kubectl::apply::{
    Applied, ApplyOperation, ApplyOptions, ManifestCommand, apply_objects, with_last_applied,
};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, FlagType};
use crate::kubectl::manifest::{self, Manifest, ResourceInfo};
use crate::kubectl::server::ValidatingServer;
use crate::kubectl::server_side::{self, ServerSide};
use crate::object::{Key, Map, Object, Value};
use crate::yaml::{self, Parsed};

/// `--validate` (`AddValidateFlags`).
pub const VALIDATE: Flag = Flag {
    long: "validate",
    short: ' ',
    flag_type: FlagType::OptionalString("strict"),
};

/// `--validate` (`GetValidationDirective`).
///
/// # Errors
/// kubectl's error for another word.
pub fn field_validation(args: &Args) -> Result<FieldValidation, Error> {
    match args.get(VALIDATE.long).unwrap_or("strict") {
        "strict" | "true" => Ok(FieldValidation::Strict),
        "warn" => Ok(FieldValidation::Warn),
        "ignore" | "false" => Ok(FieldValidation::Ignore),
        other => Err(Error::Plain(format!(
            "invalid - validate option {other:?}; must be one of: strict (or true), warn, ignore (or false)"
        ))),
    }
}

/// How `--server-side` applies.
pub fn server_side(args: &Args) -> ServerSide<'_> {
    ServerSide {
        force: args.is("force-conflicts"),
        manager: args.get("field-manager").unwrap_or(server_side::MANAGER),
    }
}

/// Sends the file that `-f` names.
pub fn send(ctx: &mut CommandContext, args: &Args, command: ManifestCommand) -> CommandResult {
    let validation = field_validation(args)?;
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
        _ => send_and_print(ctx, args, &parsed, &options, validation),
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
    args: &Args,
    parsed: &Parsed,
    options: &ApplyOptions,
    validation: FieldValidation,
) -> CommandResult {
    let client_dry_run = ctx.print_flags.dry_run == DryRunStrategy::Client;
    let mut manifest =
        manifest::read(parsed, options.file, options.namespace).for_cluster(ctx.server.world());
    if options.command != ManifestCommand::Create {
        select(args, &mut manifest)?;
    }
    let before = ctx.server.world().clone();
    let mut server = ValidatingServer {
        server: &mut *ctx.server,
        validation,
    };
    let outcome = apply_objects(&mut server, &manifest, options);
    ctx.err.push_str(&outcome.warnings);
    // With --dry-run=client, kubectl prints the object that it would create, or the live one.
    let client_document = |operation: ApplyOperation, key: &Key, applied: &Applied| -> Option<Value> {
        let mut infos = manifest.infos().filter(|_| client_dry_run);
        let info = infos.find(|info| info.document == applied.document && info.path == applied.path)?;
        match operation {
            ApplyOperation::Created => Some(with_last_applied(&info.object)),
            ApplyOperation::Configured | ApplyOperation::Unchanged | ApplyOperation::ServersideApplied => {
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
        let flags = ctx.print_flags.clone();
        let document = || client_document(*operation, key, applied).unwrap_or_else(|| flags.document(object));
        if options.command != ManifestCommand::Create && ctx.print_flags.prints_documents() {
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
    if args.is("prune") {
        prune::prune(ctx, args, &outcome.objects)?;
    }
    Ok(None)
}

/// Keeps the objects that `-l` selects by their labels in the file (`FilterByLabelSelector`).
fn select(args: &Args, manifest: &mut Manifest) -> Result<(), Error> {
    let text = args.get("selector").unwrap_or_default().trim();
    let selector = Selector::parse(text, "")
        .map_err(|why| Error::Plain(format!("the provided selector {text:?} is not valid: {why}")))?;
    if !selector.is_empty() {
        let empty = Map::new();
        let selected = |info: &ResourceInfo| {
            selector.matches(&Object::read(
                info.kind,
                info.object.as_object().unwrap_or(&empty),
            ))
        };
        manifest
            .objects
            .retain(|object| object.as_ref().map_or(true, selected));
    }
    Ok(())
}
