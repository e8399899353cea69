//! What the kubelet records about a container.

use std::sync::Arc;

use super::back_off::BackOff;
use super::probe::Health;
use crate::object::pod_status::is_sidecar;
use crate::object::status::ContainerState;
use crate::object::{Time, Value};
use crate::store::waiting::PodWaiting;

/// A container with its restarts and back-offs.
#[derive(Clone, Debug)]
pub struct ContainerRecord {
    /// Its name.
    pub name: Arc<str>,
    /// Its image as the spec names it.
    pub image: Arc<str>,
    /// Whether it is an init container with `restartPolicy: Always`.
    pub sidecar: bool,
    /// What it does.
    pub stage: ContainerStage,
    /// `state` in the pod's status; as upstream's, it sometimes lags behind `stage`.
    pub state: ContainerState,
    /// `lastState` in the pod's status.
    pub last_state: Option<ContainerState>,
    /// `restartCount` in the pod's status.
    pub restarts: u32,
    /// Back-off of restarts.
    pub crashes: BackOff,
    /// Back-off of image pulls.
    pub pulls: BackOff,
}

/// What a container does.
#[derive(Clone, Debug, PartialEq)]
pub enum ContainerStage {
    /// Nothing yet.
    Waiting,
    /// The image is pulled, or checked with the registry.
    Pulling {
        /// When the pull ends.
        until: Time,
        /// When it began.
        since: Time,
    },
    /// The pull failed (`ErrImagePull`).
    PullFailed {
        /// When the state changes to `ImagePullBackOff`.
        until: Time,
    },
    /// The next pull is delayed (`ImagePullBackOff`).
    PullBackOff {
        /// When the next pull begins.
        until: Time,
    },
    /// The image cannot be pulled (`InvalidImageName`, `ErrImageNeverPull`).
    ImageUnavailable(PodWaiting),
    /// The container cannot be configured (`CreateContainerConfigError`).
    ConfigError(PodWaiting),
    /// The container is being started.
    Starting {
        /// When it runs.
        until: Time,
    },
    /// The container runs.
    Running {
        /// When it started.
        since: Time,
        /// The results of its probes.
        health: Health,
    },
    /// The container exited and may be restarted.
    Exited {
        /// When the kubelet notices.
        until: Time,
    },
    /// The next start is delayed (`CrashLoopBackOff`).
    CrashBackOff {
        /// When the container is started again.
        until: Time,
    },
    /// The container exited and is not restarted.
    Finished,
}

impl ContainerRecord {
    /// A container of a new pod; `waiting` is the reason of its state.
    pub fn new(spec: &Value, waiting: &str) -> ContainerRecord {
        let text =
            |key: &str| -> Arc<str> { spec.get(key).and_then(Value::as_str).unwrap_or_default().into() };
        ContainerRecord {
            name: text("name"),
            image: text("image"),
            sidecar: is_sidecar(spec),
            stage: ContainerStage::Waiting,
            state: ContainerState::Waiting {
                reason: waiting.into(),
                message: None,
            },
            last_state: None,
            restarts: 0,
            crashes: BackOff::default(),
            pulls: BackOff::default(),
        }
    }

    /// Whether the next container has to wait until this one has started.
    pub fn is_starting(&self) -> bool {
        matches!(
            self.stage,
            ContainerStage::Waiting | ContainerStage::Pulling { .. } | ContainerStage::Starting { .. }
        )
    }

    /// Whether the init container is done: exited with 0, or a sidecar that has started.
    pub fn init_done(&self) -> bool {
        match &self.stage {
            ContainerStage::Finished => matches!(self.state, ContainerState::Terminated { exit_code: 0, .. }),
            _ => self.sidecar && self.started(),
        }
    }

    /// Whether the container runs and has passed its startup probe.
    pub fn started(&self) -> bool {
        matches!(&self.stage, ContainerStage::Running { health, .. } if health.started)
    }

    /// Whether the container runs and has passed its readiness probe.
    pub fn ready(&self) -> bool {
        matches!(&self.stage, ContainerStage::Running { health, .. } if health.ready)
    }

    /// When the container has to be synced next.
    pub fn next_at(&self) -> Option<Time> {
        match &self.stage {
            ContainerStage::Pulling { until, .. }
            | ContainerStage::PullFailed { until }
            | ContainerStage::PullBackOff { until }
            | ContainerStage::Starting { until }
            | ContainerStage::Exited { until }
            | ContainerStage::CrashBackOff { until } => Some(*until),
            ContainerStage::Running { health, .. } => health.next,
            ContainerStage::Waiting
            | ContainerStage::ImageUnavailable(_)
            | ContainerStage::ConfigError(_)
            | ContainerStage::Finished => None,
        }
    }

    /// The reason to wait, if there is one. `init`: it is an init container.
    pub fn waiting(&self, init: bool) -> Option<PodWaiting> {
        let (container, image) = (self.name.clone(), self.image.clone());
        match &self.stage {
            ContainerStage::Pulling { until, .. } => Some(PodWaiting::PullingImage {
                container,
                image,
                until: *until,
            }),
            ContainerStage::PullFailed { until } | ContainerStage::PullBackOff { until } => {
                Some(PodWaiting::ImagePullBackOff {
                    container,
                    image,
                    until: *until,
                })
            }
            ContainerStage::ImageUnavailable(waiting) | ContainerStage::ConfigError(waiting) => {
                Some(waiting.clone())
            }
            ContainerStage::Starting { until } => Some(PodWaiting::ContainerCreating {
                container,
                until: *until,
            }),
            ContainerStage::Exited { until } => Some(PodWaiting::Restarting {
                container,
                until: *until,
            }),
            ContainerStage::CrashBackOff { until } => Some(PodWaiting::CrashLoopBackOff {
                container,
                until: *until,
            }),
            ContainerStage::Running { .. } if init && !self.sidecar => {
                Some(PodWaiting::InitContainer { container })
            }
            ContainerStage::Running { health, .. } if !health.ready => Some(match health.expected {
                Some(until) => PodWaiting::ProbePending { container, until },
                None => PodWaiting::ReadinessProbeFailing { container },
            }),
            ContainerStage::Waiting | ContainerStage::Running { .. } | ContainerStage::Finished => None,
        }
    }
}
