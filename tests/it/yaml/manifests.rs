//! All manifests in the recordings.

use std::fs;
use std::path::{Path, PathBuf};

use serde_yaml::Value;

/// The folder of the recordings.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kubernetes")
}

/// One recording file.
pub fn load(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The recording files of a folder, sorted by name.
pub fn files(name: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder().join(name)).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Every manifest text in the recordings.
pub fn all() -> Vec<String> {
    let mut texts = Vec::new();
    collect(&load(&folder().join("verdicts.yaml")), &mut texts);
    for name in ["traces", "walks", "dns", "console"] {
        for path in files(name) {
            collect(&load(&path), &mut texts);
        }
    }
    texts.sort();
    texts.dedup();
    texts
}

fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) if text.contains("apiVersion:") => texts.push(text.clone()),
        Value::Sequence(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Mapping(entries) => entries.values().for_each(|value| collect(value, texts)),
        _ => {}
    }
}
