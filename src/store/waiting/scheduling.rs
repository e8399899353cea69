//! Why a pod has no node.

use std::sync::Arc;

use crate::object::Key;

/// Why the scheduler does not bind a pod: one reason for each way in which a plugin rejects it.
#[derive(Clone, Debug, PartialEq)]
pub enum SchedulingWaiting {
    /// A claim whose class binds immediately has no volume yet (`VolumeBinding` PreFilter).
    UnboundClaim {
        /// The claim.
        claim: Key,
    },
    /// A volume refers to a claim that does not exist (`VolumeBinding` PreFilter).
    ClaimNotFound {
        /// The claim.
        claim: Key,
    },
    /// A volume refers to a claim that is being deleted (`VolumeBinding` PreFilter).
    ClaimTerminating {
        /// The claim.
        claim: Key,
    },
    /// A claim is Lost: its volume does not exist any more (`VolumeBinding` PreFilter).
    ClaimLost {
        /// The claim.
        claim: Key,
        /// The volume that it names.
        volume: Key,
    },
    /// A node has been chosen, and the claim's volume is being provisioned for it (`VolumeBinding` PreBind).
    VolumeProvisioning {
        /// The claim.
        claim: Key,
        /// The chosen node.
        node: Arc<str>,
    },
    /// No remaining node satisfies the node affinity of the volume (`VolumeBinding` Filter).
    VolumeNodeAffinity {
        /// The volume.
        volume: Key,
        /// Its claim.
        claim: Key,
    },
    /// A ReadWriteOncePod claim is in use by another pod (`VolumeRestrictions`).
    ReadWriteOncePod {
        /// The claim.
        claim: Key,
        /// The pod that uses it.
        pod: Key,
    },
    /// No node has enough of a resource available (`NodeResourcesFit`).
    InsufficientResources {
        /// Such as `cpu`, `memory` or `pods`.
        resource: Arc<str>,
        /// One of the nodes.
        node: Key,
    },
    /// The remaining nodes are cordoned (`NodeUnschedulable`).
    NodeUnschedulable {
        /// One of them.
        node: Key,
    },
    /// The remaining nodes have a taint that the pod does not tolerate (`TaintToleration`).
    UntoleratedTaint {
        /// One of them.
        node: Key,
        /// The taint's key.
        taint: Arc<str>,
    },
    /// No node matches the pod's node affinity or selector (`NodeAffinity`).
    NodeAffinity,
    /// No remaining node satisfies the pod's topology spread constraints (`PodTopologySpread`).
    PodTopologySpread {
        /// The topology key: the node label whose values are the domains.
        topology: Arc<str>,
    },
    /// Each remaining node runs a pod that the pod's anti-affinity rules exclude (`InterPodAffinity`).
    PodAntiAffinity {
        /// One such pod.
        pod: Key,
    },
    /// Each node that is left runs a pod whose anti-affinity rules exclude the pod (`InterPodAffinity`).
    ExistingPodAntiAffinity {
        /// One such pod.
        pod: Key,
    },
    /// No domain that is left has a pod that the pod's affinity rules ask for (`InterPodAffinity`).
    PodAffinity {
        /// The topology key of the first rule.
        topology: Arc<str>,
    },
    /// Each node that is left runs a pod that uses one of the pod's host ports (`NodePorts`).
    HostPort {
        /// One such pod.
        pod: Key,
    },
    /// No node that is left has a volume for the claim, and none is provisioned (`VolumeBinding` Filter).
    VolumeNotFound {
        /// The claim.
        claim: Key,
    },
    /// Pods of lower priority are evicted from a node to make room (`DefaultPreemption`).
    Preempting {
        /// The node.
        node: Key,
    },
    /// The pod has scheduling gates (`SchedulingGates`).
    SchedulingGated,
    /// The pod names a scheduler that does not run.
    OtherScheduler,
    /// The cluster has no node.
    NoNodes,
}

impl SchedulingWaiting {
    /// The rule's name.
    pub fn rule(&self) -> &'static str {
        match self {
            SchedulingWaiting::UnboundClaim { .. } => "UnboundClaim",
            SchedulingWaiting::ClaimNotFound { .. } => "MissingClaim",
            SchedulingWaiting::ClaimTerminating { .. } => "TerminatingClaim",
            SchedulingWaiting::ClaimLost { .. } => "LostClaim",
            SchedulingWaiting::VolumeProvisioning { .. } => "VolumeOnTheWay",
            SchedulingWaiting::VolumeNodeAffinity { .. } => "VolumeNodeAffinity",
            SchedulingWaiting::ReadWriteOncePod { .. } => "ReadWriteOncePod",
            SchedulingWaiting::InsufficientResources { .. } => "InsufficientResources",
            SchedulingWaiting::NodeUnschedulable { .. } => "NodeUnschedulable",
            SchedulingWaiting::UntoleratedTaint { .. } => "TaintToleration",
            SchedulingWaiting::NodeAffinity => "NodeAffinity",
            SchedulingWaiting::PodTopologySpread { .. } => "PodTopologySpread",
            SchedulingWaiting::PodAntiAffinity { .. } => "PodAntiAffinity",
            SchedulingWaiting::ExistingPodAntiAffinity { .. } => "ExistingPodAntiAffinity",
            SchedulingWaiting::PodAffinity { .. } => "PodAffinity",
            SchedulingWaiting::HostPort { .. } => "HostPort",
            SchedulingWaiting::VolumeNotFound { .. } => "NoVolumeToBind",
            SchedulingWaiting::Preempting { .. } => "Preemption",
            SchedulingWaiting::SchedulingGated => "SchedulingGates",
            SchedulingWaiting::OtherScheduler => "OtherScheduler",
            SchedulingWaiting::NoNodes => "NoNodes",
        }
    }

    /// The object that blocks, if it is not the pod.
    pub fn blocker(&self) -> Option<&Key> {
        match self {
            SchedulingWaiting::UnboundClaim { claim }
            | SchedulingWaiting::ClaimNotFound { claim }
            | SchedulingWaiting::ClaimTerminating { claim }
            | SchedulingWaiting::ClaimLost { claim, .. }
            | SchedulingWaiting::VolumeNotFound { claim }
            | SchedulingWaiting::VolumeProvisioning { claim, .. } => Some(claim),
            SchedulingWaiting::VolumeNodeAffinity { volume, .. } => Some(volume),
            SchedulingWaiting::ReadWriteOncePod { pod, .. }
            | SchedulingWaiting::PodAntiAffinity { pod }
            | SchedulingWaiting::ExistingPodAntiAffinity { pod }
            | SchedulingWaiting::HostPort { pod } => Some(pod),
            SchedulingWaiting::InsufficientResources { node, .. }
            | SchedulingWaiting::Preempting { node }
            | SchedulingWaiting::NodeUnschedulable { node }
            | SchedulingWaiting::UntoleratedTaint { node, .. } => Some(node),
            SchedulingWaiting::NodeAffinity
            | SchedulingWaiting::PodTopologySpread { .. }
            | SchedulingWaiting::PodAffinity { .. }
            | SchedulingWaiting::SchedulingGated
            | SchedulingWaiting::OtherScheduler
            | SchedulingWaiting::NoNodes => None,
        }
    }

    /// The field that a person can change: of the pod, or of the claim where the claim blocks.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            SchedulingWaiting::UnboundClaim { .. } => Some("spec.storageClassName"),
            SchedulingWaiting::ClaimNotFound { .. }
            | SchedulingWaiting::ClaimTerminating { .. }
            | SchedulingWaiting::ClaimLost { .. } => Some("spec.volumes"),
            SchedulingWaiting::VolumeProvisioning { .. } => Some("spec.storageClassName"),
            SchedulingWaiting::VolumeNodeAffinity { .. } => Some("spec.nodeAffinity"),
            SchedulingWaiting::ReadWriteOncePod { .. } => Some("spec.accessModes"),
            SchedulingWaiting::InsufficientResources { .. } => Some("spec.containers[0].resources.requests"),
            SchedulingWaiting::NodeUnschedulable { .. } => Some("spec.unschedulable"),
            SchedulingWaiting::UntoleratedTaint { .. } => Some("spec.tolerations"),
            SchedulingWaiting::NodeAffinity => Some("spec.nodeSelector"),
            SchedulingWaiting::PodTopologySpread { .. } => Some("spec.topologySpreadConstraints"),
            SchedulingWaiting::PodAntiAffinity { .. } => Some("spec.affinity.podAntiAffinity"),
            SchedulingWaiting::ExistingPodAntiAffinity { .. } => Some("metadata.labels"),
            SchedulingWaiting::PodAffinity { .. } => Some("spec.affinity.podAffinity"),
            SchedulingWaiting::HostPort { .. } => Some("spec.containers[0].ports"),
            SchedulingWaiting::VolumeNotFound { .. } => Some("spec.storageClassName"),
            SchedulingWaiting::SchedulingGated => Some("spec.schedulingGates"),
            SchedulingWaiting::OtherScheduler => Some("spec.schedulerName"),
            SchedulingWaiting::Preempting { .. } | SchedulingWaiting::NoNodes => None,
        }
    }
}
