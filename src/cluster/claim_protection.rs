//! Claims that a scheduled pod uses are not removed (`pkg/controller/volume/pvcprotection/pvc_protection_controller.go`).

use std::sync::Arc;

use super::client::{Client, Synced};
use super::queue::{Seen, Wakes};
use crate::api::Reason;
use crate::object::{Key, Kind, Object, pod};
use crate::store::Waiting;
use crate::store::waiting::DeletionWaiting;

/// The finalizer that holds a claim.
pub const FINALIZER: &str = "kubernetes.io/pvc-protection";

/// Claims that come or change, and those of pods that go or cannot hold them (`podAddedDeletedUpdated`).
pub fn interested(seen: &Seen, wakes: &mut Wakes) {
    match seen.change.key.kind {
        Kind::PersistentVolumeClaim if seen.new().is_some() => wakes.now(&seen.change.key),
        Kind::Pod => {
            let Some(pod) = seen.latest() else { return };
            if seen.new().is_none() || pod::phase(pod).terminal() || pod::node(pod).is_none() {
                for claim in pod::claims(pod) {
                    wakes.now(&claim);
                }
            }
        }
        _ => {}
    }
}

/// Sets the finalizer, or removes it from a claim that is deleted and not used (`processPVC`).
pub fn sync(client: &mut Client, key: &Key) -> Synced {
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
        client.wait(key, Some(Waiting::Deletion(DeletionWaiting::ClaimInUse { pod })));
        return Ok(());
    }
    client.wait(key, None);
    let others = claim.meta.finalizers.iter().filter(|f| f.as_ref() != FINALIZER);
    set_finalizers(client, &claim, others.cloned().collect())
}

fn set_finalizers(client: &mut Client, claim: &Object, finalizers: Arc<[Arc<str>]>) -> Synced {
    let mut new = claim.clone();
    new.meta.finalizers = finalizers;
    match client.update(new) {
        Err(status) if status.reason != Reason::NotFound => Err(status.into()),
        _ => Ok(()),
    }
}
