//! Why a pod on a node is not ready, or not gone.

use std::sync::Arc;

use crate::object::{Key, Time};

/// What the kubelet waits for before it goes on with a pod.
#[derive(Clone, Debug, PartialEq)]
pub enum PodLife {
    /// A volume is not attached to the node yet (`WaitForAttachAndMount`).
    VolumeNotAttached {
        /// The volume.
        volume: Key,
    },
    /// A volume names a ConfigMap or Secret that does not exist (`MountVolume.SetUp`).
    MissingMount {
        /// The ConfigMap or Secret.
        object: Key,
    },
    /// Volumes are being mounted, then the sandbox gets its network.
    Sandbox {
        /// When it will be up.
        until: Time,
    },
    /// The node fetches an image (`EnsureImageExists`).
    Pulling {
        /// The container.
        container: Arc<str>,
        /// Its image.
        image: Arc<str>,
        /// When it will be there.
        until: Time,
    },
    /// The image could not be pulled; the next try is at `until` (`ImagePullBackOff`).
    ImagePull {
        /// The container.
        container: Arc<str>,
        /// Its image.
        image: Arc<str>,
        /// The next try.
        until: Time,
    },
    /// `imagePullPolicy: Never`, and the node does not have the image (`ErrImageNeverPull`).
    ImageNeverPulled {
        /// The container.
        container: Arc<str>,
        /// Its image.
        image: Arc<str>,
    },
    /// No registry can be asked for such a name (`InvalidImageName`).
    InvalidImageName {
        /// The container.
        container: Arc<str>,
        /// Its image.
        image: Arc<str>,
    },
    /// An environment variable comes from a ConfigMap or Secret that does not exist (`CreateContainerConfigError`).
    MissingConfig {
        /// The container.
        container: Arc<str>,
        /// The ConfigMap or Secret.
        object: Key,
    },
    /// An init container has to end well before the containers start.
    InitContainer {
        /// The container.
        container: Arc<str>,
    },
    /// A container is being started.
    Starting {
        /// The container.
        container: Arc<str>,
        /// When it will run.
        until: Time,
    },
    /// A container ended; it is started again at `until`.
    Restarting {
        /// The container.
        container: Arc<str>,
        /// When.
        until: Time,
    },
    /// A container crashed again; it is started again when the back-off ends (`CrashLoopBackOff`).
    CrashBackOff {
        /// The container.
        container: Arc<str>,
        /// When.
        until: Time,
    },
    /// A container runs, and its startup or readiness probe has not said yes yet.
    Probe {
        /// The container.
        container: Arc<str>,
        /// When it is expected to.
        until: Time,
    },
    /// A container's readiness probe fails.
    NotReady {
        /// The container.
        container: Arc<str>,
    },
    /// Its containers are being stopped: preStop hooks, then SIGTERM, then SIGKILL at the end of the grace period.
    Stopping {
        /// When they will have stopped.
        until: Time,
        /// Whether the end of the grace period decides.
        killed: bool,
    },
    /// The node does not answer: nothing can be started or stopped there.
    NodeSilent {
        /// The node.
        node: Key,
    },
}

impl PodLife {
    /// The rule's name.
    pub fn rule(&self) -> &'static str {
        match self {
            PodLife::VolumeNotAttached { .. } => "VolumeNotAttached",
            PodLife::MissingMount { .. } => "FailedMount",
            PodLife::Sandbox { .. } => "PodSandbox",
            PodLife::Pulling { .. } => "Pulling",
            PodLife::ImagePull { .. } => "ImagePullBackOff",
            PodLife::ImageNeverPulled { .. } => "ErrImageNeverPull",
            PodLife::InvalidImageName { .. } => "InvalidImageName",
            PodLife::MissingConfig { .. } => "CreateContainerConfigError",
            PodLife::InitContainer { .. } => "InitContainer",
            PodLife::Starting { .. } => "ContainerCreating",
            PodLife::Restarting { .. } => "Restart",
            PodLife::CrashBackOff { .. } => "CrashLoopBackOff",
            PodLife::Probe { .. } => "ProbePending",
            PodLife::NotReady { .. } => "ReadinessProbe",
            PodLife::Stopping { .. } => "GracePeriod",
            PodLife::NodeSilent { .. } => "NodeSilent",
        }
    }

    /// The object that blocks, if it is another than the pod.
    pub fn blocker(&self) -> Option<&Key> {
        match self {
            PodLife::VolumeNotAttached { volume } => Some(volume),
            PodLife::MissingMount { object } | PodLife::MissingConfig { object, .. } => Some(object),
            PodLife::NodeSilent { node } => Some(node),
            _ => None,
        }
    }

    /// The container that it is about.
    pub fn container(&self) -> Option<&Arc<str>> {
        match self {
            PodLife::Pulling { container, .. }
            | PodLife::ImagePull { container, .. }
            | PodLife::ImageNeverPulled { container, .. }
            | PodLife::InvalidImageName { container, .. }
            | PodLife::MissingConfig { container, .. }
            | PodLife::InitContainer { container }
            | PodLife::Starting { container, .. }
            | PodLife::Restarting { container, .. }
            | PodLife::CrashBackOff { container, .. }
            | PodLife::Probe { container, .. }
            | PodLife::NotReady { container } => Some(container),
            _ => None,
        }
    }

    /// The field that a person can change: of the pod, or of the container where one is named.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            PodLife::VolumeNotAttached { .. } | PodLife::MissingMount { .. } => Some("spec.volumes"),
            PodLife::Pulling { .. } | PodLife::ImagePull { .. } | PodLife::InvalidImageName { .. } => {
                Some("image")
            }
            PodLife::ImageNeverPulled { .. } => Some("imagePullPolicy"),
            PodLife::MissingConfig { .. } => Some("env"),
            PodLife::InitContainer { .. } => Some("spec.initContainers"),
            PodLife::Restarting { .. } | PodLife::CrashBackOff { .. } => Some("command"),
            PodLife::Probe { .. } | PodLife::NotReady { .. } => Some("readinessProbe"),
            PodLife::Stopping { .. } => Some("spec.terminationGracePeriodSeconds"),
            PodLife::Sandbox { .. } | PodLife::Starting { .. } | PodLife::NodeSilent { .. } => None,
        }
    }

    /// When it ends by itself.
    pub fn until(&self) -> Option<Time> {
        match self {
            PodLife::Sandbox { until }
            | PodLife::Pulling { until, .. }
            | PodLife::ImagePull { until, .. }
            | PodLife::Starting { until, .. }
            | PodLife::Restarting { until, .. }
            | PodLife::CrashBackOff { until, .. }
            | PodLife::Probe { until, .. }
            | PodLife::Stopping { until, .. } => Some(*until),
            _ => None,
        }
    }
}
