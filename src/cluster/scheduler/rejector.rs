//! The plugins that reject a pod (`UnschedulablePlugins` in `pkg/scheduler/framework/types.go`).

use std::collections::BTreeSet;

use crate::store::waiting::SchedulingWaiting;

/// The plugins that rejected a pod (`UnschedulablePlugins`).
pub type Rejectors = BTreeSet<Rejector>;

/// A plugin that rejected a pod, on some node or before any was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each variant is the plugin of that name")]
pub enum Rejector {
    NodeUnschedulable,
    TaintToleration,
    NodeAffinity,
    NodePorts,
    NodeResourcesFit,
    PodTopologySpread,
    InterPodAffinity,
    /// The plugins for volumes.
    Volumes,
    /// None: there was no node.
    None,
}

impl Rejector {
    /// The plugin that has this reason.
    pub fn from_waiting(waiting: &SchedulingWaiting) -> Rejector {
        match waiting {
            SchedulingWaiting::NodeUnschedulable { .. } => Rejector::NodeUnschedulable,
            SchedulingWaiting::UntoleratedTaint { .. } => Rejector::TaintToleration,
            SchedulingWaiting::NodeAffinity => Rejector::NodeAffinity,
            SchedulingWaiting::HostPort { .. } => Rejector::NodePorts,
            SchedulingWaiting::InsufficientResources { .. } => Rejector::NodeResourcesFit,
            SchedulingWaiting::PodTopologySpread { .. } => Rejector::PodTopologySpread,
            SchedulingWaiting::PodAffinity { .. }
            | SchedulingWaiting::PodAntiAffinity { .. }
            | SchedulingWaiting::ExistingPodAntiAffinity { .. } => Rejector::InterPodAffinity,
            SchedulingWaiting::UnboundClaim { .. }
            | SchedulingWaiting::ClaimNotFound { .. }
            | SchedulingWaiting::ClaimTerminating { .. }
            | SchedulingWaiting::ClaimLost { .. }
            | SchedulingWaiting::VolumeProvisioning { .. }
            | SchedulingWaiting::VolumeNodeAffinity { .. }
            | SchedulingWaiting::VolumeNotFound { .. }
            | SchedulingWaiting::ReadWriteOncePod { .. } => Rejector::Volumes,
            SchedulingWaiting::Preempting { .. }
            | SchedulingWaiting::SchedulingGated
            | SchedulingWaiting::OtherScheduler
            | SchedulingWaiting::NoNodes => Rejector::None,
        }
    }
}
