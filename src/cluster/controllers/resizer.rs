//! The external resizer of the CSI driver: grows the volumes of claims that ask for more
//! (`external-resizer/pkg/controller/controller.go`).

use std::sync::Arc;

use imbl::OrdMap;

use crate::api::Status;
use crate::cluster::claim_resize::{
    self, ResizeStatus, needs_growth, requested, resize_status, volume_capacity, with_resize_status,
};
use crate::cluster::faults::{self, Fault, FaultKind};
use crate::cluster::runtime::durations::RESIZE_MS;
use crate::cluster::runtime::{Client, EventType, SyncResult, WatchEvent, WorkQueue};
use crate::cluster::volumes::{csi_driver, is_bound, is_driver_installed, phase, volume_mode, volume_of};
use crate::object::{Key, Kind, Object, ObjectStatus, Time, Uid};
use crate::store::Waiting;
use crate::store::waiting::StorageWaiting;

/// What the controller keeps between syncs.
#[derive(Clone, Debug, Default)]
pub struct Resizer {
    /// When the operation on a claim began, by its UID.
    begun: OrdMap<Uid, Time>,
}

/// Enqueues bound claims that change; those that grow when the fault `storage-slow` is mended.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    let key = &event.change.key;
    match (key.kind, event.new()) {
        (Kind::PersistentVolumeClaim, Some(claim)) if concerns(claim) => queue.add(key),
        (Kind::PersistentVolumeClaim, Some(_)) if event.old.is_some_and(concerns) => queue.add(key),
        (Kind::Fault, None) if is_storage_slow(key) => {
            let claims = event.world.list(Kind::PersistentVolumeClaim);
            for claim in claims.filter(|claim| concerns(claim)) {
                queue.add(&claim.key());
            }
        }
        _ => {}
    }
}

fn is_storage_slow(fault: &Key) -> bool {
    Fault::from_key(fault).is_some_and(|fault| fault.kind() == FaultKind::StorageSlow)
}

fn concerns(claim: &Object) -> bool {
    is_bound(claim) && phase(claim) == "Bound" && needs_growth(claim)
}

/// Syncs one claim (`syncPVC`).
pub fn sync(client: &mut Client, key: &Key, state: &mut Resizer) -> SyncResult {
    let Some(claim) = client.get(key).cloned() else {
        return Ok(());
    };
    let volume = volume_of(&claim).and_then(|volume| client.get(&volume)).cloned();
    let Some(volume) = volume.filter(|_| concerns(&claim)) else {
        state.begun.remove(&claim.meta.uid);
        client.set_waiting(key, None);
        return Ok(());
    };
    let waiting = if csi_driver(&volume).is_some_and(|driver| is_driver_installed(driver)) {
        grow(client, &claim, &volume, state)?
    } else {
        Some(StorageWaiting::NoResizer)
    };
    client.set_waiting(key, waiting.map(Waiting::Storage));
    Ok(())
}

/// Grows the volume, then leaves the file system to the kubelet (`resizePVC`, `markForPendingNodeExpansion`).
fn grow(
    client: &mut Client,
    claim: &Arc<Object>,
    volume: &Arc<Object>,
    state: &mut Resizer,
) -> Result<Option<StorageWaiting>, Status> {
    let status = resize_status(claim);
    let is_large = volume_capacity(volume) >= requested(claim);
    match status {
        Some(ResizeStatus::NodeResizePending) if is_large => {
            return Ok(Some(StorageWaiting::FileSystemResizePending));
        }
        // The kubelet has its own reason.
        Some(ResizeStatus::NodeResizeInProgress) if is_large => return Ok(None),
        _ => {}
    }
    let key = claim.key();
    let now = client.now();
    let Some(begun) = state.begun.get(&claim.meta.uid).copied() else {
        let progress = with_resize_status(claim, ResizeStatus::ControllerResizeInProgress, now);
        client.update_status(&key, ObjectStatus::Document(progress))?;
        let message = format!("External resizer is resizing volume {}", volume.name());
        client.event(claim, EventType::Normal, "Resizing", message);
        state.begun.insert(claim.meta.uid.clone(), now);
        return wait(client, &key, now);
    };
    let until = begun.plus(faults::storage_ms(client.world(), RESIZE_MS));
    if now < until {
        return wait(client, &key, begun);
    }
    state.begun.remove(&claim.meta.uid);
    let mut spec = volume.spec().clone();
    let size = claim.spec().at(&["resources", "requests", "storage"]);
    *spec.slot(&["capacity", "storage"]) = size.cloned().unwrap_or_default();
    let grown = volume.with_spec(spec);
    client.update(grown.clone())?;
    if volume_mode(volume) == "Block" {
        let done = claim_resize::finished(claim, &grown);
        client.update_status(&key, ObjectStatus::Document(done))?;
        client.event(
            claim,
            EventType::Normal,
            "VolumeResizeSuccessful",
            "Resize volume succeeded",
        );
        return Ok(None);
    }
    let pending = with_resize_status(claim, ResizeStatus::NodeResizePending, now);
    client.update_status(&key, ObjectStatus::Document(pending))?;
    let message = "Require file system resize of volume on node";
    client.event(claim, EventType::Normal, "FileSystemResizeRequired", message);
    Ok(Some(StorageWaiting::FileSystemResizePending))
}

fn wait(client: &mut Client, key: &Key, begun: Time) -> Result<Option<StorageWaiting>, Status> {
    let until = begun.plus(faults::storage_ms(client.world(), RESIZE_MS));
    client.requeue_at(until, key);
    Ok(Some(StorageWaiting::Resizing { until }))
}
