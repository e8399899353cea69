//! The page's entry point; on the host there is nothing to run but the tests.

#[cfg(target_arch = "wasm32")]
fn main() {
    statefulset_playground::app::mount();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
