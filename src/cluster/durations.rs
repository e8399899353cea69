//! How long things take on the virtual clock: every duration of the cluster, with its reason.

use serde::{Deserialize, Serialize};

/// A set of durations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Profile {
    /// Everything takes a blink, for impatient people.
    Quick,
    /// As on a small cluster in the cloud.
    #[default]
    Realistic,
    /// The same with slow storage.
    SlowDisk,
}

/// What differs between profiles, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Durations {
    /// From a claim to its volume: the storage system makes a disk.
    pub provision_ms: u64,
    /// From a released volume to its disappearance: the storage system deletes the disk.
    pub delete_volume_ms: u64,
    /// From the decision to attach a volume until the node sees the disk.
    pub attach_ms: u64,
    /// From the decision to detach until the disk is free.
    pub detach_ms: u64,
    /// From an attached disk to a mounted file system.
    pub mount_ms: u64,
    /// From the last exit to unmounted volumes and a removed sandbox.
    pub unmount_ms: u64,
    /// Sandbox and network of a pod.
    pub sandbox_ms: u64,
    /// An image that the node does not have.
    pub pull_ms: u64,
    /// Asking the registry whether the image at hand is still the newest (`imagePullPolicy: Always`).
    pub recheck_ms: u64,
    /// From the image to a running process.
    pub start_ms: u64,
    /// How long an init container runs.
    pub init_ms: u64,
    /// From SIGTERM to the exit of a well-behaved process.
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

/// Of a cluster with network disks and a near registry. The sum of one pod's start is about three seconds, so that
/// three ordered pods are Ready after about ten seconds of show.
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

/// From a pod that can be scheduled to its binding: queue, filters, scores, one write.
pub const SCHEDULE_MS: u64 = 20;

/// Until the volume controller has looked at a new or changed claim: its resync is driven by watches.
pub const BIND_CLAIM_MS: u64 = 10;

/// Until a kubelet has heard of a pod bound to its node and reported that it takes it.
pub const ACCEPT_MS: u64 = 15;

/// Until the kubelet has noticed an exit: the pod lifecycle event generator looks once a second.
pub const NOTICE_EXIT_MS: u64 = 1_000;

/// From a failed pull to the back-off that one sees: the kubelet's next look at the pod.
pub const SHOW_BACK_OFF_MS: u64 = 2_000;

/// A pull that fails has at least asked the registry.
pub const FAILED_PULL_MS: u64 = 600;

/// How soon a container crashes that can do nothing but crash.
pub const CRASH_AFTER_MS: u64 = 1_000;

/// How much longer a slow application needs until it is ready.
pub const SLOW_START_MS: u64 = 45_000;

/// A preStop hook of unknown content: a script that says goodbye.
pub const PRE_STOP_MS: u64 = 500;

/// Grace that is left after a preStop hook however long it took (`minimumGracePeriodInSeconds`).
pub const MIN_GRACE_MS: u64 = 2_000;

/// First back-off of a crashing container or a failing pull (`backOffPeriod`), doubled each time.
pub const BACK_OFF_FIRST_MS: u64 = 10_000;

/// The longest back-off (`MaxContainerBackOff`, `imageBackOff`).
pub const BACK_OFF_MAX_MS: u64 = 300_000;

/// A crash that comes this long after the last back-off starts from the first again (twice the longest).
pub const BACK_OFF_RESET_MS: u64 = 2 * BACK_OFF_MAX_MS;

/// A storage system that is slow by a fault needs this many times as long.
pub const SLOW_STORAGE_FACTOR: u64 = 40;

/// Silence after which a node counts as lost (`node-monitor-grace-period`).
pub const NODE_GRACE_MS: u64 = 50_000;

/// How long a pod tolerates a lost node unless it says otherwise (`DefaultTolerationSeconds`).
pub const TOLERATION_MS: u64 = 300_000;

/// Pod garbage collection passes this often (`gcCheckPeriod`).
pub const POD_GC_PERIOD_MS: u64 = 20_000;

/// How long pod garbage collection watches a node's absence before it acts (`quarantineTime`).
pub const NODE_GONE_QUARANTINE_MS: u64 = 40_000;

/// After this long a volume is taken from a node that does not answer (`maxWaitForUnmountDuration`).
pub const FORCE_DETACH_MS: u64 = 360_000;

/// A returning kubelet reports its node as ready again.
pub const NODE_BACK_MS: u64 = 500;
