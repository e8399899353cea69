//! kubectl: the client side of the commands, and what they print.
//!
//! Each command's file names the upstream file that it mirrors, relative to `staging/src/k8s.io/`.

pub mod age;
pub mod apply;
pub mod check;
pub mod console;
mod deprecations;
pub mod describe;
pub mod diagnostic;
pub mod errors;
pub mod line;
pub mod manifest;
pub mod process;
pub mod server;
mod server_side;
pub mod shell;

mod autoscaling_v1;
mod custom_resources;
mod fields;
mod labels;
pub mod pod_template;
mod prefix_writer;
mod storage;
mod tabwriter;
mod three_way;
