//! Faults in a link, as words that never change: `crash-loop.web-0`.

use super::LinkError;
use crate::cluster::Fault;

/// The word of a fault, with its target.
pub fn word(fault: &Fault) -> String {
    fault.to_string()
}

/// The fault of that word.
///
/// # Errors
/// [`LinkError::TooNew`] for a word that this version does not know.
pub fn read(text: &str) -> Result<Fault, LinkError> {
    Fault::parse(text).ok_or_else(|| LinkError::TooNew {
        codec: "0".to_owned(),
    })
}
