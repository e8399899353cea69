//! kubectl lines.

pub mod build;

pub use build::Line;
