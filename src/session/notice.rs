//! Notices: messages that the page shows until they are dismissed, some with an action.

use crate::kubectl::line::Line;
use crate::object::Key;
use crate::share::{self, LinkError};
use crate::timeline::Step;

/// Identifies a notice.
pub type NoticeId = u32;

/// A notice.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// What it is about.
    pub kind: NoticeKind,
}

/// What a notice is about.
#[derive(Clone, Debug, PartialEq)]
pub enum NoticeKind {
    /// An action before the end of the run removed later steps. Offers *Undo*, which restores them.
    Forked {
        /// The removed steps.
        dropped: Vec<Step>,
    },
    /// A document was removed from the text, but apply does not delete its object. Offers *Delete*.
    Removed {
        /// The object.
        object: Key,
        /// The line that *Delete* runs.
        line: Line,
    },
    /// A link could not be opened.
    BadLink(LinkError),
    /// The link was made by another version of the simulation, which may have behaved differently.
    OtherVersion {
        /// The version that made it.
        made_by: u64,
    },
    /// A field could not be written into the text; the reason as a sentence.
    CannotWrite(String),
    /// The run has too many steps.
    TooManySteps,
    /// The log has reached its limit, although something is still pending.
    TooLong,
    /// An action of the run cannot be performed yet, because its code could not be loaded.
    Delayed,
}

impl NoticeKind {
    /// Its text.
    pub fn text(&self) -> String {
        match self {
            NoticeKind::Forked { dropped } if dropped.len() == 1 => {
                "You acted before the end of the run: one later command was dropped.".to_owned()
            }
            NoticeKind::Forked { dropped } => {
                format!(
                    "You acted before the end of the run: {} later commands were dropped.",
                    dropped.len()
                )
            }
            NoticeKind::Removed { object: key, .. } => format!(
                "{}/{} is no longer in the text, but still in the cluster: apply deletes nothing.",
                key.kind.qualified_singular(),
                key.name
            ),
            NoticeKind::BadLink(error) => error.to_string(),
            NoticeKind::OtherVersion { made_by } => format!(
                "This link was made with version {made_by} of the simulation, and this is version {}: what you see may \
                 differ.",
                share::VERSION
            ),
            NoticeKind::CannotWrite(reason) => reason.clone(),
            NoticeKind::TooManySteps => {
                "This run has too many commands: start over, or undo some.".to_owned()
            }
            NoticeKind::TooLong => {
                "This run is as long as the page can hold: start over, or undo some.".to_owned()
            }
            NoticeKind::Delayed => {
                "This run waits: a part of the page could not be loaded. The page tries again.".to_owned()
            }
        }
    }

    /// The label of the button that it offers.
    pub fn offer(&self) -> Option<&'static str> {
        match self {
            NoticeKind::Forked { .. } => Some("Undo"),
            NoticeKind::Removed { .. } => Some("Delete"),
            NoticeKind::BadLink(_)
            | NoticeKind::OtherVersion { .. }
            | NoticeKind::CannotWrite(_)
            | NoticeKind::TooManySteps
            | NoticeKind::TooLong
            | NoticeKind::Delayed => None,
        }
    }
}
