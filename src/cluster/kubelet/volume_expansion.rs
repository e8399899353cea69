//! Grows the file system of a volume on the node that mounts it (`NodeExpandVolume` in
//! `pkg/volume/util/operationexecutor/node_expander.go`).

use std::sync::Arc;

use imbl::OrdMap;

use crate::cluster::claim_resize::{ResizeStatus, finished, resize_status, with_resize_status};
use crate::cluster::faults;
use crate::cluster::runtime::durations::NODE_EXPAND_MS;
use crate::cluster::runtime::{Client, EventType, SyncResult};
use crate::cluster::volumes::{is_attachable, is_attached, volume_of};
use crate::object::{Key, Object, ObjectStatus, Time, Uid, pod};
use crate::store::Waiting;
use crate::store::waiting::StorageWaiting;

/// When the expansion of a claim's file system began, by the claim's UID.
pub type Expansions = OrdMap<Uid, Time>;

/// Whether a claim waits for a kubelet to grow its file system.
pub fn is_pending(claim: &Object) -> bool {
    let status = resize_status(claim);
    matches!(
        status,
        Some(ResizeStatus::NodeResizePending | ResizeStatus::NodeResizeInProgress)
    )
}

/// Syncs one claim.
pub fn sync(client: &mut Client, key: &Key, expansions: &mut Expansions) -> SyncResult {
    let Some(claim) = client.get(key).filter(|claim| is_pending(claim)).cloned() else {
        client.set_waiting(key, None);
        return Ok(());
    };
    let volume = volume_of(&claim).and_then(|volume| client.get(&volume)).cloned();
    let Some(volume) = volume else { return Ok(()) };
    let Some(pod) = mounting_pod(client, key, &volume) else {
        expansions.remove(&claim.meta.uid);
        client.set_waiting(key, None);
        return Ok(());
    };
    let now = client.now();
    if resize_status(&claim) == Some(ResizeStatus::NodeResizePending) {
        let progress = with_resize_status(&claim, ResizeStatus::NodeResizeInProgress, now);
        client.update_status(key, ObjectStatus::Document(progress))?;
    }
    let begun = *expansions.entry(claim.meta.uid.clone()).or_insert(now);
    let until = begun.plus(NODE_EXPAND_MS);
    if now < until {
        client.requeue_at(until, key);
        client.set_waiting(
            key,
            Some(Waiting::Storage(StorageWaiting::NodeResizing { until })),
        );
        return Ok(());
    }
    expansions.remove(&claim.meta.uid);
    client.set_waiting(key, None);
    client.update_status(key, ObjectStatus::Document(finished(&claim, &volume)))?;
    let node = pod::node(&pod).cloned().unwrap_or_default();
    let message: Arc<str> = format!(
        "MountVolume.NodeExpandVolume succeeded for volume \"{}\" {node}",
        volume.name()
    )
    .into();
    for about in [&pod, &claim] {
        client.event(
            about,
            EventType::Normal,
            "FileSystemResizeSuccessful",
            message.clone(),
        );
    }
    Ok(())
}

/// A pod whose kubelet has the volume of a claim.
fn mounting_pod(client: &Client, claim: &Key, volume: &Object) -> Option<Arc<Object>> {
    let world = client.world();
    let mut pods = world.pods().of_claim(claim).filter_map(|key| world.get(key));
    let found = pods.find(|object| {
        let is_mounted = |node: &Arc<str>| {
            let is_there = !is_attachable(volume) || is_attached(world, volume.name(), node);
            is_there && !faults::node_unreachable(world, node)
        };
        !pod::phase(object).terminal() && pod::node(object).is_some_and(is_mounted)
    });
    found.cloned()
}
