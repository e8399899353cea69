//! Writes `src/schema/table.txt` and `public/schema-docs.json` from k8s-openapi's JSON schema, `notes.txt` and
//! `enums.txt`.
//!
//! Run in this folder: `cargo run`. The format of the table is described in `src/schema/table.rs`.
#![forbid(unsafe_code)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

mod roots;

type Definitions = Map<String, Value>;

fn main() {
    let definitions = definitions();
    let names = short_names(&definitions);
    let notes = Notes::read(include_str!("../notes.txt"));
    let enums = enums(include_str!("../enums.txt"));
    let mut table = String::new();
    let mut docs = Map::new();
    let mut used = BTreeSet::new();
    for (long, short) in by_short_name(&names) {
        if let Some(text) = definitions[long].get("description").and_then(Value::as_str) {
            docs.insert(short.to_owned(), text.into());
        }
        let Some(properties) = definitions[long].get("properties").and_then(Value::as_object) else {
            continue;
        };
        let version = long.rsplit('.').nth(1).unwrap_or("v1");
        match version {
            "v1" => writeln!(table, "{short}").unwrap(),
            other => writeln!(table, "{short} {other}").unwrap(),
        }
        let required = strings(definitions[long].get("required"));
        for (field, schema) in properties {
            let path = format!("{short}.{field}");
            let noted = notes.shape(&path);
            if noted.is_some() {
                used.insert(path.clone());
            }
            let shape = noted.unwrap_or_else(|| shape(schema, &names));
            let mut line = format!(" {field} {shape}");
            if required.contains(field.as_str()) {
                line.push_str(" !");
            }
            for note in notes.for_field(&path) {
                used.insert(path.clone());
                write!(line, " {note}").unwrap();
            }
            writeln!(table, "{line}").unwrap();
            let text = schema.get("description").and_then(Value::as_str).unwrap_or_default();
            let values = enums.get(&format!("{}.{field}", long.trim_start_matches("io.k8s.api.")));
            let text = format!("{text}{}", values.map(String::as_str).unwrap_or_default());
            if !text.is_empty() {
                docs.insert(path, text.trim_start().into());
            }
        }
    }
    for path in notes.paths() {
        assert!(
            used.contains(path),
            "notes.txt names {path}, which does not exist"
        );
    }
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    fs::write(format!("{root}/src/schema/table.txt"), &table).expect("table.txt is writable");
    let docs = serde_json::to_string(&docs).expect("text is JSON");
    fs::write(format!("{root}/public/schema-docs.json"), docs).expect("schema-docs.json is writable");
    println!("{} definitions, {} bytes", names.len(), table.len());
}

/// All definitions that the root kinds reach, by their long names such as `io.k8s.api.apps.v1.StatefulSet`.
fn definitions() -> Definitions {
    let mut generator = SchemaSettings::openapi3().into_generator();
    roots::add(&mut generator);
    generator.take_definitions(true).into_iter().collect()
}

/// Go's type names. If two packages share one, it belongs to core or meta, and the others are prefixed with their
/// package.
fn short_names(definitions: &Definitions) -> BTreeMap<String, String> {
    let mut taken: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for long in definitions.keys() {
        taken
            .entry(long.rsplit('.').next().unwrap_or(long))
            .or_default()
            .push(long);
    }
    let mut names = BTreeMap::new();
    for (short, mut longs) in taken {
        longs.sort_by_key(|long| {
            let common = long.contains(".core.") || long.contains(".meta.");
            // `Subject` is that of rbac, which everybody writes.
            (!common, long.contains(".flowcontrol."), *long)
        });
        for (i, long) in longs.iter().enumerate() {
            let package = long.rsplit('.').nth(2).unwrap_or_default();
            let name = if i == 0 {
                short.to_owned()
            } else {
                format!("{package}.{short}")
            };
            names.insert((*long).to_owned(), name);
        }
    }
    names
}

fn by_short_name(names: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
    let mut pairs: Vec<_> = names
        .iter()
        .map(|(long, short)| (long.as_str(), short.as_str()))
        .collect();
    pairs.sort_by_key(|(_, short)| *short);
    pairs
}

fn strings(list: Option<&Value>) -> BTreeSet<&str> {
    list.and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// The code of a field's shape; see `src/schema/table.rs`.
fn shape(schema: &Value, names: &BTreeMap<String, String>) -> String {
    if let Some(long) = reference(schema) {
        return match long.rsplit('.').next().unwrap_or_default() {
            "IntOrString" => "I".into(),
            "Quantity" => "q".into(),
            "Time" => "t".into(),
            "MicroTime" => "u".into(),
            "RawExtension" | "JSON" | "FieldsV1" => "r".into(),
            _ => format!("@{}", names[long]),
        };
    }
    let word = |key: &str| schema.get(key).and_then(Value::as_str).unwrap_or_default();
    match (word("type"), word("format")) {
        ("string", "byte") => "y".into(),
        ("string", "date-time") => "t".into(),
        ("string", _) => "s".into(),
        ("integer", "int32") => "i".into(),
        ("integer", _) => "l".into(),
        ("boolean", _) => "b".into(),
        ("number", _) => "f".into(),
        ("array", _) => format!("[]{}", shape(&schema["items"], names)),
        ("object", _) => match schema.get("additionalProperties") {
            Some(of) => format!("{{}}{}", shape(of, names)),
            None => "r".into(),
        },
        _ => "r".into(),
    }
}

/// The definition that a schema refers to, directly or beside a description.
fn reference(schema: &Value) -> Option<&str> {
    let direct = schema.get("$ref");
    let text = direct
        .or_else(|| schema.get("allOf")?.get(0)?.get("$ref"))?
        .as_str()?;
    text.rsplit('/').next()
}

/// What kube-openapi appends to the descriptions of fields of enumerated types, by the field.
fn enums(text: &str) -> BTreeMap<String, String> {
    let mut enums = BTreeMap::new();
    let mut fields: Vec<&str> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if !line.starts_with(' ') {
            fields = line.split_whitespace().skip(1).collect();
            continue;
        }
        for field in &fields {
            let values: &mut String = enums
                .entry((*field).to_owned())
                .or_insert_with(|| "\n\nPossible enum values:".to_owned());
            write!(values, "\n{line}").unwrap();
        }
    }
    enums
}

/// Facts that the schema lacks, maintained manually: one per line, `Type.field note note …`.
struct Notes(BTreeMap<String, Vec<String>>);

impl Notes {
    fn read(text: &str) -> Notes {
        let mut notes: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let mut words = line.split_whitespace().map(str::to_owned);
            let path = words.next().unwrap_or_default();
            // `Type.a,b,c note` applies to several fields.
            let (of, fields) = path.rsplit_once('.').expect("a note names Type.field");
            let words: Vec<_> = words.collect();
            for field in fields.split(',') {
                let have = notes.entry(format!("{of}.{field}")).or_default();
                have.extend(
                    words
                        .iter()
                        .filter(|word| !have.contains(word))
                        .cloned()
                        .collect::<Vec<_>>(),
                );
            }
        }
        Notes(notes)
    }

    fn for_field(&self, path: &str) -> impl Iterator<Item = &String> {
        self.0
            .get(path)
            .into_iter()
            .flatten()
            .filter(|note| !note.starts_with("shape="))
    }

    fn shape(&self, path: &str) -> Option<String> {
        let notes = self.0.get(path)?;
        notes
            .iter()
            .find_map(|note| note.strip_prefix("shape="))
            .map(str::to_owned)
    }

    fn paths(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }
}
