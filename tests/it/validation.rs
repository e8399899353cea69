//! Validation errors and warnings for single changes of valid objects: `validation.yaml`.

use serde::Deserialize;
use serde_yaml::{Mapping, Value};
use statefulset_playground::kubectl::apply::apply;
use statefulset_playground::kubectl::server::DryRun;
use statefulset_playground::store::World;

#[derive(Deserialize)]
struct Suite {
    bases: Mapping,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    base: String,
    /// Whether the base object is stored first, so that the change is an update.
    #[serde(default)]
    update: bool,
    /// Path of the changed field, such as `spec.ports[0].port`.
    at: String,
    /// Its new value; the field is removed if this is absent.
    #[serde(default, deserialize_with = "present")]
    value: Option<Value>,
    /// What kubectl prints to stderr, without the object's name.
    #[serde(default)]
    says: String,
}

/// Distinguishes `null` from an absent value.
fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

#[test]
fn messages_are_those_of_the_api_server() {
    let suite: Suite = serde_yaml::from_str(include_str!("validation.yaml")).expect("the cases are YAML");
    let wrong: Vec<String> = suite
        .cases
        .iter()
        .filter_map(|case| difference(&suite.bases[case.base.as_str()], case))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with the messages of a case.
fn difference(base: &Value, case: &Case) -> Option<String> {
    let mut document = base.clone();
    set_field(&mut document, &case.at, case.value.as_ref());
    let text = |document| serde_yaml::to_string(document).expect("a document can be written");
    let mut server = DryRun::new(&World::default());
    if case.update {
        let outcome = apply(&mut server, &text(base), "manifest.yaml");
        assert_eq!(outcome.exit, 0, "{}: {}", case.base, outcome.stderr);
    }
    let outcome = apply(&mut server, &text(&document), "manifest.yaml");
    let stderr = outcome.stderr.trim_end();
    let messages = match stderr.split_once(" is invalid: ") {
        Some((object, causes)) if object.starts_with("The ") => causes.trim_start_matches('\n'),
        _ => stderr,
    };
    let change = format!("{} with {} = {:?}", case.base, case.at, case.value);
    (messages != case.says).then(|| format!("{change}\n  says: {messages}\n  not:  {}", case.says))
}

/// Sets or removes one field, and creates missing parents.
fn set_field(document: &mut Value, at: &str, value: Option<&Value>) {
    let at = at.replace('[', ".").replace(']', "");
    let mut parts: Vec<&str> = at.split('.').collect();
    let last = parts.pop().expect("a path has a last part");
    let mut parent = document;
    for part in parts {
        parent = match part.parse::<usize>() {
            Ok(index) => &mut parent[index],
            Err(_) => &mut parent[part],
        };
    }
    match (parent, value) {
        (Value::Sequence(items), Some(value)) => {
            let index: usize = last.parse().expect("a list has positions");
            items.truncate(index);
            items.push(value.clone());
        }
        (Value::Mapping(map), None) => {
            map.remove(last);
        }
        (parent, value) => {
            let value = value.cloned().unwrap_or_default();
            parent[last] = value;
        }
    }
}

#[test]
fn no_value_of_any_field_panics() {
    let suite: Suite = serde_yaml::from_str(include_str!("validation.yaml")).expect("the cases are YAML");
    let odd = "[null, '', x y, -1, 9223372036854775807, 1.5, true, [], [null], [[]], [{}], {}, {a: null}, {'': {}}]";
    let odd: Vec<Value> = serde_yaml::from_str(odd).expect("the values are YAML");
    for base in suite.bases.values() {
        let mut paths = Vec::new();
        collect_paths(base, String::new(), &mut paths);
        for (path, value) in paths
            .iter()
            .flat_map(|path| odd.iter().map(move |value| (path, value)))
        {
            let mut document = base.clone();
            set_field(&mut document, path, Some(value));
            let text = serde_yaml::to_string(&document).expect("a document can be written");
            let outcome = apply(&mut DryRun::new(&World::default()), &text, "manifest.yaml");
            assert_eq!(
                outcome.exit == 0,
                !outcome.stdout.is_empty(),
                "{path} = {value:?}"
            );
        }
    }
}

fn collect_paths(value: &Value, at: String, paths: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Mapping(map) => map
            .iter()
            .filter_map(|(key, value)| Some((format!("{at}.{}", key.as_str()?), value)))
            .collect(),
        Value::Sequence(items) => items
            .iter()
            .enumerate()
            .map(|(i, value)| (format!("{at}[{i}]"), value))
            .collect(),
        _ => Vec::new(),
    };
    for (at, value) in children {
        paths.push(at.trim_start_matches('.').to_owned());
        collect_paths(value, at, paths);
    }
}
