//! The only place that touches the browser beyond the elements that components draw.

pub mod address;
pub mod clipboard;
pub mod docs;
pub mod editor;
pub mod file;
pub mod frame;
pub mod page;
pub mod panic;
pub mod size;
pub mod storage;
