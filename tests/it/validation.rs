//! What is refused and warned about, and in which words: `validation.yaml`.

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
    /// Whether the base is stored already.
    #[serde(default)]
    update: bool,
    /// What is changed, such as `spec.ports[0].port`.
    at: String,
    /// Its new value; the field is removed without one.
    #[serde(default, deserialize_with = "written")]
    value: Option<Value>,
    #[serde(default)]
    says: String,
}

/// Tells `null` from nothing.
fn written<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

#[test]
fn the_words_are_those_of_the_api_server() {
    let suite: Suite = serde_yaml::from_str(include_str!("validation.yaml")).expect("the cases are YAML");
    for case in &suite.cases {
        check(&suite.bases[case.base.as_str()], case);
    }
}

#[track_caller]
fn check(base: &Value, case: &Case) {
    let mut document = base.clone();
    put(&mut document, &case.at, case.value.as_ref());
    let text = |document| serde_yaml::to_string(document).expect("a document can be written");
    let mut server = DryRun::new(&World::default());
    if case.update {
        let outcome = apply(&mut server, &text(base), "manifest.yaml");
        assert_eq!(outcome.exit, 0, "{}: {}", case.base, outcome.stderr);
    }
    let outcome = apply(&mut server, &text(&document), "manifest.yaml");
    let said = outcome.stderr.trim_end();
    let said = match said.split_once(" is invalid: ") {
        Some((who, words)) if who.starts_with("The ") => words.trim_start_matches('\n'),
        _ => said,
    };
    assert_eq!(
        said, case.says,
        "{} with {} = {:?}",
        case.base, case.at, case.value
    );
}

/// Changes one field, makes the ones above it.
fn put(document: &mut Value, at: &str, value: Option<&Value>) {
    let at = at.replace('[', ".").replace(']', "");
    let mut parts: Vec<&str> = at.split('.').collect();
    let last = parts.pop().expect("a path has a last part");
    let mut place = document;
    for part in parts {
        place = match part.parse::<usize>() {
            Ok(index) => &mut place[index],
            Err(_) => &mut place[part],
        };
    }
    match (place, value) {
        (Value::Sequence(items), Some(value)) => {
            let index: usize = last.parse().expect("a list has positions");
            items.truncate(index);
            items.push(value.clone());
        }
        (Value::Mapping(map), None) => {
            map.remove(last);
        }
        (place, value) => {
            let value = value.cloned().unwrap_or_default();
            place[last] = value;
        }
    }
}

#[test]
fn no_value_anywhere_makes_it_panic() {
    let suite: Suite = serde_yaml::from_str(include_str!("validation.yaml")).expect("the cases are YAML");
    let odd = "[null, '', x y, -1, 9223372036854775807, 1.5, true, [], [null], [[]], [{}], {}, {a: null}, {'': {}}]";
    let odd: Vec<Value> = serde_yaml::from_str(odd).expect("the values are YAML");
    for base in suite.bases.values() {
        let mut places = Vec::new();
        list_places(base, String::new(), &mut places);
        for (place, value) in places
            .iter()
            .flat_map(|place| odd.iter().map(move |value| (place, value)))
        {
            let mut document = base.clone();
            put(&mut document, place, Some(value));
            let text = serde_yaml::to_string(&document).expect("a document can be written");
            let outcome = apply(&mut DryRun::new(&World::default()), &text, "manifest.yaml");
            assert_eq!(
                outcome.exit == 0,
                !outcome.stdout.is_empty(),
                "{place} = {value:?}"
            );
        }
    }
}

fn list_places(value: &Value, at: String, places: &mut Vec<String>) {
    let inside: Vec<(String, &Value)> = match value {
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
    for (at, value) in inside {
        places.push(at.trim_start_matches('.').to_owned());
        list_places(value, at, places);
    }
}
