//! The page's entry point; on the host there is nothing to run but the tests.

fn main() {}
