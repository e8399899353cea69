//! Components, by what one sees.

pub mod card;
pub mod dialog;
pub mod dock;
pub mod editor;
pub mod fidelity;
pub mod header;
pub mod help;
pub mod icon;
pub mod notices;
pub mod runs;
pub mod sentence;
pub mod shell;
pub mod stage;
pub mod transport;
pub mod words;
