//! Injects and mends faults through the API server.

use super::Fault;
use super::table::FaultKind;
use crate::api::{DeleteOptions, Reason, Status};
use crate::cluster::drain::cordon;
use crate::cluster::runtime::Client;
use crate::object::{Key, Kind, Map, Meta, Object, ObjectStatus, Value};

/// The field of a fault's object that keeps the deleted object.
const DELETED_OBJECT: &str = "kept";

/// Injects a fault.
///
/// # Errors
/// The API server's refusal, such as NotFound for a pod that does not exist.
pub fn inject(client: &mut Client, fault: &Fault) -> Result<(), Status> {
    let Some(object) = fault.object() else {
        return create(client, fault, None);
    };
    match fault.kind() {
        // Its pods are evicted by [`crate::cluster::drain`].
        FaultKind::Drained => cordon(client, &object.name, true),
        FaultKind::ClaimDeleted => client.delete(&object, DeleteOptions::default()).map(drop),
        FaultKind::ClassMissing => {
            let deleted = client.get(&object).cloned();
            client.delete(&object, DeleteOptions::default())?;
            create(client, fault, deleted.map(|class| class.document()))
        }
        FaultKind::CrashOnce | FaultKind::Evicted if client.get(&object).is_none() => Err(not_found(&object)),
        FaultKind::CrashOnce
        | FaultKind::Evicted
        | FaultKind::CrashLoop
        | FaultKind::NotReady
        | FaultKind::NotAlive
        | FaultKind::SlowStart
        | FaultKind::NodeLost
        | FaultKind::ZoneLost
        | FaultKind::ImageMissing
        | FaultKind::StorageSlow
        | FaultKind::DnsCached => create(client, fault, None),
    }
}

fn not_found(pod: &Key) -> Status {
    Status {
        reason: Reason::NotFound,
        message: format!("pods \"{}\" not found", pod.name),
        kind: Some(pod.kind),
        name: pod.name.to_string(),
        causes: Vec::new(),
    }
}

/// Creates the fault's object, unless it exists.
fn create(client: &mut Client, fault: &Fault, deleted: Option<Value>) -> Result<(), Status> {
    let Some(key) = fault.key().filter(|key| client.get(key).is_none()) else {
        return Ok(());
    };
    let meta = Meta {
        name: key.name,
        ..Meta::default()
    };
    let mut fields = Map::new();
    if let Some(deleted) = deleted {
        fields.insert(DELETED_OBJECT, deleted);
    }
    client
        .create(Object::new(Kind::Fault, meta, fields, ObjectStatus::None))
        .map(drop)
}

/// Mends a fault; does nothing if it is not active.
///
/// # Errors
/// The API server's refusal.
pub fn mend(client: &mut Client, fault: &Fault) -> Result<(), Status> {
    if fault.kind() == FaultKind::Drained {
        return cordon(client, fault.name(), false);
    }
    let Some(key) = fault.key() else { return Ok(()) };
    let Some(object) = client.get(&key).cloned() else {
        return Ok(());
    };
    client.delete(&key, DeleteOptions::default())?;
    if let (FaultKind::ClassMissing, Some(Value::Object(class))) =
        (fault.kind(), object.body.fields().get(DELETED_OBJECT))
    {
        let mut class = Object::read(Kind::StorageClass, class);
        class.meta.uid = "".into();
        class.meta.resource_version = 0;
        client.create(class)?;
    }
    Ok(())
}
