//! Reads the objects of a manifest (`StreamVisitor` in `cli-runtime/pkg/resource/visitor.go`, `infoForData` in
//! `mapper.go`).

use std::collections::VecDeque;

use crate::api::decode::decode_metadata;
use crate::object::kind::KINDS;
use crate::object::{DEFAULT_NAMESPACE, Kind, Value};
use crate::store::World;
use crate::yaml::{Parsed, PathPart, parse_path};

use super::autoscaling_v1;
use super::custom_resources;
use super::errors::Error;

/// An object of a manifest (`resource.Info`).
#[derive(Clone, Debug)]
pub struct ResourceInfo {
    /// Index of its document in the text.
    pub document: usize,
    /// Its path in the document: empty, or `items[i]` in a List.
    pub path: Vec<PathPart>,
    /// Its kind.
    pub kind: Kind,
    /// Its namespace; empty for cluster-scoped kinds.
    pub namespace: String,
    /// Its name; empty if it has none.
    pub name: String,
    /// The object, with its namespace set.
    pub object: Value,
}

/// The namespace of a command (`ToRawKubeConfigLoader().Namespace()`).
#[derive(Clone, Copy, Debug)]
pub struct CommandNamespace<'a> {
    /// The namespace of objects that name none.
    pub name: &'a str,
    /// Whether a flag names it, so that objects of other namespaces are refused.
    pub enforced: bool,
}

impl CommandNamespace<'_> {
    /// The namespace of a command without `-n`.
    pub const DEFAULT: CommandNamespace<'static> = CommandNamespace {
        name: DEFAULT_NAMESPACE,
        enforced: false,
    };
}

/// The objects of a text, and its errors.
#[derive(Clone, Debug, Default)]
pub struct Manifest {
    /// The objects in order, or why one is refused before it is sent (`RequireNamespace`).
    pub objects: Vec<Result<ResourceInfo, ManifestError>>,
    /// What could not be read. After a parsing or validation error nothing more is read.
    pub unreadable: Vec<ManifestError>,
    /// The same as kubectl nests it: the errors of a List are one error of the text.
    reading: Vec<Error>,
}

impl Manifest {
    /// The objects without errors.
    pub fn infos(&self) -> impl Iterator<Item = &ResourceInfo> {
        self.objects.iter().flatten()
    }

    /// The same manifest for a cluster, whose custom resources are known.
    pub fn for_cluster(mut self, world: &World) -> Manifest {
        for error in &mut self.reading {
            custom_resources::explain_kinds(world, error);
        }
        for error in &mut self.unreadable {
            custom_resources::explain_kinds(world, &mut error.error);
        }
        self
    }

    /// What could not be read, as the single error of a command (`EagerVisitorList`).
    pub fn reading_error(&self) -> Option<Error> {
        (!self.reading.is_empty()).then(|| Error::Several(self.reading.clone()))
    }

    /// All errors as a single one (`ContinueOnErrorVisitor`).
    pub fn error(&self) -> Option<Error> {
        let refused = self.objects.iter().filter_map(|object| object.as_ref().err());
        let refused = refused.map(|refused| (*refused.error).clone());
        let mut errors: Vec<Error> = refused.chain(self.reading_error()).collect();
        match errors.len() {
            0 | 1 => errors.pop(),
            _ => Some(Error::Several(errors)),
        }
    }

    /// The errors with their places in the text.
    pub fn errors(&self) -> impl Iterator<Item = &ManifestError> {
        let refused = self.objects.iter().filter_map(|object| object.as_ref().err());
        refused.chain(&self.unreadable)
    }
}

/// Why a document or an object cannot be used.
#[derive(Clone, Debug)]
pub struct ManifestError {
    /// Index of the document.
    pub document: usize,
    /// The field with the error.
    pub path: Vec<PathPart>,
    /// kubectl's error.
    pub error: Box<Error>,
}

/// Reads the documents of a text. `file` is its name in messages.
pub fn read(parsed: &Parsed, file: &str, namespace: CommandNamespace) -> Manifest {
    let mut manifest = Manifest::default();
    for (document, part) in parsed.documents.iter().enumerate() {
        let origin = DocumentOrigin {
            document,
            file,
            namespace,
        };
        if let Some(error) = &part.error {
            let text = format!("error parsing {file}: {}", error.message);
            manifest.fail(origin.failure(Vec::new(), text));
            return manifest;
        }
        let Some(root) = &part.root else { continue };
        let value = Value::from(root);
        match validate(origin, &value) {
            Ok(types) => add_document(&mut manifest, origin, value, &types),
            Err(error) => {
                manifest.fail(error);
                return manifest;
            }
        }
    }
    manifest
}

impl Manifest {
    fn fail(&mut self, error: ManifestError) {
        self.reading.push((*error.error).clone());
        self.unreadable.push(error);
    }
}

/// The document of an object, and the namespace of the command.
#[derive(Clone, Copy)]
struct DocumentOrigin<'a> {
    document: usize,
    file: &'a str,
    namespace: CommandNamespace<'a>,
}

impl DocumentOrigin<'_> {
    fn failure(self, path: Vec<PathPart>, text: String) -> ManifestError {
        ManifestError {
            document: self.document,
            path,
            error: Box::new(Error::Plain(text)),
        }
    }
}

/// `apiVersion` and `kind`.
type TypeMeta = (String, String);

/// The type of a document, if it has one; in a `List`, every item needs one too (`ValidateBytes` and `validateList` in
/// `kubectl/pkg/validation/schema.go`).
fn validate(origin: DocumentOrigin, value: &Value) -> Result<TypeMeta, ManifestError> {
    let mut errors: Vec<(Vec<PathPart>, String)> = Vec::new();
    let types = type_meta(value);
    match &types {
        Err(found) => errors.extend(
            found
                .iter()
                .map(|(field, text)| (parse_path(field), text.clone())),
        ),
        Ok((version, kind)) if version == "v1" && kind == "List" => {
            match value.get("items").and_then(Value::as_array) {
                None => errors.push((parse_path("items"), INVALID_OBJECT.to_owned())),
                Some(items) => {
                    for (i, item) in items.iter().enumerate() {
                        let place = |field: &str| {
                            let mut path = vec![PathPart::from("items"), i.into()];
                            path.extend(parse_path(field));
                            path
                        };
                        let found = type_meta(item).err().unwrap_or_default();
                        errors.extend(found.into_iter().map(|(field, text)| (place(field), text)));
                    }
                }
            }
        }
        Ok(_) => {}
    }
    let Some((first, _)) = errors.first() else {
        return Ok(types.unwrap_or_default());
    };
    let path = match errors.len() {
        1 => first.clone(),
        _ => first[..first.len().saturating_sub(1)].to_vec(),
    };
    let text = Error::Several(errors.into_iter().map(|(_, text)| Error::Plain(text)).collect()).message();
    let hint = "if you choose to ignore these errors, turn validation off with --validate=false";
    let file = origin.file;
    let text = format!("error validating {file:?}: error validating data: {text}; {hint}");
    Err(origin.failure(path, text))
}

const INVALID_OBJECT: &str = "invalid object to validate";

/// Adds the object of a document, or the items of a list (`FlattenListVisitor`): those of nested lists follow the others.
fn add_document(manifest: &mut Manifest, origin: DocumentOrigin, value: Value, types: &TypeMeta) {
    if let Err((field, text)) = decode_document(origin, &value, types) {
        return manifest.fail(origin.failure(parse_path(&field), text));
    }
    if !is_list(&value) {
        match info(origin, Vec::new(), value, types) {
            Ok(object) => manifest.objects.push(object),
            Err(error) => manifest.fail(error),
        }
        return;
    }
    let (mut objects, mut errors) = (Vec::new(), Vec::new());
    let mut lists = VecDeque::from([(Vec::new(), value, types.clone())]);
    while let Some((path, list, (version, kind))) = lists.pop_front() {
        let items = list.get("items").and_then(Value::as_array).unwrap_or_default();
        for (i, item) in items.iter().enumerate() {
            let mut path: Vec<PathPart> = path.clone();
            path.extend([PathPart::from("items"), i.into()]);
            let (item, types) = typed_item(item, &version, &kind);
            match is_list(&item) {
                true => lists.push_back((path, item, types)),
                false => match info(origin, path, item, &types) {
                    Ok(object) => objects.push(object),
                    Err(error) => errors.push(error),
                },
            }
        }
    }
    manifest.objects.extend(objects);
    if !errors.is_empty() {
        let texts = errors.iter().map(|error| (*error.error).clone()).collect();
        manifest.reading.push(Error::Several(texts));
        manifest.unreadable.extend(errors);
    }
}

/// Whatever has `items` is read as a list (`unstructuredJSONScheme.decode`).
fn is_list(value: &Value) -> bool {
    value.get("items").is_some_and(|items| !items.is_null())
}

/// An item of a list and its type; items without a type have that of the list (`decodeToList`).
fn typed_item(item: &Value, version: &str, kind: &str) -> (Value, TypeMeta) {
    let text = |key: &str| {
        item.get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let types = (text("apiVersion"), text("kind"));
    if !types.0.is_empty() || !types.1.is_empty() || item.as_object().is_none() {
        return (item.clone(), types);
    }
    let types = (version.to_owned(), kind.trim_end_matches("List").to_owned());
    let mut item = item.clone();
    *item.slot(&["apiVersion"]) = types.0.clone().into();
    *item.slot(&["kind"]) = types.1.clone().into();
    (item, types)
}

/// The errors of decoding a document: its kind, its metadata and the mapping of a list's kind (`infoForData` in
/// `cli-runtime/pkg/resource/mapper.go`).
fn decode_document(
    origin: DocumentOrigin,
    value: &Value,
    (version, kind): &TypeMeta,
) -> Result<(), (String, String)> {
    let file = origin.file;
    if kind.is_empty() {
        let text = format!("unable to decode {file:?}: Object 'Kind' is missing in '{value}'");
        return Err(("kind".to_owned(), text));
    }
    if let Some(metadata) = value.get("metadata") {
        decode_metadata(metadata).map_err(|error| {
            (
                error.field,
                format!("unable to decode {file:?}: {}", error.message),
            )
        })?;
    }
    if is_list(value) {
        let json_type = match value.get("items") {
            Some(Value::Object(_)) => "object",
            Some(Value::String(_)) => "string",
            Some(Value::Bool(_)) => "bool",
            Some(Value::Array(_)) | None => "",
            Some(_) => "number",
        };
        if !json_type.is_empty() {
            let text = format!(
                "unable to decode {file:?}: json: cannot unmarshal {json_type} into Go struct field decodeList.items \
                 of type []json.RawMessage"
            );
            return Err(("items".to_owned(), text));
        }
        let item_kind = kind.strip_suffix("List").unwrap_or(kind);
        let known =
            item_kind.is_empty() && version_exists(version) || kind_named(version, item_kind).is_some();
        if !known {
            let (field, text) = no_match(value, file, (version, kind));
            return Err((field.to_owned(), text));
        }
    }
    Ok(())
}

/// `apiVersion` and `kind`, or the errors in them by field (`getObjectKind` in `kubectl/pkg/validation/schema.go`).
fn type_meta(value: &Value) -> Result<TypeMeta, Vec<(&'static str, String)>> {
    let Value::Object(map) = value else {
        return Err(vec![("", INVALID_OBJECT.to_owned())]);
    };
    let mut errors: Vec<(&'static str, String)> = Vec::new();
    let mut word = |key: &'static str| match map.get(key) {
        Some(Value::String(text)) => text.to_string(),
        None | Some(Value::Null) => {
            errors.push((key, format!("{key} not set")));
            String::new()
        }
        Some(_) => {
            errors.push((key, format!("{key} isn't string type")));
            String::new()
        }
    };
    let version = word("apiVersion");
    let both = (version, word("kind"));
    if both.0.matches('/').count() > 1 {
        let text = format!("unexpected GroupVersion string: {}", both.0);
        errors.insert(0, ("apiVersion", text));
    }
    match errors.is_empty() {
        true => Ok(both),
        false => Err(errors),
    }
}

/// The info of an object whose kind is known; its namespace is set, and must be that of the command if a flag names it
/// (`infoForData`, `infoForObject`, `SetNamespace` and `RequireNamespace`).
///
/// # Errors
/// An unknown kind or metadata that cannot be decoded.
fn info(
    origin: DocumentOrigin,
    path: Vec<PathPart>,
    mut value: Value,
    (version, kind): &TypeMeta,
) -> Result<Result<ResourceInfo, ManifestError>, ManifestError> {
    let at = |field: &str| [path.clone(), parse_path(field)].concat();
    if let Some(Err(error)) = value.get("metadata").map(decode_metadata) {
        let text = format!("unable to decode {:?}: {}", origin.file, error.message);
        return Err(origin.failure(at(&error.field), text));
    }
    value = autoscaling_v1::convert(value, version, kind);
    let stored = value.get("apiVersion").and_then(Value::as_str);
    let Some(known_kind) = kind_named(stored.unwrap_or(version), kind) else {
        let (field, mut text) = no_match(&value, origin.file, (version, kind));
        if !path.is_empty() {
            text = format!("unable to recognize no matches for kind {kind:?} in version {version:?}");
        }
        return Err(origin.failure(at(field), text));
    };
    let mut namespace = metadata_text(&value, "namespace");
    let wanted = origin.namespace.name;
    if !known_kind.info().namespaced {
        namespace.clear();
    } else if namespace.is_empty() {
        namespace = wanted.to_owned();
        let mut metadata = value
            .get("metadata")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        metadata.insert("namespace", namespace.clone());
        *value.slot(&["metadata"]) = metadata.into();
    } else if origin.namespace.enforced && namespace != wanted {
        let text = format!(
            "the namespace from the provided object {namespace:?} does not match the namespace {wanted:?}. \
             You must pass '--namespace={namespace}' to perform this operation."
        );
        return Ok(Err(origin.failure(at("metadata.namespace"), text)));
    }
    Ok(Ok(ResourceInfo {
        document: origin.document,
        path,
        kind: known_kind,
        namespace,
        name: metadata_text(&value, "name"),
        object: value,
    }))
}

/// The error for an unknown kind, with its field (`NoKindMatchError`).
fn no_match(value: &Value, file: &str, (version, kind): (&str, &str)) -> (&'static str, String) {
    let (name, namespace) = (metadata_text(value, "name"), metadata_text(value, "namespace"));
    let text = format!(
        "resource mapping not found for name: {name:?} namespace: {namespace:?} from {file:?}: \
         no matches for kind {kind:?} in version {version:?}\nensure CRDs are installed first"
    );
    let field = if version_exists(version) {
        "kind"
    } else {
        "apiVersion"
    };
    (field, text)
}

fn metadata_text(value: &Value, key: &str) -> String {
    let text = value.at(&["metadata", key]).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

/// The kind of a type; discovery also registers the names in lower case (`NewDiscoveryRESTMapper`).
fn kind_named(version: &str, kind: &str) -> Option<Kind> {
    Kind::from_type_meta(version, kind).or_else(|| {
        let info = KINDS.iter().find(|info| info.name.to_ascii_lowercase() == kind)?;
        Kind::from_type_meta(version, info.name)
    })
}

fn version_exists(version: &str) -> bool {
    KINDS.iter().any(|info| info.kind.api_version() == version)
}
