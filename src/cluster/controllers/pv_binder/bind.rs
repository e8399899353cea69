//! Binds a claim and a volume to each other, unbinds them, and writes their status (`bind`, `unbindVolume`,
//! `updateClaimStatus` and `updateVolumePhase` in `pv_controller.go`).

use std::sync::Arc;

use crate::api::Status;
use crate::cluster::runtime::{Client, EventType};
use crate::cluster::volumes::{
    BIND_COMPLETED, BOUND_BY_CONTROLLER, attributes_class, claim_ref, claim_uid, is_bound_to, phase,
    volume_of,
};
use crate::object::{Map, Object, ObjectStatus};

/// Binds the volume first, then the claim, as upstream does: the next sync completes an interrupted binding.
pub fn bind(client: &mut Client, claim: &Arc<Object>, volume: &Arc<Object>) -> Result<(), Status> {
    let mut volume = volume.clone();
    if claim_uid(&volume).is_none_or(|uid| *uid != claim.meta.uid) {
        let is_chosen = !is_bound_to(&volume, claim);
        let mut spec = volume.spec().clone();
        *spec.slot(&["claimRef"]) = claim_ref(claim).into();
        let mut bound = volume.with_spec(spec);
        if is_chosen {
            bound.meta.annotations.insert(BOUND_BY_CONTROLLER, "yes");
        }
        if let Some(written) = client.update(bound)? {
            volume = written;
        }
    }
    set_volume_phase(client, &volume, "Bound", "")?;
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

/// Removes the claim of a volume, or only its UID if a person reserved the volume for the claim (`unbindVolume`).
pub fn unbind(client: &mut Client, volume: &Arc<Object>) -> Result<(), Status> {
    let is_chosen = volume.meta.annotation(BOUND_BY_CONTROLLER).is_some();
    let mut spec = volume.spec().clone();
    if is_chosen {
        if let Some(spec) = spec.as_object_mut() {
            spec.remove("claimRef");
        }
    } else if let Some(reference) = spec.slot(&["claimRef"]).as_object_mut() {
        reference.remove("uid");
    }
    let mut unbound = volume.with_spec(spec);
    unbound.meta.annotations.remove(BOUND_BY_CONTROLLER);
    match client.update(unbound)? {
        Some(volume) => set_volume_phase(client, &volume, "Available", ""),
        None => Ok(()),
    }
}

/// Sets phase and access modes of a bound claim, and its capacity when it becomes bound: later it is the size of the
/// file system, which can be smaller than the volume.
fn set_bound(client: &mut Client, claim: &Object, volume: &Object) -> Result<(), Status> {
    let mut status = claim.status.fields().cloned().unwrap_or_default();
    if let Some(modes) = volume.spec().get("accessModes") {
        status.insert("accessModes", modes.clone());
    }
    if phase(claim) != "Bound"
        && let Some(capacity) = volume.spec().get("capacity")
    {
        status.insert("capacity", capacity.clone());
    }
    if phase(claim) == "Pending"
        && let Some(name) = attributes_class(volume)
    {
        status.insert("currentVolumeAttributesClassName", name.clone());
    }
    status.insert("phase", "Bound");
    write_status(client, claim, status)
}

/// Sets the phase of a claim that has no volume.
pub fn set_claim_phase(client: &mut Client, claim: &Object, phase: &str) -> Result<(), Status> {
    let mut status = claim.status.fields().cloned().unwrap_or_default();
    for field in ["accessModes", "capacity", "currentVolumeAttributesClassName"] {
        status.remove(field);
    }
    status.insert("phase", phase);
    write_status(client, claim, status)
}

/// Marks a claim as Lost and says so once (`updateClaimStatusWithEvent`).
pub fn set_lost(
    client: &mut Client,
    claim: &Object,
    reason: &'static str,
    message: &str,
) -> Result<(), Status> {
    if phase(claim) == "Lost" {
        return Ok(());
    }
    set_claim_phase(client, claim, "Lost")?;
    client.event(claim, EventType::Warning, reason, message);
    Ok(())
}

/// Sets the phase of a volume; nothing if it has that phase.
pub fn set_volume_phase(
    client: &mut Client,
    volume: &Object,
    new: &str,
    message: &str,
) -> Result<(), Status> {
    if phase(volume) == new {
        return Ok(());
    }
    let mut status = volume.status.fields().cloned().unwrap_or_default();
    status.insert("phase", new);
    match message {
        "" => {
            status.remove("message");
        }
        message => {
            status.insert("message", message);
        }
    }
    write_status(client, volume, status)
}

/// Marks a volume as Failed and says so once (`updateVolumePhaseWithEvent`).
pub fn set_failed(
    client: &mut Client,
    volume: &Object,
    reason: &'static str,
    message: &str,
) -> Result<(), Status> {
    if phase(volume) == "Failed" {
        return Ok(());
    }
    set_volume_phase(client, volume, "Failed", message)?;
    client.event(volume, EventType::Warning, reason, message);
    Ok(())
}

fn write_status(client: &mut Client, object: &Object, status: Map) -> Result<(), Status> {
    if object.status.fields() == Some(&status) {
        return Ok(());
    }
    client
        .update_status(&object.key(), ObjectStatus::Document(status))
        .map(drop)
}
