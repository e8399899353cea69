//! All integration tests in one binary: linking ten of them on a small machine would cost minutes.

mod api;
mod apply;
mod check;
mod conformance;
mod console;
mod describe;
mod fuzz;
mod page;
mod properties;
mod robustness;
mod scenario;
mod scene;
mod session;
mod share;
mod standing;
mod story;
mod structure;
mod terminal;
mod timeline;
mod typed;
mod validation;
mod yaml;
