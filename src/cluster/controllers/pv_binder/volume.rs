//! The sync of volumes: their phase, and what happens to released ones (`syncVolume`, `reclaimVolume`).

use std::sync::Arc;

use super::PvBinder;
use super::bind::{bind, set_failed, set_volume_phase, unbind};
use super::index::size_for;
use crate::api::Status;
use crate::cluster::faults;
use crate::cluster::runtime::{Client, EventType, SyncResult};
use crate::cluster::volumes::{
    PROVISIONED_BY, PROVISIONERS, claim_of, claim_uid, csi_driver, has_reclaim_policy_delete, phase,
    volume_mode, volume_of,
};
use crate::object::{Object, Value};
use crate::store::Waiting;
use crate::store::waiting::StorageWaiting;

/// The finalizer of a volume (`PVProtectionFinalizer`).
const VOLUME_PROTECTION: &str = "kubernetes.io/pv-protection";

/// Sets the phase of a volume, and reclaims it if its claim is gone.
pub fn sync(client: &mut Client, volume: &Arc<Object>, state: &mut PvBinder) -> SyncResult {
    if release_if_unused(client, volume)? {
        return Ok(());
    }
    let claim = claim_of(volume).zip(claim_uid(volume).cloned());
    let Some((claim, uid)) = claim else {
        client.set_waiting(&volume.key(), None);
        set_volume_phase(client, volume, "Available", "")?;
        return Ok(());
    };
    let Some(claim) = client.get(&claim).filter(|claim| claim.meta.uid == uid).cloned() else {
        return release(client, volume, state);
    };
    match volume_of(&claim) {
        Some(key) if key.name == volume.meta.name => {
            client.set_waiting(&volume.key(), None);
            set_volume_phase(client, volume, "Bound", "")?;
        }
        // The claim was bound to another volume before this one was provisioned for it.
        Some(_) if volume.meta.annotation(PROVISIONED_BY).is_some() && has_reclaim_policy_delete(volume) => {
            release(client, volume, state)?;
        }
        Some(_) => unbind(client, volume)?,
        None if volume_mode(volume) != volume_mode(&claim) => report_volume_mode(client, volume, &claim),
        // The scheduler or a provisioner chose the volume for the claim.
        None if size_for(volume, &claim).is_some() => bind(client, &claim, volume)?,
        None => {}
    }
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

fn report_volume_mode(client: &mut Client, volume: &Object, claim: &Object) {
    let message = format!(
        "Cannot bind PersistentVolume to requested PersistentVolumeClaim \"{}\" due to incompatible volumeMode.",
        claim.name()
    );
    client.event(volume, EventType::Warning, "VolumeMismatch", message);
    let message = format!(
        "Cannot bind PersistentVolume \"{}\" to requested PersistentVolumeClaim due to incompatible volumeMode.",
        volume.name()
    );
    client.event(claim, EventType::Warning, "VolumeMismatch", message);
}

/// The claim of the volume does not exist any more.
fn release(client: &mut Client, volume: &Arc<Object>, state: &mut PvBinder) -> SyncResult {
    if !matches!(phase(volume), "Released" | "Failed") {
        set_volume_phase(client, volume, "Released", "")?;
    }
    let policy = volume.spec().get("persistentVolumeReclaimPolicy");
    let waiting = match policy.and_then(Value::as_str) {
        Some("Recycle") => recycle(client, volume, state)?,
        Some("Delete") => delete(client, volume)?,
        _ => Some(StorageWaiting::Retained),
    };
    client.set_waiting(&volume.key(), waiting.map(Waiting::Storage));
    Ok(())
}

/// Scrubs a directory and makes the volume available again (`recycleVolumeOperation`). The recycler's pod is left out.
fn recycle(
    client: &mut Client,
    volume: &Arc<Object>,
    state: &mut PvBinder,
) -> Result<Option<StorageWaiting>, Status> {
    if !["hostPath", "nfs"]
        .iter()
        .any(|source| volume.spec().get(source).is_some())
    {
        let message = "No recycler plugin found for the volume!";
        set_failed(client, volume, "VolumeFailedRecycle", message)?;
        let error = message.into();
        return Ok(Some(StorageWaiting::ReclaimFailed { error }));
    }
    let begun = *state
        .recycling
        .entry(volume.meta.uid.clone())
        .or_insert(client.now());
    let took = client.settings().profile.durations().delete_volume_ms;
    let until = begun.plus(faults::storage_ms(client.world(), took));
    if client.now() < until {
        client.requeue_at(until, &volume.key());
        return Ok(Some(StorageWaiting::Recycling { until }));
    }
    state.recycling.remove(&volume.meta.uid);
    client.event(volume, EventType::Normal, "VolumeRecycled", "Volume recycled");
    unbind(client, volume)?;
    Ok(None)
}

/// Leaves a volume to its provisioner, or deletes a directory (`deleteVolumeOperation`, `findDeletablePlugin`).
fn delete(client: &mut Client, volume: &Arc<Object>) -> Result<Option<StorageWaiting>, Status> {
    let provisioner = volume
        .meta
        .annotation(PROVISIONED_BY)
        .filter(|name| !name.is_empty());
    if let Some(provisioner) = provisioner {
        let runs_here = PROVISIONERS.contains(&provisioner.as_ref());
        let provisioner = provisioner.clone();
        return Ok((!runs_here).then_some(StorageWaiting::NoDeleter { provisioner }));
    }
    if let Some(driver) = csi_driver(volume) {
        let provisioner = driver.clone();
        return Ok(Some(StorageWaiting::NoDeleter { provisioner }));
    }
    let path = volume.spec().at(&["hostPath", "path"]).and_then(Value::as_str);
    let error = match path {
        Some(path) if path.split_once("/tmp/").is_some_and(|(_, name)| !name.is_empty()) => {
            client.delete(&volume.key(), Default::default())?;
            return Ok(None);
        }
        Some(path) => format!("host_path deleter only supports /tmp/.+ but received provided {path}"),
        None => format!(
            "error getting deleter volume plugin for volume \"{}\": no deletable volume plugin matched",
            volume.name()
        ),
    };
    set_failed(client, volume, "VolumeFailedDelete", &error)?;
    let error = error.into();
    Ok(Some(StorageWaiting::ReclaimFailed { error }))
}
