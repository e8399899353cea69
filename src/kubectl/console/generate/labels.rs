//! Labels and overrides from flags (`ParseLabels` in `kubectl/pkg/generate/generate.go`, `override_options.go`).

use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::Args;
use crate::object::{Map, Value};

/// `KEY=VALUE,…` as a map.
///
/// # Errors
/// An invalid pair.
pub fn parse(text: &str) -> Result<Map, String> {
    let mut labels = Map::new();
    for pair in text.split(',') {
        match pair.split_once('=') {
            Some((_, value)) if value.contains('=') => {
                return Err(format!("unexpected label spec: {pair}"));
            }
            Some(("", _)) => return Err("unexpected empty label key".to_owned()),
            Some((key, value)) => labels.insert(key, value),
            None => return Err(format!("unexpected label spec: {pair}")),
        };
    }
    Ok(labels)
}

/// Applies `--overrides` as a JSON merge patch.
///
/// # Errors
/// Overrides that are no JSON, and other types of patches.
pub fn override_document(args: &Args, document: &mut Value) -> Result<(), Error> {
    let Some(text) = args.get("overrides").filter(|text| !text.is_empty()) else {
        return Ok(());
    };
    match args.get("override-type").unwrap_or("merge") {
        "" | "merge" => {}
        "json" | "strategic" => {
            let text = "--override-type is not part of this page: --overrides is a JSON merge patch here";
            return Err(Error::Plain(text.to_owned()));
        }
        other => return Err(Error::Plain(format!("invalid override type: {other}"))),
    }
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(patch) => {
            document.merge(&Value::from(patch));
            Ok(())
        }
        Err(_) => Err(Error::Plain("Invalid JSON Patch".to_owned())),
    }
}
