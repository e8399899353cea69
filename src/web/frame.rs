//! A loop over the browser's frames, while there is something to do in them.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::render::{AnimationFrame, request_animation_frame};

/// A loop that can be started as often as one likes; it stops by itself.
#[derive(Clone)]
pub struct Frames(Rc<RefCell<Inner>>);

struct Inner {
    /// Called with the milliseconds since the frame before; says whether to go on.
    each: Box<dyn FnMut(u64) -> bool>,
    pending: Option<AnimationFrame>,
    last_ms: Option<f64>,
}

impl Frames {
    /// A loop that stands still.
    pub fn new(each: impl FnMut(u64) -> bool + 'static) -> Frames {
        Frames(Rc::new(RefCell::new(Inner {
            each: Box::new(each),
            pending: None,
            last_ms: None,
        })))
    }

    /// Goes on with the next frame, if it does not anyway.
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
        // Whole milliseconds count; the rest is carried to the next frame.
        let whole = elapsed.max(0.0).floor();
        inner.last_ms = Some(now_ms - (elapsed - whole));
        let more = (inner.each)(whole as u64);
        inner.pending = more.then(|| self.request());
    }
}
