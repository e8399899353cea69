//! The page's one writable signal: the session, changed by messages alone.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::session::{Effect, Msg, RunId, RunState, Session, update};
use crate::web;
use crate::web::frame::Frames;

/// What components hold: the session to look at, and the way to change it.
#[derive(Clone, Copy)]
pub struct AppState {
    session: RwSignal<Session>,
    /// Grows with every change but those that the passing of time alone makes while the show runs.
    changes: RwSignal<u64>,
    /// What was said last to those who do not see the page.
    pub said: RwSignal<String>,
    outside: StoredValue<Rc<Outside>, LocalStorage>,
}

/// A thing to do outside of the signals, set by who knows how.
type Slot<T> = RefCell<Option<Box<dyn Fn(T)>>>;

/// Draws what moves of a run.
type Draw = Rc<dyn Fn()>;

/// What the session's effects reach.
#[derive(Default)]
struct Outside {
    frames: RefCell<Option<Frames>>,
    /// How what moves is drawn, for each run that is shown.
    draw: RefCell<Vec<(RunId, Draw)>>,
    write: Slot<String>,
    reveal: Slot<usize>,
    focus: Slot<()>,
    drawing: std::cell::Cell<bool>,
}

impl AppState {
    /// A app for a session.
    pub fn new(session: Session) -> AppState {
        let app = AppState {
            session: RwSignal::new(session),
            changes: RwSignal::new(0),
            said: RwSignal::new(String::new()),
            outside: StoredValue::new_local(Rc::new(Outside::default())),
        };
        let frames = Frames::new(move |elapsed_ms| {
            if web::page::visible() {
                app.dispatch(Msg::Tick { elapsed_ms });
            }
            app.session.with_untracked(Session::moving) && web::page::visible()
        });
        app.outside().frames.replace(Some(frames));
        app
    }

    /// The app of the page.
    pub fn from_context() -> AppState {
        expect_context::<AppState>()
    }

    fn outside(self) -> Rc<Outside> {
        self.outside.get_value()
    }

    /// Changes the session.
    pub fn dispatch(self, msg: Msg) {
        let tick = matches!(msg, Msg::Tick { .. });
        let notices = self.peek(|session| session.notices().len());
        let effects = self.session.try_update(|session| update(session, msg));
        if !tick || self.peek(|session| !session.moving() || session.notices().len() != notices) {
            self.changes.update(|changes| *changes += 1);
        }
        self.perform(effects.unwrap_or_default());
    }

    /// Changes the session by what was done to a run, to which it turns first.
    pub fn dispatch_in(self, run: RunId, msg: Msg) {
        if self.peek(|session| session.active() != run) {
            self.dispatch(Msg::SwitchRun(run));
        }
        self.dispatch(msg);
    }

    /// Panics where a fault of the page would: while the session is being changed, so that nothing can look at it again.
    #[cfg(debug_assertions)]
    pub fn panic(self) {
        self.session.update(|_| panic!("asked to panic"));
    }

    /// Looks at the session; what depends on it is looked at again after every message.
    pub fn with<T>(self, look: impl FnOnce(&Session) -> T) -> T {
        self.session.with(look)
    }

    /// Looks at the session once.
    pub fn peek<T>(self, look: impl FnOnce(&Session) -> T) -> T {
        self.session.with_untracked(look)
    }

    /// A view of the session that tells those who depend on it only when it is another.
    pub fn memo<T: PartialEq + Send + Sync + 'static>(
        self,
        look: impl Fn(&Session) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        Memo::new(move |_| self.session.with(&look))
    }

    /// The same of what only a person changes: it is not asked at every frame of the show.
    pub fn still_memo<T: PartialEq + Send + Sync + 'static>(
        self,
        look: impl Fn(&Session) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        Memo::new(move |_| {
            self.changes.track();
            self.session.with_untracked(&look)
        })
    }

    /// The same as `memo` for one run.
    pub fn run_memo<T: PartialEq + Send + Sync + 'static>(
        self,
        run: RunId,
        look: impl Fn(&RunState) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        self.memo(move |session| look(session.run_state(run)))
    }

    /// Goes on with the show, if it runs, and draws what moves.
    pub fn wake(self) {
        if self.session.with_untracked(Session::moving)
            && let Some(frames) = self.outside().frames.borrow().as_ref()
        {
            frames.start();
        }
        self.draw_soon();
    }

    /// Says how what moves of a run is drawn.
    pub fn on_draw(self, run: RunId, draw: impl Fn() + 'static) {
        self.outside().draw.borrow_mut().push((run, Rc::new(draw)));
    }

    /// Draws no more of a run.
    pub fn draw_no_more(self, run: RunId) {
        self.outside()
            .draw
            .borrow_mut()
            .retain(|(drawn, _)| *drawn != run);
    }

    /// Says how a text gets into the editor.
    pub fn on_write(self, write: impl Fn(String) + 'static) {
        self.outside().write.replace(Some(Box::new(write)));
    }

    /// Says how a line of the editor is shown.
    pub fn on_reveal(self, reveal: impl Fn(usize) + 'static) {
        self.outside().reveal.replace(Some(Box::new(reveal)));
    }

    /// Says how the focus is moved.
    pub fn on_focus(self, focus: impl Fn(()) + 'static) {
        self.outside().focus.replace(Some(Box::new(focus)));
    }

    /// After what is to be seen has been changed in this task, and before it is painted.
    pub fn draw_soon(self) {
        let outside = self.outside();
        if outside.drawing.replace(true) {
            return;
        }
        spawn_local(async move {
            // What comes takes its turns: the scene's lists, the columns that changed, and what stands in them.
            for _ in 0..4 {
                leptos::task::tick().await;
            }
            outside.drawing.set(false);
            let draws = outside.draw.borrow().clone();
            draws.iter().for_each(|(_, draw)| draw());
        });
    }

    /// Does outside what the session asks for.
    pub fn perform(self, effects: Vec<Effect>) {
        for effect in effects {
            self.perform_one(effect);
        }
        self.wake();
    }

    fn perform_one(self, effect: Effect) {
        let outside = self.outside();
        match effect {
            Effect::Save(text) => web::storage::save(&text),
            Effect::WriteAddress(fragment) => web::address::write(fragment),
            Effect::Copy(fragment) => {
                let address: Arc<str> = web::address::with_fragment(&fragment).into();
                spawn_local(async move {
                    if !web::clipboard::write(&address).await {
                        self.said.set(format!("The link could not be copied: {address}"));
                    }
                });
            }
            Effect::Download { name, text } => web::file::download(&name, &text),
            Effect::Write(text) => call(&outside.write, text),
            Effect::Announce(text) => self.said.set(text),
            Effect::FocusEditor => call(&outside.focus, ()),
            Effect::RevealLine(line) => call(&outside.reveal, line),
        }
    }
}

fn call<T>(slot: &Slot<T>, argument: T) {
    if let Some(function) = slot.borrow().as_ref() {
        function(argument);
    }
}
