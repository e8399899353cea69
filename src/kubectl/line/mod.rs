//! Command lines: splitting into words, quoting, and flags.

pub mod flags;
pub mod words;

pub use words::{quoted, strip_kubectl};
