//! All integration tests in one binary: linking ten of them on a small machine would cost minutes.

mod actions;
mod api;
mod apply;
mod check;
mod conformance;
mod consistency;
mod console;
mod describe;
mod faults;
mod fuzz;
mod page;
mod properties;
mod robustness;
mod scenario;
mod scene;
mod sentences;
mod session;
mod share;
mod structure;
mod support;
mod terminal;
mod timeline;
mod typed;
mod validation;
mod waiting;
mod yaml;
