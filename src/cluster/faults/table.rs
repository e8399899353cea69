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
        const fn row(word: &'static str, target: Target, effect: FaultEffect, mend_label: &'static str) -> Row {
            Row { word, target, effect, mend_label }
        }
        match self {
            FaultKind::CrashOnce    => row("crash-once",    Pod,          Once,        "End the fault"),
            FaultKind::CrashLoop    => row("crash-loop",    Pod,          UntilMended, "Stop the crash loop"),
            FaultKind::NotReady     => row("not-ready",     Pod,          UntilMended, "Fix the readiness probe"),
            FaultKind::NotAlive     => row("not-alive",     Pod,          UntilMended, "Fix the liveness probe"),
            FaultKind::SlowStart    => row("slow-start",    Pod,          UntilMended, "Fix the slow start"),
            FaultKind::ImageMissing => row("image-missing", Image,        UntilMended, "Push the image"),
            FaultKind::Evicted      => row("evicted",       Pod,          Once,        "End the fault"),
            FaultKind::NodeLost     => row("node-lost",     Node,         UntilMended, "Restore {}"),
            FaultKind::ZoneLost     => row("zone-lost",     Zone,         UntilMended, "Restore zone {}"),
            FaultKind::Drained      => row("drained",       Node,         Request,     "Uncordon {}"),
            FaultKind::StorageSlow  => row("storage-slow",  Cluster,      UntilMended, "Restore storage speed"),
            FaultKind::ClassMissing => row("class-missing", StorageClass, UntilMended, "Restore class {}"),
            FaultKind::ClaimDeleted => row("claim-deleted", Claim,        Request,     "End the fault"),
            FaultKind::DnsCached    => row("dns-cached",    Cluster,      UntilMended, "Stop caching DNS answers"),
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
