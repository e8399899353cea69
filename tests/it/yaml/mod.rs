//! Parsing, printing and editing YAML as kubectl does.

mod editing;
pub mod manifests;
mod oracle;
mod printing;
mod reading;
mod recordings;
mod robustness;
