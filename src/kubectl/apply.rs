//! `kubectl apply` (`kubectl/pkg/cmd/apply`): create what is new, patch the rest by a three-way merge; and
//! `kubectl create -f` (`kubectl/pkg/cmd/create`), which only creates.

use std::sync::Arc;

use crate::api::{Patch, Request, Status, StatusCause, decode};
use crate::object::{DEFAULT_NAMESPACE, Key, Map, Object, Value};
use crate::schema;
use crate::yaml::{self, Parsed, PathPart, format_path};

use super::errors::{Error, report};
use super::manifest::{self, Item};
use super::server::{Answer, Server};
use super::three_way;

/// The annotation that remembers what was applied last.
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// What `kubectl apply -f FILE` did.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Standard output.
    pub stdout: String,
    /// Standard error: warnings, then errors.
    pub stderr: String,
    /// 0, or 1 if anything was refused.
    pub exit: i32,
    /// What became of each object that was sent, and of the document at which reading stopped.
    pub results: Vec<Applied>,
    /// The warnings of standard error, each once.
    pub warnings: String,
    /// The errors of standard error.
    pub errors: Vec<Error>,
}

/// What became of one object.
#[derive(Clone, Debug)]
pub struct Applied {
    /// Position of its document in the text.
    pub document: usize,
    /// Where it stands in its document: nothing, or `items[i]` in a List.
    pub path: Vec<PathPart>,
    /// The object, if it was sent.
    pub key: Option<Key>,
    /// What was done, or why nothing was.
    pub result: Result<Done, Refusal>,
    /// Warnings of the API server and of kubectl.
    pub warnings: Vec<String>,
    /// The object as it is now, if it is there.
    pub object: Option<Arc<Object>>,
}

/// What apply did to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is kubectl's word")]
pub enum Done {
    Created,
    Configured,
    Unchanged,
}

/// Why apply did nothing to an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The error as kubectl has it.
    pub error: Error,
    /// What to show where: fields are relative to the document.
    pub causes: Vec<StatusCause>,
}

impl Done {
    /// kubectl's word.
    pub fn word(self) -> &'static str {
        match self {
            Done::Created => "created",
            Done::Configured => "configured",
            Done::Unchanged => "unchanged",
        }
    }
}

/// How a manifest is sent.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Where the text came from, as messages name it; `STDIN` for `-f -`.
    pub file: &'a str,
    /// The namespace of objects that name none, and the only one that others may name.
    pub namespace: &'a str,
    /// What is done.
    pub action: Action,
    /// Whether what is created remembers its manifest too (`--save-config`); what is applied always does.
    pub remember: bool,
}

/// What is done with the objects of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Create what is new, patch the rest.
    Apply,
    /// Create; what exists is an error.
    Create,
}

/// Applies a text that came from `file` in namespace `default`.
pub fn apply(server: &mut dyn Server, text: &str, file: &str) -> Outcome {
    let options = Options {
        file,
        namespace: DEFAULT_NAMESPACE,
        action: Action::Apply,
        remember: false,
    };
    send_all(server, &yaml::parse(text), &options)
}

/// Sends the objects of a text, one after another; what is refused does not keep the next from being sent.
pub fn send_all(server: &mut dyn Server, parsed: &Parsed, options: &Options) -> Outcome {
    let manifest = manifest::read(parsed, options.file, options.namespace);
    let mut outcome = Outcome::default();
    let mut errors: Vec<Error> = Vec::new();
    if manifest.items.is_empty() && manifest.fault.is_none() {
        let word = match options.action {
            Action::Apply => "apply",
            Action::Create => "create",
        };
        errors.push(Error::Plain(format!("no objects passed to {word}")));
    }
    for item in &manifest.items {
        let applied = one(server, item, options);
        for warning in &applied.warnings {
            let line = format!("Warning: {warning}\n");
            if !outcome.warnings.contains(&line) {
                outcome.warnings.push_str(&line);
            }
        }
        match &applied.result {
            Ok(done) => {
                let kind = item.kind.qualified_singular();
                let name = applied
                    .object
                    .as_ref()
                    .map_or(item.name.as_str(), |object| object.name());
                let line = format!("{kind}/{name} {}\n", done.word());
                outcome.stdout.push_str(&line);
            }
            Err(refusal) => errors.push(refusal.error.clone()),
        }
        outcome.results.push(applied);
    }
    if let Some(fault) = manifest.fault {
        // Apply reads the whole text before it sends anything, create sends while it reads.
        let place = match options.action {
            Action::Apply => 0,
            Action::Create => errors.len(),
        };
        errors.insert(place, fault.error.clone());
        let message = fault.error.message();
        outcome.results.push(Applied {
            document: fault.document,
            path: Vec::new(),
            key: None,
            result: Err(Refusal {
                error: fault.error,
                causes: vec![StatusCause::new(format_path(&fault.path), message)],
            }),
            warnings: Vec::new(),
            object: None,
        });
    }
    outcome.stderr = format!("{}{}", outcome.warnings, report(&errors));
    outcome.exit = i32::from(!errors.is_empty());
    outcome.errors = errors;
    outcome
}

fn one(server: &mut dyn Server, item: &Item, options: &Options) -> Applied {
    let mut warnings = Vec::new();
    let key = Key {
        kind: item.kind,
        namespace: item.namespace.as_str().into(),
        name: item.name.as_str().into(),
    };
    let result = match options.action {
        Action::Apply => send(server, item, &key, options.file, &mut warnings),
        Action::Create => {
            let document = match options.remember {
                true => remembered(&item.object),
                false => item.object.clone(),
            };
            create(server, &key, document, options.file, &mut warnings)
        }
    };
    let (result, object) = match result {
        Ok((done, object)) => (Ok(done), object),
        Err(error) => {
            let causes = causes(item, &error);
            (Err(Refusal { error, causes }), None)
        }
    };
    Applied {
        document: item.document,
        path: item.path.clone(),
        key: Some(key),
        result,
        warnings,
        object,
    }
}

type Sent = Result<(Done, Option<Arc<Object>>), Error>;

fn send(server: &mut dyn Server, item: &Item, key: &Key, file: &str, warnings: &mut Vec<String>) -> Sent {
    check_name(item, file)?;
    let modified = modified(&item.object);
    let Some(current) = server.world().get(key).cloned() else {
        return create(server, key, remembered(&item.object), file, warnings);
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
    let patch = three_way::patch(
        schema::kind(item.kind),
        original.as_ref().and_then(Value::as_object).unwrap_or(&empty),
        &map(&with_last_applied(&modified)),
        &map(&current.document()),
    );
    if patch.is_empty() {
        return Ok((Done::Unchanged, Some(current)));
    }
    let request = Request::Patch {
        key: key.clone(),
        patch: Patch::Strategic(patch.clone().into()),
    };
    let answer = server.send(&request).map_err(|status| Error::Refused {
        while_doing: format!(
            "error when applying patch:\n{patch}\nto:\n{}\nfor: {file:?}: error when patching {file:?}: ",
            describe(item)
        ),
        status,
    })?;
    Ok(done(Done::Configured, answer, warnings))
}

fn create(
    server: &mut dyn Server,
    key: &Key,
    document: Value,
    file: &str,
    warnings: &mut Vec<String>,
) -> Sent {
    let request = Request::Create {
        kind: key.kind,
        namespace: key.namespace.clone(),
        document,
    };
    let answer = server.send(&request).map_err(|status| Error::Refused {
        while_doing: format!("error when creating {file:?}: "),
        status,
    })?;
    Ok(done(Done::Created, answer, warnings))
}

fn done(done: Done, answer: Answer, warnings: &mut Vec<String>) -> (Done, Option<Arc<Object>>) {
    warnings.extend(answer.warnings);
    (done, answer.object)
}

/// What kubectl itself has against a name, before it asks for the object.
fn check_name(item: &Item, file: &str) -> Result<(), Error> {
    let generated = item
        .object
        .at(&["metadata", "generateName"])
        .and_then(Value::as_str);
    if let Some(prefix) = generated.filter(|prefix| item.name.is_empty() && !prefix.is_empty()) {
        return Err(Error::Plain(format!(
            "from {prefix}: cannot use generate name with apply"
        )));
    }
    let why = match item.name.as_str() {
        "" => "resource name may not be empty".to_owned(),
        name => match path_faults(name) {
            faults if faults.is_empty() => return Ok(()),
            faults => format!("invalid resource name {name:?}: [{}]", faults.join(" ")),
        },
    };
    Err(Error::Plain(format!(
        "error when retrieving current configuration of:\n{}\nfrom server for: {file:?}: {why}",
        describe(item)
    )))
}

/// `IsValidPathSegmentName`.
fn path_faults(name: &str) -> Vec<&'static str> {
    match name {
        "." => return vec!["may not be '.'"],
        ".." => return vec!["may not be '..'"],
        _ => {}
    }
    let mut faults = Vec::new();
    if name.contains('/') {
        faults.push("may not contain '/'");
    }
    if name.contains('%') {
        faults.push("may not contain '%'");
    }
    faults
}

/// `resource.Info.String`.
fn describe(item: &Item) -> String {
    let info = item.kind.info();
    let version = format!("{}/{}", info.group, info.version);
    format!(
        "Resource: \"{version}, Resource={}\", GroupVersionKind: \"{version}, Kind={}\"\nName: {:?}, Namespace: {:?}",
        info.plural, info.name, item.name, item.namespace
    )
}

/// The object with its own copy of the annotation taken out, and with a map of annotations.
fn modified(object: &Value) -> Value {
    let mut object = object.clone();
    let annotations = object.slot(&["metadata", "annotations"]);
    if !matches!(annotations, Value::Object(_)) {
        *annotations = Value::object();
    }
    if let Some(map) = annotations.as_object_mut() {
        map.remove(LAST_APPLIED);
    }
    object
}

/// An object as apply sends it when it is new.
pub fn remembered(object: &Value) -> Value {
    with_last_applied(&modified(object))
}

/// The object with the annotation that remembers it.
fn with_last_applied(modified: &Value) -> Value {
    let text = format!("{modified}\n");
    let mut object = modified.clone();
    *object.slot(&["metadata", "annotations", LAST_APPLIED]) = text.into();
    object
}

fn missing_annotation(key: &Key) -> String {
    format!(
        "resource {}/{} is missing the {LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply \
         should only be used on resources created declaratively by either kubectl create --save-config or kubectl \
         apply. The missing annotation will be patched automatically.",
        key.kind.info().plural,
        key.name
    )
}

/// Where in the document each part of a refusal belongs.
fn causes(item: &Item, error: &Error) -> Vec<StatusCause> {
    let place = |field: &str| {
        let mut path = item.path.clone();
        path.extend(yaml::parse_path(field));
        format_path(&path)
    };
    let Error::Refused { status, .. } = error else {
        return vec![StatusCause::new(place("metadata.name"), error.message())];
    };
    let found = match status.causes.as_slice() {
        // A refused patch names no field: the document itself shows which ones the decoder refused.
        [one] if one.field == "patch" => misfits(item, status),
        causes => causes.to_vec(),
    };
    if found.is_empty() {
        return vec![StatusCause::new(place(""), status.message.clone())];
    }
    found
        .into_iter()
        .map(|cause| StatusCause::new(place(&cause.field), cause.message))
        .collect()
}

fn misfits(item: &Item, status: &Status) -> Vec<StatusCause> {
    let Value::Object(map) = &item.object else {
        return Vec::new();
    };
    match decode::decode(item.kind, map) {
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
