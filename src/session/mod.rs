//! Everything that a person can change, and how.
