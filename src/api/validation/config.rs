//! ConfigMaps and Secrets (`pkg/apis/core/validation/validation.go`).

use base64::Engine;

use super::access::FieldAccess;
use super::content;
use super::field::{BadValue, ErrorList, Path};
use super::go_json;
use crate::object::Value;

/// Largest total size of the values of a ConfigMap or a Secret, in bytes (`MaxSecretSize`).
const BYTES_MAX: usize = 1024 * 1024;

const IMMUTABLE: &str = "field is immutable when `immutable` is set";

fn decode_base64(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap_or_default();
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .unwrap_or_default()
}

/// Keys of `data` or `binaryData`.
fn validate_keys(errors: &mut ErrorList, object: &Value, field: &str) {
    let at = Path::root(field);
    for (key, _) in object.entries(field) {
        errors.invalid_each(&at.key(key), key, content::config_map_key(key));
        if field == "data" && object.field("binaryData").has(key) {
            errors.invalid(&at.key(key), key, "duplicate of key present in binaryData");
        }
    }
}

/// `ValidateConfigMap`.
pub fn validate_config_map(errors: &mut ErrorList, map: &Value) {
    validate_keys(errors, map, "data");
    validate_keys(errors, map, "binaryData");
    let texts = map
        .entries("data")
        .map(|(_, value)| value.as_str().unwrap_or_default().len());
    let bytes = map
        .entries("binaryData")
        .map(|(_, value)| decode_base64(value).len());
    if texts.chain(bytes).sum::<usize>() > BYTES_MAX {
        errors.too_long(&Path::root("[]"), BYTES_MAX);
    }
}

/// `ValidateSecret`.
pub fn validate_secret(errors: &mut ErrorList, secret: &Value) {
    validate_keys(errors, secret, "data");
    let at = Path::root("data");
    let data = secret.field("data");
    if secret
        .entries("data")
        .map(|(_, value)| decode_base64(value).len())
        .sum::<usize>()
        > BYTES_MAX
    {
        errors.too_long(&at, BYTES_MAX);
    }
    let needs = |errors: &mut ErrorList, key: &str| {
        if !data.has(key) {
            errors.required(&at.key(key), "");
        }
    };
    match secret.text("type") {
        "kubernetes.io/service-account-token" => {
            let key = "kubernetes.io/service-account.name";
            if secret.field("metadata").field("annotations").text(key).is_empty() {
                errors.required(&Path::root("metadata.annotations").key(key), "");
            }
        }
        "kubernetes.io/dockercfg" => validate_json_key(errors, data, ".dockercfg", &at),
        "kubernetes.io/dockerconfigjson" => validate_json_key(errors, data, ".dockerconfigjson", &at),
        "kubernetes.io/basic-auth" if !data.has("username") && !data.has("password") => {
            needs(errors, "username");
            needs(errors, "password");
        }
        "kubernetes.io/ssh-auth" if decode_base64(data.field("ssh-privatekey")).is_empty() => {
            errors.required(&at.key("ssh-privatekey"), "");
        }
        "kubernetes.io/tls" => {
            needs(errors, "tls.crt");
            needs(errors, "tls.key");
        }
        _ => {}
    }
}

/// Requires a key whose value is a JSON object.
fn validate_json_key(errors: &mut ErrorList, data: &Value, key: &str, at: &Path<'_>) {
    let at = at.key(key);
    if !data.has(key) {
        return errors.required(&at, "");
    }
    let bytes = decode_base64(data.field(key));
    if let Some(detail) = go_json::object_error(&bytes) {
        errors.invalid(&at, "<secret contents redacted>", detail);
    }
}

/// Rejects changes of immutable fields (`ValidateConfigMapUpdate`, `ValidateSecretUpdate`). The new object is validated
/// afterwards.
pub fn validate_update(errors: &mut ErrorList, old: &Value, new: &Value, is_secret: bool) {
    let secret_type = |secret: &Value| secret.maybe_text("type").unwrap_or("Opaque").to_owned();
    if is_secret && secret_type(old) != secret_type(new) {
        errors.invalid(
            &Path::root("type"),
            BadValue::named(&secret_type(new)),
            "field is immutable",
        );
    }
    if !old.flag("immutable") {
        return;
    }
    if !new.flag("immutable") {
        errors.forbidden(&Path::root("immutable"), IMMUTABLE);
    }
    for field in ["data", "binaryData"] {
        if old.field(field) != new.field(field) {
            errors.forbidden(&Path::root(field), IMMUTABLE);
        }
    }
}
