//! The PVC protection controller: keeps claims that a scheduled pod uses
//! (`pkg/controller/volume/pvcprotection/pvc_protection_controller.go`).

use std::sync::Arc;

use crate::api::Reason;
use crate::cluster::runtime::{Client, SyncResult, WatchEvent, WorkQueue};
use crate::object::{Key, Kind, Object, pod};
use crate::store::Waiting;
use crate::store::waiting::DeletionWaiting;

/// The finalizer of a claim (`PVCProtectionFinalizer`).
pub const FINALIZER: &str = "kubernetes.io/pvc-protection";

/// Enqueues claims, and the claims of pods that do not use them any more (`podAddedDeletedUpdated`).
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    match event.change.key.kind {
        Kind::PersistentVolumeClaim if event.new().is_some() => queue.add(&event.change.key),
        Kind::Pod => {
            let Some(pod) = event.latest() else { return };
            if event.new().is_none() || pod::phase(pod).terminal() || pod::node(pod).is_none() {
                for claim in pod::claims(pod) {
                    queue.add(&claim);
                }
            }
        }
        _ => {}
    }
}

/// Adds the finalizer, or removes it from a deleted claim that no scheduled pod uses (`processPVC`).
pub fn sync(client: &mut Client, key: &Key) -> SyncResult {
    let Some(claim) = client.get(key).cloned() else {
        return Ok(());
    };
    let held = claim.meta.has_finalizer(FINALIZER);
    if !claim.meta.terminating() {
        if !held {
            let finalizers = claim.meta.finalizers.iter().cloned();
            set_finalizers(client, &claim, finalizers.chain([FINALIZER.into()]).collect())?;
        }
        return Ok(());
    }
    if !held {
        return Ok(());
    }
    let world = client.world();
    let user = world
        .pods()
        .of_claim(key)
        .find(|pod| world.get(pod).is_some_and(|pod| pod::node(pod).is_some()))
        .cloned();
    if let Some(pod) = user {
        client.set_waiting(key, Some(Waiting::Deletion(DeletionWaiting::ClaimInUse { pod })));
        return Ok(());
    }
    client.set_waiting(key, None);
    let others = claim.meta.finalizers.iter().filter(|f| f.as_ref() != FINALIZER);
    set_finalizers(client, &claim, others.cloned().collect())
}

fn set_finalizers(client: &mut Client, claim: &Object, finalizers: Arc<[Arc<str>]>) -> SyncResult {
    let mut new = claim.clone();
    new.meta.finalizers = finalizers;
    match client.update(new) {
        Err(status) if status.reason != Reason::NotFound => Err(status.into()),
        _ => Ok(()),
    }
}
