//! From the field of the object that waits to the field that a person wrote.

use std::sync::Arc;

use crate::object::{Key, Kind, Object, Value, pod};
use crate::store::World;

/// A field of an object in the cluster, and perhaps in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The object.
    pub object: Key,
    /// The path as the API server writes it: `spec.template.spec.containers[0].image`.
    pub path: String,
}

impl Field {
    /// The field of that path.
    pub fn new(object: &Key, path: impl Into<String>) -> Field {
        Field {
            object: object.clone(),
            path: path.into(),
        }
    }
}

/// Where a field of a pod is declared: in the template of the workload that made it, if one did. `container` names the
/// container whose field it is.
pub fn of_pod(world: &World, key: &Key, container: Option<&str>, path: &str) -> Option<Field> {
    let pod = world.get(key)?;
    let path = match container {
        Some(name) => in_container(pod, name, path)?,
        None => path.to_owned(),
    };
    let Some(workload) = workload(world, pod) else {
        return Some(Field::new(key, path));
    };
    Some(Field::new(&workload, format!("spec.template.{path}")))
}

fn in_container(pod: &Object, name: &str, field: &str) -> Option<String> {
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

/// The workload that a person declared: a ReplicaSet's pods belong to its Deployment.
fn workload(world: &World, object: &Object) -> Option<Key> {
    let owner = object.meta.controller()?;
    let key = match owner.kind.as_ref() {
        "StatefulSet" => Key::new(Kind::StatefulSet, owner.name.clone()),
        "ReplicaSet" => Key::new(Kind::ReplicaSet, owner.name.clone()),
        "Deployment" => Key::new(Kind::Deployment, owner.name.clone()),
        _ => return None,
    };
    let key = Key {
        namespace: object.meta.namespace.clone(),
        ..key
    };
    let standing = world
        .get(&key)
        .filter(|standing| standing.meta.uid == owner.uid)?;
    workload(world, standing).or(Some(key))
}

/// Where a field of a claim is declared: in a set's claim template, if the claim has its name from one.
pub fn of_claim(world: &World, claim: &Key, path: &str) -> Field {
    let sets = world.list(Kind::StatefulSet);
    let found = sets
        .filter(|set| set.meta.namespace == claim.namespace)
        .find_map(|set| {
            let templates = set.spec().get("volumeClaimTemplates")?.as_array()?;
            let index = templates.iter().position(|template| {
                let name = template.at(&["metadata", "name"]).and_then(Value::as_str);
                name.is_some_and(|name| made_from(&claim.name, name, set.name()))
            })?;
            Some(Field::new(
                &set.key(),
                format!("spec.volumeClaimTemplates[{index}].{path}"),
            ))
        });
    found.unwrap_or_else(|| Field::new(claim, path))
}

/// Whether a claim's name is `<template>-<set>-<ordinal>`.
fn made_from(claim: &str, template: &str, set: &Arc<str>) -> bool {
    let rest = claim
        .strip_prefix(template)
        .and_then(|rest| rest.strip_prefix('-'));
    let rest = rest.and_then(|rest| rest.strip_prefix(set.as_ref())?.strip_prefix('-'));
    rest.is_some_and(|ordinal| !ordinal.is_empty() && ordinal.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The claim that a volume is bound to: volumes have names that nobody can tell apart.
pub fn claim_of(world: &World, volume: &Key) -> Option<Key> {
    let volume = world
        .get(volume)
        .filter(|object| object.kind == Kind::PersistentVolume)?;
    let text = |key: &str| {
        volume
            .spec()
            .at(&["claimRef", key])
            .and_then(|value| value.as_str())
    };
    let mut claim = Key::new(Kind::PersistentVolumeClaim, text("name")?);
    claim.namespace = text("namespace")?.into();
    Some(claim)
}
