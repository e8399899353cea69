//! ConfigMaps and Secrets.

use base64::Engine;

use super::field::{Bad, Errors, Path};
use super::read::Read;
use super::text;
use crate::object::Value;

/// Most bytes in a ConfigMap's or Secret's values (`MaxSecretSize`).
const BYTES_MAX: usize = 1024 * 1024;
const FROZEN: &str = "field is immutable when `immutable` is set";

fn decoded(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap_or_default();
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .unwrap_or_default()
}

fn keys(errors: &mut Errors, of: &Value, field: &str) {
    let at = Path::root(field);
    for (key, _) in of.entries(field) {
        errors.invalid_each(&at.key(key), key, text::config_key(key));
        if field == "data" && of.part("binaryData").has(key) {
            errors.invalid(&at.key(key), key, "duplicate of key present in binaryData");
        }
    }
}

/// `ValidateConfigMap`.
pub fn config_map(errors: &mut Errors, map: &Value) {
    keys(errors, map, "data");
    keys(errors, map, "binaryData");
    let texts = map
        .entries("data")
        .map(|(_, value)| value.as_str().unwrap_or_default().len());
    let bytes = map.entries("binaryData").map(|(_, value)| decoded(value).len());
    if texts.chain(bytes).sum::<usize>() > BYTES_MAX {
        errors.too_long(&Path::root("[]"), BYTES_MAX);
    }
}

/// `ValidateSecret`.
pub fn secret(errors: &mut Errors, secret: &Value) {
    keys(errors, secret, "data");
    let at = Path::root("data");
    let data = secret.part("data");
    if secret
        .entries("data")
        .map(|(_, value)| decoded(value).len())
        .sum::<usize>()
        > BYTES_MAX
    {
        errors.too_long(&at, BYTES_MAX);
    }
    let needs = |errors: &mut Errors, key: &str| {
        if !data.has(key) {
            errors.required(&at.key(key), "");
        }
    };
    match secret.text("type") {
        "kubernetes.io/service-account-token" => {
            let key = "kubernetes.io/service-account.name";
            if secret.part("metadata").part("annotations").text(key).is_empty() {
                errors.required(&Path::root("metadata.annotations").key(key), "");
            }
        }
        "kubernetes.io/dockercfg" => json_at(errors, data, ".dockercfg", &at),
        "kubernetes.io/dockerconfigjson" => json_at(errors, data, ".dockerconfigjson", &at),
        "kubernetes.io/basic-auth" if !data.has("username") && !data.has("password") => {
            needs(errors, "username");
            needs(errors, "password");
        }
        "kubernetes.io/ssh-auth" if decoded(data.part("ssh-privatekey")).is_empty() => {
            errors.required(&at.key("ssh-privatekey"), "");
        }
        "kubernetes.io/tls" => {
            needs(errors, "tls.crt");
            needs(errors, "tls.key");
        }
        _ => {}
    }
}

fn json_at(errors: &mut Errors, data: &Value, key: &str, at: &Path<'_>) {
    let at = at.key(key);
    if !data.has(key) {
        return errors.required(&at, "");
    }
    let bytes = decoded(data.part(key));
    if serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&bytes).is_err() {
        let detail = match bytes.first() {
            None => "unexpected end of JSON input".to_owned(),
            Some(first) => format!(
                "invalid character '{}' looking for beginning of value",
                *first as char
            ),
        };
        errors.invalid(&at, "<secret contents redacted>", detail);
    }
}

/// What `ValidateConfigMapUpdate` and `ValidateSecretUpdate` say before they validate the new object.
pub fn update(errors: &mut Errors, old: &Value, new: &Value, is_secret: bool) {
    let kind = |of: &Value| of.maybe_text("type").unwrap_or("Opaque").to_owned();
    if is_secret && kind(old) != kind(new) {
        errors.invalid(&Path::root("type"), Bad::named(&kind(new)), "field is immutable");
    }
    if !old.flag("immutable") {
        return;
    }
    if !new.flag("immutable") {
        errors.forbidden(&Path::root("immutable"), FROZEN);
    }
    for field in ["data", "binaryData"] {
        if old.part(field) != new.part(field) {
            errors.forbidden(&Path::root(field), FROZEN);
        }
    }
}
