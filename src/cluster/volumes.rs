//! Claims, volumes and where volumes are attached.

pub mod attach;
pub mod binder;
pub mod provisioner;

use std::sync::Arc;

use crate::object::{Key, Kind, Object, Value};
use crate::store::World;

/// Set on a claim and its volume when they have found each other.
pub const BIND_COMPLETED: &str = "pv.kubernetes.io/bind-completed";
/// Set on whichever of the two was chosen by the controller.
pub const BOUND_BY_CONTROLLER: &str = "pv.kubernetes.io/bound-by-controller";
/// Names the provisioner on a volume.
pub const PROVISIONED_BY: &str = "pv.kubernetes.io/provisioned-by";
/// Asks a provisioner for a volume, on a claim.
pub const PROVISIONER: &str = "volume.kubernetes.io/storage-provisioner";
/// The same by its older name.
pub const PROVISIONER_BETA: &str = "volume.beta.kubernetes.io/storage-provisioner";

/// The provisioners that run in this cluster, and the node label to which each pins its volumes, if it does.
const PROVISIONERS: [&str; 2] = ["example.com/disk", LOCAL_PROVISIONER];
const LOCAL_PROVISIONER: &str = "example.com/local-disk";

/// Whether a claim has its volume and both know it.
pub fn is_bound(claim: &Object) -> bool {
    volume_of(claim).is_some() && claim.meta.annotation(BIND_COMPLETED).is_some()
}

/// The volume that a claim names.
pub fn volume_of(claim: &Object) -> Option<Key> {
    let name = claim.spec().as_object()?.text("volumeName")?;
    (!name.is_empty()).then(|| Key::new(Kind::PersistentVolume, name.clone()))
}

/// The claim that a volume names.
pub fn claim_of(volume: &Object) -> Option<Key> {
    let claim = volume.spec().get("claimRef")?.as_object()?;
    Some(Key {
        kind: Kind::PersistentVolumeClaim,
        namespace: claim.text("namespace")?.clone(),
        name: claim.text("name")?.clone(),
    })
}

/// The class that a claim or a volume names; none if there is no such text, or it is empty.
pub fn class_name(object: &Object) -> Option<&Arc<str>> {
    object
        .spec()
        .as_object()?
        .text("storageClassName")
        .filter(|name| !name.is_empty())
}

/// The class of a claim, if it exists.
pub fn class_of<'a>(world: &'a World, claim: &Object) -> Option<&'a Arc<Object>> {
    world.get(&Key::new(Kind::StorageClass, class_name(claim)?.clone()))
}

/// Whether the claim's class binds only when a pod is scheduled.
pub fn waits_for_consumer(world: &World, claim: &Object) -> bool {
    class_of(world, claim).is_some_and(|class| is_wait_for_first_consumer(class))
}

fn is_wait_for_first_consumer(class: &Object) -> bool {
    text(class.body.fields().get("volumeBindingMode")) == Some("WaitForFirstConsumer")
}

fn text(value: Option<&Value>) -> Option<&str> {
    value.and_then(Value::as_str)
}

/// `status.phase` of a claim or a volume.
pub fn phase(object: &Object) -> &str {
    object
        .status
        .fields()
        .and_then(|status| status.text("phase"))
        .map_or("", |phase| phase)
}

/// The attachment of a volume to a node (`getAttachmentName`; a digest of both names).
pub fn attachment(volume: &str, node: &str) -> Key {
    let digest = |seed: u64| {
        let bytes = volume.bytes().chain([0]).chain(node.bytes());
        bytes.fold(seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    };
    let (a, b) = (digest(0xcbf2_9ce4_8422_2325), digest(0x84222325_cbf29ce4));
    Key::new(Kind::VolumeAttachment, format!("csi-{a:016x}{b:016x}"))
}

/// The nodes that a volume is attached to, or is being attached to or detached from.
pub fn attached_nodes(world: &World, volume: &str) -> Vec<Arc<str>> {
    world
        .attachments()
        .of_volume(volume)
        .filter_map(|key| attach::node_of(world.get(key)?).map(Arc::from))
        .collect()
}

/// Whether a volume has to be attached before a kubelet may mount it: disks have, files and folders have not.
pub fn is_attachable(volume: &Object) -> bool {
    let disks = [
        "csi",
        "awsElasticBlockStore",
        "azureDisk",
        "cinder",
        "fc",
        "gcePersistentDisk",
        "iscsi",
        "rbd",
        "vsphereVolume",
    ];
    disks.iter().any(|source| volume.spec().get(source).is_some())
}

/// Whether a volume is attached to a node, so that a kubelet may mount it.
pub fn is_attached(world: &World, volume: &str, node: &str) -> bool {
    world
        .get(&attachment(volume, node))
        .is_some_and(|attachment| is_done(attachment))
}

/// Whether an attachment is complete.
pub fn is_done(attachment: &Object) -> bool {
    attachment
        .status
        .fields()
        .and_then(|status| status.get("attached"))
        .and_then(Value::as_bool)
        == Some(true)
}
