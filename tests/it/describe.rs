//! Compares `kubectl describe` with the output of kubectl v1.36.3.
//!
//! `tests/describe/*.yaml` hold documents, `*.txt` the outputs of kubectl with a stand-in API server that served them:
//! `=== KIND NAME`, then the output. They were recorded at [`NOW`].

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize as _;
use serde_json::{Value as Json, json};
use statefulset_playground::cluster::{Settings, Sim};
use statefulset_playground::kubectl::describe::describe;
use statefulset_playground::kubectl::pod_template::pod_template;
use statefulset_playground::object::kind::KINDS;
use statefulset_playground::object::{Key, Kind, Object, Time, Value};
use statefulset_playground::store::{Actor, Cause, Change, Entry, EntryKind, World};

use crate::support::command::{Command, apply_manifest, perform};
use crate::support::scripted::{KubeletStep, scripted_sim};
use crate::support::settle;

use crate::conformance::recordings;

/// When the outputs were recorded.
const NOW: &str = "2026-11-28T15:45:00Z";

fn now() -> Time {
    Time::parse(NOW).expect("an instant")
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/describe");
    let entries = fs::read_dir(folder).expect("the folder of documents");
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut paths: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|ext| ext == "yaml"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

fn documents(path: &Path) -> Vec<Json> {
    let text = fs::read_to_string(path).expect("readable documents");
    serde_yaml::Deserializer::from_str(&text)
        .map(|document| Json::deserialize(document).expect("a document"))
        .collect()
}

/// An object as the API server stores it.
fn stored(document: Json, seq: u64) -> Object {
    let word = |key: &str| document[key].as_str().unwrap_or_default();
    let kind = Kind::from_type_meta(word("apiVersion"), word("kind")).expect("a known kind");
    let value = Value::from(document);
    let mut object = Object::read(kind, value.as_object().expect("an object"));
    object.meta.resource_version = seq;
    if object.meta.namespace.is_empty() && kind.info().namespaced {
        object.meta.namespace = "default".into();
    }
    if object.meta.uid.is_empty() {
        object.meta.uid = format!("uid-{seq}").into();
    }
    object
}

fn world(documents: &[Json]) -> World {
    let mut world = World::default();
    for (document, seq) in documents.iter().zip(1..) {
        let object = stored(document.clone(), seq);
        world.apply(&Entry {
            seq,
            at: Time(0),
            cause: Cause::Timer,
            kind: EntryKind::Change(Change {
                key: object.key(),
                object: Some(Arc::new(object)),
                by: Actor::ApiServer,
            }),
        });
    }
    world
}

#[test]
fn objects_are_described_as_kubectl_does() {
    let mut cases = 0;
    for path in files() {
        let recorded = fs::read_to_string(path.with_extension("txt")).expect("a recording");
        let world = world(&documents(&path));
        for case in recorded.split("=== ").skip(1) {
            let (title, text) = case.split_once('\n').expect("a title");
            let is_meant = |object: &&Arc<Object>| format!("{} {}", object.kind, object.name()) == title;
            let object = world.all().find(is_meant).expect("the object of the title");
            let here = describe(&world, object, now(), true);
            assert_eq!(here, text, "{}: {title}", path.display());
            cases += 1;
        }
    }
    assert!(cases > 100, "{cases}");
}

#[test]
fn events_are_optional() {
    for path in files() {
        let world = world(&documents(&path));
        for object in world.all() {
            let with = describe(&world, object, now(), true);
            let without = describe(&world, object, now(), false);
            // The title of the events may widen the columns of the lines before it.
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words(&with).starts_with(&words(&without)), "{}", object.name());
            assert!(!without.contains("\nEvents:"), "{}", object.name());
        }
    }
}

/// A recording of the console.
fn recorded(name: &str) -> serde_yaml::Value {
    let path = recordings().join("console").join(name);
    let text = fs::read_to_string(path).expect("a recording");
    serde_yaml::from_str(&text).expect("a recording is YAML")
}

/// Masks what differs between runs: the creation timestamp, and the third column of events.
fn masked(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("  Normal  ") {
            let cells: Vec<&str> = rest
                .split("  ")
                .filter(|cell| !cell.is_empty())
                .map(str::trim)
                .collect();
            lines.push([&cells[..1], &cells[2..]].concat().join("|"));
        } else if line.starts_with("CreationTimestamp: ") {
            lines.push("CreationTimestamp".to_owned());
        } else {
            lines.push(line.to_owned());
        }
    }
    lines.join("\n")
}

#[test]
fn a_stateful_set_is_described_as_recorded() {
    let recording = recorded("describe.yaml");
    let mut sim = scripted_sim(Settings::default());
    let mut compared = 0;
    for step in recording["steps"].as_sequence().expect("steps") {
        if let Some(text) = step["stdin"].as_str() {
            apply_manifest(&mut sim, text);
        } else if let Some(pod) = step["kubelet"]["pod"].as_str() {
            let step = match step["kubelet"]["does"].as_str() {
                Some("start") => KubeletStep::Start,
                Some("ready") => KubeletStep::Ready,
                other => panic!("{other:?}"),
            };
            let command = Command::Kubelet {
                pod: pod.into(),
                step,
            };
            assert_eq!(perform(&mut sim, &command).error(), None);
        } else {
            let set = sim
                .world()
                .get(&Key::new(Kind::StatefulSet, "web"))
                .expect("the set");
            let here = describe(sim.world(), set, sim.now(), true);
            let there = step["stdout"].as_str().unwrap_or_default();
            assert_eq!(masked(&here), masked(there));
            compared += 1;
        }
        settle(&mut sim);
        sim.advance(sim.now().plus(1_000));
    }
    assert_eq!(compared, 1);
}

#[test]
fn a_revision_is_shown_as_recorded() {
    let recording = recorded("rollout.yaml");
    let steps = recording["steps"].as_sequence().expect("steps");
    let manifest = steps
        .iter()
        .find_map(|step| step["stdin"].as_str())
        .expect("a manifest");
    let shown = steps
        .iter()
        .find(|step| {
            step["kubectl"]
                .as_str()
                .is_some_and(|line| line.ends_with("--revision=1"))
        })
        .and_then(|step| step["stdout"].as_str())
        .expect("a revision");
    let mut sim = Sim::new(Settings::default());
    apply_manifest(&mut sim, manifest);
    let set = sim
        .world()
        .get(&Key::new(Kind::StatefulSet, "web"))
        .expect("the set");
    let template = set.spec().get("template").expect("a template");
    let here = format!(
        "statefulset.apps/web with revision #1\n{}\n",
        pod_template(template)
    );
    assert_eq!(here, shown);
}

/// Describes every object of a world.
fn describe_all(world: &World) {
    for object in world.all() {
        let text = describe(world, object, Time(0), true);
        assert!(
            text.contains(object.name().as_ref()) || object.kind == Kind::Fault,
            "{text}"
        );
    }
}

#[test]
fn every_object_of_every_verdict_can_be_described() {
    let text = fs::read_to_string(recordings().join("verdicts.yaml")).expect("the verdicts exist");
    let verdicts: Vec<serde_yaml::Value> = serde_yaml::from_str(&text).expect("a list of cases");
    assert!(!verdicts.is_empty());
    for verdict in &verdicts {
        let mut sim = Sim::new(Settings::default());
        for text in ["existing", "manifest"]
            .iter()
            .filter_map(|field| verdict[*field].as_str())
        {
            perform(&mut sim, &Command::Apply { text: text.into() });
        }
        settle(&mut sim);
        describe_all(sim.world());
    }
}

/// Every document that differs from this one in one field, which has an unusual value.
fn odd(document: &Json, place: &str, out: &mut Vec<Json>) {
    let paths: Vec<String> = match document.pointer(place) {
        Some(Json::Object(map)) => map
            .keys()
            .map(|key| key.replace('~', "~0").replace('/', "~1"))
            .collect(),
        Some(Json::Array(items)) => (0..items.len()).map(|i| i.to_string()).collect(),
        _ => Vec::new(),
    };
    for path in paths {
        let path = format!("{place}/{path}");
        if !["/kind", "/apiVersion", "/metadata/name"].contains(&path.as_str()) {
            for value in [
                json!(null),
                json!(-1),
                json!("é\t\n\u{b}"),
                json!([[]]),
                json!({"a": {}}),
                json!(1e300),
            ] {
                let mut other = document.clone();
                if let Some(slot) = other.pointer_mut(&path) {
                    *slot = value;
                }
                out.push(other);
            }
        }
        odd(document, &path, out);
    }
}

#[test]
fn documents_with_unusual_values_are_described() {
    let mut seen = std::collections::BTreeSet::new();
    let recorded = files().iter().map(|path| documents(path)).collect::<Vec<_>>();
    // Kinds without a recording are described field by field.
    let has = |name: &str| recorded.iter().flatten().any(|document| document["kind"] == name);
    let others = KINDS
        .iter()
        .filter(|info| info.kind != Kind::Fault && !has(info.name))
        .map(|info| {
            json!({
                "apiVersion": info.api_version, "kind": info.name, "metadata": {"name": "x"},
                "spec": {"aField": [1, {"b": null}], "c": "d"},
            })
        });
    for documents in recorded.iter().cloned().chain([others.collect()]) {
        let world = world(&documents);
        for document in &documents {
            let mut others = Vec::new();
            odd(document, "", &mut others);
            for other in others {
                let object = stored(other, 1);
                seen.insert(object.kind);
                assert!(!describe(&world, &object, Time(0), true).is_empty());
            }
        }
    }
    let missing: Vec<_> = KINDS
        .iter()
        .filter(|info| !seen.contains(&info.kind))
        .map(|info| info.name)
        .collect();
    assert_eq!(missing, ["Fault"]);
}
