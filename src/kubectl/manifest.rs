//! Reads the objects of a manifest (`StreamVisitor` in `cli-runtime/pkg/resource/visitor.go`, `infoForData` in
//! `mapper.go`).

use crate::api::decode::decode_metadata;
use crate::object::kind::KINDS;
use crate::object::{Kind, Map, Value};
use crate::yaml::{Parsed, PathPart, parse_path};

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

/// The objects of a text up to the first error.
#[derive(Clone, Debug, Default)]
pub struct Manifest {
    /// The objects in order.
    pub infos: Vec<ResourceInfo>,
    /// The error at which reading stopped.
    pub error: Option<ManifestError>,
}

/// Why a document cannot be read.
#[derive(Clone, Debug)]
pub struct ManifestError {
    /// Index of the document.
    pub document: usize,
    /// The field with the error.
    pub path: Vec<PathPart>,
    /// kubectl's error.
    pub error: Error,
}

/// Reads the documents of a text. `file` is its name in messages; `namespace` is the namespace of objects that name
/// none.
pub fn read(parsed: &Parsed, file: &str, namespace: &str) -> Manifest {
    let mut manifest = Manifest::default();
    for (document, part) in parsed.documents.iter().enumerate() {
        let failure = |path: Vec<PathPart>, text: String| ManifestError {
            document,
            path,
            error: Error::Plain(text),
        };
        if let Some(error) = &part.error {
            manifest.error = Some(failure(
                Vec::new(),
                format!("error parsing {file}: {}", error.message),
            ));
            return manifest;
        }
        let Some(root) = &part.root else { continue };
        let value = Value::from(root);
        let origin = DocumentOrigin {
            document,
            file,
            namespace,
        };
        if let Err((path, text)) = add(&mut manifest.infos, origin, Vec::new(), value) {
            manifest.error = Some(failure(path, text));
            return manifest;
        }
    }
    manifest
}

/// An error message, with the field that it is about.
type FieldError = (Vec<PathPart>, String);

/// The document of an object, and its default namespace.
#[derive(Clone, Copy)]
struct DocumentOrigin<'a> {
    document: usize,
    file: &'a str,
    namespace: &'a str,
}

/// Adds the object at a path of a document, or the items of a List.
fn add(
    infos: &mut Vec<ResourceInfo>,
    origin: DocumentOrigin,
    path: Vec<PathPart>,
    value: Value,
) -> Result<(), FieldError> {
    let file = origin.file;
    let at = |field: &str| {
        let mut field_path = path.clone();
        field_path.extend(parse_path(field));
        field_path
    };
    let (version, name) = type_meta(&value).map_err(|(field, text)| {
        let hint = "if you choose to ignore these errors, turn validation off with --validate=false";
        let field_path = if field.is_empty() { path.clone() } else { at(field) };
        (
            field_path,
            format!("error validating {file:?}: error validating data: {text}; {hint}"),
        )
    })?;
    if let Some(list) = value
        .get("items")
        .and_then(Value::as_array)
        .filter(|_| name.ends_with("List"))
    {
        for (i, item) in list.iter().enumerate() {
            let mut item_path = at("items");
            item_path.push(i.into());
            add(infos, origin, item_path, item.clone())?;
        }
        return Ok(());
    }
    if name.is_empty() {
        let text = format!("unable to decode {file:?}: Object 'Kind' is missing in '{value}'");
        return Err((at("kind"), text));
    }
    if let Some(metadata) = value.get("metadata") {
        decode_metadata(metadata).map_err(|error| {
            (
                at(&error.field),
                format!("unable to decode {file:?}: {}", error.message),
            )
        })?;
    }
    let info = info(origin, path.clone(), value, (&version, &name));
    infos.push(info.map_err(|(field, text)| (at(field), text))?);
    Ok(())
}

/// `apiVersion` and `kind`, or the error in them (`getObjectKind` in `kubectl/pkg/validation/schema.go`).
fn type_meta(value: &Value) -> Result<(String, String), (&'static str, String)> {
    let Value::Object(map) = value else {
        return Err(("", "invalid object to validate".to_owned()));
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
        errors.insert(
            0,
            (
                "apiVersion",
                format!("unexpected GroupVersion string: {}", both.0),
            ),
        );
    }
    match errors.as_slice() {
        [] => Ok(both),
        [(field, text)] => Err((*field, text.clone())),
        several => {
            let texts: Vec<&str> = several.iter().map(|(_, text)| text.as_str()).collect();
            Err(("", format!("[{}]", texts.join(", "))))
        }
    }
}

/// The info of an object: its kind is known, and its namespace set.
fn info(
    origin: DocumentOrigin,
    path: Vec<PathPart>,
    mut value: Value,
    (version, kind): (&str, &str),
) -> Result<ResourceInfo, (&'static str, String)> {
    let file = origin.file;
    let metadata = value
        .get("metadata")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let text = |key: &str| {
        metadata
            .text(key)
            .map(|text| text.to_string())
            .unwrap_or_default()
    };
    let (name, mut namespace) = (text("name"), text("namespace"));
    let Some(known_kind) = kind_named(version, kind) else {
        let text = format!(
            "resource mapping not found for name: {name:?} namespace: {namespace:?} from {file:?}: \
             no matches for kind {kind:?} in version {version:?}\nensure CRDs are installed first"
        );
        let field = if version_exists(version) {
            "kind"
        } else {
            "apiVersion"
        };
        return Err((field, text));
    };
    if known_kind.info().namespaced {
        if namespace.is_empty() {
            namespace = origin.namespace.to_owned();
            let mut metadata: Map = metadata;
            metadata.insert("namespace", namespace.clone());
            *value.slot(&["metadata"]) = metadata.into();
        } else if namespace != origin.namespace {
            let text = format!(
                "the namespace from the provided object {namespace:?} does not match the namespace \
                 {:?}. You must pass '--namespace={namespace}' to perform this operation.",
                origin.namespace
            );
            return Err(("metadata.namespace", text));
        }
    } else {
        namespace.clear();
    }
    Ok(ResourceInfo {
        document: origin.document,
        path,
        kind: known_kind,
        namespace,
        name,
        object: value,
    })
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
