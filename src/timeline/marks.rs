//! Marks on the time slider.

use super::pace::Show;
use crate::object::{Kind, Object, status::Phase};
use crate::store::{Change, Entry, EntryKind, World};

/// A mark on the time slider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The show time of the entry.
    pub show: Show,
    /// The entry that it marks.
    pub seq: u64,
    /// Its kind.
    pub kind: MarkKind,
}

/// The kind of a mark, which decides its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkKind {
    /// A person's command.
    Command,
    /// A fault was injected or ended.
    Fault,
    /// A pod was created.
    Created,
    /// A pod became Ready.
    Ready,
    /// A pod is no longer Ready, or it failed.
    Unready,
    /// A pod began to terminate.
    Terminating,
    /// A pod was removed.
    Gone,
    /// A component recorded a Warning event.
    Warning,
}

impl MarkKind {
    /// Its name on the page.
    pub fn name(self) -> &'static str {
        match self {
            MarkKind::Command => "command",
            MarkKind::Fault => "fault",
            MarkKind::Created => "created",
            MarkKind::Ready => "ready",
            MarkKind::Unready => "not ready",
            MarkKind::Terminating => "terminating",
            MarkKind::Gone => "gone",
            MarkKind::Warning => "warning",
        }
    }
}

/// The kind of mark that an entry gets, given the world before it.
pub fn classify(before: &World, entry: &Entry) -> Option<MarkKind> {
    let EntryKind::Change(change) = &entry.kind else {
        return None;
    };
    match change.key.kind {
        Kind::Fault => Some(MarkKind::Fault),
        Kind::Pod => pod(before, change),
        Kind::Event => {
            let warning = change
                .object
                .as_ref()
                .is_some_and(|event| event.body.fields().text("type").map(AsRef::as_ref) == Some("Warning"));
            warning.then_some(MarkKind::Warning)
        }
        _ => None,
    }
}

fn pod(before: &World, change: &Change) -> Option<MarkKind> {
    let old = before.get(&change.key);
    let (Some(old), Some(new)) = (old, &change.object) else {
        return match (old, &change.object) {
            (None, Some(_)) => Some(MarkKind::Created),
            (Some(_), None) => Some(MarkKind::Gone),
            _ => None,
        };
    };
    match (ready(old), ready(new)) {
        (false, true) => Some(MarkKind::Ready),
        _ if !old.meta.terminating() && new.meta.terminating() => Some(MarkKind::Terminating),
        (true, false) if !new.meta.terminating() => Some(MarkKind::Unready),
        _ if phase(old) != Phase::Failed && phase(new) == Phase::Failed && !new.meta.terminating() => {
            Some(MarkKind::Unready)
        }
        _ => None,
    }
}

fn ready(pod: &Object) -> bool {
    pod.status
        .pod()
        .is_some_and(|status| status.ready_since().is_some())
}

fn phase(pod: &Object) -> Phase {
    pod.status.pod().map(|status| status.phase).unwrap_or_default()
}
