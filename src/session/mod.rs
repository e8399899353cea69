//! Everything that a person can change: `update(&mut Session, Msg) -> Vec<Effect>`, and no other way to change it.
//!
//! A session holds one run, or two to compare. It knows no browser: what has to happen outside is an [`Effect`].

mod acting;
mod live;
pub mod msg;
pub mod notice;
pub mod perform;
pub mod presets;
pub mod problem;
mod refusal;
mod rewrite;
pub mod run_state;
pub mod start;
pub mod terminal;
mod transport;
pub mod update;
pub mod view;

use std::sync::Arc;

use crate::cluster::Settings;
use crate::object::Key;
use crate::timeline::Step;

pub use msg::{Effect, FocusTarget, Msg};
pub use notice::{Notice, NoticeId};
pub use presets::{Preset, first_manifest, presets};
pub use problem::{Fix, Live, Problem, Refusal, Severity};
pub use run_state::RunState;
pub use update::update;
pub use view::{Tab, Theme, View};

/// One of the runs of a session; `data-run` on the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RunId {
    /// The first, which is always there.
    #[default]
    A,
    /// The one beside it.
    B,
}

impl RunId {
    /// `a` or `b`.
    pub fn name(self) -> &'static str {
        match self {
            RunId::A => "a",
            RunId::B => "b",
        }
    }

    /// What a person reads: a number, because letters are the revisions'.
    pub fn title(self) -> &'static str {
        match self {
            RunId::A => "Run 1",
            RunId::B => "Run 2",
        }
    }

    /// The one beside it.
    pub fn other(self) -> RunId {
        match self {
            RunId::A => RunId::B,
            RunId::B => RunId::A,
        }
    }
}

/// All state that a person can change.
#[derive(Clone, Debug)]
pub struct Session {
    a: RunState,
    b: Option<RunState>,
    active: RunId,
    selection: Option<Key>,
    view: View,
    notices: Vec<Notice>,
    next_notice: NoticeId,
    /// How many sides have stood in the place of another.
    replaced: u64,
}

impl Session {
    /// A session that begins with a text, which is applied at once.
    pub fn new(settings: Settings, text: &str, view: View) -> Session {
        let playing = view.autoplay;
        let mut a = RunState::new(settings, text.into());
        a.begin(playing, view.speed);
        Session::of(a, view)
    }

    pub(in crate::session) fn of(a: RunState, view: View) -> Session {
        Session {
            a,
            b: None,
            active: RunId::A,
            selection: None,
            view,
            notices: Vec::new(),
            next_notice: 0,
            replaced: 0,
        }
    }

    /// Puts a side in the place of a run, or beside it.
    fn replace_run(&mut self, run: RunId, mut side: RunState) {
        self.replaced += 1;
        side.place = self.replaced;
        match run {
            RunId::A => self.a = side,
            RunId::B => self.b = Some(side),
        }
    }

    /// The runs there are.
    pub fn runs(&self) -> impl Iterator<Item = (RunId, &RunState)> {
        let b = self.b.as_ref().map(|side| (RunId::B, side));
        std::iter::once((RunId::A, &self.a)).chain(b)
    }

    /// Whether there are two runs.
    pub fn comparing(&self) -> bool {
        self.b.is_some()
    }

    /// A run by its name; without a second one always the first.
    pub fn run_state(&self, run: RunId) -> &RunState {
        match (run, &self.b) {
            (RunId::B, Some(b)) => b,
            _ => &self.a,
        }
    }

    fn run_state_mut(&mut self, run: RunId) -> &mut RunState {
        match (run, &mut self.b) {
            (RunId::B, Some(b)) => b,
            _ => &mut self.a,
        }
    }

    /// The run that the editor and the transport belong to.
    pub fn active(&self) -> RunId {
        self.active
    }

    /// That run itself.
    pub fn active_run(&self) -> &RunState {
        self.run_state(self.active)
    }

    fn active_run_mut(&mut self) -> &mut RunState {
        self.run_state_mut(self.active)
    }

    /// What is selected in the active run; it need not exist at the moment.
    pub fn selection(&self) -> Option<&Key> {
        self.selection.as_ref()
    }

    /// How it is looked at.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// What there is to tell, oldest first.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Whether anything moves, so that the page should send [`Msg::Tick`] for every frame.
    pub fn moving(&self) -> bool {
        self.runs().any(|(_, side)| side.moving())
    }

    fn notify(&mut self, kind: notice::NoticeKind) {
        self.notices.retain(|notice| notice.kind != kind);
        self.notices.push(Notice {
            id: self.next_notice,
            kind,
        });
        self.next_notice += 1;
    }
}

/// One undo: what to go back to.
#[derive(Clone, Debug)]
struct Undo {
    steps: Vec<Step>,
    head: crate::timeline::Head,
    /// For a command that also rewrote the text: the text before and after it.
    rewrote: Option<(Arc<str>, Arc<str>)>,
}
