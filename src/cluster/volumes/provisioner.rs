//! The storage systems: make a volume for each claim that asks for one, and delete what is released
//! (`sig-storage-lib-external-provisioner/controller/controller.go`).

use std::sync::Arc;

use imbl::OrdMap;

use super::binder::claim_ref;
use super::{LOCAL_PROVISIONER, PROVISIONED_BY, PROVISIONER, PROVISIONERS, class_of, phase, text, volume_of};
use crate::cluster::client::{Client, EventType, Synced};
use crate::cluster::command::StorageMode;
use crate::cluster::fault::{self, Fault};
use crate::cluster::queue::{Seen, Wakes};
use crate::cluster::scheduler::SELECTED_NODE;
use crate::object::{Key, Kind, Map, Meta, Object, ObjectStatus, Time, Uid, Value};
use crate::store::waiting::StorageWaiting;
use crate::store::{Waiting, World};

/// What is being made and deleted.
#[derive(Clone, Debug, Default)]
pub struct Provisioner {
    /// When the work on a claim's volume, or on the end of a volume, began; by their UIDs.
    begun: OrdMap<Uid, Time>,
}

/// Claims that ask for a volume, released volumes, and the storage becoming quick again.
pub fn interested(seen: &Seen, wakes: &mut Wakes) {
    let key = &seen.change.key;
    match (key.kind, seen.new()) {
        (Kind::PersistentVolumeClaim, Some(claim)) if asks(claim) => wakes.now(key),
        (Kind::PersistentVolume, Some(volume)) if phase(volume) == "Released" => wakes.now(key),
        // A volume that is detached may be deletable now.
        (Kind::VolumeAttachment, None) => {
            if let Some(volume) = seen.old.and_then(super::attach::volume_of) {
                wakes.now(&volume);
            }
        }
        (Kind::Fault, None) if Fault::from_key(key) == Some(Fault::StorageSlow) => {
            for claim in seen.world.list(Kind::PersistentVolumeClaim) {
                if asks(claim) {
                    wakes.now(&claim.key());
                }
            }
        }
        _ => {}
    }
}

fn asks(claim: &Object) -> bool {
    volume_of(claim).is_none() && claim.meta.annotation(PROVISIONER).is_some()
}

/// Looks at one claim or one volume.
pub fn sync(client: &mut Client, key: &Key, state: &mut Provisioner) -> Synced {
    if client.settings().storage == StorageMode::Manual {
        return Ok(());
    }
    match client.get(key).cloned() {
        Some(object) if key.kind == Kind::PersistentVolumeClaim => provision(client, &object, state),
        Some(object) if key.kind == Kind::PersistentVolume => delete(client, &object, state),
        _ => Ok(()),
    }
}

fn provision(client: &mut Client, claim: &Arc<Object>, state: &mut Provisioner) -> Synced {
    let key = claim.key();
    let ours = claim
        .meta
        .annotation(PROVISIONER)
        .is_some_and(|name| PROVISIONERS.contains(&name.as_ref()));
    let Some(class) = class_of(client.world(), claim)
        .filter(|_| ours && volume_of(claim).is_none())
        .cloned()
    else {
        state.begun.remove(&claim.meta.uid);
        return Ok(());
    };
    let node = claim.meta.annotation(SELECTED_NODE).cloned();
    if super::is_wait_for_first_consumer(&class) && node.is_none() {
        return Ok(());
    }
    if !state.begun.contains_key(&claim.meta.uid) {
        client.event(
            claim,
            EventType::Normal,
            "Provisioning",
            format!(
                "External provisioner is provisioning volume for claim \"{}/{}\"",
                claim.meta.namespace, claim.meta.name
            ),
        );
    }
    let begun = *state.begun.entry(claim.meta.uid.clone()).or_insert(client.now());
    let took = client.settings().profile.durations().provision_ms;
    let until = begun.plus(fault::storage_ms(client.world(), took));
    if client.now() < until {
        client.wake_at(until, &key);
        client.wait(
            &key,
            Some(Waiting::Storage(StorageWaiting::Provisioning { until })),
        );
        return Ok(());
    }
    state.begun.remove(&claim.meta.uid);
    if let Some(volume) = client.create(new_volume(client.world(), claim, node.as_deref()))? {
        client.event(
            claim,
            EventType::Normal,
            "ProvisioningSucceeded",
            format!("Successfully provisioned volume {}", volume.meta.name),
        );
    }
    client.wait(&key, None);
    Ok(())
}

/// The volume for a claim by its class, on a node if the class cares.
pub fn new_volume(world: &World, claim: &Object, node: Option<&str>) -> Object {
    let class = class_of(world, claim);
    let of_class = |field: &str| text(class?.body.fields().get(field));
    let provisioner = of_class("provisioner").unwrap_or_default();
    let copied = |field: &str| claim.spec().get(field).cloned().unwrap_or_default();
    let name: Arc<str> = format!("pvc-{}", claim.meta.uid).into();
    let mut spec = Value::object();
    *spec.slot(&["accessModes"]) = copied("accessModes");
    *spec.slot(&["capacity", "storage"]) = claim
        .spec()
        .at(&["resources", "requests", "storage"])
        .cloned()
        .unwrap_or_default();
    *spec.slot(&["claimRef"]) = claim_ref(claim).into();
    // A provisioner may have a path in its name, a driver may not.
    *spec.slot(&["csi", "driver"]) = provisioner.replace('/', ".").as_str().into();
    *spec.slot(&["csi", "volumeHandle"]) = name.clone().into();
    let policy = of_class("reclaimPolicy").unwrap_or("Delete");
    *spec.slot(&["persistentVolumeReclaimPolicy"]) = policy.into();
    *spec.slot(&["storageClassName"]) = copied("storageClassName");
    *spec.slot(&["volumeMode"]) = copied("volumeMode");
    if let Some(term) = node.and_then(|node| pinned_to(world, provisioner, node)) {
        *spec.slot(&["nodeAffinity", "required", "nodeSelectorTerms"]) = vec![term].into();
    }
    let meta = Meta {
        name,
        annotations: Map::from_iter([(PROVISIONED_BY, provisioner)]),
        ..Meta::default()
    };
    let status = Map::from_iter([("phase", "Pending")]);
    Object::new(
        Kind::PersistentVolume,
        meta,
        Map::from_iter([("spec", spec)]),
        ObjectStatus::Document(status),
    )
}

/// Local disks are pinned to their node, others that were made for one node to its zone.
fn pinned_to(world: &World, provisioner: &str, node: &str) -> Option<Value> {
    let label = if provisioner == LOCAL_PROVISIONER {
        "kubernetes.io/hostname"
    } else {
        "topology.kubernetes.io/zone"
    };
    let node = world.get(&Key::new(Kind::Node, node))?;
    let mut requirement = Map::new();
    requirement.insert("key", label);
    requirement.insert("operator", "In");
    requirement.insert("values", vec![Value::from(node.meta.label(label)?.clone())]);
    Some(Map::from_iter([("matchExpressions", vec![Value::from(requirement)])]).into())
}

/// A released volume goes when its policy says so and nothing holds it any more.
fn delete(client: &mut Client, volume: &Arc<Object>, state: &mut Provisioner) -> Synced {
    let key = volume.key();
    let ours = volume
        .meta
        .annotation(PROVISIONED_BY)
        .is_some_and(|name| PROVISIONERS.contains(&name.as_ref()));
    let deletable = phase(volume) == "Released"
        && text(volume.spec().get("persistentVolumeReclaimPolicy")) == Some("Delete")
        && super::attached_nodes(client.world(), &volume.meta.name).is_empty();
    if !ours || !deletable {
        return Ok(());
    }
    let begun = *state.begun.entry(volume.meta.uid.clone()).or_insert(client.now());
    let took = client.settings().profile.durations().delete_volume_ms;
    let until = begun.plus(fault::storage_ms(client.world(), took));
    if client.now() < until {
        client.wake_at(until, &key);
        client.wait(
            &key,
            Some(Waiting::Storage(StorageWaiting::DeletingVolume { until })),
        );
        return Ok(());
    }
    state.begun.remove(&volume.meta.uid);
    client.delete(&key, Default::default())?;
    Ok(())
}
