//! Why a pod has no node.

use std::sync::Arc;

use crate::object::Key;

/// What keeps the scheduler from binding a pod: one variant for each filter that says no.
#[derive(Clone, Debug, PartialEq)]
pub enum Scheduling {
    /// A claim of an Immediate class has no volume yet (`VolumeBinding` PreFilter).
    UnboundClaim {
        /// The claim.
        claim: Key,
    },
    /// A volume names a claim that does not exist (`VolumeBinding` PreFilter).
    MissingClaim {
        /// The claim.
        claim: Key,
    },
    /// A volume names a claim that is being deleted (`VolumeBinding` PreFilter).
    TerminatingClaim {
        /// The claim.
        claim: Key,
    },
    /// A claim's volume does not exist any more (`VolumeBinding` PreFilter).
    LostClaim {
        /// The claim.
        claim: Key,
        /// The volume that it names.
        volume: Key,
    },
    /// A node is chosen; the claim's volume is being made there (`VolumeBinding` PreBind).
    VolumeOnTheWay {
        /// The claim.
        claim: Key,
        /// The chosen node.
        node: Arc<str>,
    },
    /// No usable node may reach the volume (`VolumeBinding` Filter).
    VolumeElsewhere {
        /// The volume.
        volume: Key,
        /// Its claim.
        claim: Key,
    },
    /// A claim with ReadWriteOncePod is in use by another pod (`VolumeRestrictions`).
    ClaimOfOnePodInUse {
        /// The claim.
        claim: Key,
        /// The pod that uses it.
        pod: Key,
    },
    /// No node has so much of a resource left (`NodeResourcesFit`).
    Insufficient {
        /// `cpu`, `memory` or `pods`.
        resource: Arc<str>,
        /// One node that has too little.
        node: Key,
    },
    /// The nodes that are left take no new pods (`NodeUnschedulable`).
    Cordoned {
        /// One of them.
        node: Key,
    },
    /// The nodes that are left have a taint that the pod does not tolerate (`TaintToleration`).
    Tainted {
        /// One of them.
        node: Key,
        /// The taint's key.
        taint: Arc<str>,
    },
    /// No node has the labels that the pod asks for (`NodeAffinity`).
    NoMatchingNode,
    /// On each node that is left the pods would be spread too unevenly (`PodTopologySpread`).
    Uneven {
        /// The node label whose values are the domains.
        topology: Arc<str>,
    },
    /// Each node that is left runs a pod that this one must not meet (`InterPodAffinity`).
    AntiAffinity {
        /// One such pod.
        pod: Key,
    },
    /// The cluster has no node.
    NoNodes,
}

impl Scheduling {
    /// The rule's name.
    pub fn rule(&self) -> &'static str {
        match self {
            Scheduling::UnboundClaim { .. } => "UnboundClaim",
            Scheduling::MissingClaim { .. } => "MissingClaim",
            Scheduling::TerminatingClaim { .. } => "TerminatingClaim",
            Scheduling::LostClaim { .. } => "LostClaim",
            Scheduling::VolumeOnTheWay { .. } => "VolumeOnTheWay",
            Scheduling::VolumeElsewhere { .. } => "VolumeNodeAffinity",
            Scheduling::ClaimOfOnePodInUse { .. } => "ReadWriteOncePod",
            Scheduling::Insufficient { .. } => "InsufficientResources",
            Scheduling::Cordoned { .. } => "NodeUnschedulable",
            Scheduling::Tainted { .. } => "TaintToleration",
            Scheduling::NoMatchingNode => "NodeAffinity",
            Scheduling::Uneven { .. } => "PodTopologySpread",
            Scheduling::AntiAffinity { .. } => "PodAntiAffinity",
            Scheduling::NoNodes => "NoNodes",
        }
    }

    /// The object that blocks, if it is another than the pod.
    pub fn blocker(&self) -> Option<&Key> {
        match self {
            Scheduling::UnboundClaim { claim }
            | Scheduling::MissingClaim { claim }
            | Scheduling::TerminatingClaim { claim }
            | Scheduling::LostClaim { claim, .. }
            | Scheduling::VolumeOnTheWay { claim, .. } => Some(claim),
            Scheduling::VolumeElsewhere { volume, .. } => Some(volume),
            Scheduling::ClaimOfOnePodInUse { pod, .. } | Scheduling::AntiAffinity { pod } => Some(pod),
            Scheduling::Insufficient { node, .. }
            | Scheduling::Cordoned { node }
            | Scheduling::Tainted { node, .. } => Some(node),
            Scheduling::NoMatchingNode | Scheduling::Uneven { .. } | Scheduling::NoNodes => None,
        }
    }

    /// The field that a person can change: of the pod, or of the claim where the claim blocks.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Scheduling::UnboundClaim { .. } => Some("spec.storageClassName"),
            Scheduling::MissingClaim { .. }
            | Scheduling::TerminatingClaim { .. }
            | Scheduling::LostClaim { .. } => Some("spec.volumes"),
            Scheduling::VolumeOnTheWay { .. } => Some("spec.storageClassName"),
            Scheduling::VolumeElsewhere { .. } => Some("spec.nodeAffinity"),
            Scheduling::ClaimOfOnePodInUse { .. } => Some("spec.accessModes"),
            Scheduling::Insufficient { .. } => Some("spec.containers[0].resources.requests"),
            Scheduling::Cordoned { .. } => Some("spec.unschedulable"),
            Scheduling::Tainted { .. } => Some("spec.tolerations"),
            Scheduling::NoMatchingNode => Some("spec.nodeSelector"),
            Scheduling::Uneven { .. } => Some("spec.topologySpreadConstraints"),
            Scheduling::AntiAffinity { .. } => Some("spec.affinity.podAntiAffinity"),
            Scheduling::NoNodes => None,
        }
    }
}
