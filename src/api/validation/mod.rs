//! Validation of decoded and defaulted documents, with the messages of the API server.
//!
//! The files follow upstream's packages. Formats of texts and numbers are the lowest layer (`content`, `ip`, `port`,
//! `resources`), then come the parts that kinds share (`object_meta`, `label_selector`, `volume_source`, `pod`), then
//! the kinds. Validators read the canonical document through [`FieldAccess`].

mod access;
mod api_service;
mod autoscaler;
mod batch;
mod claim;
mod classes;
mod config;
mod content;
mod crd;
mod csi;
mod daemon_set;
mod deployment;
mod difference;
mod disruption_budget;
mod endpoints;
mod event;
mod field;
mod file_path;
mod go_json;
mod int_or_string;
mod ip;
mod label_selector;
mod limit_range;
mod networking;
mod node;
mod node_selector;
mod object_meta;
mod persistent_volume;
mod pod;
mod port;
mod rbac;
mod replication_controller;
mod resource_quota;
mod resources;
mod service;
mod stateful_set;
mod storage_class;
mod volume_source;
mod warnings;
mod webhook;
mod workload;

use super::StatusCause;
use crate::object::{Kind, Meta, Value};
use access::FieldAccess;
pub use content::{
    config_map_key, dns_1123_subdomain, label_value, port_name, port_number, qualified_name,
    strict_env_var_name,
};
use field::{ErrorList, Path};

/// The result of validation. An object without causes is valid.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ValidationResult {
    /// Field errors in the order of the API server, without duplicates.
    pub causes: Vec<StatusCause>,
    /// `Warning:` headers; none for an invalid object.
    pub warnings: Vec<String>,
}

/// Validates a new object (`Validate` of the kind's strategy). `document` is canonical and has its namespace.
pub fn validate_create(kind: Kind, document: &Value) -> ValidationResult {
    let mut errors = ErrorList::default();
    match kind {
        // `ValidatePodCreate` includes the metadata.
        Kind::Pod => pod::validate_create(&mut errors, document),
        // Not an API kind: its name is the target of a fault, such as an image.
        Kind::Fault => {}
        _ => object_meta::validate_create(&mut errors, kind, document.field("metadata")),
    }
    validate_body(&mut errors, kind, document, true);
    let causes = errors.into_causes();
    let warnings = match causes.is_empty() {
        true => warnings::warnings_for(kind, document, true, true),
        false => Vec::new(),
    };
    ValidationResult { causes, warnings }
}

/// Validates an update of a stored object (`ValidateUpdate` of the kind's strategy). Both documents are canonical.
pub fn validate_update(kind: Kind, old: &Value, new: &Value) -> ValidationResult {
    let mut errors = ErrorList::default();
    object_meta::validate_update(&mut errors, old.field("metadata"), new.field("metadata"));
    let (before, after) = (old.field("spec"), new.field("spec"));
    match kind {
        Kind::Service => service::validate_update(&mut errors, old, new),
        Kind::Pod => pod::validate_update(&mut errors, old, new),
        Kind::ConfigMap => config::validate_update(&mut errors, old, new, false),
        Kind::Secret => config::validate_update(&mut errors, old, new, true),
        Kind::StorageClass => storage_class::validate_update(&mut errors, old, new),
        Kind::VolumeAttributesClass => {
            classes::validate_volume_attributes_class_update(&mut errors, old, new)
        }
        Kind::IngressClass if before.field("controller") != after.field("controller") => {
            let at = Path::root("spec.controller");
            errors.invalid(&at, after.text("controller"), "field is immutable");
        }
        _ => {}
    }
    if kind != Kind::StorageClass {
        validate_body(&mut errors, kind, new, false);
    }
    match kind {
        Kind::StatefulSet => stateful_set::validate_update(&mut errors, old, new),
        Kind::Deployment | Kind::ReplicaSet | Kind::DaemonSet => {
            workload::validate_immutable_selector(&mut errors, old, new);
        }
        Kind::PersistentVolumeClaim => claim::validate_update(&mut errors, old, new),
        Kind::PersistentVolume => persistent_volume::validate_update(&mut errors, old, new),
        Kind::Job => batch::validate_job_update(&mut errors, old, new),
        Kind::CronJob => batch::validate_cron_job(&mut errors, new, Some(old)),
        Kind::RoleBinding | Kind::ClusterRoleBinding => rbac::validate_binding_update(&mut errors, old, new),
        Kind::EndpointSlice => endpoints::validate_slice_update(&mut errors, old, new),
        Kind::ResourceQuota => resource_quota::validate_update(&mut errors, old, new),
        Kind::CustomResourceDefinition => crd::validate_update(&mut errors, old, new),
        Kind::Node => node::validate_update(&mut errors, old, new),
        Kind::PriorityClass => classes::validate_priority_class_update(&mut errors, old, new),
        Kind::RuntimeClass => classes::validate_runtime_class_update(&mut errors, old, new),
        Kind::CSIDriver => csi::validate_driver_update(&mut errors, old, new),
        Kind::CSIStorageCapacity => csi::validate_capacity_update(&mut errors, old, new),
        _ => {}
    }
    let causes = errors.into_causes();
    let warnings = match causes.is_empty() {
        true => warnings::warnings_for(kind, new, false, before != after),
        false => Vec::new(),
    };
    ValidationResult { causes, warnings }
}

/// Validates everything but the metadata; `creating` is false for an update.
fn validate_body(errors: &mut ErrorList, kind: Kind, document: &Value, creating: bool) {
    let spec = document.field("spec");
    let at = Path::root("spec");
    match kind {
        Kind::StatefulSet => stateful_set::validate_spec(errors, spec, creating),
        Kind::Deployment => deployment::validate_spec(errors, spec),
        Kind::ReplicaSet => deployment::validate_replica_set_spec(errors, spec),
        Kind::DaemonSet => daemon_set::validate_spec(errors, spec),
        Kind::Service => service::validate(errors, document),
        Kind::PersistentVolumeClaim => claim::validate_spec(errors, spec, &at),
        Kind::PersistentVolume => {
            persistent_volume::validate_spec(errors, spec, document.field("metadata").text("name"), &at)
        }
        Kind::StorageClass => storage_class::validate(errors, document),
        Kind::ConfigMap => config::validate_config_map(errors, document),
        Kind::Secret => config::validate_secret(errors, document),
        Kind::Ingress => networking::validate_ingress(errors, document, creating),
        Kind::IngressClass => networking::validate_ingress_class(errors, spec),
        Kind::NetworkPolicy => networking::validate_network_policy(errors, spec),
        Kind::PodDisruptionBudget => disruption_budget::validate_spec(errors, spec),
        Kind::Job => batch::validate_job(errors, document, creating),
        Kind::CronJob if creating => batch::validate_cron_job(errors, document, None),
        Kind::HorizontalPodAutoscaler => autoscaler::validate_spec(errors, spec),
        Kind::Role => rbac::validate_role(errors, document, true),
        Kind::ClusterRole => rbac::validate_role(errors, document, false),
        Kind::RoleBinding => rbac::validate_binding(errors, document, true),
        Kind::ClusterRoleBinding => rbac::validate_binding(errors, document, false),
        Kind::LimitRange => limit_range::validate_spec(errors, spec),
        Kind::ResourceQuota => resource_quota::validate_spec(errors, spec),
        Kind::Endpoints => endpoints::validate_subsets(errors, document),
        Kind::EndpointSlice => endpoints::validate_slice(errors, document),
        Kind::Event => event::validate(errors, document),
        Kind::CustomResourceDefinition => crd::validate(errors, document, creating),
        Kind::APIService => api_service::validate(errors, document),
        Kind::MutatingWebhookConfiguration | Kind::ValidatingWebhookConfiguration => {
            webhook::validate_configuration(errors, document);
        }
        Kind::RuntimeClass if creating => classes::validate_runtime_class(errors, document),
        Kind::PriorityClass if creating => classes::validate_priority_class(errors, document),
        Kind::VolumeAttributesClass => classes::validate_volume_attributes_class(errors, document),
        Kind::Lease => classes::validate_lease(errors, spec),
        Kind::CSIDriver => csi::validate_driver(errors, spec),
        Kind::CSINode => csi::validate_node(errors, spec),
        Kind::CSIStorageCapacity if creating => csi::validate_capacity(errors, document),
        Kind::PodTemplate => {
            let template = document.field("template");
            let volumes: Vec<&Value> = template.field("spec").list("volumes").iter().collect();
            pod::validate_template(errors, template, &volumes, &Path::root("template"));
        }
        Kind::ReplicationController => replication_controller::validate_spec(errors, spec),
        Kind::Node => node::validate(errors, spec, creating),
        Kind::ControllerRevision => {
            if !document.has("data") {
                errors.required(&Path::root("data"), "data is mandatory");
            }
            content::validate_non_negative(errors, &Path::root("revision"), document.int("revision"));
        }
        _ => {}
    }
}

/// Validates the IP families of a Service before they are initialized and before anything else is validated; `old` is
/// the stored spec.
pub fn validate_ip_families(spec: &Value, old: Option<&Value>) -> Vec<StatusCause> {
    let mut errors = ErrorList::default();
    service::validate_ip_families(&mut errors, spec, old);
    errors.into_causes()
}

/// Validates what a controller adds to the valid pod template of a pod: name, labels, hostname and subdomain.
///
/// Much faster than the validation of the complete pod, which matters for ten thousand pods.
pub fn validate_pod_metadata(meta: &Meta, spec: &Value) -> Vec<StatusCause> {
    let mut errors = ErrorList::default();
    let at = Path::root("metadata");
    let name_at = at.child("name");
    match meta.name.as_ref() {
        "" => errors.required(&name_at, "name or generateName is required"),
        name => content::validate_dns_1123_subdomain(&mut errors, &name_at, name),
    }
    object_meta::validate_labels(
        &mut errors,
        &Value::Object(meta.labels.clone()),
        &at.child("labels"),
    );
    for (field, path) in [("hostname", "spec.hostname"), ("subdomain", "spec.subdomain")] {
        let name = spec.text(field);
        if !name.is_empty() {
            content::validate_dns_1123_label(&mut errors, &Path::root(path), name);
        }
    }
    errors.into_causes()
}
