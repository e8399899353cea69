//! The pods that a set creates (`newStatefulSetPod`, `initIdentity`, `updateIdentity`, `updateStorage` in
//! `stateful_set_utils.go`, `GetPodFromTemplate` in `controller_utils.go`).

use std::sync::Arc;

use super::names::{POD_INDEX_LABEL, POD_NAME_LABEL, claim_name, pod_name};
use super::set::{Set, Strategy};
use crate::object::{Kind, Map, Meta, Object, ObjectStatus, Value};
use crate::store::REVISION_LABEL;

/// The pod template of a revision.
#[derive(Clone)]
pub struct RevisionTemplate {
    /// The ControllerRevision's name.
    pub revision: Arc<str>,
    /// The template.
    pub template: Value,
}

/// The new pod of an ordinal, at the current or the update revision (`newVersionedStatefulSetPod`).
pub fn new_versioned_pod(
    set: &Set,
    current: &RevisionTemplate,
    update: &RevisionTemplate,
    ordinal: i64,
) -> Object {
    if needs_current_revision(set, ordinal) {
        new_pod(set, current, ordinal)
    } else {
        new_pod(set, update, ordinal)
    }
}

/// `isCurrentRevisionNeeded`.
pub fn needs_current_revision(set: &Set, ordinal: i64) -> bool {
    let current_count = match set.strategy {
        Strategy::OnDelete => return false,
        Strategy::RollingUpdate {
            partition: Some(count),
        } => count,
        Strategy::RollingUpdate { partition: None } => {
            let status = set.object.status.stateful_set();
            status.map_or(0, |status| status.current_replicas.into())
        }
    };
    ordinal < set.start + current_count
}

fn new_pod(set: &Set, revision: &RevisionTemplate, ordinal: i64) -> Object {
    let name = pod_name(&set.object.meta.name, ordinal);
    let metadata = |key: &str| revision.template.at(&["metadata", key]);
    let map = |key: &str| {
        metadata(key)
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default()
    };
    let finalizers = metadata("finalizers")
        .and_then(Value::as_array)
        .unwrap_or_default();
    let mut meta = Meta {
        generate_name: Some(format!("{}-", set.object.meta.name).into()),
        namespace: set.object.meta.namespace.clone(),
        labels: map("labels"),
        annotations: map("annotations"),
        owners: set.owners.clone(),
        finalizers: finalizers
            .iter()
            .filter_map(|f| f.as_str().map(Arc::from))
            .collect(),
        ..Meta::default()
    };
    set_identity(&mut meta, &name, ordinal);
    meta.labels.insert(REVISION_LABEL, revision.revision.clone());
    let template = revision.template.get("spec").and_then(Value::as_object);
    let mut spec = template.cloned().unwrap_or_default();
    spec.insert("hostname", name);
    match set.spec.service_name.filter(|name| !name.is_empty()) {
        Some(service) => drop(spec.insert("subdomain", service)),
        None => drop(spec.remove("subdomain")),
    }
    set_storage(set, &mut spec, ordinal);
    Object::new(
        Kind::Pod,
        meta,
        Map::from_iter([("spec", spec)]),
        ObjectStatus::None,
    )
}

/// `updateIdentity`.
pub fn set_identity(meta: &mut Meta, name: &Arc<str>, ordinal: i64) {
    meta.name = name.clone();
    meta.labels.insert(POD_NAME_LABEL, name.clone());
    meta.labels.insert(POD_INDEX_LABEL, ordinal.to_string());
}

/// Puts a volume for each claim template before the other volumes, replacing those of the same name (`updateStorage`).
pub fn set_storage(set: &Set, spec: &mut Map, ordinal: i64) {
    if set.claim_templates.is_empty() {
        return;
    }
    let claims = set.claim_templates.keys().map(|template| {
        let claim = Map::from_iter([("claimName", claim_name(&set.object.meta.name, template, ordinal))]);
        let mut volume = Map::from_iter([("name", template.clone())]);
        volume.insert("persistentVolumeClaim", claim);
        Value::from(volume)
    });
    let others = spec.get("volumes").and_then(Value::as_array).unwrap_or_default();
    let others = others.iter().filter(|volume| {
        let name = volume.get("name").and_then(Value::as_str);
        name.is_none_or(|name| !set.claim_templates.contains_key(name))
    });
    let volumes: Vec<Value> = claims.chain(others.cloned()).collect();
    spec.insert("volumes", volumes);
}
