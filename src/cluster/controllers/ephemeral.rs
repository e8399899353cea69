//! The ephemeral volume controller: creates the claims of generic ephemeral volumes
//! (`pkg/controller/volume/ephemeral/controller.go`).

use std::sync::Arc;

use crate::cluster::runtime::durations::EPHEMERAL_CLAIM_MS;
use crate::cluster::runtime::{Client, EventType, Failure, SyncResult, WatchEvent, WorkQueue};
use crate::object::{Key, Kind, Map, Meta, Object, ObjectStatus, OwnerRef, Value, pod};

/// Enqueues pods with such volumes, and the owner of a deleted claim (`enqueuePod`, `onPVCDelete`).
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    let key = &event.change.key;
    match key.kind {
        Kind::Pod if event.old.is_none() => {
            let has_some = event
                .new()
                .is_some_and(|pod| pod::ephemeral_volumes(pod).next().is_some());
            if has_some {
                queue.add_after(EPHEMERAL_CLAIM_MS, key);
            }
        }
        Kind::PersistentVolumeClaim if event.new().is_none() => {
            let owner = event.old.and_then(|claim| claim.meta.controller());
            if let Some(pod) = owner.filter(|owner| owner.kind.as_ref() == "Pod") {
                queue.add(&key.beside(Kind::Pod, pod.name.clone()));
            }
        }
        _ => {}
    }
}

/// Creates the claims that a pod lacks (`syncHandler`).
pub fn sync(client: &mut Client, key: &Key) -> SyncResult {
    let Some(pod) = client.get(key).cloned() else {
        return Ok(());
    };
    if pod.meta.terminating() {
        return Ok(());
    }
    for (volume, template) in pod::ephemeral_volumes(&pod) {
        create_claim(client, &pod, volume, template).map_err(|why| {
            let message = format!("ephemeral volume {volume}: {why}");
            client.event(&pod, EventType::Warning, "FailedBinding", message.as_str());
            Failure {
                message: message.into(),
                retry_after_ms: None,
            }
        })?;
    }
    Ok(())
}

/// `handleVolume`.
fn create_claim(client: &mut Client, pod: &Object, volume: &str, template: &Value) -> Result<(), String> {
    let name: Arc<str> = pod::ephemeral_claim(pod, volume);
    let key = pod.key().beside(Kind::PersistentVolumeClaim, name.clone());
    if let Some(claim) = client.get(&key) {
        return check_owner(pod, claim);
    }
    let map = |field: &str| {
        let map = template.at(&["metadata", field]).and_then(Value::as_object);
        map.cloned().unwrap_or_default()
    };
    let meta = Meta {
        name: name.clone(),
        namespace: key.namespace,
        labels: map("labels"),
        annotations: map("annotations"),
        owners: [OwnerRef::controller(Kind::Pod, &pod.meta.name, &pod.meta.uid)].into(),
        ..Meta::default()
    };
    let spec = template.get("spec").cloned().unwrap_or_else(Value::object);
    let fields = Map::from_iter([("spec", spec)]);
    let claim = Object::new(Kind::PersistentVolumeClaim, meta, fields, ObjectStatus::None);
    let created = client.create(claim).map(drop);
    let what = "create PVC";
    created.map_err(|status| format!("{what} {name}: {}", status.message))
}

/// Checks that a claim belongs to a pod (`VolumeIsForPod` in `component-helpers/storage/ephemeral/ephemeral.go`).
///
/// # Errors
/// Upstream's message.
pub fn check_owner(pod: &Object, claim: &Object) -> Result<(), String> {
    let owner = claim.meta.controller();
    if owner.is_some_and(|owner| owner.uid == pod.meta.uid) {
        return Ok(());
    }
    Err(format!(
        "PVC {}/{} was not created for pod {}/{} (pod is not owner)",
        claim.meta.namespace, claim.meta.name, pod.meta.namespace, pod.meta.name
    ))
}
