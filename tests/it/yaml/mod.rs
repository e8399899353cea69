//! Reading, printing and editing YAML as kubectl does.

mod printing;
mod reading;
