//! The CSI provisioner: provisions volumes for claims and deletes released ones
//! (`sig-storage-lib-external-provisioner/controller/controller.go`).

mod data_source;

use std::sync::Arc;

use imbl::OrdMap;

use crate::cluster::faults::{self, Fault, FaultKind};
use crate::cluster::runtime::{Client, EventType, Failure, SyncResult, WatchEvent, WorkQueue};
use crate::cluster::volumes::{
    LOCAL_PROVISIONER, PROVISIONED_BY, PROVISIONER, PROVISIONERS, SELECTED_NODE, attached_nodes,
    attachment_volume, attributes_class, claim_ref, class_field, class_of, driver_name,
    has_reclaim_policy_delete, is_wait_for_first_consumer, phase, volume_of,
};
use crate::object::{Key, Kind, Map, Meta, Object, ObjectStatus, Time, Uid, Value};
use crate::store::waiting::StorageWaiting;
use crate::store::{Waiting, World};

/// What the controller keeps between syncs.
#[derive(Clone, Debug, Default)]
pub struct Provisioner {
    /// When the operation on a claim (provision) or a volume (delete) began, by UID.
    begun: OrdMap<Uid, Time>,
}

/// Enqueues claims to provision for and released volumes; all such claims when the fault `storage-slow` is mended.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    let key = &event.change.key;
    match (key.kind, event.new()) {
        (Kind::PersistentVolumeClaim, Some(claim)) if should_provision(claim) => queue.add(key),
        (Kind::PersistentVolume, Some(volume)) if phase(volume) == "Released" => queue.add(key),
        // A detached volume may be deletable.
        (Kind::VolumeAttachment, None) => {
            if let Some(volume) = event.old.and_then(attachment_volume) {
                queue.add(&volume);
            }
        }
        (Kind::Fault, None) if is_storage_slow(key) => {
            for claim in event.world.list(Kind::PersistentVolumeClaim) {
                if should_provision(claim) {
                    queue.add(&claim.key());
                }
            }
        }
        _ => {}
    }
}

fn is_storage_slow(fault: &Key) -> bool {
    Fault::from_key(fault).is_some_and(|fault| fault.kind() == FaultKind::StorageSlow)
}

/// `shouldProvision`.
fn should_provision(claim: &Object) -> bool {
    volume_of(claim).is_none() && claim.meta.annotation(PROVISIONER).is_some()
}

/// Syncs one claim (`syncClaim`) or one volume (`syncVolume`).
pub fn sync(client: &mut Client, key: &Key, state: &mut Provisioner) -> SyncResult {
    match client.get(key).cloned() {
        Some(object) if key.kind == Kind::PersistentVolumeClaim => provision(client, &object, state),
        Some(object) if key.kind == Kind::PersistentVolume => delete(client, &object, state),
        _ => Ok(()),
    }
}

/// `provisionClaimOperation`.
fn provision(client: &mut Client, claim: &Arc<Object>, state: &mut Provisioner) -> SyncResult {
    let key = claim.key();
    let is_ours = claim
        .meta
        .annotation(PROVISIONER)
        .is_some_and(|name| PROVISIONERS.contains(&name.as_ref()));
    let Some(class) = class_of(client.world(), claim)
        .filter(|_| is_ours && volume_of(claim).is_none())
        .cloned()
    else {
        state.begun.remove(&claim.meta.uid);
        return Ok(());
    };
    let node = claim.meta.annotation(SELECTED_NODE).cloned();
    if is_wait_for_first_consumer(&class) && node.is_none() {
        return Ok(());
    }
    if let Some(kind) = data_source::foreign_kind(claim) {
        let message = "Assuming an external populator will provision the volume";
        client.event(claim, EventType::Normal, "Provisioning", message);
        let reason = StorageWaiting::VolumePopulator { kind };
        client.set_waiting(&key, Some(Waiting::Storage(reason)));
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
    if let Some(error) = refusal(client.world(), claim) {
        state.begun.remove(&claim.meta.uid);
        return fail(client, claim, class.name(), error);
    }
    let begun = *state.begun.entry(claim.meta.uid.clone()).or_insert(client.now());
    let took = client.settings().profile.durations().provision_ms;
    let until = begun.plus(faults::storage_ms(client.world(), took));
    if client.now() < until {
        client.requeue_at(until, &key);
        client.set_waiting(
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
    client.set_waiting(&key, None);
    Ok(())
}

/// Why the CSI driver provisions no volume for a claim (`Provision` in
/// `external-provisioner/pkg/controller/controller.go`).
fn refusal(world: &World, claim: &Object) -> Option<String> {
    if claim.spec().get("selector").is_some() {
        return Some("claim Selector is not supported".to_owned());
    }
    data_source::refusal(world, claim)
}

/// Reports a failed operation, which is retried with back-off.
fn fail(client: &mut Client, claim: &Object, class: &str, error: String) -> SyncResult {
    let message: Arc<str> =
        format!("failed to provision volume with StorageClass \"{class}\": {error}").into();
    client.event(claim, EventType::Warning, "ProvisioningFailed", message.clone());
    let error = error.into();
    let reason = StorageWaiting::ProvisioningFailed { error };
    client.set_waiting(&claim.key(), Some(Waiting::Storage(reason)));
    Err(Failure {
        message,
        retry_after_ms: None,
    })
}

/// The volume for a claim, by its StorageClass and, for topology-aware provisioners, the selected node.
pub fn new_volume(world: &World, claim: &Object, node: Option<&str>) -> Object {
    let class = class_of(world, claim);
    let of_class = |field: &str| class_field(class?, field);
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
    *spec.slot(&["csi", "driver"]) = driver_name(provisioner).into();
    *spec.slot(&["csi", "volumeHandle"]) = name.clone().into();
    let policy = of_class("reclaimPolicy").unwrap_or("Delete");
    *spec.slot(&["persistentVolumeReclaimPolicy"]) = policy.into();
    *spec.slot(&["storageClassName"]) = copied("storageClassName");
    *spec.slot(&["volumeMode"]) = copied("volumeMode");
    if let Some(name) = attributes_class(claim) {
        *spec.slot(&["volumeAttributesClassName"]) = name.clone().into();
    }
    if let Some(options) = class.and_then(|class| class.body.fields().get("mountOptions")) {
        *spec.slot(&["mountOptions"]) = options.clone();
    }
    if let Some(term) = node.and_then(|node| node_affinity_term(world, provisioner, node)) {
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

/// The node selector term of a volume: its node for local disks, otherwise the zone of the selected node.
fn node_affinity_term(world: &World, provisioner: &str, node: &str) -> Option<Value> {
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

/// Deletes a released volume with `reclaimPolicy: Delete` that is attached to no node (`deleteVolumeOperation`).
fn delete(client: &mut Client, volume: &Arc<Object>, state: &mut Provisioner) -> SyncResult {
    let key = volume.key();
    let is_ours = volume
        .meta
        .annotation(PROVISIONED_BY)
        .is_some_and(|name| PROVISIONERS.contains(&name.as_ref()));
    let deletable = phase(volume) == "Released"
        && has_reclaim_policy_delete(volume)
        && attached_nodes(client.world(), &volume.meta.name).is_empty();
    if !is_ours || !deletable {
        return Ok(());
    }
    let begun = *state.begun.entry(volume.meta.uid.clone()).or_insert(client.now());
    let took = client.settings().profile.durations().delete_volume_ms;
    let until = begun.plus(faults::storage_ms(client.world(), took));
    if client.now() < until {
        client.requeue_at(until, &key);
        client.set_waiting(
            &key,
            Some(Waiting::Storage(StorageWaiting::DeletingVolume { until })),
        );
        return Ok(());
    }
    state.begun.remove(&volume.meta.uid);
    client.delete(&key, Default::default())?;
    Ok(())
}
