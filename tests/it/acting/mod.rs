//! Which fields the simulation acts on: `src/schema/acting.txt`.
//!
//! Every experiment of `tests/acting` is run twice, as it is and with one field changed, and what happened is compared.
//! A field acts if that differs: the stored copies of the field itself do not count. `UPDATE_EXPECT=1` writes the list.

mod happened;
mod variants;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use expect_test::expect_file;
use serde::Deserialize;
use serde_json::Value as Json;
use statefulset_playground::object::Kind;
use statefulset_playground::object::kind::{Handling, KINDS};
use statefulset_playground::schema;

use crate::conformance::files_in;
use happened::happened;
use variants::{Variant, variants};

/// A field that a document has is changed so many times in an experiment.
const CHANGES_MAX: usize = 4;

/// A field of an object that no document has is tried so many times in all.
const NEW_MAX: usize = 3;

/// A cluster, what is applied to it, and what is typed then.
#[derive(Deserialize)]
struct Experiment {
    /// The manifests.
    apply: String,
    /// Lines of kubectl, one after the other when the cluster is idle.
    #[serde(default)]
    then: Vec<String>,
    /// The fields to change, by kind and path, and their values; all fields of all documents if there are none.
    #[serde(default)]
    change: BTreeMap<String, Vec<Json>>,
}

/// Kinds whose objects the simulation makes, and which nobody writes.
const MADE: [Kind; 4] = [
    Kind::ControllerRevision,
    Kind::Event,
    Kind::Fault,
    Kind::VolumeAttachment,
];

/// A field of a type.
type TypeField = (String, String);

#[test]
fn the_list_of_acting_fields_is_what_experiments_show() {
    let mut acting: BTreeSet<TypeField> = BTreeSet::new();
    let mut tried_new: BTreeMap<TypeField, usize> = BTreeMap::new();
    let mut kinds: BTreeSet<&'static str> = MADE.map(|kind| kind.info().name).into();
    for file in files_in(Path::new("tests/acting")) {
        let text = std::fs::read_to_string(&file).expect("a readable file");
        let experiments: Vec<Experiment> =
            serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        for experiment in &experiments {
            perform(experiment, &mut acting, &mut tried_new);
            kinds.extend(acting_kinds(experiment));
        }
    }
    let list: String = acting
        .iter()
        .map(|(of, field)| format!("{of}.{field}\n"))
        .collect();
    expect_file!["../../../src/schema/acting.txt"].assert_eq(&list);
    let wrong: Vec<&str> = KINDS
        .iter()
        .filter(|info| (info.handling == Handling::Simulated) != kinds.contains(info.name))
        .map(|info| info.name)
        .collect();
    assert!(
        wrong.is_empty(),
        "whether these kinds act is not what is marked: {wrong:?}"
    );
}

/// The kinds of the objects without which something else would happen. An object is not left out but has another name
/// and no labels: the random numbers of the others stay the same.
fn acting_kinds(experiment: &Experiment) -> Vec<&'static str> {
    let documents = read(&experiment.apply);
    let usual = happened(&documents, &experiment.then).expect("the experiment was performed");
    let mut acting = Vec::new();
    for (i, document) in documents.iter().enumerate() {
        let kind = kind_of(document);
        let mut without = documents.clone();
        let metadata = without[i]["metadata"]
            .as_object_mut()
            .expect("every object has it");
        metadata.remove("labels");
        metadata.insert("name".to_owned(), "unused".into());
        if kind == Kind::LimitRange {
            // It acts in its namespace whatever its name is.
            metadata.insert("namespace".to_owned(), "kube-system".into());
        }
        let other = happened(&without, &experiment.then).unwrap_or_default();
        let own = format!("Person Key {{ kind: {kind:?},");
        let of_others = |text: &str| -> Vec<String> {
            let lines = text.lines().filter(|line| !line.contains(&own));
            lines.map(str::to_owned).collect()
        };
        if of_others(&usual) != of_others(&other) {
            acting.push(kind.info().name);
        }
    }
    acting
}

fn kind_of(document: &Json) -> Kind {
    let text = |field: &str| document[field].as_str().unwrap_or_default();
    Kind::from_type_meta(text("apiVersion"), text("kind")).expect("experiments have known kinds")
}

fn perform(
    experiment: &Experiment,
    acting: &mut BTreeSet<TypeField>,
    tried_new: &mut BTreeMap<TypeField, usize>,
) {
    let documents = read(&experiment.apply);
    let usual = happened(&documents, &experiment.then)
        .unwrap_or_else(|error| panic!("{error}\n{}", experiment.apply));
    let mut tried_here: BTreeMap<TypeField, usize> = BTreeMap::new();
    let mut runs: BTreeMap<String, Option<String>> = BTreeMap::new();
    for (i, document) in documents.iter().enumerate() {
        let with = |document: Json| {
            let mut documents = documents.clone();
            documents[i] = document;
            happened(&documents, &experiment.then).ok()
        };
        for variant in changes(experiment, document) {
            let (tried, max) = match &variant.without {
                None => (&mut tried_here, CHANGES_MAX),
                Some(_) => (&mut *tried_new, NEW_MAX),
            };
            let tried = tried.entry(variant.field.clone()).or_default();
            if acting.contains(&variant.field) || *tried >= max {
                continue;
            }
            let without = match variant.without {
                None => Some(&usual),
                Some(without) => runs
                    .entry(without.to_string())
                    .or_insert_with(|| with(without))
                    .as_ref(),
            };
            let Some(without) = without else { continue };
            if let Some(other) = with(variant.document) {
                *tried += 1;
                if other != *without {
                    acting.insert(variant.field);
                }
            }
        }
    }
}

fn read(text: &str) -> Vec<Json> {
    let documents = serde_yaml::Deserializer::from_str(text);
    let documents = documents.map(|document| Json::deserialize(document).expect("an experiment is YAML"));
    documents.filter(|document| !document.is_null()).collect()
}

/// The variants of a document that an experiment asks for.
fn changes(experiment: &Experiment, document: &Json) -> Vec<Variant> {
    let kind = kind_of(document);
    let kind_name = kind.info().name;
    if experiment.change.is_empty() {
        let of = schema::kind(kind).expect("a kind with documents");
        return variants(of, document);
    }
    let mut list = Vec::new();
    for (place, values) in &experiment.change {
        let (of, path) = place.split_once(' ').expect("a kind and a path");
        if of != kind_name {
            continue;
        }
        let parts: Vec<&str> = path.split('.').collect();
        let found = schema::at(kind, &parts).unwrap_or_else(|| panic!("{kind_name} has no {path}"));
        let field = (found.owner.name.to_owned(), found.field.name.to_owned());
        list.extend(values.iter().map(|value| Variant {
            field: field.clone(),
            document: variants::set(document, &parts, value),
            without: None,
        }));
    }
    list
}
