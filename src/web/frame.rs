//! Animation frames: the next one, and a loop that runs while there is something to animate.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::render::{AnimationFrame, request_animation_frame};

/// A function that is called with the next frame, unless this is dropped before.
pub struct NextFrame(AnimationFrame);

/// Calls a function with the next frame.
pub fn next_frame(callback: impl FnOnce() + 'static) -> NextFrame {
    NextFrame(request_animation_frame(move |_| callback()))
}

impl NextFrame {
    /// Calls the function in any case.
    pub fn forget(self) {
        // The request is cancelled when it is dropped.
        std::mem::forget(self.0);
    }
}

/// A loop over animation frames. It can be started at any time and stops by itself.
#[derive(Clone)]
pub struct FrameLoop(Rc<RefCell<Inner>>);

struct Inner {
    /// Called with the milliseconds since the previous frame; returns whether to go on.
    callback: Box<dyn FnMut(u64) -> bool>,
    pending: Option<AnimationFrame>,
    last_ms: Option<f64>,
}

impl FrameLoop {
    /// A loop that is not running. The callback gets the milliseconds since the previous frame and returns whether to
    /// go on.
    pub fn new(callback: impl FnMut(u64) -> bool + 'static) -> FrameLoop {
        FrameLoop(Rc::new(RefCell::new(Inner {
            callback: Box::new(callback),
            pending: None,
            last_ms: None,
        })))
    }

    /// Starts the loop unless it is running.
    pub fn start(&self) {
        let Ok(mut inner) = self.0.try_borrow_mut() else {
            return;
        };
        if inner.pending.is_none() {
            inner.last_ms = None;
            inner.pending = Some(self.request());
        }
    }

    fn request(&self) -> AnimationFrame {
        let this = self.clone();
        request_animation_frame(move |now_ms| this.frame(now_ms))
    }

    fn frame(&self, now_ms: f64) {
        let mut inner = self.0.borrow_mut();
        let elapsed = inner.last_ms.map_or(0.0, |last| now_ms - last);
        // The callback gets whole milliseconds; the remainder is carried over to the next frame.
        let whole = elapsed.max(0.0).floor();
        inner.last_ms = Some(now_ms - (elapsed - whole));
        let more = (inner.callback)(whole as u64);
        inner.pending = more.then(|| self.request());
    }
}
