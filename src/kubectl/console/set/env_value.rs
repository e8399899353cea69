//! The sources of environment variables (`kubectl/pkg/cmd/set/env/env_resolve.go`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::resource;
use crate::object::quantity::Quantity;
use crate::object::{Kind, Map, Object, Value};
use crate::store::World;

fn text<'a>(value: &'a Value, path: &[&str]) -> &'a str {
    value.at(path).and_then(Value::as_str).unwrap_or_default()
}

/// A source as a text (`GetEnvVarRefString`).
pub fn reference(source: &Value) -> String {
    if let Some(key) = source.get("configMapKeyRef") {
        return format!("configmap {}, key {}", text(key, &["name"]), text(key, &["key"]));
    }
    if let Some(key) = source.get("secretKeyRef") {
        return format!("secret {}, key {}", text(key, &["name"]), text(key, &["key"]));
    }
    if let Some(field) = source.get("fieldRef") {
        return format!("field path {}", text(field, &["fieldPath"]));
    }
    if let Some(field) = source.get("resourceFieldRef") {
        let container = match text(field, &["containerName"]) {
            "" => String::new(),
            name => format!("{name}/"),
        };
        return format!("resource field {container}{}", text(field, &["resource"]));
    }
    "invalid valueFrom".to_owned()
}

/// The value of a source (`GetEnvVarRefValue`).
///
/// # Errors
/// An object, a key or a field that does not exist.
pub fn resolve(world: &World, object: &Object, container: &Value, source: &Value) -> Result<String, String> {
    for (field, kind, noun) in [
        ("secretKeyRef", Kind::Secret, "secret"),
        ("configMapKeyRef", Kind::ConfigMap, "config map"),
    ] {
        if let Some(selector) = source.get(field) {
            return key_of(world, object, kind, noun, selector);
        }
    }
    if let Some(field) = source.get("fieldRef") {
        return field_of(object, text(field, &["fieldPath"]));
    }
    match source.get("resourceFieldRef") {
        Some(field) => resource_of(container, field),
        None => Err("invalid valueFrom".to_owned()),
    }
}

fn key_of(
    world: &World,
    object: &Object,
    kind: Kind,
    noun: &str,
    selector: &Value,
) -> Result<String, String> {
    let (name, key) = (text(selector, &["name"]), text(selector, &["key"]));
    let Some(found) = world.get(&resource::key(kind, &object.meta.namespace, name)) else {
        return Err(format!("{} {name:?} not found", kind.info().plural));
    };
    let document = found.document();
    let Some(value) = document.at(&["data", key]).and_then(Value::as_str) else {
        return Err(format!("key {key} not found in {noun} {name}"));
    };
    if kind == Kind::ConfigMap {
        return Ok(value.to_owned());
    }
    let bytes = STANDARD.decode(value).unwrap_or_default();
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// `extractFieldPathAsString`.
fn field_of(object: &Object, path: &str) -> Result<String, String> {
    let subscript = path
        .strip_suffix("']")
        .and_then(|path| path.split_once("['"))
        .filter(|(field, _)| !field.is_empty());
    let value = |map: &Map, key: &str| map.text(key).map_or(String::new(), |text| text.to_string());
    let all = |map: &Map| {
        let pairs = map
            .iter()
            .map(|(key, value)| format!("{key}={:?}", value.as_str().unwrap_or_default()));
        pairs.collect::<Vec<_>>().join("\n")
    };
    let meta = &object.meta;
    match (subscript, path) {
        (Some(("metadata.annotations", key)), _) => Ok(value(&meta.annotations, key)),
        (Some(("metadata.labels", key)), _) => Ok(value(&meta.labels, key)),
        (Some(_), _) => Err(format!("fieldPath {path:?} does not support subscript")),
        (None, "metadata.annotations") => Ok(all(&meta.annotations)),
        (None, "metadata.labels") => Ok(all(&meta.labels)),
        (None, "metadata.name") => Ok(meta.name.to_string()),
        (None, "metadata.namespace") => Ok(meta.namespace.to_string()),
        (None, "metadata.uid") => Ok(meta.uid.to_string()),
        (None, path) => Err(format!("unsupported fieldPath: {path}")),
    }
}

/// `extractContainerResourceValue`: rounded up to a multiple of the divisor.
fn resource_of(container: &Value, field: &Value) -> Result<String, String> {
    let name = text(field, &["resource"]);
    let known = [
        "limits.cpu",
        "limits.memory",
        "limits.ephemeral-storage",
        "requests.cpu",
        "requests.memory",
        "requests.ephemeral-storage",
    ];
    let Some((list, resource)) = name.split_once('.').filter(|_| known.contains(&name)) else {
        return Err(format!("Unsupported container resource : {name}"));
    };
    let parse = |text: &str| Quantity::parse(text).unwrap_or(Quantity::ZERO);
    let amount = parse(text(container, &["resources", list, resource]));
    let divisor = Some(parse(text(field, &["divisor"])))
        .filter(|divisor| !divisor.is_zero())
        .unwrap_or(parse("1"));
    let (amount, divisor) = match resource {
        "cpu" => (amount.milli(), divisor.milli()),
        _ => (amount.units(), divisor.units()),
    };
    let divisor = divisor.max(1);
    Ok((amount.div_euclid(divisor) + i64::from(amount.rem_euclid(divisor) > 0)).to_string())
}
