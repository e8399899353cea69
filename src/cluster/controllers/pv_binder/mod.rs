//! The persistent volume controller: binds claims and volumes
//! (`pkg/controller/volume/persistentvolume/pv_controller.go`).

mod bind;
mod claim;
mod index;
mod provision;
mod reports;
mod volume;

use imbl::{OrdMap, OrdSet};

use crate::api::Status;
use crate::cluster::runtime::durations::BIND_CLAIM_MS;
use crate::cluster::runtime::{Client, SyncResult, WatchEvent, WorkQueue};
use crate::cluster::volumes::{BIND_COMPLETED, claim_of, claim_uid, class_name, is_bound, phase, volume_of};
use crate::object::{Key, Kind, Object, Time, Uid, pod};
use crate::store::Waiting;
use crate::store::waiting::StorageWaiting;

pub use index::size_for;
use reports::Report;

/// What the controller keeps between syncs.
#[derive(Clone, Debug, Default)]
pub struct PvBinder {
    /// Volumes without a claim, and those that are reserved for one.
    free: OrdSet<Key>,
    /// The last event about each unbound claim, by its UID.
    reports: OrdMap<Uid, Report>,
    /// When the recycling of a volume began, by its UID.
    recycling: OrdMap<Uid, Time>,
}

/// The reason to wait after the sync of a claim, if there is one.
type ClaimSyncResult = Result<Option<StorageWaiting>, Status>;

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
            let became_available =
                event.new().is_some_and(is_available) && !event.old.is_some_and(is_available);
            if event.old.is_none() || event.new().is_none() || became_available {
                enqueue_unbound_claims(event, queue, |_| true);
            }
        }
        Kind::StorageClass => enqueue_unbound_claims(event, queue, |claim| {
            class_name(claim).is_none_or(|name| *name == key.name)
        }),
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

fn is_available(volume: &Object) -> bool {
    phase(volume) == "Available"
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
        return volume::sync(client, &object, state);
    }
    let waiting = if object.meta.annotation(BIND_COMPLETED).is_some() {
        state.reports.remove(&object.meta.uid);
        claim::sync_bound(client, &object)?
    } else {
        claim::sync_unbound(client, &object, state)?
    };
    client.set_waiting(key, waiting.map(Waiting::Storage));
    Ok(())
}
