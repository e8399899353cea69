//! The volume expansion controller of the controller manager, which leaves CSI volumes to an external resizer
//! (`pkg/controller/volume/expand/expand_controller.go`).

use crate::cluster::claim_resize::{needs_growth, requested};
use crate::cluster::runtime::{Client, EventType, SyncResult, WatchEvent, WorkQueue};
use crate::cluster::volumes::{is_bound, phase};
use crate::object::{Key, Kind};

/// Enqueues claims whose request grows.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    if event.change.key.kind == Kind::PersistentVolumeClaim
        && let (Some(old), Some(new)) = (event.old, event.new())
        && requested(new) > requested(old)
    {
        queue.add(&event.change.key);
    }
}

/// Says that another controller has to expand the volume (`syncHandler`): no volume plugin in the controller manager
/// expands volumes any more.
pub fn sync(client: &mut Client, key: &Key) -> SyncResult {
    if let Some(claim) = client.get(key).cloned()
        && is_bound(&claim)
        && phase(&claim) == "Bound"
        && needs_growth(&claim)
    {
        let message = "waiting for an external controller to expand this PVC";
        client.event(&claim, EventType::Normal, "ExternalExpanding", message);
    }
    Ok(())
}
