//! Timers.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::timers::callback::Timeout;

/// Calls a function once after a delay.
pub fn after(delay_ms: u32, callback: impl FnOnce() + 'static) {
    Timeout::new(delay_ms, callback).forget();
}

/// Calls a function once after a burst of triggers has ended.
pub struct Debounce {
    delay_ms: u32,
    callback: Rc<dyn Fn()>,
    pending: RefCell<Option<Timeout>>,
}

impl Debounce {
    /// The function is called `delay_ms` milliseconds after the last trigger.
    pub fn new(delay_ms: u32, callback: impl Fn() + 'static) -> Debounce {
        Debounce {
            delay_ms,
            callback: Rc::new(callback),
            pending: RefCell::new(None),
        }
    }

    /// Starts the delay, or starts it again.
    pub fn trigger(&self) {
        let callback = self.callback.clone();
        // The timer that was pending is cancelled when it is dropped.
        self.pending
            .replace(Some(Timeout::new(self.delay_ms, move || callback())));
    }
}
