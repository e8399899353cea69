//! kubectl: what it makes of a manifest, and what it says.

pub mod age;
pub mod apply;
pub mod check;
pub mod console;
pub mod describe;
pub mod errors;
pub mod line;
pub mod manifest;
pub mod server;

mod advice;
mod idle;
mod three_way;
