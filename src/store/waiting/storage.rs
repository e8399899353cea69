//! Why a claim has no volume, or a volume is not where it is needed.

use std::sync::Arc;

use crate::object::{Key, Time};

/// What the volume controllers wait for.
#[derive(Clone, Debug, PartialEq)]
pub enum Storage {
    /// The storage system makes the disk.
    Provisioning {
        /// When it will be there.
        until: Time,
    },
    /// Nobody provisions for the claim's class.
    NoProvisioner {
        /// What the class names as its provisioner.
        provisioner: Arc<str>,
        /// The class.
        class: Key,
    },
    /// WaitForFirstConsumer: no pod uses the claim yet.
    FirstConsumer {
        /// The class.
        class: Key,
    },
    /// WaitForFirstConsumer: a pod uses the claim, and waits for a node itself.
    PodToBeScheduled {
        /// The pod.
        pod: Key,
    },
    /// The claim's class does not exist.
    MissingClass {
        /// The class.
        class: Key,
    },
    /// The claim names no class, there is no default one, and no volume fits.
    NoVolumeFits,
    /// The claim names a volume that does not exist.
    MissingVolume {
        /// The volume.
        volume: Key,
    },
    /// The claim names a volume that another claim has.
    VolumeTaken {
        /// The volume.
        volume: Key,
    },
    /// The claim's volume disappeared.
    Lost {
        /// The volume.
        volume: Key,
    },
    /// The volume is released, and its class keeps it for a person to look at.
    Retained,
    /// The volume is being deleted.
    Deleting {
        /// When it will be gone.
        until: Time,
    },
    /// The volume is being attached to a node.
    Attaching {
        /// The node.
        node: Key,
        /// When it will be.
        until: Time,
    },
    /// The volume is being detached from a node.
    Detaching {
        /// The node.
        node: Key,
        /// When it will be.
        until: Time,
    },
    /// The volume may be attached to one node only, and another has it (Multi-Attach error).
    AttachedElsewhere {
        /// The node that has it.
        node: Key,
        /// A pod there that uses it.
        pod: Option<Key>,
    },
    /// The node that has the volume does not answer, so that nobody knows whether it still writes.
    NodeSilent {
        /// The node.
        node: Key,
        /// When the volume is taken from it by force; none before anybody else wants it.
        until: Option<Time>,
    },
}

impl Storage {
    /// The rule's name.
    pub fn rule(&self) -> &'static str {
        match self {
            Storage::Provisioning { .. } => "Provisioning",
            Storage::NoProvisioner { .. } => "NoProvisioner",
            Storage::FirstConsumer { .. } => "WaitForFirstConsumer",
            Storage::PodToBeScheduled { .. } => "WaitForPodScheduled",
            Storage::MissingClass { .. } => "StorageClassNotFound",
            Storage::NoVolumeFits => "NoVolumeFits",
            Storage::MissingVolume { .. } => "VolumeNotFound",
            Storage::VolumeTaken { .. } => "VolumeTaken",
            Storage::Lost { .. } => "ClaimLost",
            Storage::Retained => "Retained",
            Storage::Deleting { .. } => "DeletingVolume",
            Storage::Attaching { .. } => "Attaching",
            Storage::Detaching { .. } => "Detaching",
            Storage::AttachedElsewhere { .. } => "MultiAttach",
            Storage::NodeSilent { .. } => "NodeSilent",
        }
    }

    /// The object that blocks.
    pub fn blocker(&self) -> Option<&Key> {
        match self {
            Storage::NoProvisioner { class, .. }
            | Storage::FirstConsumer { class }
            | Storage::MissingClass { class } => Some(class),
            Storage::PodToBeScheduled { pod } => Some(pod),
            Storage::MissingVolume { volume }
            | Storage::VolumeTaken { volume }
            | Storage::Lost { volume } => Some(volume),
            Storage::AttachedElsewhere { pod: Some(pod), .. } => Some(pod),
            Storage::Attaching { node, .. }
            | Storage::Detaching { node, .. }
            | Storage::AttachedElsewhere { node, pod: None }
            | Storage::NodeSilent { node, .. } => Some(node),
            Storage::Provisioning { .. }
            | Storage::NoVolumeFits
            | Storage::Retained
            | Storage::Deleting { .. } => None,
        }
    }

    /// The field of the claim (or the volume) that a person can change.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Storage::NoProvisioner { .. }
            | Storage::FirstConsumer { .. }
            | Storage::PodToBeScheduled { .. }
            | Storage::MissingClass { .. }
            | Storage::NoVolumeFits => Some("spec.storageClassName"),
            Storage::MissingVolume { .. } | Storage::VolumeTaken { .. } | Storage::Lost { .. } => {
                Some("spec.volumeName")
            }
            Storage::Retained => Some("spec.persistentVolumeReclaimPolicy"),
            Storage::AttachedElsewhere { .. } => Some("spec.accessModes"),
            Storage::Provisioning { .. }
            | Storage::Deleting { .. }
            | Storage::Attaching { .. }
            | Storage::Detaching { .. }
            | Storage::NodeSilent { .. } => None,
        }
    }

    /// When it ends by itself.
    pub fn until(&self) -> Option<Time> {
        match self {
            Storage::Provisioning { until }
            | Storage::Deleting { until }
            | Storage::Attaching { until, .. }
            | Storage::Detaching { until, .. } => Some(*until),
            Storage::NodeSilent { until, .. } => *until,
            _ => None,
        }
    }
}
