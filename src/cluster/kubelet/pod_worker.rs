//! What the kubelet records about a pod (`pkg/kubelet/pod_workers.go`).

use std::sync::Arc;

use super::back_off::MountBackOff;
use super::container::{ContainerRecord, ContainerStage};
use crate::object::{Key, Kind, Object, Time, Uid, pod};
use crate::store::waiting::PodWaiting;

/// A pod on its node.
#[derive(Clone, Debug)]
pub struct PodWorker {
    /// The pod's UID: another pod of the same name has another worker.
    pub uid: Uid,
    /// The name of the node.
    pub node: Arc<str>,
    /// When the kubelet received the pod.
    pub accepted: Time,
    /// What the kubelet does with the pod.
    pub stage: PodStage,
    /// The back-off of the mounts, once one has failed.
    pub mounts: Option<MountBackOff>,
    /// The pod's address, from the sandbox on.
    pub ip: Option<Arc<str>>,
    /// Whether the node has no address for the pod, so that the sandbox is tried again.
    pub no_address: bool,
    /// Init containers, then containers, each in the order of the spec.
    pub containers: Vec<ContainerRecord>,
    /// Number of init containers.
    pub init_count: usize,
    /// The message of the eviction, if the kubelet evicted the pod.
    pub evicted: Option<Arc<str>>,
}

/// What the kubelet does with a pod.
#[derive(Clone, Debug, PartialEq)]
pub enum PodStage {
    /// Waits until volumes are attached and their sources exist.
    WaitForVolumes(Option<PodWaiting>),
    /// Mounts volumes and creates the sandbox.
    CreatingSandbox {
        /// When the sandbox is ready.
        until: Time,
    },
    /// Starts containers and watches them.
    Running,
    /// Stops containers.
    Terminating {
        /// When all have stopped.
        until: Time,
        /// Whether the grace period ends before, so that they are killed.
        killed: bool,
    },
    /// Unmounts volumes; afterwards the object is deleted.
    CleaningUp {
        /// When that is done.
        until: Time,
    },
    /// The pod is terminal.
    Finished,
}

impl PodWorker {
    /// A pod that the kubelet received at `now`.
    pub fn new(object: &Object, node: &Arc<str>, now: Time) -> PodWorker {
        let inits = pod::init_containers(object);
        let waiting = if inits.is_empty() {
            "ContainerCreating"
        } else {
            "PodInitializing"
        };
        let containers = inits
            .iter()
            .chain(pod::containers(object))
            .map(|spec| ContainerRecord::new(spec, waiting))
            .collect();
        let stage = if pod::phase(object).terminal() {
            PodStage::Finished
        } else {
            PodStage::WaitForVolumes(None)
        };
        PodWorker {
            uid: object.meta.uid.clone(),
            node: node.clone(),
            accepted: now,
            stage,
            mounts: None,
            ip: None,
            no_address: false,
            containers,
            init_count: inits.len(),
            evicted: None,
        }
    }

    /// When the pod has to be synced next.
    pub fn next_at(&self, now: Time) -> Option<Time> {
        match &self.stage {
            PodStage::CreatingSandbox { until }
            | PodStage::Terminating { until, .. }
            | PodStage::CleaningUp { until } => Some(*until),
            PodStage::Running => self
                .containers
                .iter()
                .filter_map(ContainerRecord::next_at)
                .filter(|at| *at > now)
                .min(),
            PodStage::WaitForVolumes(_) => self.mounts.map(|mounts| mounts.until).filter(|at| *at > now),
            PodStage::Finished => None,
        }
    }

    /// Whether the next sync will only repeat that a mount fails.
    pub fn rests(&self) -> bool {
        matches!(
            self.stage,
            PodStage::WaitForVolumes(Some(PodWaiting::FailedMount { .. }))
        ) && self.mounts.is_some_and(MountBackOff::is_longest)
    }

    /// The reason to wait, if there is one.
    pub fn waiting(&self) -> Option<PodWaiting> {
        match &self.stage {
            PodStage::WaitForVolumes(waiting) => waiting.clone(),
            PodStage::CreatingSandbox { until } if self.no_address => Some(PodWaiting::NoPodAddress {
                node: Key::new(Kind::Node, self.node.clone()),
                until: *until,
            }),
            PodStage::CreatingSandbox { until } => Some(PodWaiting::CreatingSandbox { until: *until }),
            PodStage::Terminating { until, killed } => Some(PodWaiting::Stopping {
                until: *until,
                killed: *killed,
            }),
            PodStage::Running => self
                .containers
                .iter()
                .enumerate()
                .find_map(|(i, record)| record.waiting(i < self.init_count)),
            PodStage::CleaningUp { .. } | PodStage::Finished => None,
        }
    }

    /// Whether all init containers are done. What happens to sidecars later does not count
    /// (`HasAnyRegularContainerStarted`).
    pub fn initialized(&self) -> bool {
        self.regular_container_started()
            || self
                .containers
                .iter()
                .take(self.init_count)
                .all(ContainerRecord::init_done)
    }

    /// How many containers may run: up to the first init container that is not done (`computeInitContainerActions`).
    pub fn may_run(&self) -> usize {
        let mut inits = self.containers.iter().take(self.init_count);
        match inits.position(|record| !record.init_done()) {
            Some(init) if !self.regular_container_started() => init + 1,
            _ => self.containers.len(),
        }
    }

    fn regular_container_started(&self) -> bool {
        let mut regular = self.containers.iter().skip(self.init_count);
        regular.any(|record| record.stage != ContainerStage::Waiting)
    }
}
