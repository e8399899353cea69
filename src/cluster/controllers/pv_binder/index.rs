//! Finds the volume for a claim (`index.go`, `FindMatchingVolume` in `component-helpers/storage/volume/pv_helpers.go`).

use std::sync::Arc;

use imbl::OrdSet;

use crate::cluster::volumes::{attributes_class, claim_of, class_name, is_bound_to, phase, volume_mode};
use crate::object::quantity::Quantity;
use crate::object::selector::LabelSelector;
use crate::object::{Key, Kind, Object, Value};
use crate::store::World;

/// The best volume for a claim: of those with the fewest access modes, one that is reserved for the claim, else the
/// smallest. While binding is `delayed`, only a reserved one.
pub fn find_matching_volume(
    world: &World,
    claim: &Object,
    free: &OrdSet<Key>,
    delayed: bool,
) -> Option<Arc<Object>> {
    // A provisioner names the volume for a claim by the claim's UID.
    let provisioned = Key::new(Kind::PersistentVolume, format!("pvc-{}", claim.meta.uid));
    if let Some(volume) = world.get(&provisioned)
        && is_bound_to(volume, claim)
        && size_for(volume, claim).is_some()
    {
        return Some(volume.clone());
    }
    free.iter()
        .filter_map(|key| world.get(key))
        .filter(|volume| !delayed || is_bound_to(volume, claim))
        .filter(|volume| has_access_modes(volume, claim))
        .filter_map(|volume| {
            let size = size_for(volume, claim)?;
            let order = (access_modes(volume).len(), !is_bound_to(volume, claim), size);
            Some((order, volume.name(), volume))
        })
        .min_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)))
        .map(|(.., volume)| volume.clone())
}

/// The size of a volume if the claim can be bound to it. A volume that is reserved for the claim needs neither its
/// class nor its labels.
pub fn size_for(volume: &Object, claim: &Object) -> Option<i64> {
    let is_reserved = is_bound_to(volume, claim);
    if claim_of(volume).is_some() && !is_reserved {
        return None;
    }
    let size = capacity(volume)?;
    let fits = size >= requested(claim)?
        && volume_mode(volume) == volume_mode(claim)
        && attributes_class(volume) == attributes_class(claim)
        && !volume.meta.terminating();
    let matches = || {
        phase(volume) == "Available"
            && class_name(volume) == class_name(claim)
            && has_access_modes(volume, claim)
            && claim
                .spec()
                .get("selector")
                .is_none_or(|selector| LabelSelector::read(Some(selector)).matches(&volume.meta.labels))
    };
    (fits && (is_reserved || matches())).then_some(size.units())
}

/// Why the volume that a claim names cannot be bound to it (`checkVolumeSatisfyClaim`).
pub fn check_volume(volume: &Object, claim: &Object) -> Option<String> {
    if volume.meta.terminating() {
        return Some(format!(
            "the volume is marked for deletion {:?}",
            volume.name().as_ref()
        ));
    }
    let why = if capacity(volume) < requested(claim) {
        "requested PV is too small"
    } else if class_name(volume) != class_name(claim) {
        "storageClassName does not match"
    } else if attributes_class(volume) != attributes_class(claim) {
        "volumeAttributesClassName does not match"
    } else if volume_mode(volume) != volume_mode(claim) {
        "incompatible volumeMode"
    } else if !has_access_modes(volume, claim) {
        "incompatible accessMode"
    } else {
        return None;
    };
    Some(why.to_owned())
}

fn access_modes(object: &Object) -> &[Value] {
    let modes = object.spec().get("accessModes").and_then(Value::as_array);
    modes.unwrap_or_default()
}

fn has_access_modes(volume: &Object, claim: &Object) -> bool {
    let offered = access_modes(volume);
    access_modes(claim).iter().all(|mode| offered.contains(mode))
}

fn capacity(volume: &Object) -> Option<Quantity> {
    storage(volume.spec().at(&["capacity", "storage"]))
}

fn requested(claim: &Object) -> Option<Quantity> {
    storage(claim.spec().at(&["resources", "requests", "storage"]))
}

fn storage(value: Option<&Value>) -> Option<Quantity> {
    Quantity::parse(value?.as_str()?).ok()
}
