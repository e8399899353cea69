//! Command lines: building them, splitting them into words, quoting, and flags.

pub mod build;
pub mod flags;
pub mod tree;
pub mod values;
pub mod words;

pub use build::Line;
pub use words::{quoted, strip_kubectl};
