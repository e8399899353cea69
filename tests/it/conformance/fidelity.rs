//! `public/fidelity.json`: the numbers of recordings that agree, for the page. The file is committed; the test of a
//! family fails if its count differs, until `make fidelity` updates the file.

use std::fs;
use std::sync::Mutex;

use serde_json::{Value, json};
use statefulset_playground::object::kind::{Handling, KINDS};
use statefulset_playground::schema::{self, FieldEffect};

use super::Family;

const FILE: &str = "public/fidelity.json";

/// The version of the recorded programs.
const KUBERNETES: &str = "v1.36.3";

/// The families, each with the description of its recordings.
const FAMILIES: [(&str, &str); 9] = [
    (
        "traces",
        "scenarios: the actions and events of the controllers, and the resulting objects, step by step",
    ),
    (
        "walks",
        "random walks over random manifests, recorded in the same way",
    ),
    (
        "revision-names",
        "the names of all ControllerRevisions of a recording",
    ),
    (
        "dns",
        "DNS queries while pods are created, become unready and are deleted",
    ),
    (
        "verdicts",
        "manifests, good and bad: whether kubectl apply was accepted",
    ),
    (
        "verdict-texts",
        "the exact text that kubectl printed for these manifests",
    ),
    (
        "console",
        "kubectl sessions: every line and cell that was printed",
    ),
    ("console-lines", "the lines of these sessions one by one"),
    (
        "scheduling",
        "pods, nodes and claims: what the scheduler did, with its messages and events",
    ),
];

/// Known differences between the simulation and a cluster.
const GAPS: [&str; 7] = [
    "What runs inside pods is not simulated: containers start, become ready, crash and stop, and do no work.",
    "How long things take (pulls, starts, volumes) is a realistic guess with a seed, not a measurement.",
    "The scheduler filters and scores nodes as the real one does, but does not count images, and among equal nodes it does not choose at random.",
    "Names of ReplicaSets have a hash of the same form as Go's, but not the same value: that hashes a dump of Go's memory.",
    "A ControllerRevision that was edited by hand is compared by its bytes alone, not by its meaning.",
    "With a decoding error the API server reports no other errors, as the real one: they appear once it is fixed.",
    "kubectl knows every command and flag; those that need a program in a container, a file or another cluster answer in one sentence.",
];

/// The types whose fields are named in the list of gaps if nothing acts on them.
const TYPES: [&str; 8] = [
    "StatefulSetSpec",
    "PodSpec",
    "Container",
    "ServiceSpec",
    "PersistentVolumeClaimSpec",
    "PersistentVolumeSpec",
    "DeploymentSpec",
    "IngressSpec",
];

/// The known differences, and the kinds and fields that are marked as stored only.
fn gaps() -> Vec<String> {
    let stored = KINDS
        .iter()
        .filter(|info| info.handling != Handling::Simulated)
        .map(|info| info.name);
    let kinds = format!(
        "Kinds that are stored and printed, and on which nothing acts: {}.",
        stored.collect::<Vec<_>>().join(", ")
    );
    let fields = TYPES.iter().filter_map(|of| {
        let fields = &schema::named(of).expect("a type of the schema").fields;
        let stored: Vec<&str> = fields
            .iter()
            .filter(|field| field.effect == FieldEffect::Stored)
            .map(|field| field.name)
            .collect();
        (!stored.is_empty()).then(|| format!("Fields of {of} on which nothing acts: {}.", stored.join(", ")))
    });
    GAPS.map(str::to_owned)
        .into_iter()
        .chain([kinds])
        .chain(fields)
        .collect()
}

/// The tests of the families run in parallel.
static WRITING: Mutex<()> = Mutex::new(());

/// Compares a family with the file, or updates the file if `UPDATE_FIDELITY` is set. Only the recordings of the
/// repository count.
#[track_caller]
pub fn check(family: &Family) {
    if std::env::var_os("KUBERNETES_RECORDINGS").is_some() {
        return;
    }
    let _guard = WRITING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let committed = read();
    let recorded = |name: &str| {
        let families = committed.get("families").and_then(Value::as_array);
        let mut found = families.into_iter().flatten().filter(|of| of["name"] == name);
        found.next().cloned().unwrap_or(Value::Null)
    };
    let families: Vec<Value> = FAMILIES
        .iter()
        .map(|(name, what)| {
            let (agree, of) = match *name == family.name {
                true => (
                    family.passed.into(),
                    (family.passed + family.differing.len()).into(),
                ),
                false => (recorded(name)["agree"].clone(), recorded(name)["of"].clone()),
            };
            json!({"name": name, "what": what, "agree": agree, "of": of})
        })
        .collect();
    let wanted = json!({"kubernetes": KUBERNETES, "families": families, "gaps": gaps()});
    if std::env::var_os("UPDATE_FIDELITY").is_some() {
        let text = serde_json::to_string_pretty(&wanted).expect("text is JSON");
        fs::write(FILE, format!("{text}\n")).expect("the file can be written");
        return;
    }
    assert_eq!(committed, wanted, "{FILE} is stale: make fidelity writes it");
}

fn read() -> Value {
    let text = fs::read_to_string(FILE).unwrap_or_else(|error| panic!("{FILE}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{FILE}: {error}"))
}
