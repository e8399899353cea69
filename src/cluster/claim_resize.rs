//! The status of a claim that grows (`volume/util/resize_util.go`, `external-resizer/pkg/controller/resize_status.go`).

use crate::object::{Map, Object, Quantity, Time, Value};

/// Key of a claim's size in its lists of resources.
const STORAGE: &str = "storage";

/// The conditions of a claim that grows (`resizeConditions`).
const CONDITIONS: [&str; 2] = ["FileSystemResizePending", "Resizing"];

/// How far the growth of a claim has come (`ClaimResourceStatus`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the status of that name")]
pub enum ResizeStatus {
    ControllerResizeInProgress,
    NodeResizePending,
    NodeResizeInProgress,
}

/// `spec.resources.requests.storage` of a claim.
pub fn requested(claim: &Object) -> Option<Quantity> {
    quantity(claim.spec().at(&["resources", "requests", STORAGE])?)
}

/// `status.capacity.storage` of a claim.
pub fn capacity(claim: &Object) -> Option<Quantity> {
    quantity(claim.status.fields()?.get("capacity")?.get(STORAGE)?)
}

/// `spec.capacity.storage` of a volume.
pub fn volume_capacity(volume: &Object) -> Option<Quantity> {
    quantity(volume.spec().at(&["capacity", STORAGE])?)
}

/// Whether a bound claim asks for more than it has.
pub fn needs_growth(claim: &Object) -> bool {
    requested(claim)
        .zip(capacity(claim))
        .is_some_and(|(wanted, have)| wanted > have)
}

fn quantity(value: &Value) -> Option<Quantity> {
    Quantity::parse(value.as_str()?).ok()
}

/// `status.allocatedResourceStatuses.storage` of a claim.
pub fn resize_status(claim: &Object) -> Option<ResizeStatus> {
    let statuses = claim.status.fields()?.get("allocatedResourceStatuses")?;
    Some(match statuses.get(STORAGE)?.as_str()? {
        "ControllerResizeInProgress" => ResizeStatus::ControllerResizeInProgress,
        "NodeResizePending" => ResizeStatus::NodeResizePending,
        "NodeResizeInProgress" => ResizeStatus::NodeResizeInProgress,
        _ => return None,
    })
}

/// The status of a claim that has come so far, with its condition.
pub fn with_resize_status(claim: &Object, resize: ResizeStatus, now: Time) -> Map {
    let mut status = claim.status.fields().cloned().unwrap_or_default();
    let slot = |status: &mut Map, field: &str, value: Value| {
        *status.slot(field).slot(&[STORAGE]) = value;
    };
    if resize == ResizeStatus::ControllerResizeInProgress {
        let wanted = claim.spec().at(&["resources", "requests", STORAGE]);
        slot(
            &mut status,
            "allocatedResources",
            wanted.cloned().unwrap_or_default(),
        );
    }
    slot(
        &mut status,
        "allocatedResourceStatuses",
        format!("{resize:?}").as_str().into(),
    );
    let (condition, message) = match resize {
        ResizeStatus::ControllerResizeInProgress => ("Resizing", None),
        ResizeStatus::NodeResizePending => (
            "FileSystemResizePending",
            Some("Waiting for user to (re-)start a pod to finish file system resize of volume on node."),
        ),
        ResizeStatus::NodeResizeInProgress => return status,
    };
    let mut entry = Map::new();
    entry.insert("lastProbeTime", Value::Null);
    entry.insert("lastTransitionTime", now.to_string());
    if let Some(message) = message {
        entry.insert("message", message);
    }
    entry.insert("status", "True");
    entry.insert("type", condition);
    let mut conditions = other_conditions(&status);
    conditions.push(entry.into());
    status.insert("conditions", conditions);
    status
}

/// The status of a claim that has its new size (`MarkFSResizeFinished`).
pub fn finished(claim: &Object, volume: &Object) -> Map {
    let mut status = claim.status.fields().cloned().unwrap_or_default();
    if let Some(capacity) = volume.spec().get("capacity") {
        status.insert("capacity", capacity.clone());
    }
    status.remove("allocatedResourceStatuses");
    match other_conditions(&status) {
        conditions if conditions.is_empty() => {
            status.remove("conditions");
        }
        conditions => {
            status.insert("conditions", conditions);
        }
    }
    status
}

fn other_conditions(status: &Map) -> Vec<Value> {
    let conditions = status
        .get("conditions")
        .and_then(Value::as_array)
        .unwrap_or_default();
    let is_other = |condition: &&Value| {
        let kind = condition.get("type").and_then(Value::as_str);
        !kind.is_some_and(|kind| CONDITIONS.contains(&kind))
    };
    conditions.iter().filter(is_other).cloned().collect()
}
