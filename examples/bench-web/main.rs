//! The workload of the example `bench` for a page: `tests/bench/simulate.mjs` builds it for wasm32 and calls it.

#[cfg(target_arch = "wasm32")]
#[path = "../bench/load.rs"]
mod load;

#[cfg(target_arch = "wasm32")]
mod page {
    use wasm_bindgen::prelude::wasm_bindgen;

    fn clock() -> f64 {
        web_sys::window()
            .and_then(|window| window.performance())
            .map_or(0.0, |performance| performance.now())
    }

    /// The table of `load::simulation`.
    #[wasm_bindgen]
    pub fn simulation(largest: u32) -> String {
        super::load::simulation(largest, &clock)
    }

    /// The table of `load::checking`.
    #[wasm_bindgen]
    pub fn checking() -> String {
        super::load::checking(&clock)
    }
}

fn main() {}
