//! The persistent volume controller: binds claims and volumes
//! (`pkg/controller/volume/persistentvolume/pv_controller.go`).

mod bind;
mod index;

use std::sync::Arc;

use imbl::OrdSet;

use crate::api::Status;
use crate::cluster::runtime::durations::BIND_CLAIM_MS;
use crate::cluster::runtime::{Client, EventType, SyncResult, WatchEvent, WorkQueue};
use crate::cluster::volumes::{
    PROVISIONER, PROVISIONER_BETA, PROVISIONERS, SELECTED_NODE, claim_of, claim_uid, class_field, class_name,
    class_of, has_reclaim_policy_delete, is_bound, phase, volume_of, waits_for_consumer,
};
use crate::object::{Key, Kind, Object, pod};
use crate::store::Waiting;
use crate::store::waiting::StorageWaiting;

use bind::{bind, set_bound, set_phase};
use index::find_matching_volume;
pub use index::size_for;

/// The finalizer of a volume (`PVProtectionFinalizer`).
const VOLUME_PROTECTION: &str = "kubernetes.io/pv-protection";

/// What the controller keeps between syncs.
#[derive(Clone, Debug, Default)]
pub struct PvBinder {
    /// Volumes without a claim.
    free: OrdSet<Key>,
}

/// Enqueues claims and volumes, and unbound claims that a new StorageClass, volume or pod may concern.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    let key = &event.change.key;
    match key.kind {
        Kind::PersistentVolumeClaim => {
            if event.old.is_none() {
                queue.add_after(BIND_CLAIM_MS, key);
            } else {
                queue.add(key);
            }
            let volume = event.latest().and_then(volume_of);
            if let (None, Some(volume)) = (event.new(), volume) {
                queue.add(&volume);
            }
        }
        Kind::PersistentVolume => {
            queue.add(key);
            if event.old.is_none() || event.new().is_none() {
                enqueue_unbound_claims(event, queue, |_| true);
            }
        }
        Kind::StorageClass => {
            enqueue_unbound_claims(event, queue, |claim| class_name(claim) == Some(&key.name))
        }
        Kind::Pod if event.old.is_none() => {
            for claim in event.new().into_iter().flat_map(pod::claims) {
                let waits = event.world.get(&claim).is_some_and(|claim| !is_bound(claim));
                if waits {
                    queue.add_after(BIND_CLAIM_MS, &claim);
                }
            }
        }
        _ => {}
    }
}

/// Enqueues the claim of a volume, or the unbound claims that `concerns` selects.
fn enqueue_unbound_claims(event: &WatchEvent, queue: &mut WorkQueue, concerns: impl Fn(&Object) -> bool) {
    if let Some(claim) = event.latest().and_then(claim_of) {
        queue.add(&claim);
        return;
    }
    for claim in event.world.list(Kind::PersistentVolumeClaim) {
        if !is_bound(claim) && concerns(claim) {
            queue.add_after(BIND_CLAIM_MS, &claim.key());
        }
    }
}

/// Syncs one claim (`syncClaim`) or one volume (`syncVolume`).
pub fn sync(client: &mut Client, key: &Key, state: &mut PvBinder) -> SyncResult {
    let Some(object) = client.get(key).cloned() else {
        state.free.remove(key);
        return Ok(());
    };
    if key.kind == Kind::PersistentVolume {
        if claim_uid(&object).is_none() {
            state.free.insert(key.clone());
        } else {
            state.free.remove(key);
        }
        return sync_volume(client, &object);
    }
    let waiting = if is_bound(&object) {
        sync_bound_claim(client, &object)?
    } else {
        sync_unbound_claim(client, &object, state)?
    };
    client.set_waiting(key, waiting.map(Waiting::Storage));
    Ok(())
}

/// The reason to wait after the sync of a claim, if there is one.
type ClaimSyncResult = Result<Option<StorageWaiting>, Status>;

fn sync_bound_claim(client: &mut Client, claim: &Arc<Object>) -> ClaimSyncResult {
    let Some(key) = volume_of(claim) else {
        return Ok(None);
    };
    if let Some(volume) = client.get(&key).cloned() {
        set_bound(client, claim, &volume)?;
        return Ok(None);
    }
    if phase(claim) != "Lost" {
        client.event(
            claim,
            EventType::Warning,
            "ClaimLost",
            "Bound claim has lost its PersistentVolume. Data on the volume is lost!",
        );
        set_phase(client, claim, "Lost")?;
    }
    Ok(Some(StorageWaiting::ClaimLost { volume: key }))
}

fn sync_unbound_claim(client: &mut Client, claim: &Arc<Object>, state: &PvBinder) -> ClaimSyncResult {
    if let Some(key) = volume_of(claim) {
        return sync_claim_with_volume_name(client, claim, key);
    }
    let delayed = waits_for_consumer(client.world(), claim) && claim.meta.annotation(SELECTED_NODE).is_none();
    if !delayed && let Some(volume) = find_matching_volume(client.world(), claim, &state.free) {
        bind(client, claim, &volume)?;
        return Ok(None);
    }
    set_phase(client, claim, "Pending")?;
    if delayed {
        return Ok(Some(report_delayed_binding(client, claim)));
    }
    provision(client, claim)
}

/// A person set `spec.volumeName` of the claim.
fn sync_claim_with_volume_name(client: &mut Client, claim: &Arc<Object>, key: Key) -> ClaimSyncResult {
    let Some(volume) = client.get(&key).cloned() else {
        set_phase(client, claim, "Pending")?;
        return Ok(Some(StorageWaiting::VolumeNotFound { volume: key }));
    };
    if claim_of(&volume).is_none_or(|key| key == claim.key()) {
        bind(client, claim, &volume)?;
        return Ok(None);
    }
    client.event(
        claim,
        EventType::Warning,
        "FailedBinding",
        format!("volume \"{}\" already bound to a different claim.", key.name),
    );
    set_phase(client, claim, "Pending")?;
    Ok(Some(StorageWaiting::VolumeTaken { volume: key }))
}

/// `emitEventForUnboundDelayBindingClaim`.
fn report_delayed_binding(client: &mut Client, claim: &Object) -> StorageWaiting {
    let world = client.world();
    let pods: Vec<Key> = world
        .pods()
        .of_claim(&claim.key())
        .filter(|key| world.get(key).is_some_and(|pod| pod::node(pod).is_none()))
        .cloned()
        .collect();
    if let Some(first) = pods.first().cloned() {
        let names: Vec<&str> = pods.iter().map(|pod| pod.name.as_ref()).collect();
        let word = if pods.len() > 1 { "pods" } else { "pod" };
        let message = format!("waiting for {word} {} to be scheduled", names.join(","));
        client.event(claim, EventType::Normal, "WaitForPodScheduled", message);
        return StorageWaiting::WaitForPodScheduled { pod: first };
    }
    client.event(
        claim,
        EventType::Normal,
        "WaitForFirstConsumer",
        "waiting for first consumer to be created before binding",
    );
    let name = class_name(claim).cloned().unwrap_or_default();
    StorageWaiting::WaitForFirstConsumer {
        class: Key::new(Kind::StorageClass, name),
    }
}

/// Requests a volume from the provisioner (`provisionClaimOperationExternal`).
fn provision(client: &mut Client, claim: &Arc<Object>) -> ClaimSyncResult {
    let class = class_of(client.world(), claim).cloned();
    let provisioner: Option<Arc<str>> = class
        .as_ref()
        .and_then(|class| class_field(class, "provisioner"))
        .map(Arc::from);
    match (class_name(claim).cloned(), provisioner) {
        (Some(name), None) => {
            client.event(
                claim,
                EventType::Warning,
                "ProvisioningFailed",
                format!("storageclass.storage.k8s.io \"{name}\" not found"),
            );
            let class = Key::new(Kind::StorageClass, name);
            Ok(Some(StorageWaiting::StorageClassNotFound { class }))
        }
        (Some(name), Some(provisioner)) if *provisioner != *"kubernetes.io/no-provisioner" => {
            set_provisioner(client, claim, &provisioner)?;
            let class = Key::new(Kind::StorageClass, name);
            let runs_here = PROVISIONERS.contains(&&*provisioner);
            Ok((!runs_here).then_some(StorageWaiting::NoProvisioner { provisioner, class }))
        }
        _ => {
            client.event(
                claim,
                EventType::Normal,
                "FailedBinding",
                "no persistent volumes available for this claim and no storage class is set",
            );
            Ok(Some(StorageWaiting::NoVolumeFits))
        }
    }
}

/// `setClaimProvisioner`.
fn set_provisioner(client: &mut Client, claim: &Arc<Object>, provisioner: &Arc<str>) -> Result<(), Status> {
    if claim.meta.annotation(PROVISIONER).is_some() {
        return Ok(());
    }
    let mut annotated = Object::clone(claim);
    annotated
        .meta
        .annotations
        .insert(PROVISIONER_BETA, provisioner.clone());
    annotated
        .meta
        .annotations
        .insert(PROVISIONER, provisioner.clone());
    client.update(annotated)?;
    let message = format!(
        "Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by the \
         system administrator. If volume creation is delayed, please verify that the provisioner is running and \
         correctly registered."
    );
    client.event(claim, EventType::Normal, "ExternalProvisioning", message);
    Ok(())
}

/// Removes the finalizer of a deleted volume that is not bound (`pkg/controller/volume/pvprotection`). Returns whether
/// the volume is deleted and not bound.
fn release_if_unused(client: &mut Client, volume: &Object) -> Result<bool, Status> {
    let is_unused = volume.meta.terminating() && phase(volume) != "Bound";
    if is_unused && volume.meta.has_finalizer(VOLUME_PROTECTION) {
        let mut unprotected = volume.clone();
        unprotected.meta.finalizers = volume
            .meta
            .finalizers
            .iter()
            .filter(|finalizer| finalizer.as_ref() != VOLUME_PROTECTION)
            .cloned()
            .collect();
        client.update(unprotected)?;
    }
    Ok(is_unused)
}

/// Sets the phase of a volume (`syncVolume`); the provisioner deletes released volumes.
fn sync_volume(client: &mut Client, volume: &Arc<Object>) -> SyncResult {
    if release_if_unused(client, volume)? {
        return Ok(());
    }
    let claim = claim_of(volume).zip(claim_uid(volume).cloned());
    let Some((claim, uid)) = claim else {
        set_phase(client, volume, "Available")?;
        return Ok(());
    };
    if let Some(claim) = client.get(&claim).filter(|claim| claim.meta.uid == uid).cloned() {
        match volume_of(&claim) {
            Some(key) if key.name == volume.meta.name => set_phase(client, volume, "Bound")?,
            Some(_) => {}
            // The scheduler chose the volume for the claim.
            None => bind(client, &claim, volume)?,
        }
        return Ok(());
    }
    if !matches!(phase(volume), "Released" | "Failed") {
        set_phase(client, volume, "Released")?;
    }
    let retained = !has_reclaim_policy_delete(volume);
    client.set_waiting(
        &volume.key(),
        retained.then_some(Waiting::Storage(StorageWaiting::Retained)),
    );
    Ok(())
}
