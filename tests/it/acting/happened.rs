//! What happened in a run, without the copies of what was applied.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use statefulset_playground::cluster::dns::{RecordType, query};
use statefulset_playground::cluster::{Fault, FaultKind, Settings, Sim};
use statefulset_playground::kubectl::check::check;
use statefulset_playground::kubectl::console::start;
use statefulset_playground::kubectl::diagnostic::Severity;
use statefulset_playground::kubectl::server::LiveServer;
use statefulset_playground::object::{Kind, Object, Time, Value};
use statefulset_playground::store::{Actor, EntryKind, World};

/// A cluster that is not idle after this time acts again and again.
const STEP_MS: u64 = 120_000;

/// The transcript of a run.
///
/// # Errors
/// What kubectl printed, if the documents were refused.
pub fn happened(documents: &[Json], lines: &[String]) -> Result<String, String> {
    let mut sim = Sim::new(Settings::default());
    let mut transcript = Transcript::default();
    let texts: Vec<String> = documents
        .iter()
        .map(|document| serde_json::to_string(document).expect("a document is JSON"))
        .collect();
    let process = start(
        &mut LiveServer::begin(&mut sim),
        "apply -f -",
        &texts.join("\n---\n"),
        Time(0),
    );
    let printed = process.printed();
    if printed.stderr.lines().any(|line| !line.starts_with("Warning: ")) {
        return Err(printed.stderr.clone());
    }
    // Advice of the editor.
    for diagnostic in check(sim.world(), &texts.join("\n---\n")) {
        if diagnostic.severity != Severity::Info {
            transcript.line(&diagnostic.message);
        }
    }
    transcript.advance(&mut sim);
    for line in lines {
        perform(&mut sim, line);
        transcript.advance(&mut sim);
    }
    // What happens at the same time may be ordered by hashes.
    transcript.lines.sort();
    Ok(transcript.lines.join("\n"))
}

/// Performs a line of kubectl, or injects the fault of a line like `break NotReady web-0`.
fn perform(sim: &mut Sim, line: &str) {
    let Some(fault) = line.strip_prefix("break ") else {
        let now = sim.now();
        start(&mut LiveServer::begin(sim), line, "", now);
        return;
    };
    let (name, target) = fault.split_once(' ').unwrap_or((fault, ""));
    let kind = FaultKind::ALL
        .into_iter()
        .find(|kind| format!("{kind:?}") == name);
    let fault = Fault::new(
        kind.unwrap_or_else(|| panic!("no fault is called {name}")),
        target,
    );
    sim.inject_fault(&fault).expect("the object of a fault exists");
}

#[derive(Default)]
struct Transcript {
    lines: Vec<String>,
    /// Names that contain the hash of a template, with what stands for them.
    masks: BTreeMap<String, String>,
}

impl Transcript {
    fn advance(&mut self, sim: &mut Sim) {
        let until = Time(sim.now().0 + STEP_MS);
        sim.advance(until);
        for entry in sim.take_entries() {
            let line = match &entry.kind {
                EntryKind::Change(change) => {
                    let shown = change
                        .object
                        .as_ref()
                        .map(|object| self.object(object, change.by));
                    format!("{:?} {:?} {:?}", change.by, change.key, shown)
                }
                EntryKind::Decision(decision) => format!("{decision:?}"),
            };
            self.line(&format!("{:?} {line}", entry.at));
        }
        self.names(sim.world());
    }

    fn line(&mut self, line: &str) {
        let mut line = line.to_owned();
        for (name, mask) in &self.masks {
            if line.contains(name.as_str()) {
                line = line.replace(name.as_str(), mask);
            }
        }
        self.lines.push(line);
    }

    /// An object without what is copied from the manifest.
    fn object(&mut self, object: &Object, by: Actor) -> String {
        if matches!(object.kind, Kind::ControllerRevision | Kind::ReplicaSet) {
            let hash = object.meta.name.rsplit('-').next().unwrap_or_default();
            let mask = format!("hash{}", self.masks.len());
            self.masks.entry(hash.to_owned()).or_insert(mask);
        }
        let mut document = object.document();
        let node = object.spec().get("nodeName").cloned();
        let volume = object.spec().get("volumeName").cloned();
        let replicas = object.spec().get("replicas").cloned();
        let Value::Object(fields) = &mut document else {
            unreachable!("a document is an object")
        };
        if by == Actor::Person || !matches!(object.kind, Kind::EndpointSlice | Kind::Event) {
            fields.retain(|field, _| matches!(field, "metadata" | "status"));
        }
        let metadata = document
            .slot(&["metadata"])
            .as_object_mut()
            .expect("every object has it");
        for field in ["annotations", "labels", "generation", "managedFields"] {
            metadata.remove(field);
        }
        format!("{document:?} {node:?} {volume:?} {replicas:?}")
    }

    /// The answers to all names of the cluster.
    fn names(&mut self, world: &World) {
        let types = [RecordType::A, RecordType::Cname, RecordType::Srv];
        let services: Vec<String> = world
            .list(Kind::Service)
            .map(|service| {
                format!(
                    "{}.{}.svc.cluster.local.",
                    service.meta.name, service.meta.namespace
                )
            })
            .collect();
        for service in &services {
            let pods = world.list(Kind::Pod).map(|pod| {
                let hostname = pod.spec().get("hostname").and_then(Value::as_str);
                format!("{}.{service}", hostname.unwrap_or(&pod.meta.name))
            });
            let names: Vec<String> = pods.chain([service.clone()]).collect();
            for name in names {
                for record_type in types {
                    self.line(&format!("{name} {:?}", query(world, &name, record_type)));
                }
            }
        }
    }
}
