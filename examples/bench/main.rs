//! Measures the simulation and the checks natively.
//!
//! `cargo run --release --example bench`; prints figures and asserts none.

mod load;

use std::time::Instant;

fn main() {
    let start = Instant::now();
    let clock = || start.elapsed().as_secs_f64() * 1000.0;
    println!(
        "## Simulating natively\n\n```text\n{}```",
        load::simulation(u32::MAX, &clock)
    );
    println!(
        "\n## From text to diagnostics, natively\n\n```text\n{}```",
        load::checking(&clock)
    );
}
