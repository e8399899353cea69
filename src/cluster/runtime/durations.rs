//! How long operations take on the virtual clock.

/// A set of durations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Profile {
    /// Everything takes a fraction of a second.
    Quick,
    /// A small cluster in the cloud.
    #[default]
    Realistic,
    /// The same with slow storage.
    SlowDisk,
}

/// The durations that differ between profiles, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Durations {
    /// Provisioning a volume.
    pub provision_ms: u64,
    /// Deleting a released volume.
    pub delete_volume_ms: u64,
    /// Attaching a volume to a node.
    pub attach_ms: u64,
    /// Detaching a volume from a node.
    pub detach_ms: u64,
    /// Mounting an attached volume.
    pub mount_ms: u64,
    /// Unmounting volumes and removing the sandbox after the last container has exited.
    pub unmount_ms: u64,
    /// Creating a pod's sandbox and network.
    pub sandbox_ms: u64,
    /// Pulling an image that the node does not have.
    pub pull_ms: u64,
    /// Checking with the registry that an image on the node is current (`imagePullPolicy: Always`).
    pub recheck_ms: u64,
    /// Starting a container.
    pub start_ms: u64,
    /// Running an init container.
    pub init_ms: u64,
    /// From SIGTERM to the exit of a process that handles it.
    pub stop_ms: u64,
}

impl Profile {
    /// The durations of this profile.
    pub fn durations(self) -> Durations {
        match self {
            Profile::Quick => QUICK,
            Profile::Realistic => REALISTIC,
            Profile::SlowDisk => Durations {
                provision_ms: 20_000,
                delete_volume_ms: 15_000,
                attach_ms: 12_000,
                detach_ms: 10_000,
                mount_ms: 3_000,
                ..REALISTIC
            },
        }
    }
}

const QUICK: Durations = Durations {
    provision_ms: 200,
    delete_volume_ms: 100,
    attach_ms: 150,
    detach_ms: 100,
    mount_ms: 20,
    unmount_ms: 20,
    sandbox_ms: 50,
    pull_ms: 200,
    recheck_ms: 20,
    start_ms: 100,
    init_ms: 300,
    stop_ms: 200,
};

/// A cluster with network disks and a registry nearby. One pod starts in about three seconds, so that three ordered
/// pods are Ready after about ten seconds of show time.
const REALISTIC: Durations = Durations {
    provision_ms: 600,
    delete_volume_ms: 700,
    attach_ms: 450,
    detach_ms: 500,
    mount_ms: 100,
    unmount_ms: 100,
    sandbox_ms: 200,
    pull_ms: 700,
    recheck_ms: 80,
    start_ms: 250,
    init_ms: 1_200,
    stop_ms: 900,
};

/// One scheduling cycle: queue, filter, score, bind.
pub const SCHEDULE_MS: u64 = 20;

/// Until the ephemeral volume controller creates the claims of a new pod: the scheduler is faster.
pub const EPHEMERAL_CLAIM_MS: u64 = 30;

/// Until the persistent volume controller syncs a new or changed claim.
pub const BIND_CLAIM_MS: u64 = 10;

/// How long the attach of a CSI volume waits for the external attacher (`csiTimeout`).
pub const ATTACH_TIMEOUT_MS: u64 = 120_000;

/// Growing a volume.
pub const RESIZE_MS: u64 = 800;

/// Growing the file system of a mounted volume.
pub const NODE_EXPAND_MS: u64 = 600;

/// How long the persistent volume controller leaves a new pod to the scheduler before it looks whether the next resync,
/// at which it notices the pod, will find it without a node.
pub const WAIT_FOR_SCHEDULER_MS: u64 = 100;

/// Until a kubelet tries again to create a sandbox (`backOffPeriod` in `pkg/kubelet/pod_workers.go`).
pub const SANDBOX_RETRY_MS: u64 = 10_000;

/// Until a kubelet tries a failed mount again (`initialDurationBeforeRetry` in
/// `pkg/util/goroutinemap/exponentialbackoff`); each further failure doubles it.
pub const MOUNT_RETRY_FIRST_MS: u64 = 500;

/// The longest such delay (`maxDurationBeforeRetry`).
pub const MOUNT_RETRY_MAX_MS: u64 = 122_000;

/// How long a pod that fits no node stays aside if nothing happens that may help it
/// (`DefaultPodMaxInUnschedulablePodsDuration` in `pkg/scheduler/backend/queue`).
pub const UNSCHEDULABLE_MAX_MS: u64 = 300_000;

/// Period in which the scheduler looks for such pods (`flushUnschedulablePodsLeftover`).
pub const UNSCHEDULABLE_FLUSH_MS: u64 = 30_000;

/// Until a kubelet receives a pod that is bound to its node.
pub const ACCEPT_MS: u64 = 15;

/// Until the kubelet notices that a container has exited: the pod lifecycle event generator relists every second
/// (`genericPlegRelistPeriod`).
pub const NOTICE_EXIT_MS: u64 = 1_000;

/// From `ErrImagePull` to `ImagePullBackOff`: until the kubelet's next sync of the pod.
pub const SHOW_BACK_OFF_MS: u64 = 2_000;

/// A pull that fails because the registry does not have the image.
pub const FAILED_PULL_MS: u64 = 600;

/// From the start of a container to its crash, under the fault `crash-loop`.
pub const CRASH_AFTER_MS: u64 = 1_000;

/// Additional start time of an application, under the fault `slow-start`.
pub const SLOW_START_MS: u64 = 45_000;

/// A preStop hook whose command does not specify a duration.
pub const PRE_STOP_MS: u64 = 500;

/// Minimum grace period that remains after a preStop hook (`minimumGracePeriodInSeconds`).
pub const MIN_GRACE_MS: u64 = 2_000;

/// First back-off of a crashing container or a failing pull (`backOffPeriod`); each further one doubles it.
pub const BACK_OFF_FIRST_MS: u64 = 10_000;

/// The longest back-off (`MaxContainerBackOff`, `imageBackOff`).
pub const BACK_OFF_MAX_MS: u64 = 300_000;

/// Time after the last back-off until the next one is the first again (twice the longest).
pub const BACK_OFF_RESET_MS: u64 = 2 * BACK_OFF_MAX_MS;

/// Factor for storage operations, under the fault `storage-slow`.
pub const SLOW_STORAGE_FACTOR: u64 = 40;

/// Time without a status update after which a node is `Unknown` (`node-monitor-grace-period`).
pub const NODE_GRACE_MS: u64 = 50_000;

/// Period of pod garbage collection (`gcCheckPeriod`).
pub const POD_GC_PERIOD_MS: u64 = 20_000;

/// How long a node must be missing before pod garbage collection deletes its pods (`quarantineTime`).
pub const NODE_GONE_QUARANTINE_MS: u64 = 40_000;

/// Time after which a volume is detached from an unreachable node by force (`maxWaitForUnmountDuration`).
pub const FORCE_DETACH_MS: u64 = 360_000;

/// Until a kubelet that can reach the API server again posts its node status.
pub const NODE_BACK_MS: u64 = 500;
