//! Lookups in claims, volumes, storage classes and attachments.

use std::sync::Arc;

use crate::object::{Key, Kind, Map, Object, Value};
use crate::store::World;

/// Annotation of a claim and its volume when they are bound to each other.
pub const BIND_COMPLETED: &str = "pv.kubernetes.io/bind-completed";
/// Annotation of a claim or a volume whose partner the controller chose.
pub const BOUND_BY_CONTROLLER: &str = "pv.kubernetes.io/bound-by-controller";
/// Annotation of a volume with its provisioner.
pub const PROVISIONED_BY: &str = "pv.kubernetes.io/provisioned-by";
/// Annotation of a claim with the provisioner that is to provision its volume.
pub const PROVISIONER: &str = "volume.kubernetes.io/storage-provisioner";
/// The older name of [`PROVISIONER`].
pub const PROVISIONER_BETA: &str = "volume.beta.kubernetes.io/storage-provisioner";
/// Annotation of a claim with the node that the scheduler selected for a pod that uses it (`AnnSelectedNode`).
pub const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";

/// The provisioners of this cluster.
pub const PROVISIONERS: [&str; 2] = ["example.com/disk", LOCAL_PROVISIONER];
/// The provisioner whose volumes are bound to one node.
pub const LOCAL_PROVISIONER: &str = "example.com/local-disk";

/// Annotation of a claim or a volume with its class, before the field existed.
const CLASS_BETA: &str = "volume.beta.kubernetes.io/storage-class";

/// The provisioner of classes whose volumes are made by hand.
pub const NO_PROVISIONER: &str = "kubernetes.io/no-provisioner";

/// Whether a claim is bound.
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

/// `spec.claimRef` of a volume for this claim.
pub fn claim_ref(claim: &Object) -> Map {
    let mut map = Map::new();
    map.insert("apiVersion", "v1");
    map.insert("kind", "PersistentVolumeClaim");
    map.insert("name", claim.meta.name.clone());
    map.insert("namespace", claim.meta.namespace.clone());
    map.insert("resourceVersion", claim.meta.resource_version.to_string());
    map.insert("uid", claim.meta.uid.clone());
    map
}

/// `spec.claimRef.uid` of a volume; `None` if it is empty.
pub fn claim_uid(volume: &Object) -> Option<&Arc<str>> {
    let reference = volume.spec().get("claimRef")?.as_object()?;
    reference.text("uid").filter(|uid| !uid.is_empty())
}

/// Whether a volume names this claim, by its UID or, if a person reserved it, only by its name
/// (`IsVolumeBoundToClaim`).
pub fn is_bound_to(volume: &Object, claim: &Object) -> bool {
    claim_of(volume).is_some_and(|key| key == claim.key())
        && claim_uid(volume).is_none_or(|uid| *uid == claim.meta.uid)
}

/// The class of a claim or a volume; `None` if it is empty (`GetPersistentVolumeClaimClass`).
pub fn class_name(object: &Object) -> Option<&Arc<str>> {
    let named = || object.spec().as_object()?.text("storageClassName");
    let name = object.meta.annotation(CLASS_BETA).or_else(named)?;
    (!name.is_empty()).then_some(name)
}

/// Whether a claim names no class at all, which is not the same as the empty class
/// (`PersistentVolumeClaimHasClass`).
pub fn has_no_class(claim: &Object) -> bool {
    claim.meta.annotation(CLASS_BETA).is_none() && claim.spec().get("storageClassName").is_none()
}

/// `spec.volumeAttributesClassName` of a claim or a volume; `None` if it is empty.
pub fn attributes_class(object: &Object) -> Option<&Arc<str>> {
    let name = object.spec().as_object()?.text("volumeAttributesClassName")?;
    (!name.is_empty()).then_some(name)
}

/// `spec.volumeMode` of a claim or a volume.
pub fn volume_mode(object: &Object) -> &str {
    let mode = object.spec().get("volumeMode").and_then(Value::as_str);
    mode.unwrap_or("Filesystem")
}

/// The CSI driver of a provisioner: a driver's name has no path.
pub fn driver_name(provisioner: &str) -> String {
    provisioner.replace('/', ".")
}

/// The CSI driver of a volume, if it has one.
pub fn csi_driver(volume: &Object) -> Option<&Arc<str>> {
    volume.spec().get("csi")?.as_object()?.text("driver")
}

/// Whether a CSI driver runs in this cluster.
pub fn is_driver_installed(driver: &str) -> bool {
    PROVISIONERS.iter().any(|name| driver_name(name) == driver)
}

/// The StorageClass of a claim, if it exists.
pub fn class_of<'a>(world: &'a World, claim: &Object) -> Option<&'a Arc<Object>> {
    world.get(&Key::new(Kind::StorageClass, class_name(claim)?.clone()))
}

/// A text field of a StorageClass, which has no spec.
pub fn class_field<'a>(class: &'a Object, field: &str) -> Option<&'a str> {
    class.body.fields().get(field).and_then(Value::as_str)
}

/// Whether the claim's StorageClass has `volumeBindingMode: WaitForFirstConsumer`.
pub fn waits_for_consumer(world: &World, claim: &Object) -> bool {
    class_of(world, claim).is_some_and(|class| is_wait_for_first_consumer(class))
}

/// Whether a StorageClass has `volumeBindingMode: WaitForFirstConsumer`.
pub fn is_wait_for_first_consumer(class: &Object) -> bool {
    class_field(class, "volumeBindingMode") == Some("WaitForFirstConsumer")
}

/// Whether a volume has `persistentVolumeReclaimPolicy: Delete`.
pub fn has_reclaim_policy_delete(volume: &Object) -> bool {
    let policy = volume.spec().get("persistentVolumeReclaimPolicy");
    policy.and_then(Value::as_str) == Some("Delete")
}

/// `status.phase` of a claim or a volume.
pub fn phase(object: &Object) -> &str {
    object
        .status
        .fields()
        .and_then(|status| status.text("phase"))
        .map_or("", |phase| phase)
}

/// Whether a volume has to be attached before it is mounted: disks are, directories are not.
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

/// The key of the VolumeAttachment of a volume to a node (`getAttachmentName`): a digest of both names.
pub fn attachment_key(volume: &str, node: &str) -> Key {
    let digest = |seed: u64| {
        let bytes = volume.bytes().chain([0]).chain(node.bytes());
        bytes.fold(seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    };
    let (a, b) = (digest(0xcbf2_9ce4_8422_2325), digest(0x84222325_cbf29ce4));
    Key::new(Kind::VolumeAttachment, format!("csi-{a:016x}{b:016x}"))
}

/// The volume of an attachment.
pub fn attachment_volume(attachment: &Object) -> Option<Key> {
    let name = attachment.spec().at(&["source", "persistentVolumeName"])?;
    Some(Key::new(Kind::PersistentVolume, name.as_str()?))
}

/// The node of an attachment.
pub fn attachment_node(attachment: &Object) -> Option<&str> {
    attachment.spec().get("nodeName")?.as_str()
}

/// `status.attached` of an attachment.
pub fn is_attachment_complete(attachment: &Object) -> bool {
    attachment
        .status
        .fields()
        .and_then(|status| status.get("attached"))
        .and_then(Value::as_bool)
        == Some(true)
}

/// The nodes to which a volume is attached, being attached, or being detached from.
pub fn attached_nodes(world: &World, volume: &str) -> Vec<Arc<str>> {
    world
        .attachments()
        .of_volume(volume)
        .filter_map(|key| attachment_node(world.get(key)?).map(Arc::from))
        .collect()
}

/// Whether a volume is attached to a node, so that its kubelet can mount it.
pub fn is_attached(world: &World, volume: &str, node: &str) -> bool {
    world
        .get(&attachment_key(volume, node))
        .is_some_and(|attachment| is_attachment_complete(attachment))
}
