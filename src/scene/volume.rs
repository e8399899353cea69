//! What the scene reads of PersistentVolumes and VolumeAttachments.

use std::sync::Arc;

use crate::object::{Key, Kind, Object, Value};

/// The claim that a volume refers to (`spec.claimRef`).
pub fn claim_ref(volume: &Object) -> Option<Key> {
    let claim = volume.spec().get("claimRef")?.as_object()?;
    Some(Key {
        kind: Kind::PersistentVolumeClaim,
        namespace: claim.text("namespace")?.clone(),
        name: claim.text("name")?.clone(),
    })
}

/// The name of the volume that an attachment attaches.
pub fn attachment_volume(attachment: &Object) -> Option<&Arc<str>> {
    let source = attachment.spec().get("source")?.as_object()?;
    source.text("persistentVolumeName")
}

/// Whether the volume of an attachment is attached (`status.attached`).
pub fn is_attached(attachment: &Object) -> bool {
    let attached = attachment
        .status
        .fields()
        .and_then(|status| status.get("attached"));
    attached.and_then(Value::as_bool) == Some(true)
}
