//! CSIDrivers, CSINodes and CSIStorageCapacities (`pkg/apis/storage/validation/validation.go`).

use super::access::FieldAccess;
use super::content;
use super::field::{BadValue, ErrorList, Path};
use super::label_selector;
use super::volume_source::validate_csi_driver_name;
use crate::object::Value;

/// `validateCSIDriverSpec`.
pub fn validate_driver(errors: &mut ErrorList, spec: &Value) {
    let at = Path::root("spec");
    for (field, shown) in [
        ("attachRequired", "attachedRequired"),
        ("podInfoOnMount", "podInfoOnMount"),
        ("storageCapacity", "storageCapacity"),
    ] {
        if !spec.has(field) {
            errors.required(&at.child(shown), "");
        }
    }
    let policies = ["File", "None", "ReadWriteOnceWithFSType"];
    let policy = spec.maybe_text("fsGroupPolicy");
    if let Some(policy) = policy.filter(|policy| !policies.contains(policy)) {
        errors.not_supported(&at.child("fsGroupPolicy"), BadValue::named(policy), &policies);
    }
    validate_token_requests(errors, spec, &at.child("tokenRequests"));
    let modes = ["Persistent", "Ephemeral"];
    for mode in spec
        .texts("volumeLifecycleModes")
        .filter(|mode| !modes.contains(mode))
    {
        let at = at.child("volumeLifecycleModes");
        errors.not_supported(&at, BadValue::named(mode), &modes);
    }
    if !spec.has("seLinuxMount") {
        errors.required(&at.child("seLinuxMount"), "");
    }
    let period = spec.maybe_int("nodeAllocatableUpdatePeriodSeconds");
    if let Some(period) = period.filter(|period| *period < 10) {
        let at = at.child("nodeAllocatableUpdatePeriodSeconds");
        errors.invalid(&at, period, "must be greater than or equal to 10 seconds");
    }
}

/// `validateTokenRequests`.
fn validate_token_requests(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let mut audiences: Vec<&str> = Vec::new();
    for (i, request) in spec.list("tokenRequests").iter().enumerate() {
        let (at, audience) = (at.index(i), request.text("audience"));
        if audiences.contains(&audience) {
            errors.duplicate(&at.child("audience"), audience);
            continue;
        }
        audiences.push(audience);
        let (seconds, at) = (
            request.maybe_int("expirationSeconds"),
            at.child("expirationSeconds"),
        );
        match seconds {
            Some(seconds) if seconds < 600 => {
                errors.invalid(&at, seconds, "may not specify a duration less than 10 minutes");
            }
            Some(seconds) if seconds > 1 << 32 => {
                errors.invalid(
                    &at,
                    seconds,
                    "may not specify a duration larger than 2^32 seconds",
                );
            }
            _ => {}
        }
    }
}

/// `ValidateCSIDriverUpdate`, without what creation checks too.
pub fn validate_driver_update(errors: &mut ErrorList, old: &Value, new: &Value) {
    let at = Path::root("spec");
    for (field, shown) in [
        ("attachRequired", "attachedRequired"),
        ("volumeLifecycleModes", "volumeLifecycleModes"),
    ] {
        let (before, after) = (old.field("spec").field(field), new.field("spec").field(field));
        if before != after {
            errors.invalid(&at.child(shown), BadValue::json(after), "field is immutable");
        }
    }
}

/// `validateCSINodeDrivers`.
pub fn validate_node(errors: &mut ErrorList, spec: &Value) {
    let list_at = Path::root("spec.drivers");
    let mut names: Vec<&str> = Vec::new();
    for (i, driver) in spec.list("drivers").iter().enumerate() {
        let (at, name) = (list_at.index(i), driver.text("name"));
        validate_csi_driver_name(errors, name, &at.child("name"));
        let (id, id_at) = (driver.text("nodeID"), at.child("nodeID"));
        match id.len() {
            0 => errors.required(&id_at, ""),
            1..=256 => {}
            _ => errors.invalid(&id_at, id, "must be 256 characters or less"),
        }
        if let Some(count) = driver.field("allocatable").maybe_int("count") {
            content::validate_non_negative(errors, &at.child("allocatable.count"), count);
        }
        if names.contains(&name) {
            errors.duplicate(&at.child("name"), name);
        }
        names.push(name);
        let mut keys: Vec<&str> = Vec::new();
        for key in driver.texts("topologyKeys") {
            if key.is_empty() {
                errors.required(&at, "");
            }
            if keys.contains(&key) {
                errors.duplicate(&at, key);
            }
            keys.push(key);
            errors.invalid_each(&at, key, content::qualified_name(key));
        }
    }
}

/// `ValidateCSIStorageCapacity`, without the metadata.
pub fn validate_capacity(errors: &mut ErrorList, capacity: &Value) {
    if let Some(topology) = capacity.maybe("nodeTopology") {
        label_selector::validate(errors, topology, &Path::root("nodeTopology"));
    }
    let class = capacity.text("storageClassName");
    content::validate_dns_1123_subdomain(errors, &Path::root("storageClassName"), class);
    if let Some(amount) = capacity
        .quantity("capacity")
        .filter(|amount| amount.is_negative())
    {
        let detail = "must be greater than or equal to 0";
        errors.invalid(&Path::root("capacity"), amount.to_string().as_str(), detail);
    }
}

/// `ValidateCSIStorageCapacityUpdate`, without the metadata.
pub fn validate_capacity_update(errors: &mut ErrorList, old: &Value, new: &Value) {
    for field in ["nodeTopology", "storageClassName"] {
        if old.field(field) != new.field(field) {
            let bad = match new.field(field) {
                Value::String(text) => BadValue::from(text.as_ref()),
                other => BadValue::json(other),
            };
            errors.invalid(&Path::root(field), bad, "field is immutable");
        }
    }
}
