//! Why a link cannot be opened.

use std::fmt;

/// Why a link cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// It is not a link of this page.
    Foreign,
    /// A newer version of the page made it.
    TooNew {
        /// Its codec.
        codec: String,
    },
    /// A part of it is missing or was changed.
    Damaged,
    /// It exceeds a limit, before or after decompression.
    TooLarge,
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::Foreign => f.write_str("This link is not one that this page made."),
            LinkError::TooNew { codec } => write!(
                f,
                "This link was made by a newer version of this page (format {codec}). Reload the page and try again."
            ),
            LinkError::Damaged => {
                f.write_str("This link is damaged: a part of it is missing or was changed.")
            }
            LinkError::TooLarge => f.write_str("This link holds more than this page takes."),
        }
    }
}
