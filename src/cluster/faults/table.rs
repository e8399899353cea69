//! The table of faults.

use crate::object::Kind;

/// What a person can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// The containers of a pod exit with 1, once.
    CrashOnce,
    /// The containers of a pod exit with 1 a second after each start.
    CrashLoop,
    /// The readiness probe of a pod fails.
    NotReady,
    /// The liveness probe of a pod fails.
    NotAlive,
    /// The application in a pod takes a long time to answer after a start.
    SlowStart,
    /// The registry does not have an image.
    ImageMissing,
    /// The kubelet evicts a pod because the node is low on memory.
    Evicted,
    /// A node is unreachable.
    NodeLost,
    /// All nodes of a zone are unreachable.
    ZoneLost,
    /// A node is cordoned and its pods are evicted (`kubectl drain`).
    Drained,
    /// The storage backend is slow.
    StorageSlow,
    /// A StorageClass is deleted.
    ClassMissing,
    /// A PersistentVolumeClaim is deleted.
    ClaimDeleted,
    /// DNS clients cache answers for the full TTL.
    DnsCached,
}

/// What a fault affects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the object of that name")]
pub enum Target {
    Pod,
    Claim,
    Node,
    StorageClass,
    Zone,
    Image,
    Cluster,
}

/// What injecting a fault does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultEffect {
    /// Creates an object that exists until the fault is mended.
    UntilMended,
    /// Creates an object that the kubelet deletes when it acts on it.
    Once,
    /// Sends requests to the API server; no object is created.
    Request,
}

/// The properties of a fault.
struct Row {
    /// Names the fault in links and in the store. Never change it.
    word: &'static str,
    target: Target,
    effect: FaultEffect,
    /// Label of the button that injects the fault, before the target's name.
    label: &'static str,
    /// What happens then, in one sentence.
    consequence: &'static str,
    /// Label of the button that mends the fault; `{}` is replaced by the target's name.
    mend_label: &'static str,
}

impl FaultKind {
    /// All kinds.
    pub const ALL: [FaultKind; 14] = [
        FaultKind::CrashOnce,
        FaultKind::CrashLoop,
        FaultKind::NotReady,
        FaultKind::NotAlive,
        FaultKind::SlowStart,
        FaultKind::ImageMissing,
        FaultKind::Evicted,
        FaultKind::NodeLost,
        FaultKind::ZoneLost,
        FaultKind::Drained,
        FaultKind::StorageSlow,
        FaultKind::ClassMissing,
        FaultKind::ClaimDeleted,
        FaultKind::DnsCached,
    ];

    #[rustfmt::skip]
    const fn row(self) -> Row {
        use FaultEffect::{Once, Request, UntilMended};
        use Target::{Claim, Cluster, Image, Node, Pod, StorageClass, Zone};
        const fn row(
            word: &'static str, target: Target, effect: FaultEffect, label: &'static str, mend_label: &'static str,
            consequence: &'static str,
        ) -> Row {
            Row { word, target, effect, label, consequence, mend_label }
        }
        match self {
            FaultKind::CrashOnce => row("crash-once", Pod, Once, "Crash once", "End the fault",
                "Its containers exit with 1, and the kubelet restarts them."),
            FaultKind::CrashLoop => row("crash-loop", Pod, UntilMended, "Crash loop", "Stop the crash loop",
                "Its containers exit with 1 a second after each start. The kubelet waits longer before each restart."),
            FaultKind::NotReady => row("not-ready", Pod, UntilMended, "Fail readiness of", "Fix the readiness probe",
                "It runs, but is not Ready: it leaves the Services' endpoints, and ordered work waits for it."),
            FaultKind::NotAlive => row("not-alive", Pod, UntilMended, "Fail liveness of", "Fix the liveness probe",
                "Its liveness probe fails, so the kubelet restarts its containers again and again."),
            FaultKind::SlowStart => row("slow-start", Pod, UntilMended, "Slow start of", "Fix the slow start",
                "After each start the application needs 45 seconds until its probes succeed."),
            FaultKind::ImageMissing => row("image-missing", Image, UntilMended, "Remove image", "Push the image",
                "The registry does not have it any more. Containers that start then wait in ImagePullBackOff."),
            FaultKind::Evicted => row("evicted", Pod, Once, "Evict", "End the fault",
                "The kubelet ends it because memory runs low. It becomes Failed, and its controller replaces it."),
            FaultKind::NodeLost => row("node-lost", Node, UntilMended, "Disconnect", "Restore {}",
                "Its kubelet does not answer: Unknown after 50 seconds. Five minutes later its pods are deleted, but stay Terminating."),
            FaultKind::ZoneLost => row("zone-lost", Zone, UntilMended, "Disconnect zone", "Restore zone {}",
                "All its nodes become NotReady, and volumes of this zone cannot be used elsewhere."),
            FaultKind::Drained => row("drained", Node, Request, "Drain", "Uncordon {}",
                "It takes no new pods, and its pods are evicted."),
            FaultKind::StorageSlow => row("storage-slow", Cluster, UntilMended, "Slow storage", "Restore storage speed",
                "Creating, attaching, detaching and resizing disks takes 40 times as long."),
            FaultKind::ClassMissing => row("class-missing", StorageClass, UntilMended, "Remove class", "Restore class {}",
                "The StorageClass is deleted: new claims of this class stay Pending. Bound claims are not affected."),
            FaultKind::ClaimDeleted => row("claim-deleted", Claim, Request, "Delete claim", "End the fault",
                "It stays Terminating while a pod uses it. Then its disk is deleted, with the data."),
            FaultKind::DnsCached => row("dns-cached", Cluster, UntilMended, "Cache DNS answers", "Stop caching DNS answers",
                "Clients keep each answer for its full TTL of 30 seconds, also that a name does not exist."),
        }
    }

    /// Its word in links and in the store, such as `crash-loop`.
    pub fn word(self) -> &'static str {
        self.row().word
    }

    /// The kind with that word.
    pub fn from_word(word: &str) -> Option<FaultKind> {
        FaultKind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// What it affects.
    pub fn target(self) -> Target {
        self.row().target
    }

    /// What injecting it does.
    pub fn effect(self) -> FaultEffect {
        self.row().effect
    }

    /// Label of the button that injects it, before the name of its target.
    pub fn label(self) -> &'static str {
        self.row().label
    }

    /// What happens then, in one sentence.
    pub fn consequence(self) -> &'static str {
        self.row().consequence
    }

    pub(super) fn mend_label(self) -> &'static str {
        self.row().mend_label
    }
}

impl Target {
    /// Whether targets of this kind have a namespace.
    pub fn is_namespaced(self) -> bool {
        self.object_kind().is_some_and(|kind| kind.info().namespaced)
    }

    /// The kind of the affected object, if it is one.
    pub fn object_kind(self) -> Option<Kind> {
        match self {
            Target::Pod => Some(Kind::Pod),
            Target::Claim => Some(Kind::PersistentVolumeClaim),
            Target::Node => Some(Kind::Node),
            Target::StorageClass => Some(Kind::StorageClass),
            Target::Zone | Target::Image | Target::Cluster => None,
        }
    }
}
