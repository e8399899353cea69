//! Validation: whether a decoded, defaulted document is one that the API server would store, in its words.
//!
//! The parts follow upstream: texts and numbers once (`text`, `network`, `resources`), then the pieces of a pod, then
//! each kind. All work on the canonical document; what is missing reads as Go's zero value.

mod claim;
mod cluster_ip;
mod config;
mod container;
mod difference;
mod environment;
mod field;
mod handler;
mod meta;
mod mounts;
mod network;
mod pod;
mod pod_warnings;
mod projected;
mod read;
mod resources;
mod routing;
mod scheduling;
mod security;
mod selector;
mod service;
mod text;
mod volumes;
mod warnings;
mod workload;

use super::StatusCause;
use crate::object::{Kind, Meta, Value};
use field::{Errors, Path};
use read::Read;
pub use text::label_value;

/// What validation found. Without causes the object is valid.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// Faults in the order in which the API server reports them, each once.
    pub causes: Vec<StatusCause>,
    /// `Warning:` headers; none if there is a cause.
    pub warnings: Vec<String>,
}

/// Validates a new object; `document` is canonical and defaulted, with its namespace.
pub fn validate_create(kind: Kind, document: &Value) -> Findings {
    let mut errors = Errors::default();
    match kind {
        // Its own validation looks at its metadata.
        Kind::Pod => pod::create(&mut errors, document),
        // No API kind: its name says what is broken, an image for example.
        Kind::Fault => {}
        _ => meta::create(&mut errors, kind, document.part("metadata")),
    }
    body(&mut errors, kind, document, true);
    let causes = errors.into_causes();
    let warnings = match causes.is_empty() {
        true => warnings::of(kind, document, true, true),
        false => Vec::new(),
    };
    Findings { causes, warnings }
}

/// Validates a changed object against what is stored; both canonical and defaulted.
pub fn validate_update(kind: Kind, old: &Value, new: &Value) -> Findings {
    let mut errors = Errors::default();
    meta::update(&mut errors, old.part("metadata"), new.part("metadata"));
    let (before, after) = (old.part("spec"), new.part("spec"));
    match kind {
        Kind::Service => service::update(&mut errors, old, new),
        Kind::Pod => pod::update(&mut errors, old, new),
        Kind::ConfigMap => config::update(&mut errors, old, new, false),
        Kind::Secret => config::update(&mut errors, old, new, true),
        Kind::StorageClass => claim::storage_class_update(&mut errors, old, new),
        Kind::IngressClass if before.part("controller") != after.part("controller") => {
            let at = Path::root("spec.controller");
            errors.invalid(&at, after.text("controller"), "field is immutable");
        }
        _ => {}
    }
    if kind != Kind::StorageClass {
        body(&mut errors, kind, new, false);
    }
    match kind {
        Kind::StatefulSet => workload::stateful_set_update(&mut errors, old, new),
        Kind::Deployment | Kind::ReplicaSet | Kind::DaemonSet => {
            workload::immutable_selector(&mut errors, old, new);
        }
        Kind::PersistentVolumeClaim => claim::update(&mut errors, old, new),
        _ => {}
    }
    let causes = errors.into_causes();
    let warnings = match causes.is_empty() {
        true => warnings::of(kind, new, false, before != after),
        false => Vec::new(),
    };
    Findings { causes, warnings }
}

/// What a kind says of everything but metadata; `creating` tells a new object from a changed one.
fn body(errors: &mut Errors, kind: Kind, document: &Value, creating: bool) {
    let spec = document.part("spec");
    let at = Path::root("spec");
    match kind {
        Kind::StatefulSet => workload::stateful_set(errors, spec, creating),
        Kind::Deployment => workload::deployment(errors, spec),
        Kind::ReplicaSet => workload::replica_set(errors, spec),
        Kind::DaemonSet => workload::daemon_set(errors, spec),
        Kind::Service => service::validate(errors, document),
        Kind::PersistentVolumeClaim => claim::spec(errors, spec, &at),
        Kind::PersistentVolume => claim::volume(errors, spec, &at),
        Kind::StorageClass => claim::storage_class(errors, document),
        Kind::ConfigMap => config::config_map(errors, document),
        Kind::Secret => config::secret(errors, document),
        Kind::Ingress => routing::ingress(errors, document, creating),
        Kind::IngressClass => routing::ingress_class(errors, spec),
        Kind::NetworkPolicy => routing::network_policy(errors, spec),
        Kind::PodDisruptionBudget => routing::disruption_budget(errors, spec),
        Kind::Node => scheduling::taints(errors, spec.list("taints"), &Path::root("metadata.taints")),
        Kind::ControllerRevision => {
            if !document.has("data") {
                errors.required(&Path::root("data"), "data is mandatory");
            }
            text::non_negative(errors, &Path::root("revision"), document.int("revision"));
        }
        _ => {}
    }
}

/// What the allocator of addresses says of a Service's spec before anything else is validated; `old` is the stored spec.
pub fn validate_families(spec: &Value, old: Option<&Value>) -> Vec<StatusCause> {
    let mut errors = Errors::default();
    cluster_ip::families(&mut errors, spec, old);
    errors.into_causes()
}

/// Validates what a controller adds to a pod of a template that was valid: its metadata and its names. Fast, for a
/// burst of ten thousand pods.
pub fn validate_pod_metadata(meta: &Meta, spec: &Value) -> Vec<StatusCause> {
    let mut errors = Errors::default();
    let at = Path::root("metadata");
    let name_at = at.child("name");
    match meta.name.as_ref() {
        "" => errors.required(&name_at, "name or generateName is required"),
        name => text::subdomain(&mut errors, &name_at, name),
    }
    meta::labels(
        &mut errors,
        &Value::Object(meta.labels.clone()),
        &at.child("labels"),
    );
    for (field, place) in [("hostname", "spec.hostname"), ("subdomain", "spec.subdomain")] {
        let name = spec.text(field);
        if !name.is_empty() {
            text::label(&mut errors, &Path::root(place), name);
        }
    }
    errors.into_causes()
}
