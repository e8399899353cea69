//! From a text to the objects that kubectl sends (`cli-runtime/pkg/resource`: `StreamVisitor`, `mapper.infoForData`).

use crate::api::decode::decode_metadata;
use crate::object::kind::KINDS;
use crate::object::{Kind, Map, Value};
use crate::yaml::{Parsed, PathPart, parse_path};

use super::errors::Error;

/// An object of a manifest, ready to be sent.
#[derive(Clone, Debug)]
pub struct Item {
    /// Position of its document in the text.
    pub document: usize,
    /// Where it stands in its document: nothing, or `items[i]` in a List.
    pub path: Vec<PathPart>,
    /// Its kind.
    pub kind: Kind,
    /// Its namespace, empty for cluster-wide kinds.
    pub namespace: String,
    /// Its name, empty if none is written.
    pub name: String,
    /// The object with its namespace.
    pub object: Value,
}

/// What kubectl makes of a text: the objects up to the first fault.
#[derive(Clone, Debug, Default)]
pub struct Manifest {
    /// The objects in order.
    pub items: Vec<Item>,
    /// The fault at which reading stopped.
    pub fault: Option<Fault>,
}

/// Why a document is not sent.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Position of the document.
    pub document: usize,
    /// The field to blame.
    pub path: Vec<PathPart>,
    /// kubectl's error.
    pub error: Error,
}

/// Reads the documents of a text that came from `file`; objects without a namespace go into `namespace`.
pub fn read(parsed: &Parsed, file: &str, namespace: &str) -> Manifest {
    let mut manifest = Manifest::default();
    for (document, part) in parsed.documents.iter().enumerate() {
        let fault = |path: Vec<PathPart>, text: String| Fault {
            document,
            path,
            error: Error::Plain(text),
        };
        if let Some(error) = &part.error {
            manifest.fault = Some(fault(
                Vec::new(),
                format!("error parsing {file}: {}", error.message),
            ));
            return manifest;
        }
        let Some(root) = &part.root else { continue };
        let value = Value::from(root);
        let origin = Origin {
            document,
            file,
            namespace,
        };
        if let Err((path, text)) = add(&mut manifest.items, origin, Vec::new(), value) {
            manifest.fault = Some(fault(path, text));
            return manifest;
        }
    }
    manifest
}

type Refusal = (Vec<PathPart>, String);

/// Where an object comes from, and the namespace that it goes into.
#[derive(Clone, Copy)]
struct Origin<'a> {
    document: usize,
    file: &'a str,
    namespace: &'a str,
}

fn add(items: &mut Vec<Item>, origin: Origin, path: Vec<PathPart>, value: Value) -> Result<(), Refusal> {
    let file = origin.file;
    let at = |field: &str| {
        let mut place = path.clone();
        place.extend(parse_path(field));
        place
    };
    let (version, name) = type_of(&value).map_err(|(field, text)| {
        let hint = "if you choose to ignore these errors, turn validation off with --validate=false";
        let place = if field.is_empty() { path.clone() } else { at(field) };
        (
            place,
            format!("error validating {file:?}: error validating data: {text}; {hint}"),
        )
    })?;
    if let Some(list) = value
        .get("items")
        .and_then(Value::as_array)
        .filter(|_| name.ends_with("List"))
    {
        for (i, item) in list.iter().enumerate() {
            let mut place = at("items");
            place.push(i.into());
            add(items, origin, place, item.clone())?;
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
    let item = item(origin, path.clone(), value, (&version, &name));
    items.push(item.map_err(|(field, text)| (at(field), text))?);
    Ok(())
}

/// `apiVersion` and `kind`, or what is wrong with them (`getObjectKind`).
fn type_of(value: &Value) -> Result<(String, String), (&'static str, String)> {
    let Value::Object(map) = value else {
        return Err(("", "invalid object to validate".to_owned()));
    };
    let mut faults: Vec<(&'static str, String)> = Vec::new();
    let mut word = |key: &'static str| match map.get(key) {
        Some(Value::String(text)) => text.to_string(),
        None | Some(Value::Null) => {
            faults.push((key, format!("{key} not set")));
            String::new()
        }
        Some(_) => {
            faults.push((key, format!("{key} isn't string type")));
            String::new()
        }
    };
    let version = word("apiVersion");
    let both = (version, word("kind"));
    if both.0.matches('/').count() > 1 {
        faults.insert(
            0,
            (
                "apiVersion",
                format!("unexpected GroupVersion string: {}", both.0),
            ),
        );
    }
    match faults.as_slice() {
        [] => Ok(both),
        [(field, text)] => Err((*field, text.clone())),
        several => {
            let texts: Vec<&str> = several.iter().map(|(_, text)| text.as_str()).collect();
            Err(("", format!("[{}]", texts.join(", "))))
        }
    }
}

fn item(
    origin: Origin,
    path: Vec<PathPart>,
    mut value: Value,
    (version, kind): (&str, &str),
) -> Result<Item, (&'static str, String)> {
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
    let Some(kind_of) = kind_named(version, kind) else {
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
    if kind_of.info().namespaced {
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
    Ok(Item {
        document: origin.document,
        path,
        kind: kind_of,
        namespace,
        name,
        object: value,
    })
}

/// Discovery knows each kind also in lower case (`NewDiscoveryRESTMapper`).
fn kind_named(version: &str, kind: &str) -> Option<Kind> {
    Kind::from_type_meta(version, kind).or_else(|| {
        let info = KINDS.iter().find(|info| info.name.to_ascii_lowercase() == kind)?;
        Kind::from_type_meta(version, info.name)
    })
}

fn version_exists(version: &str) -> bool {
    KINDS.iter().any(|info| info.kind.api_version() == version)
}
