//! The page's state: one session in one signal, changed only by messages.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::object::Key;
use crate::session::console::Chunk;
use crate::session::{Effect, Msg, RunId, RunState, Session, update};
use crate::web;
use crate::web::editor::Editor;
use crate::web::frame::FrameLoop;

/// Delay before the first retry of loading code, in milliseconds; each further one is twice as long.
const FIRST_RETRY_MS: u32 = 1_000;

/// The longest delay before a retry, in milliseconds.
const LAST_RETRY_MS: u32 = 30_000;

/// A handle to the page's state, shared by all components.
#[derive(Clone, Copy)]
pub struct AppState {
    session: RwSignal<Session>,
    /// Incremented by every change of the session except those that playback alone makes.
    edits: RwSignal<u64>,
    /// The last message for assistive technology.
    pub announcement: RwSignal<String>,
    /// The id of the element beside which the card of the selected object is open; `None` while it is closed.
    pub card_anchor: RwSignal<Option<String>>,
    browser: StoredValue<Rc<Browser>, LocalStorage>,
}

/// Draws what moves of a run.
type Painter = Rc<dyn Fn()>;

/// The browser objects that the session's effects use.
struct Browser {
    editor: Editor,
    /// The frame loop of playback; set after the state that it changes exists.
    frames: RefCell<Option<FrameLoop>>,
    /// The painters of the runs that are shown.
    painters: RefCell<Vec<(RunId, Painter)>>,
    /// Whether the painters are about to be called.
    paint_pending: Cell<bool>,
    /// The chunks that are being loaded.
    loading: RefCell<Vec<Chunk>>,
}

impl AppState {
    /// The state of a page with this session and this editor.
    pub fn new(session: Session, editor: Editor) -> AppState {
        let browser = Browser {
            editor,
            frames: RefCell::default(),
            painters: RefCell::default(),
            paint_pending: Cell::default(),
            loading: RefCell::default(),
        };
        let app = AppState {
            session: RwSignal::new(session),
            edits: RwSignal::new(0),
            announcement: RwSignal::new(String::new()),
            card_anchor: RwSignal::new(None),
            browser: StoredValue::new_local(Rc::new(browser)),
        };
        let frames = FrameLoop::new(move |elapsed_ms| {
            if web::page::visible() {
                app.dispatch(Msg::Tick { elapsed_ms });
            }
            app.peek(Session::moving) && web::page::visible()
        });
        app.browser().frames.replace(Some(frames));
        app
    }

    /// The page's state, from a component.
    pub fn from_context() -> AppState {
        expect_context::<AppState>()
    }

    fn browser(self) -> Rc<Browser> {
        self.browser.get_value()
    }

    /// The editor.
    pub fn editor(self) -> Editor {
        self.browser().editor.clone()
    }

    /// Changes the session.
    pub fn dispatch(self, msg: Msg) {
        let tick = matches!(msg, Msg::Tick { .. });
        let notices = self.peek(|session| session.notices().len());
        let effects = self.session.try_update(|session| update(session, msg));
        if !tick || self.peek(|session| !session.moving() || session.notices().len() != notices) {
            self.edits.update(|edits| *edits += 1);
        }
        self.perform(effects.unwrap_or_default());
    }

    /// Changes the session by a message about a run, and makes that run the active one first.
    pub fn dispatch_in(self, run: RunId, msg: Msg) {
        if self.peek(|session| session.active() != run) {
            self.dispatch(Msg::SwitchRun(run));
        }
        self.dispatch(msg);
    }

    /// Selects an object of a run and opens its card beside the element with the id `anchor`.
    pub fn open_card(self, run: RunId, key: Key, anchor: String) {
        self.dispatch_in(run, Msg::Select(Some(key)));
        self.card_anchor.set(Some(anchor));
    }

    /// Panics while the session is being changed, as a bug in the simulation would.
    #[cfg(debug_assertions)]
    pub fn panic(self) {
        self.session.update(|_| panic!("asked to panic"));
    }

    /// Reads the session; a reactive caller runs again after every message.
    pub fn with<T>(self, read: impl FnOnce(&Session) -> T) -> T {
        self.session.with(read)
    }

    /// Reads the session without tracking it.
    pub fn peek<T>(self, read: impl FnOnce(&Session) -> T) -> T {
        self.session.with_untracked(read)
    }

    /// A value of the session, computed after every message.
    pub fn memo<T: PartialEq + Send + Sync + 'static>(
        self,
        read: impl Fn(&Session) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        Memo::new(move |_| self.session.with(&read))
    }

    /// A value of the session that playback does not change: it is not computed for every frame.
    pub fn edit_memo<T: PartialEq + Send + Sync + 'static>(
        self,
        read: impl Fn(&Session) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        Memo::new(move |_| {
            self.edits.track();
            self.session.with_untracked(&read)
        })
    }

    /// A value of one run, computed after every message.
    pub fn run_memo<T: PartialEq + Send + Sync + 'static>(
        self,
        run: RunId,
        read: impl Fn(&RunState) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        self.memo(move |session| read(session.run_state(run)))
    }

    /// Loads code, unless it is loaded: it is needed, or it soon may be.
    pub fn load(self, chunk: Chunk) {
        let browser = self.browser();
        if !chunk.loaded() && !browser.loading.borrow().contains(&chunk) {
            browser.loading.borrow_mut().push(chunk);
            self.try_to_load(chunk, FIRST_RETRY_MS);
        }
    }

    /// Loads code. If that fails and something waits for it, tries again after a delay that grows.
    fn try_to_load(self, chunk: Chunk, retry_ms: u32) {
        spawn_local(async move {
            match web::chunks::load(chunk).await {
                Ok(()) => self.dispatch(Msg::ChunkLoaded),
                Err(reason) if self.peek(|session| session.needs(chunk)) => {
                    let reason = format!("{} could not be loaded: {reason}", chunk.name());
                    self.dispatch(Msg::ChunkDelayed(reason));
                    let next = (2 * retry_ms).min(LAST_RETRY_MS);
                    web::timer::after(retry_ms, move || self.try_to_load(chunk, next));
                }
                Err(_) => self
                    .browser()
                    .loading
                    .borrow_mut()
                    .retain(|loading| *loading != chunk),
            }
        });
    }

    /// Starts the frame loop if something is playing, and paints.
    pub fn wake(self) {
        if self.peek(Session::moving)
            && let Some(frames) = self.browser().frames.borrow().as_ref()
        {
            frames.start();
        }
        self.paint_soon();
    }

    /// Adds the function that draws what moves of a run.
    pub fn add_painter(self, run: RunId, paint: impl Fn() + 'static) {
        let browser = self.browser();
        browser.painters.borrow_mut().push((run, Rc::new(paint)));
    }

    /// Removes the painter of a run.
    pub fn remove_painter(self, run: RunId) {
        let browser = self.browser();
        browser.painters.borrow_mut().retain(|(of, _)| *of != run);
    }

    /// Calls the painters after this task's changes are in the document, and before the browser paints.
    pub fn paint_soon(self) {
        let browser = self.browser();
        if browser.paint_pending.replace(true) {
            return;
        }
        spawn_local(async move {
            // A change reaches the document in several ticks: first the scene's lists, then the columns that changed,
            // then their content.
            for _ in 0..4 {
                leptos::task::tick().await;
            }
            browser.paint_pending.set(false);
            let painters = browser.painters.borrow().clone();
            painters.iter().for_each(|(_, paint)| paint());
        });
    }

    /// Performs the session's effects.
    pub fn perform(self, effects: Vec<Effect>) {
        for effect in effects {
            self.perform_one(effect);
        }
        for chunk in Chunk::ALL {
            if self.peek(|session| session.needs(chunk)) {
                self.load(chunk);
            }
        }
        self.wake();
    }

    fn perform_one(self, effect: Effect) {
        match effect {
            Effect::Save(text) => web::storage::save(&text),
            Effect::WriteAddress(fragment) => web::address::write(fragment),
            Effect::Copy(fragment) => {
                let address: Arc<str> = web::address::with_fragment(&fragment).into();
                spawn_local(async move {
                    if !web::clipboard::write(&address).await {
                        self.announcement
                            .set(format!("The link could not be copied: {address}"));
                    }
                });
            }
            Effect::Download { name, text } => web::file::download(&name, &text),
            Effect::Write(text) => self.editor().set_text(&text),
            Effect::Announce(text) => self.announcement.set(text),
            Effect::FocusEditor => self.editor().focus(),
            Effect::RevealLine(line) => self.editor().reveal(line, false),
        }
    }
}
