//! The validation of objects, once the page has loaded it. Only natively it is there from the start.

use std::cell::Cell;

use super::validation::Validators;

#[cfg(not(target_arch = "wasm32"))]
const AT_START: Option<&dyn Validators> = Some(&super::validation::AllKinds);
// In the page the validators must not be named here: all of them would become part of the main module.
#[cfg(target_arch = "wasm32")]
const AT_START: Option<&dyn Validators> = None;

thread_local! {
    // Which code is loaded is a fact about the page, not about a session: two sessions cannot differ in it.
    static VALIDATORS: Cell<Option<&'static dyn Validators>> = const { Cell::new(AT_START) };
}

/// The validators, if they are loaded. Before that, requests must not be sent but those that are known to be valid.
pub fn validators() -> Option<&'static dyn Validators> {
    VALIDATORS.get()
}

/// Makes validators available, or, in tests, takes them away.
pub fn provide_validators(validators: Option<&'static dyn Validators>) {
    VALIDATORS.set(validators);
}
