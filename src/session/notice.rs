//! NoticeKind the page tells once, with what it offers.

use crate::object::Key;
use crate::share::LinkError;
use crate::timeline::Step;

/// Tells notices apart.
pub type NoticeId = u32;

/// One notice.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Its number.
    pub id: NoticeId,
    /// NoticeKind it says.
    pub kind: NoticeKind,
}

/// NoticeKind there is to tell.
#[derive(Clone, Debug, PartialEq)]
pub enum NoticeKind {
    /// Acting in the past took back what had been done later. Offers *Undo*, which restores it.
    Forked {
        /// NoticeKind was taken back.
        dropped: Vec<Step>,
    },
    /// A document was removed from the text, and its object stays, as with kubectl. Offers *Delete*.
    Removed(Key),
    /// The link could not be opened.
    BadLink(LinkError),
    /// The link was made by another version of the simulator: what follows may differ from what its author saw.
    OtherVersion {
        /// The version that made it.
        made_by: String,
    },
    /// The field cannot be written into the text: it stands nowhere, or the text cannot be read.
    CannotWrite(String),
    /// Too many things have been done in this run.
    TooManySteps,
    /// The run is as long as the page can hold, although it would go on.
    TooLong,
}

impl NoticeKind {
    /// The notice in words.
    pub fn text(&self) -> String {
        match self {
            NoticeKind::Forked { dropped } if dropped.len() == 1 => {
                "You acted in the past: one later command was dropped.".to_owned()
            }
            NoticeKind::Forked { dropped } => {
                format!(
                    "You acted in the past: {} later commands were dropped.",
                    dropped.len()
                )
            }
            NoticeKind::Removed(key) => format!(
                "{} is no longer in the text, but still in the cluster: apply deletes nothing.",
                name(key)
            ),
            NoticeKind::BadLink(error) => error.to_string(),
            NoticeKind::OtherVersion { made_by } => {
                format!("This link was made with version {made_by}: what you see may differ.")
            }
            NoticeKind::CannotWrite(why) => why.clone(),
            NoticeKind::TooManySteps => {
                "This run has too many commands: start over, or undo some.".to_owned()
            }
            NoticeKind::TooLong => {
                "This run is as long as the page can hold: start over, or undo some.".to_owned()
            }
        }
    }

    /// The label of the button that it offers.
    pub fn offer(&self) -> Option<&'static str> {
        match self {
            NoticeKind::Forked { .. } => Some("Undo"),
            NoticeKind::Removed(_) => Some("Delete"),
            NoticeKind::BadLink(_)
            | NoticeKind::OtherVersion { .. }
            | NoticeKind::CannotWrite(_)
            | NoticeKind::TooManySteps
            | NoticeKind::TooLong => None,
        }
    }
}

/// `statefulset.apps/web`, as kubectl names objects.
fn name(key: &Key) -> String {
    format!("{}/{}", key.kind.qualified_singular(), key.name)
}
