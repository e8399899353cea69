//! Finds the volume for a claim (`index.go`, `FindMatchingVolume` in `component-helpers/storage/volume/pv_helpers.go`).

use std::sync::Arc;

use imbl::OrdSet;

use crate::cluster::volumes::{claim_of, claim_uid, class_name, phase};
use crate::object::quantity::Quantity;
use crate::object::selector::LabelSelector;
use crate::object::{Key, Kind, Object, Value};
use crate::store::World;

/// The smallest available volume of the claim's class with enough capacity and the claim's access modes. A volume that
/// is reserved for the claim has priority.
pub fn find_matching_volume(world: &World, claim: &Object, free: &OrdSet<Key>) -> Option<Arc<Object>> {
    // A provisioner names the volume for a claim by the claim's UID.
    let provisioned = Key::new(Kind::PersistentVolume, format!("pvc-{}", claim.meta.uid));
    if let Some(volume) = world.get(&provisioned) {
        return Some(volume.clone());
    }
    free.iter()
        .filter_map(|key| world.get(key))
        .filter_map(|volume| Some((claim_of(volume).is_none(), size_for(volume, claim)?, volume)))
        .min_by(|a, b| (a.0, a.1, &a.2.meta.name).cmp(&(b.0, b.1, &b.2.meta.name)))
        .map(|(_, _, volume)| volume.clone())
}

/// The size of a volume if the claim can be bound to it.
pub fn size_for(volume: &Object, claim: &Object) -> Option<i64> {
    let requested = storage(claim.spec().at(&["resources", "requests", "storage"]))?;
    let size = storage(volume.spec().at(&["capacity", "storage"]))?;
    (size >= requested && matches(volume, claim)).then_some(size)
}

fn matches(volume: &Object, claim: &Object) -> bool {
    let modes = |object: &Object| {
        let modes = object.spec().get("accessModes").and_then(Value::as_array);
        modes.unwrap_or_default().to_vec()
    };
    let available = match claim_of(volume) {
        Some(key) => key == claim.key() && claim_uid(volume).is_none_or(|uid| *uid == claim.meta.uid),
        None => phase(volume) == "Available",
    };
    let offered = modes(volume);
    available
        && !volume.meta.terminating()
        && class_name(volume) == class_name(claim)
        && modes(claim).iter().all(|mode| offered.contains(mode))
        && claim
            .spec()
            .get("selector")
            .is_none_or(|selector| LabelSelector::read(Some(selector)).matches(&volume.meta.labels))
}

fn storage(value: Option<&Value>) -> Option<i64> {
    Quantity::parse(value?.as_str()?).ok().map(Quantity::units)
}
