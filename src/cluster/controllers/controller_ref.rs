//! Controller references: adoption and release of objects
//! (`BaseControllerRefManager.ClaimObject` in `pkg/controller/controller_ref_manager.go`).

use std::sync::Arc;

use crate::api::Reason;
use crate::cluster::runtime::{Client, Failure};
use crate::object::{Object, OwnerRef};

/// Whether a controller manages an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimResult {
    /// It does, possibly because it adopted the object just now.
    Ours,
    /// It does not.
    NotOurs,
}

/// Keeps, releases, adopts or ignores an object; `matches` is whether the controller selects it (`ClaimObject`).
///
/// # Errors
/// The API server's refusal of the adoption or the release; a deleted object is not an error.
pub fn claim(
    client: &mut Client,
    controller: &Object,
    object: &Arc<Object>,
    matches: bool,
) -> Result<ClaimResult, Failure> {
    let deleting = controller.meta.terminating();
    if let Some(owner) = object.meta.controller() {
        if owner.uid != controller.meta.uid {
            return Ok(ClaimResult::NotOurs);
        }
        if matches {
            return Ok(ClaimResult::Ours);
        }
        if !deleting {
            release(client, controller, object)?;
        }
        return Ok(ClaimResult::NotOurs);
    }
    if deleting || !matches || object.meta.terminating() {
        return Ok(ClaimResult::NotOurs);
    }
    adopt(client, controller, object)
}

/// Adds a controller reference to the object (`AdoptPod`).
///
/// # Errors
/// The API server's refusal, or that the controller is being deleted.
pub fn adopt(client: &mut Client, controller: &Object, object: &Arc<Object>) -> Result<ClaimResult, Failure> {
    can_adopt(client, controller)?;
    let reference = OwnerRef::controller(controller.kind, &controller.meta.name, &controller.meta.uid);
    let owners = object.meta.owners.iter().cloned().chain([reference]);
    let mut adopted = (**object).clone();
    adopted.meta.owners = owners.collect();
    match client.update(adopted) {
        Ok(_) => Ok(ClaimResult::Ours),
        Err(status) if status.reason == Reason::NotFound => Ok(ClaimResult::NotOurs),
        Err(status) => Err(status.into()),
    }
}

/// `RecheckDeletionTimestamp`: a controller that is deleted or being deleted adopts nothing.
fn can_adopt(client: &Client, controller: &Object) -> Result<(), Failure> {
    let name = format!("{}/{}", controller.meta.namespace, controller.meta.name);
    let message = match client.get(&controller.key()) {
        Some(fresh) if fresh.meta.uid == controller.meta.uid => match fresh.meta.deletion {
            Some(deletion) => format!("{name} has just been deleted at {}", deletion.at),
            None => return Ok(()),
        },
        Some(fresh) => format!(
            "original {} {name} is gone: got uid {}, wanted {}",
            controller.kind, fresh.meta.uid, controller.meta.uid
        ),
        None => format!(
            "{} \"{}\" not found",
            controller.kind.qualified_plural(),
            controller.meta.name
        ),
    };
    Err(Failure {
        message: message.into(),
        retry_after_ms: None,
    })
}

fn release(client: &mut Client, controller: &Object, object: &Arc<Object>) -> Result<(), Failure> {
    let mut released = (**object).clone();
    let kept = object
        .meta
        .owners
        .iter()
        .filter(|owner| owner.uid != controller.meta.uid);
    released.meta.owners = kept.cloned().collect();
    match client.update(released) {
        Err(status) if status.reason != Reason::NotFound => Err(status.into()),
        _ => Ok(()),
    }
}
