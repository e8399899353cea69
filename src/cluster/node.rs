//! Nodes that fall silent and come back, and what becomes of their pods.

pub mod lifecycle;
pub mod pod_gc;
pub mod taint_manager;
