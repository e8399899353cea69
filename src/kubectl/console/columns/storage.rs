//! Columns of PersistentVolumeClaims, PersistentVolumes and StorageClasses.

use super::{ColumnDefinition, age, at, list, or_none, text};
use crate::kubectl::storage::{IS_DEFAULT_CLASS, access_modes};
use crate::object::{Kind, Object, Time, Value};

pub(super) fn definition(kind: Kind) -> Option<ColumnDefinition> {
    Some(match kind {
        Kind::PersistentVolumeClaim => (
            &[
                "NAME",
                "STATUS",
                "VOLUME",
                "CAPACITY",
                "ACCESS MODES",
                "STORAGECLASS",
                "VOLUMEATTRIBUTESCLASS",
                "AGE",
                "*VOLUMEMODE",
            ],
            claim,
        ),
        Kind::PersistentVolume => (
            &[
                "NAME",
                "CAPACITY",
                "ACCESS MODES",
                "RECLAIM POLICY",
                "STATUS",
                "CLAIM",
                "STORAGECLASS",
                "VOLUMEATTRIBUTESCLASS",
                "REASON",
                "AGE",
                "*VOLUMEMODE",
            ],
            volume,
        ),
        Kind::StorageClass => (
            &[
                "NAME",
                "PROVISIONER",
                "RECLAIMPOLICY",
                "VOLUMEBINDINGMODE",
                "ALLOWVOLUMEEXPANSION",
                "AGE",
            ],
            class,
        ),
        Kind::VolumeAttachment => (&["NAME", "ATTACHER", "PV", "NODE", "ATTACHED", "AGE"], attachment),
        _ => return None,
    })
}

fn owned(object: &Object, path: &[&str]) -> String {
    text(object, path).unwrap_or_default().to_owned()
}

fn modes(modes: &[Value]) -> String {
    let modes: Vec<&str> = modes.iter().filter_map(Value::as_str).collect();
    access_modes(&modes)
}

fn attributes_class(object: &Object) -> String {
    text(object, &["spec", "volumeAttributesClassName"])
        .unwrap_or("<unset>")
        .to_owned()
}

fn mode(object: &Object) -> String {
    text(object, &["spec", "volumeMode"])
        .unwrap_or("<unset>")
        .to_owned()
}

fn status(object: &Object, fallback: &str) -> String {
    if object.meta.terminating() {
        return "Terminating".to_owned();
    }
    text(object, &["status", "phase"]).unwrap_or(fallback).to_owned()
}

/// `printPersistentVolumeClaim`.
fn claim(object: &Object, now: Time) -> Vec<String> {
    let volume = owned(object, &["spec", "volumeName"]);
    let (capacity, access) = match volume.is_empty() {
        true => (String::new(), String::new()),
        false => (
            owned(object, &["status", "capacity", "storage"]),
            modes(list(object, &["status", "accessModes"])),
        ),
    };
    vec![
        object.meta.name.to_string(),
        status(object, "Pending"),
        volume,
        capacity,
        access,
        owned(object, &["spec", "storageClassName"]),
        attributes_class(object),
        age(object, now),
        mode(object),
    ]
}

/// `printPersistentVolume`.
fn volume(object: &Object, now: Time) -> Vec<String> {
    let claim = at(object, &["spec", "claimRef"]).map(|claim| {
        let word = |field: &str| claim.get(field).and_then(Value::as_str).unwrap_or_default();
        format!("{}/{}", word("namespace"), word("name"))
    });
    vec![
        object.meta.name.to_string(),
        owned(object, &["spec", "capacity", "storage"]),
        modes(list(object, &["spec", "accessModes"])),
        owned(object, &["spec", "persistentVolumeReclaimPolicy"]),
        status(object, "Pending"),
        claim.unwrap_or_default(),
        owned(object, &["spec", "storageClassName"]),
        attributes_class(object),
        owned(object, &["status", "reason"]),
        age(object, now),
        mode(object),
    ]
}

fn class(object: &Object, now: Time) -> Vec<String> {
    let default = object
        .meta
        .annotation(IS_DEFAULT_CLASS)
        .is_some_and(|value| value.as_ref() == "true");
    let mark = if default { " (default)" } else { "" };
    let expands = at(object, &["allowVolumeExpansion"]).and_then(Value::as_bool);
    vec![
        format!("{}{mark}", object.meta.name),
        owned(object, &["provisioner"]),
        text(object, &["reclaimPolicy"]).unwrap_or("Delete").to_owned(),
        text(object, &["volumeBindingMode"])
            .unwrap_or("Immediate")
            .to_owned(),
        expands.unwrap_or(false).to_string(),
        age(object, now),
    ]
}

fn attachment(object: &Object, now: Time) -> Vec<String> {
    let attached = at(object, &["status", "attached"]).and_then(Value::as_bool);
    vec![
        object.meta.name.to_string(),
        owned(object, &["spec", "attacher"]),
        or_none(owned(object, &["spec", "source", "persistentVolumeName"])),
        owned(object, &["spec", "nodeName"]),
        attached.unwrap_or(false).to_string(),
        age(object, now),
    ]
}
