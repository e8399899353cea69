//! Claims that ask for a copy of other data (`getVolumeContentSource`, `getPVCSource` and `getSnapshotSource` in
//! `external-provisioner/pkg/controller/controller.go`).

use std::sync::Arc;

use crate::cluster::volumes::phase;
use crate::object::{Kind, Object, Quantity, Value};
use crate::store::World;

/// The data source of a claim: its kind and name.
fn data_source(claim: &Object) -> Option<(&Arc<str>, &Arc<str>)> {
    let source = claim.spec().get("dataSourceRef")?.as_object()?;
    Some((source.text("kind")?, source.text("name")?))
}

/// The kind of a data source that is neither a claim nor a snapshot, which a volume populator is to copy.
pub fn foreign_kind(claim: &Object) -> Option<Arc<str>> {
    let (kind, _) = data_source(claim)?;
    (!matches!(kind.as_ref(), "PersistentVolumeClaim" | "VolumeSnapshot")).then(|| kind.clone())
}

/// Why the data source of a claim cannot be copied.
pub fn refusal(world: &World, claim: &Object) -> Option<String> {
    let (kind, name) = data_source(claim)?;
    let why = if kind.as_ref() == "VolumeSnapshot" {
        // The cluster has neither the kinds nor the controller of snapshots.
        format!(
            "error getting snapshot {name} from api server: the server could not find the requested resource (get \
             volumesnapshots.snapshot.storage.k8s.io {name})"
        )
    } else {
        source_claim_refusal(world, claim, name)?
    };
    Some(format!(
        "error getting handle for DataSource Type {kind} by Name {name}: {why}"
    ))
}

fn source_claim_refusal(world: &World, claim: &Object, name: &Arc<str>) -> Option<String> {
    let key = claim.key().beside(Kind::PersistentVolumeClaim, name.clone());
    let Some(source) = world.get(&key) else {
        return Some(format!(
            "error getting PVC {name} (namespace {:?}) from api server: persistentvolumeclaim \"{name}\" not found",
            key.namespace.as_ref()
        ));
    };
    if phase(source) != "Bound" {
        let phase = phase(source);
        return Some(format!(
            "the PVC DataSource {name} must have a status of Bound.  Got {{{phase} [] map[] [] map[] map[] <nil> <nil>}}"
        ));
    }
    if source.meta.terminating() {
        return Some(format!("the PVC DataSource {name} is currently being deleted"));
    }
    let size = |claim: &Object| {
        let size = claim
            .spec()
            .at(&["resources", "requests", "storage"])
            .and_then(Value::as_str);
        size.and_then(|text| Quantity::parse(text).ok())
            .map(Quantity::units)
    };
    let (wanted, have) = (size(claim)?, size(source)?);
    (wanted < have).then(|| {
        format!(
            "error, new PVC request must be greater than or equal in size to the specified PVC data source, requested \
             {wanted} but source is {have}"
        )
    })
}
