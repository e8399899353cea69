//! Binds a claim and a volume to each other, and writes their status (`bind` in `pv_controller.go`).

use std::sync::Arc;

use crate::api::Status;
use crate::cluster::runtime::Client;
use crate::cluster::volumes::{
    BIND_COMPLETED, BOUND_BY_CONTROLLER, claim_of, claim_ref, claim_uid, volume_of,
};
use crate::object::{Map, Object, ObjectStatus};

/// Binds the volume first, then the claim, as upstream does: the next sync completes an interrupted binding.
pub fn bind(client: &mut Client, claim: &Arc<Object>, volume: &Arc<Object>) -> Result<(), Status> {
    let mut volume = volume.clone();
    if claim_uid(&volume).is_none_or(|uid| *uid != claim.meta.uid) {
        let chosen = claim_of(&volume).is_none();
        let mut spec = volume.spec().clone();
        *spec.slot(&["claimRef"]) = claim_ref(claim).into();
        let mut bound = volume.with_spec(spec);
        if chosen {
            bound.meta.annotations.insert(BOUND_BY_CONTROLLER, "yes");
        }
        if let Some(written) = client.update(bound)? {
            volume = written;
        }
    }
    set_phase(client, &volume, "Bound")?;
    let mut bound = Object::clone(claim);
    if volume_of(claim).is_none() {
        let mut spec = claim.spec().clone();
        *spec.slot(&["volumeName"]) = volume.meta.name.clone().into();
        bound = claim.with_spec(spec);
        bound.meta.annotations.insert(BOUND_BY_CONTROLLER, "yes");
    }
    bound.meta.annotations.insert(BIND_COMPLETED, "yes");
    if let Some(claim) = client.update(bound)? {
        set_bound(client, &claim, &volume)?;
    }
    Ok(())
}

/// Sets phase, capacity and access modes of a bound claim (`updateClaimStatus`).
pub fn set_bound(client: &mut Client, claim: &Object, volume: &Object) -> Result<(), Status> {
    let mut status = claim.status.fields().cloned().unwrap_or_default();
    status.insert("phase", "Bound");
    for field in ["accessModes", "capacity"] {
        if let Some(value) = volume.spec().get(field) {
            status.insert(field, value.clone());
        }
    }
    write_status(client, claim, status)
}

/// Sets `status.phase` of a claim or a volume.
pub fn set_phase(client: &mut Client, object: &Object, phase: &str) -> Result<(), Status> {
    let mut status = object.status.fields().cloned().unwrap_or_default();
    status.insert("phase", phase);
    write_status(client, object, status)
}

fn write_status(client: &mut Client, object: &Object, status: Map) -> Result<(), Status> {
    if object.status.fields() == Some(&status) {
        return Ok(());
    }
    client
        .update_status(&object.key(), ObjectStatus::Document(status))
        .map(drop)
}
