//! `kubectl apply -f` (`kubectl/pkg/cmd/apply/apply.go`, `patcher.go`): creates new objects, and patches others with a
//! three-way merge. `kubectl create -f` (`kubectl/pkg/cmd/create/create.go`): only creates.

use std::sync::Arc;

use crate::api::{Patch, Request, Status, StatusCause, decode};
use crate::object::{DEFAULT_NAMESPACE, Key, Map, Object, Value};
use crate::schema;
use crate::yaml::{self, Parsed, PathPart, format_path};

use super::deprecations::deprecation;
use super::errors::{Error, report};
use super::manifest::{self, CommandNamespace, Manifest, ManifestError, ResourceInfo};
use super::server::{Server, ServerResponse};
use super::three_way;

/// The annotation with the last applied document (`LastAppliedConfigAnnotation`).
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The result of `kubectl apply -f FILE` or `kubectl create -f FILE`.
#[derive(Clone, Debug, Default)]
pub struct ApplyOutcome {
    /// Standard output.
    pub stdout: String,
    /// Standard error: warnings, then errors.
    pub stderr: String,
    /// 0, or 1 if anything was refused.
    pub exit: i32,
    /// The result for each object that was sent, and for each that could not be.
    pub objects: Vec<Applied>,
    /// The warnings in standard error, without duplicates.
    pub warnings: String,
    /// The errors in standard error.
    pub errors: Vec<Error>,
}

/// The result for one object.
#[derive(Clone, Debug)]
pub struct Applied {
    /// Index of its document in the text.
    pub document: usize,
    /// Its path in the document: empty, or `items[i]` in a List.
    pub path: Vec<PathPart>,
    /// The object, if it was sent.
    pub key: Option<Key>,
    /// The operation, or the error.
    pub result: Result<ApplyOperation, ApplyError>,
    /// Warnings of the API server and of kubectl.
    pub warnings: Vec<String>,
    /// The object after the operation, if it exists.
    pub object: Option<Arc<Object>>,
}

/// The operation on an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is named as kubectl prints it")]
pub enum ApplyOperation {
    Created,
    Configured,
    Unchanged,
}

/// Why an object could not be applied.
#[derive(Clone, Debug, PartialEq)]
pub struct ApplyError {
    /// The error that kubectl prints.
    pub error: Error,
    /// Its parts, by field; fields are relative to the document.
    pub causes: Vec<StatusCause>,
}

impl ApplyOperation {
    /// Its name in kubectl's output.
    pub fn name(self) -> &'static str {
        match self {
            ApplyOperation::Created => "created",
            ApplyOperation::Configured => "configured",
            ApplyOperation::Unchanged => "unchanged",
        }
    }
}

/// How a manifest is applied.
#[derive(Clone, Copy, Debug)]
pub struct ApplyOptions<'a> {
    /// The name of the file in messages.
    pub file: &'a str,
    /// The namespace of the command.
    pub namespace: CommandNamespace<'a>,
    /// The command.
    pub command: ManifestCommand,
    /// `--save-config`: whether `create` sets the annotation too; `apply` always does.
    pub save_config: bool,
}

/// A command that sends a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ManifestCommand {
    /// `kubectl apply`.
    Apply,
    /// `kubectl create`.
    Create,
}

/// Applies a text as without `-n`; `file` is its name in messages.
pub fn apply(server: &mut dyn Server, text: &str, file: &str) -> ApplyOutcome {
    apply_in_context(server, text, file, DEFAULT_NAMESPACE)
}

/// The same in a context with a namespace.
pub fn apply_in_context(server: &mut dyn Server, text: &str, file: &str, namespace: &str) -> ApplyOutcome {
    let options = ApplyOptions {
        file,
        namespace: CommandNamespace {
            name: namespace,
            enforced: false,
        },
        command: ManifestCommand::Apply,
        save_config: false,
    };
    apply_manifest(server, &yaml::parse(text), &options)
}

/// Applies or creates the objects of a text one after another; an error does not stop it.
pub fn apply_manifest(server: &mut dyn Server, parsed: &Parsed, options: &ApplyOptions) -> ApplyOutcome {
    let manifest = manifest::read(parsed, options.file, options.namespace).for_cluster(server.world());
    let mut outcome = ApplyOutcome::default();
    let mut errors: Vec<Error> = Vec::new();
    // `apply` reads the whole text before it sends anything, `create` sends while it reads.
    if options.command == ManifestCommand::Apply {
        errors.extend(manifest.error());
    }
    if manifest.objects.is_empty() && manifest.unreadable.is_empty() {
        let word = match options.command {
            ManifestCommand::Apply => "apply",
            ManifestCommand::Create => "create",
        };
        errors.push(Error::Plain(format!("no objects passed to {word}")));
    }
    for object in &manifest.objects {
        let info = match object {
            Ok(info) => info,
            Err(refused) => {
                if options.command == ManifestCommand::Create {
                    errors.push((*refused.error).clone());
                }
                continue;
            }
        };
        let applied = apply_object(server, info, options);
        print_applied(&mut outcome, info, &applied);
        errors.extend(applied.result.as_ref().err().map(|failure| failure.error.clone()));
        outcome.objects.push(applied);
    }
    if options.command == ManifestCommand::Create {
        errors.extend(manifest.reading_error());
    }
    outcome.objects.extend(not_sent(&manifest));
    outcome.stderr = format!("{}{}", outcome.warnings, report(&errors));
    outcome.exit = i32::from(!errors.is_empty());
    outcome.errors = errors;
    outcome
}

/// Adds the output about an object that was sent.
fn print_applied(outcome: &mut ApplyOutcome, info: &ResourceInfo, applied: &Applied) {
    for warning in &applied.warnings {
        let line = format!("Warning: {warning}\n");
        if !outcome.warnings.contains(&line) {
            outcome.warnings.push_str(&line);
        }
    }
    if let Ok(operation) = &applied.result {
        let kind = info.kind.qualified_singular();
        let object = applied.object.as_ref();
        let name = object.map_or(info.name.as_str(), |object| object.name());
        let line = format!("{kind}/{name} {}\n", operation.name());
        outcome.stdout.push_str(&line);
    }
}

/// The results for what could not be sent.
fn not_sent(manifest: &Manifest) -> impl Iterator<Item = Applied> {
    manifest.errors().map(|error| {
        let ManifestError {
            document,
            path,
            error,
        } = error.clone();
        let cause = StatusCause::new(format_path(&path), error.message());
        Applied {
            document,
            path: Vec::new(),
            key: None,
            result: Err(ApplyError {
                error: *error,
                causes: vec![cause],
            }),
            warnings: Vec::new(),
            object: None,
        }
    })
}

fn apply_object(server: &mut dyn Server, info: &ResourceInfo, options: &ApplyOptions) -> Applied {
    let mut warnings: Vec<String> = deprecation(info.kind).map(str::to_owned).into_iter().collect();
    let key = Key {
        kind: info.kind,
        namespace: info.namespace.as_str().into(),
        name: info.name.as_str().into(),
    };
    let result = match options.command {
        ManifestCommand::Apply => apply_or_create(server, info, &key, options.file, &mut warnings),
        ManifestCommand::Create => {
            let document = match options.save_config {
                true => with_last_applied(&info.object),
                false => info.object.clone(),
            };
            create(server, &key, document, options.file, &mut warnings)
        }
    };
    let (result, object) = match result {
        Ok((operation, object)) => (Ok(operation), object),
        Err(error) => {
            let causes = causes(info, &error);
            (Err(ApplyError { error, causes }), None)
        }
    };
    Applied {
        document: info.document,
        path: info.path.clone(),
        key: Some(key),
        result,
        warnings,
        object,
    }
}

/// The operation on an object, and the object afterwards.
type OperationResult = Result<(ApplyOperation, Option<Arc<Object>>), Error>;

/// `applyOneObject`.
fn apply_or_create(
    server: &mut dyn Server,
    info: &ResourceInfo,
    key: &Key,
    file: &str,
    warnings: &mut Vec<String>,
) -> OperationResult {
    check_name(info, file)?;
    let modified = with_last_applied(&info.object);
    let Some(current) = server.world().get(key).cloned() else {
        return create(server, key, with_last_applied(&info.object), file, warnings);
    };
    let last = current.meta.annotation(LAST_APPLIED).cloned();
    if last.is_none() {
        warnings.push(missing_annotation(key));
    }
    let empty = Map::new();
    let original = last
        .and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok())
        .map(Value::from);
    let map = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let patch = three_way::three_way_merge_patch(
        schema::kind(info.kind),
        original.as_ref().and_then(Value::as_object).unwrap_or(&empty),
        &map(&modified),
        &map(&current.document()),
    );
    if patch.is_empty() {
        return Ok((ApplyOperation::Unchanged, Some(current)));
    }
    let request = Request::Patch {
        key: key.clone(),
        patch: Patch::Strategic(patch.clone().into()),
    };
    let response = server.send(&request).map_err(|status| Error::Refused {
        while_doing: format!(
            "error when applying patch:\n{patch}\nto:\n{}\nfor: {file:?}: error when patching {file:?}: ",
            info_string(info)
        ),
        status,
    })?;
    Ok(finish(ApplyOperation::Configured, response, warnings))
}

fn create(
    server: &mut dyn Server,
    key: &Key,
    document: Value,
    file: &str,
    warnings: &mut Vec<String>,
) -> OperationResult {
    let request = Request::Create {
        kind: key.kind,
        namespace: key.namespace.clone(),
        document: without_version(document),
    };
    let response = server.send(&request).map_err(|status| Error::Refused {
        while_doing: format!("error when creating {file:?}: "),
        status,
    })?;
    Ok(finish(ApplyOperation::Created, response, warnings))
}

/// The document without `resourceVersion`, which a new object must not have (`Helper.CreateWithOptions`).
fn without_version(mut document: Value) -> Value {
    if document.at(&["metadata", "resourceVersion"]).is_some()
        && let Some(metadata) = document.slot(&["metadata"]).as_object_mut()
    {
        metadata.remove("resourceVersion");
    }
    document
}

fn finish(
    operation: ApplyOperation,
    response: ServerResponse,
    warnings: &mut Vec<String>,
) -> (ApplyOperation, Option<Arc<Object>>) {
    warnings.extend(response.warnings);
    (operation, response.object)
}

/// Checks a name on the client, before the object is requested.
fn check_name(info: &ResourceInfo, file: &str) -> Result<(), Error> {
    let generated = info
        .object
        .at(&["metadata", "generateName"])
        .and_then(Value::as_str);
    if let Some(prefix) = generated.filter(|prefix| info.name.is_empty() && !prefix.is_empty()) {
        return Err(Error::Plain(format!(
            "from {prefix}: cannot use generate name with apply"
        )));
    }
    let why = match info.name.as_str() {
        "" => "resource name may not be empty".to_owned(),
        name => match path_segment_errors(name) {
            errors if errors.is_empty() => return Ok(()),
            errors => format!("invalid resource name {name:?}: [{}]", errors.join(" ")),
        },
    };
    Err(Error::Plain(format!(
        "error when retrieving current configuration of:\n{}\nfrom server for: {file:?}: {why}",
        info_string(info)
    )))
}

/// `IsValidPathSegmentName`.
fn path_segment_errors(name: &str) -> Vec<&'static str> {
    match name {
        "." => return vec!["may not be '.'"],
        ".." => return vec!["may not be '..'"],
        _ => {}
    }
    let mut errors = Vec::new();
    if name.contains('/') {
        errors.push("may not contain '/'");
    }
    if name.contains('%') {
        errors.push("may not contain '%'");
    }
    errors
}

/// `resource.Info.String`.
fn info_string(info: &ResourceInfo) -> String {
    let kind = info.kind.info();
    let version = format!("{}/{}", kind.group, kind.version);
    format!(
        "Resource: \"{version}, Resource={}\", GroupVersionKind: \"{version}, Kind={}\"\nName: {:?}, Namespace: {:?}",
        kind.plural, kind.name, info.name, info.namespace
    )
}

/// The object with the annotation that contains the object itself (`GetModifiedConfiguration` in
/// `kubectl/pkg/util/apply.go`).
pub fn with_last_applied(object: &Value) -> Value {
    let mut object = object.clone();
    let annotations = object.slot(&["metadata", "annotations"]);
    if !matches!(annotations, Value::Object(_)) {
        *annotations = Value::object();
    }
    if let Some(map) = annotations.as_object_mut() {
        map.remove(LAST_APPLIED);
    }
    let text = format!("{object}\n");
    *object.slot(&["metadata", "annotations", LAST_APPLIED]) = text.into();
    object
}

/// `warningNoLastAppliedConfigAnnotation`.
fn missing_annotation(key: &Key) -> String {
    format!(
        "resource {}/{} is missing the {LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply \
         should only be used on resources created declaratively by either kubectl create --save-config or kubectl \
         apply. The missing annotation will be patched automatically.",
        key.kind.info().plural,
        key.name
    )
}

/// The parts of an error, by field of the document.
fn causes(info: &ResourceInfo, error: &Error) -> Vec<StatusCause> {
    let document_field = |field: &str| {
        let mut path = info.path.clone();
        path.extend(yaml::parse_path(field));
        format_path(&path)
    };
    let Error::Refused { status, .. } = error else {
        return vec![StatusCause::new(document_field("metadata.name"), error.message())];
    };
    let found = match status.causes.as_slice() {
        // The error for a patch names no field: decode the document to find it.
        [one] if one.field == "patch" => decode_errors(info, status),
        causes => causes.to_vec(),
    };
    if found.is_empty() {
        return vec![StatusCause::new(document_field(""), status.message.clone())];
    }
    found
        .into_iter()
        .map(|cause| StatusCause::new(document_field(&cause.field), cause.message))
        .collect()
}

/// The errors of decoding the document.
fn decode_errors(info: &ResourceInfo, status: &Status) -> Vec<StatusCause> {
    let Value::Object(map) = &info.object else {
        return Vec::new();
    };
    match decode::decode(info.kind, map) {
        Err(error) => vec![StatusCause::new(error.field, error.message)],
        Ok(decoded) if decoded.unknown.is_empty() => {
            vec![StatusCause::new("", status.message.clone())]
        }
        Ok(decoded) => {
            let text = |name: &str| format!("unknown field {name:?}");
            decoded
                .unknown
                .into_iter()
                .map(|at| StatusCause::new(at.field, text(&at.name)))
                .collect()
        }
    }
}
