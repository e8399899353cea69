//! From the field of the object that waits to the field that a person wrote.

use std::sync::Arc;

use crate::object::{Key, Kind, Object, Value, pod};
use crate::scene::volume::claim_ref;
use crate::store::World;

/// A field of an object in the cluster, which may be in the text too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The object.
    pub object: Key,
    /// The path as the API server writes it: `spec.template.spec.containers[0].image`.
    pub path: String,
}

impl Field {
    /// The field with that path.
    pub fn new(object: &Key, path: impl Into<String>) -> Field {
        Field {
            object: object.clone(),
            path: path.into(),
        }
    }
}

/// Returns the field that declares a pod's field: in the pod template of its workload, if it has one. `container` names
/// the container that the path starts from; without one it starts from the pod.
pub fn pod_field(world: &World, key: &Key, container: Option<&str>, path: &str) -> Option<Field> {
    let pod = world.get(key)?;
    let path = match container {
        Some(name) => container_path(pod, name, path)?,
        None => path.to_owned(),
    };
    let Some(workload) = workload(world, pod) else {
        return Some(Field::new(key, path));
    };
    Some(Field::new(&workload, format!("spec.template.{path}")))
}

fn container_path(pod: &Object, name: &str, field: &str) -> Option<String> {
    let lists = [
        ("initContainers", pod::init_containers(pod)),
        ("containers", pod::containers(pod)),
    ];
    lists.into_iter().find_map(|(list, containers)| {
        let named = |container: &Value| container.get("name").and_then(Value::as_str) == Some(name);
        let index = containers.iter().position(named)?;
        Some(format!("spec.{list}[{index}].{field}"))
    })
}

/// The topmost controller of an object: a pod of a Deployment is controlled by a ReplicaSet, which the Deployment
/// controls.
fn workload(world: &World, object: &Object) -> Option<Key> {
    let owner = object.meta.controller()?;
    let kind = match owner.kind.as_ref() {
        "StatefulSet" => Kind::StatefulSet,
        "ReplicaSet" => Kind::ReplicaSet,
        "Deployment" => Kind::Deployment,
        _ => return None,
    };
    let key = object.key().beside(kind, owner.name.clone());
    let controller = world
        .get(&key)
        .filter(|controller| controller.meta.uid == owner.uid)?;
    workload(world, controller).or(Some(key))
}

/// Returns the field that declares a claim's field: in the StatefulSet's claim template from which its name is derived,
/// if there is one.
pub fn claim_field(world: &World, claim: &Key, path: &str) -> Field {
    let sets = world.list(Kind::StatefulSet);
    let templated = sets
        .filter(|set| set.meta.namespace == claim.namespace)
        .find_map(|set| {
            let templates = set.spec().get("volumeClaimTemplates")?.as_array()?;
            let index = templates.iter().position(|template| {
                let name = template.at(&["metadata", "name"]).and_then(Value::as_str);
                name.is_some_and(|name| is_derived_name(&claim.name, name, set.name()))
            })?;
            Some(Field::new(
                &set.key(),
                format!("spec.volumeClaimTemplates[{index}].{path}"),
            ))
        });
    templated.unwrap_or_else(|| Field::new(claim, path))
}

/// Whether a claim's name is `<template>-<set>-<ordinal>` (`getPersistentVolumeClaimName`).
fn is_derived_name(claim: &str, template: &str, set: &Arc<str>) -> bool {
    let rest = claim
        .strip_prefix(template)
        .and_then(|rest| rest.strip_prefix('-'));
    let rest = rest.and_then(|rest| rest.strip_prefix(set.as_ref())?.strip_prefix('-'));
    rest.is_some_and(|ordinal| !ordinal.is_empty() && ordinal.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Returns the claim that a volume refers to. Provisioned volumes have generated names, so sentences name the claim.
pub fn bound_claim(world: &World, volume: &Key) -> Option<Key> {
    if volume.kind != Kind::PersistentVolume {
        return None;
    }
    claim_ref(world.get(volume)?)
}
