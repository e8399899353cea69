//! What the page tells once, with what it offers.

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
    /// What it says.
    pub what: What,
}

/// What there is to tell.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Acting in the past took back what had been done later. Offers *Undo*, which restores it.
    Forked {
        /// What was taken back.
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

impl What {
    /// The notice in words.
    pub fn text(&self) -> String {
        match self {
            What::Forked { dropped } if dropped.len() == 1 => {
                "You acted in the past: one later command was dropped.".to_owned()
            }
            What::Forked { dropped } => {
                format!(
                    "You acted in the past: {} later commands were dropped.",
                    dropped.len()
                )
            }
            What::Removed(key) => format!(
                "{} is no longer in the text, but still in the cluster: apply deletes nothing.",
                name(key)
            ),
            What::BadLink(error) => error.to_string(),
            What::OtherVersion { made_by } => {
                format!("This link was made with version {made_by}: what you see may differ.")
            }
            What::CannotWrite(why) => why.clone(),
            What::TooManySteps => "This run has too many commands: start over, or undo some.".to_owned(),
            What::TooLong => "This run is as long as the page can hold: start over, or undo some.".to_owned(),
        }
    }

    /// The label of the button that it offers.
    pub fn offer(&self) -> Option<&'static str> {
        match self {
            What::Forked { .. } => Some("Undo"),
            What::Removed(_) => Some("Delete"),
            What::BadLink(_)
            | What::OtherVersion { .. }
            | What::CannotWrite(_)
            | What::TooManySteps
            | What::TooLong => None,
        }
    }
}

/// `statefulset.apps/web`, as kubectl names objects.
fn name(key: &Key) -> String {
    format!("{}/{}", key.kind.qualified_singular(), key.name)
}
