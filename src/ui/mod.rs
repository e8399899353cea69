//! Components of the page.

pub mod breaking;
pub mod card;
pub mod dialog;
pub mod dock;
pub mod editor;
pub mod fidelity;
pub mod format;
pub mod header;
pub mod help;
pub mod icon;
pub mod keys;
pub mod notices;
pub mod runs;
pub mod sentence;
pub mod shell;
pub mod stage;
pub mod state;
pub mod toolbar;
pub mod transport;
