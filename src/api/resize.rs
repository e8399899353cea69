//! The PersistentVolumeClaimResize admission plugin (`plugin/pkg/admission/storage/persistentvolume/resize`).

use super::Status;
use crate::object::{Key, Kind, Object, Quantity, Value};
use crate::store::World;

/// Admits an update that raises the requested storage of a claim.
///
/// # Errors
/// `Forbidden` if the claim is not bound, or its class does not allow expansion.
pub(super) fn admit_resize(world: &World, new: &Object, old: &Object) -> Result<(), Status> {
    if new.kind != Kind::PersistentVolumeClaim || requested_storage(new) <= requested_storage(old) {
        return Ok(());
    }
    let phase = old.status.fields().and_then(|status| status.text("phase"));
    if phase.map(AsRef::as_ref) != Some("Bound") {
        let why = "Only bound persistent volume claims can be expanded";
        return Err(Status::forbidden(&new.key(), why));
    }
    let class = |claim: &Object| {
        claim
            .spec()
            .get("storageClassName")
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let allowed = class(new)
        .filter(|name| !name.is_empty() && class(old).as_ref() == Some(name))
        .and_then(|name| world.get(&Key::new(Kind::StorageClass, name)).cloned())
        .is_some_and(|class| {
            class
                .body
                .fields()
                .get("allowVolumeExpansion")
                .and_then(Value::as_bool)
                == Some(true)
        });
    if allowed {
        return Ok(());
    }
    let why = "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize";
    Err(Status::forbidden(&new.key(), why))
}

fn requested_storage(claim: &Object) -> Quantity {
    let requested = claim
        .spec()
        .at(&["resources", "requests", "storage"])
        .and_then(Value::as_str);
    requested
        .and_then(|text| Quantity::parse(text).ok())
        .unwrap_or(Quantity::ZERO)
}
