//! Why a pod on a node is not Ready, or still terminating.
//!
//! Reasons that `kubectl get pods` shows in its STATUS column have its words: `ContainerCreating`, `ImagePullBackOff`,
//! `ErrImageNeverPull`, `InvalidImageName`, `CreateContainerConfigError`, `CrashLoopBackOff`.

use std::sync::Arc;

use crate::object::{Key, Time};

/// What the kubelet waits for before the pod's next step (`SyncPod` in `kubelet.go`).
#[derive(Clone, Debug, PartialEq)]
pub enum PodWaiting {
    /// A volume is not attached to the node yet (`WaitForAttachAndMount`).
    VolumeNotAttached {
        /// The volume.
        volume: Key,
    },
    /// A volume refers to a ConfigMap, Secret or claim that does not exist (`MountVolume.SetUp`; event `FailedMount`).
    FailedMount {
        /// The ConfigMap, Secret or claim.
        object: Key,
        /// The key that it does not have; `None` if it does not exist.
        data_key: Option<Arc<str>>,
    },
    /// A claim of a pod that was bound to its node without the scheduler has no volume (`PVC is not bound`).
    ClaimNotBound {
        /// The claim.
        claim: Key,
    },
    /// Volumes are being mounted, then the sandbox is created with its network (`createPodSandbox`).
    CreatingSandbox {
        /// When the sandbox will be ready.
        until: Time,
    },
    /// The sandbox could not be created, because the node's range has no free address (event
    /// `FailedCreatePodSandBox`).
    NoPodAddress {
        /// The node.
        node: Key,
        /// When the kubelet tries again.
        until: Time,
    },
    /// The node is pulling an image (`EnsureImageExists`; event `Pulling`).
    PullingImage {
        /// The container.
        container: Arc<str>,
        /// Its image.
        image: Arc<str>,
        /// When the image will be present.
        until: Time,
    },
    /// The image could not be pulled (`ErrImagePull`, then `ImagePullBackOff`).
    ImagePullBackOff {
        /// The container.
        container: Arc<str>,
        /// Its image.
        image: Arc<str>,
        /// When the kubelet tries again.
        until: Time,
    },
    /// `imagePullPolicy: Never`, and the image is not present on the node.
    ErrImageNeverPull {
        /// The container.
        container: Arc<str>,
        /// Its image.
        image: Arc<str>,
    },
    /// The image's name cannot be parsed.
    InvalidImageName {
        /// The container.
        container: Arc<str>,
        /// Its image.
        image: Arc<str>,
    },
    /// An environment variable refers to a ConfigMap or Secret that does not exist.
    CreateContainerConfigError {
        /// The container.
        container: Arc<str>,
        /// The ConfigMap or Secret.
        object: Key,
        /// The key that it does not have; `None` if it does not exist.
        data_key: Option<Arc<str>>,
    },
    /// The container must not run as root, but would (`verifyRunAsNonRoot`; `CreateContainerConfigError`).
    RunAsNonRoot {
        /// The container.
        container: Arc<str>,
    },
    /// A condition of `spec.readinessGates` is not True (`ReadinessGatesNotReady`).
    ReadinessGate {
        /// The condition's type.
        condition: Arc<str>,
    },
    /// An init container has to complete before the containers start (`Init:0/1`).
    InitContainer {
        /// The container.
        container: Arc<str>,
    },
    /// A container is being created and started.
    ContainerCreating {
        /// The container.
        container: Arc<str>,
        /// When it will run.
        until: Time,
    },
    /// A container exited and is restarted immediately, without back-off.
    Restarting {
        /// The container.
        container: Arc<str>,
        /// When.
        until: Time,
    },
    /// A container exited again and is restarted when its back-off ends.
    CrashLoopBackOff {
        /// The container.
        container: Arc<str>,
        /// When.
        until: Time,
    },
    /// A container runs, and its startup or readiness probe has not succeeded yet.
    ProbePending {
        /// The container.
        container: Arc<str>,
        /// When the probe is expected to succeed.
        until: Time,
    },
    /// A container's readiness probe fails (event `Unhealthy`).
    ReadinessProbeFailing {
        /// The container.
        container: Arc<str>,
    },
    /// The containers are being stopped: preStop hooks, then SIGTERM, then SIGKILL at the end of the grace period
    /// (`killContainer`).
    Stopping {
        /// When they will have stopped.
        until: Time,
        /// Whether they are killed at the end of the grace period.
        killed: bool,
    },
    /// The node's kubelet does not report: nothing can be started or stopped there.
    NodeUnreachable {
        /// The node.
        node: Key,
    },
}

impl PodWaiting {
    /// The rule's name.
    pub fn rule(&self) -> &'static str {
        match self {
            PodWaiting::VolumeNotAttached { .. } => "VolumeNotAttached",
            PodWaiting::FailedMount { .. } => "FailedMount",
            PodWaiting::ClaimNotBound { .. } => "ClaimNotBound",
            PodWaiting::CreatingSandbox { .. } => "PodSandbox",
            PodWaiting::NoPodAddress { .. } => "FailedCreatePodSandBox",
            PodWaiting::PullingImage { .. } => "Pulling",
            PodWaiting::ImagePullBackOff { .. } => "ImagePullBackOff",
            PodWaiting::ErrImageNeverPull { .. } => "ErrImageNeverPull",
            PodWaiting::InvalidImageName { .. } => "InvalidImageName",
            PodWaiting::CreateContainerConfigError { .. } => "CreateContainerConfigError",
            PodWaiting::RunAsNonRoot { .. } => "RunAsNonRoot",
            PodWaiting::ReadinessGate { .. } => "ReadinessGate",
            PodWaiting::InitContainer { .. } => "InitContainer",
            PodWaiting::ContainerCreating { .. } => "ContainerCreating",
            PodWaiting::Restarting { .. } => "Restart",
            PodWaiting::CrashLoopBackOff { .. } => "CrashLoopBackOff",
            PodWaiting::ProbePending { .. } => "ProbePending",
            PodWaiting::ReadinessProbeFailing { .. } => "ReadinessProbe",
            PodWaiting::Stopping { .. } => "GracePeriod",
            PodWaiting::NodeUnreachable { .. } => "NodeSilent",
        }
    }

    /// The object that blocks, if it is not the pod.
    pub fn blocker(&self) -> Option<&Key> {
        match self {
            PodWaiting::VolumeNotAttached { volume } => Some(volume),
            PodWaiting::ClaimNotBound { claim } => Some(claim),
            PodWaiting::FailedMount { object, .. }
            | PodWaiting::CreateContainerConfigError { object, .. } => Some(object),
            PodWaiting::NodeUnreachable { node } | PodWaiting::NoPodAddress { node, .. } => Some(node),
            PodWaiting::CreatingSandbox { .. }
            | PodWaiting::PullingImage { .. }
            | PodWaiting::ImagePullBackOff { .. }
            | PodWaiting::ErrImageNeverPull { .. }
            | PodWaiting::InvalidImageName { .. }
            | PodWaiting::RunAsNonRoot { .. }
            | PodWaiting::ReadinessGate { .. }
            | PodWaiting::InitContainer { .. }
            | PodWaiting::ContainerCreating { .. }
            | PodWaiting::Restarting { .. }
            | PodWaiting::CrashLoopBackOff { .. }
            | PodWaiting::ProbePending { .. }
            | PodWaiting::ReadinessProbeFailing { .. }
            | PodWaiting::Stopping { .. } => None,
        }
    }

    /// The container that waits, if the reason concerns one container.
    pub fn container(&self) -> Option<&Arc<str>> {
        match self {
            PodWaiting::PullingImage { container, .. }
            | PodWaiting::ImagePullBackOff { container, .. }
            | PodWaiting::ErrImageNeverPull { container, .. }
            | PodWaiting::InvalidImageName { container, .. }
            | PodWaiting::CreateContainerConfigError { container, .. }
            | PodWaiting::RunAsNonRoot { container }
            | PodWaiting::InitContainer { container }
            | PodWaiting::ContainerCreating { container, .. }
            | PodWaiting::Restarting { container, .. }
            | PodWaiting::CrashLoopBackOff { container, .. }
            | PodWaiting::ProbePending { container, .. }
            | PodWaiting::ReadinessProbeFailing { container } => Some(container),
            PodWaiting::VolumeNotAttached { .. }
            | PodWaiting::FailedMount { .. }
            | PodWaiting::ClaimNotBound { .. }
            | PodWaiting::CreatingSandbox { .. }
            | PodWaiting::NoPodAddress { .. }
            | PodWaiting::ReadinessGate { .. }
            | PodWaiting::Stopping { .. }
            | PodWaiting::NodeUnreachable { .. } => None,
        }
    }

    /// The field that a person can change: a path in the pod if it starts with `spec.`, else in the container.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            PodWaiting::VolumeNotAttached { .. }
            | PodWaiting::FailedMount { .. }
            | PodWaiting::ClaimNotBound { .. } => Some("spec.volumes"),
            PodWaiting::PullingImage { .. }
            | PodWaiting::ImagePullBackOff { .. }
            | PodWaiting::InvalidImageName { .. } => Some("image"),
            PodWaiting::ErrImageNeverPull { .. } => Some("imagePullPolicy"),
            PodWaiting::CreateContainerConfigError { .. } => Some("env"),
            PodWaiting::RunAsNonRoot { .. } => Some("securityContext"),
            PodWaiting::ReadinessGate { .. } => Some("spec.readinessGates"),
            PodWaiting::InitContainer { .. } => Some("spec.initContainers"),
            PodWaiting::Restarting { .. } | PodWaiting::CrashLoopBackOff { .. } => Some("command"),
            PodWaiting::ProbePending { .. } | PodWaiting::ReadinessProbeFailing { .. } => {
                Some("readinessProbe")
            }
            PodWaiting::Stopping { .. } => Some("spec.terminationGracePeriodSeconds"),
            PodWaiting::CreatingSandbox { .. }
            | PodWaiting::NoPodAddress { .. }
            | PodWaiting::ContainerCreating { .. }
            | PodWaiting::NodeUnreachable { .. } => None,
        }
    }

    /// When the wait ends by itself, or the kubelet tries again.
    pub fn until(&self) -> Option<Time> {
        match self {
            PodWaiting::CreatingSandbox { until }
            | PodWaiting::NoPodAddress { until, .. }
            | PodWaiting::PullingImage { until, .. }
            | PodWaiting::ImagePullBackOff { until, .. }
            | PodWaiting::ContainerCreating { until, .. }
            | PodWaiting::Restarting { until, .. }
            | PodWaiting::CrashLoopBackOff { until, .. }
            | PodWaiting::ProbePending { until, .. }
            | PodWaiting::Stopping { until, .. } => Some(*until),
            PodWaiting::VolumeNotAttached { .. }
            | PodWaiting::FailedMount { .. }
            | PodWaiting::ClaimNotBound { .. }
            | PodWaiting::ErrImageNeverPull { .. }
            | PodWaiting::InvalidImageName { .. }
            | PodWaiting::CreateContainerConfigError { .. }
            | PodWaiting::RunAsNonRoot { .. }
            | PodWaiting::ReadinessGate { .. }
            | PodWaiting::InitContainer { .. }
            | PodWaiting::ReadinessProbeFailing { .. }
            | PodWaiting::NodeUnreachable { .. } => None,
        }
    }
}
