//! Why a claim has no volume, or a volume is not attached where it is needed.

use std::sync::Arc;

use crate::object::{Key, Time};

/// What the volume controllers wait for.
#[derive(Clone, Debug, PartialEq)]
pub enum StorageWaiting {
    /// The provisioner is creating the volume (event `ExternalProvisioning`).
    Provisioning {
        /// When it will exist.
        until: Time,
    },
    /// The class names a provisioner that does not run in this cluster.
    NoProvisioner {
        /// The class's provisioner.
        provisioner: Arc<str>,
        /// The class.
        class: Key,
    },
    /// `volumeBindingMode: WaitForFirstConsumer`, and no pod uses the claim yet (event `WaitForFirstConsumer`).
    WaitForFirstConsumer {
        /// The class.
        class: Key,
    },
    /// `volumeBindingMode: WaitForFirstConsumer`, and the pod that uses the claim has no node yet
    /// (event `WaitForPodScheduled`).
    WaitForPodScheduled {
        /// The pod.
        pod: Key,
    },
    /// The claim's class does not exist (`ProvisioningFailed`).
    StorageClassNotFound {
        /// The class.
        class: Key,
    },
    /// The claim names no class, there is no default class, and no volume matches (event `FailedBinding`).
    NoVolumeFits,
    /// The claim names a volume that does not exist.
    VolumeNotFound {
        /// The volume.
        volume: Key,
    },
    /// The claim names a volume that is bound to another claim.
    VolumeTaken {
        /// The volume.
        volume: Key,
    },
    /// The claim names a volume that does not fit (event `VolumeMismatch`).
    VolumeMismatch {
        /// The volume.
        volume: Key,
        /// The controller's words.
        why: Arc<str>,
    },
    /// Nothing provisions volumes of the class, and no existing one matches (event `ProvisioningFailed`).
    NoVolumeOfClass {
        /// The class.
        class: Key,
    },
    /// The provisioner refused (event `ProvisioningFailed`).
    ProvisioningFailed {
        /// The provisioner's message.
        error: Arc<str>,
    },
    /// The claim's data source is of a kind that the provisioner leaves to a volume populator.
    VolumePopulator {
        /// The kind of the data source.
        kind: Arc<str>,
    },
    /// The claim was Bound, and `spec.volumeName` is empty now (event `ClaimLost`).
    VolumeNameRemoved,
    /// The claim was Bound, and its volume does not exist any more (event `ClaimLost`).
    ClaimLost {
        /// The volume.
        volume: Key,
    },
    /// The volume is Released, and its reclaim policy is Retain.
    Retained,
    /// The provisioner is deleting the volume.
    DeletingVolume {
        /// When it will be deleted.
        until: Time,
    },
    /// The volume is Released, and no deleter for it runs in this cluster.
    NoDeleter {
        /// The provisioner or CSI driver.
        provisioner: Arc<str>,
    },
    /// The volume is Released, and its directory is being scrubbed.
    Recycling {
        /// When it will be available.
        until: Time,
    },
    /// The volume could not be deleted or recycled (`VolumeFailedDelete`, `VolumeFailedRecycle`).
    ReclaimFailed {
        /// The controller's message.
        error: Arc<str>,
    },
    /// The claim asks for more, and the resizer is growing the volume (event `Resizing`).
    Resizing {
        /// When the volume will have its new size.
        until: Time,
    },
    /// The claim asks for more, and no resizer for its volume runs in this cluster (event `ExternalExpanding`).
    NoResizer,
    /// The volume has its new size, and no node mounts it, so that nothing grows the file system.
    FileSystemResizePending,
    /// A kubelet is growing the file system.
    NodeResizing {
        /// When the claim will have its new capacity.
        until: Time,
    },
    /// The claim asks for a VolumeAttributesClass that does not exist.
    AttributesClassNotFound {
        /// The name of the class.
        class: Arc<str>,
    },
    /// No driver in this cluster can attach the volume.
    NoAttacher {
        /// The CSI driver.
        driver: Arc<str>,
    },
    /// The volume is being attached to a node.
    Attaching {
        /// The node.
        node: Key,
        /// When it will be attached.
        until: Time,
    },
    /// The volume is being detached from a node.
    Detaching {
        /// The node.
        node: Key,
        /// When it will be detached.
        until: Time,
    },
    /// The volume can be attached to one node only, and is attached to another (`Multi-Attach error`; event
    /// `FailedAttachVolume`).
    MultiAttach {
        /// The node to which it is attached.
        node: Key,
        /// A pod on that node that uses it.
        pod: Option<Key>,
    },
    /// The kubelet of the node to which the volume is attached does not report, so it is unknown whether the volume is
    /// still in use there.
    NodeUnreachable {
        /// The node.
        node: Key,
        /// When the volume is detached by force; none while no other node needs it.
        until: Option<Time>,
    },
}

impl StorageWaiting {
    /// The rule's name.
    pub fn rule(&self) -> &'static str {
        match self {
            StorageWaiting::Provisioning { .. } => "Provisioning",
            StorageWaiting::NoProvisioner { .. } => "NoProvisioner",
            StorageWaiting::WaitForFirstConsumer { .. } => "WaitForFirstConsumer",
            StorageWaiting::WaitForPodScheduled { .. } => "WaitForPodScheduled",
            StorageWaiting::StorageClassNotFound { .. } => "StorageClassNotFound",
            StorageWaiting::NoVolumeFits => "NoVolumeFits",
            StorageWaiting::VolumeNotFound { .. } => "VolumeNotFound",
            StorageWaiting::VolumeTaken { .. } => "VolumeTaken",
            StorageWaiting::VolumeMismatch { .. } => "VolumeMismatch",
            StorageWaiting::NoVolumeOfClass { .. } => "NoVolumeOfClass",
            StorageWaiting::ProvisioningFailed { .. } => "ProvisioningFailed",
            StorageWaiting::VolumePopulator { .. } => "VolumePopulator",
            StorageWaiting::VolumeNameRemoved | StorageWaiting::ClaimLost { .. } => "ClaimLost",
            StorageWaiting::Retained => "Retained",
            StorageWaiting::DeletingVolume { .. } => "DeletingVolume",
            StorageWaiting::NoDeleter { .. } => "NoDeleter",
            StorageWaiting::Recycling { .. } => "Recycling",
            StorageWaiting::ReclaimFailed { .. } => "ReclaimFailed",
            StorageWaiting::Resizing { .. } => "Resizing",
            StorageWaiting::NoResizer => "ExternalExpanding",
            StorageWaiting::FileSystemResizePending | StorageWaiting::NodeResizing { .. } => {
                "FileSystemResizePending"
            }
            StorageWaiting::AttributesClassNotFound { .. } => "AttributesClassNotFound",
            StorageWaiting::NoAttacher { .. } => "NoAttacher",
            StorageWaiting::Attaching { .. } => "Attaching",
            StorageWaiting::Detaching { .. } => "Detaching",
            StorageWaiting::MultiAttach { .. } => "MultiAttach",
            StorageWaiting::NodeUnreachable { .. } => "NodeSilent",
        }
    }

    /// The object that blocks.
    pub fn blocker(&self) -> Option<&Key> {
        match self {
            StorageWaiting::NoProvisioner { class, .. }
            | StorageWaiting::WaitForFirstConsumer { class }
            | StorageWaiting::NoVolumeOfClass { class }
            | StorageWaiting::StorageClassNotFound { class } => Some(class),
            StorageWaiting::WaitForPodScheduled { pod } => Some(pod),
            StorageWaiting::VolumeNotFound { volume }
            | StorageWaiting::VolumeTaken { volume }
            | StorageWaiting::VolumeMismatch { volume, .. }
            | StorageWaiting::ClaimLost { volume } => Some(volume),
            StorageWaiting::MultiAttach { pod: Some(pod), .. } => Some(pod),
            StorageWaiting::Attaching { node, .. }
            | StorageWaiting::Detaching { node, .. }
            | StorageWaiting::MultiAttach { node, pod: None }
            | StorageWaiting::NodeUnreachable { node, .. } => Some(node),
            StorageWaiting::Provisioning { .. }
            | StorageWaiting::ProvisioningFailed { .. }
            | StorageWaiting::VolumePopulator { .. }
            | StorageWaiting::NoVolumeFits
            | StorageWaiting::VolumeNameRemoved
            | StorageWaiting::Retained
            | StorageWaiting::NoDeleter { .. }
            | StorageWaiting::Recycling { .. }
            | StorageWaiting::ReclaimFailed { .. }
            | StorageWaiting::Resizing { .. }
            | StorageWaiting::NoResizer
            | StorageWaiting::FileSystemResizePending
            | StorageWaiting::NodeResizing { .. }
            | StorageWaiting::AttributesClassNotFound { .. }
            | StorageWaiting::NoAttacher { .. }
            | StorageWaiting::DeletingVolume { .. } => None,
        }
    }

    /// The field of the claim (or the volume) that a person can change.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            StorageWaiting::NoProvisioner { .. }
            | StorageWaiting::WaitForFirstConsumer { .. }
            | StorageWaiting::WaitForPodScheduled { .. }
            | StorageWaiting::StorageClassNotFound { .. }
            | StorageWaiting::NoVolumeOfClass { .. }
            | StorageWaiting::NoVolumeFits => Some("spec.storageClassName"),
            StorageWaiting::VolumeNotFound { .. }
            | StorageWaiting::VolumeTaken { .. }
            | StorageWaiting::VolumeMismatch { .. }
            | StorageWaiting::VolumeNameRemoved
            | StorageWaiting::ClaimLost { .. } => Some("spec.volumeName"),
            StorageWaiting::Retained
            | StorageWaiting::NoDeleter { .. }
            | StorageWaiting::Recycling { .. }
            | StorageWaiting::ReclaimFailed { .. } => Some("spec.persistentVolumeReclaimPolicy"),
            StorageWaiting::VolumePopulator { .. } => Some("spec.dataSourceRef"),
            StorageWaiting::Resizing { .. }
            | StorageWaiting::NoResizer
            | StorageWaiting::FileSystemResizePending
            | StorageWaiting::NodeResizing { .. } => Some("spec.resources.requests.storage"),
            StorageWaiting::AttributesClassNotFound { .. } => Some("spec.volumeAttributesClassName"),
            StorageWaiting::NoAttacher { .. } => Some("spec.csi.driver"),
            StorageWaiting::MultiAttach { .. } => Some("spec.accessModes"),
            StorageWaiting::Provisioning { .. }
            | StorageWaiting::ProvisioningFailed { .. }
            | StorageWaiting::DeletingVolume { .. }
            | StorageWaiting::Attaching { .. }
            | StorageWaiting::Detaching { .. }
            | StorageWaiting::NodeUnreachable { .. } => None,
        }
    }

    /// When the wait ends by itself.
    pub fn until(&self) -> Option<Time> {
        match self {
            StorageWaiting::Provisioning { until }
            | StorageWaiting::DeletingVolume { until }
            | StorageWaiting::Recycling { until }
            | StorageWaiting::Resizing { until }
            | StorageWaiting::NodeResizing { until }
            | StorageWaiting::Attaching { until, .. }
            | StorageWaiting::Detaching { until, .. } => Some(*until),
            StorageWaiting::NodeUnreachable { until, .. } => *until,
            StorageWaiting::NoProvisioner { .. }
            | StorageWaiting::WaitForFirstConsumer { .. }
            | StorageWaiting::WaitForPodScheduled { .. }
            | StorageWaiting::StorageClassNotFound { .. }
            | StorageWaiting::NoVolumeFits
            | StorageWaiting::VolumeNotFound { .. }
            | StorageWaiting::VolumeTaken { .. }
            | StorageWaiting::VolumeMismatch { .. }
            | StorageWaiting::NoVolumeOfClass { .. }
            | StorageWaiting::ProvisioningFailed { .. }
            | StorageWaiting::VolumePopulator { .. }
            | StorageWaiting::VolumeNameRemoved
            | StorageWaiting::ClaimLost { .. }
            | StorageWaiting::Retained
            | StorageWaiting::NoDeleter { .. }
            | StorageWaiting::ReclaimFailed { .. }
            | StorageWaiting::NoResizer
            | StorageWaiting::FileSystemResizePending
            | StorageWaiting::AttributesClassNotFound { .. }
            | StorageWaiting::NoAttacher { .. }
            | StorageWaiting::MultiAttach { .. } => None,
        }
    }
}
