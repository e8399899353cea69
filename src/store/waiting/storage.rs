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
            StorageWaiting::ClaimLost { .. } => "ClaimLost",
            StorageWaiting::Retained => "Retained",
            StorageWaiting::DeletingVolume { .. } => "DeletingVolume",
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
            | StorageWaiting::StorageClassNotFound { class } => Some(class),
            StorageWaiting::WaitForPodScheduled { pod } => Some(pod),
            StorageWaiting::VolumeNotFound { volume }
            | StorageWaiting::VolumeTaken { volume }
            | StorageWaiting::ClaimLost { volume } => Some(volume),
            StorageWaiting::MultiAttach { pod: Some(pod), .. } => Some(pod),
            StorageWaiting::Attaching { node, .. }
            | StorageWaiting::Detaching { node, .. }
            | StorageWaiting::MultiAttach { node, pod: None }
            | StorageWaiting::NodeUnreachable { node, .. } => Some(node),
            StorageWaiting::Provisioning { .. }
            | StorageWaiting::NoVolumeFits
            | StorageWaiting::Retained
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
            | StorageWaiting::NoVolumeFits => Some("spec.storageClassName"),
            StorageWaiting::VolumeNotFound { .. }
            | StorageWaiting::VolumeTaken { .. }
            | StorageWaiting::ClaimLost { .. } => Some("spec.volumeName"),
            StorageWaiting::Retained => Some("spec.persistentVolumeReclaimPolicy"),
            StorageWaiting::MultiAttach { .. } => Some("spec.accessModes"),
            StorageWaiting::Provisioning { .. }
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
            | StorageWaiting::ClaimLost { .. }
            | StorageWaiting::Retained
            | StorageWaiting::MultiAttach { .. } => None,
        }
    }
}
