//! The state of a session.

use crate::cluster::Settings;
use crate::object::Key;

use super::notice::{Notice, NoticeId, NoticeKind};
use super::run_id::RunId;
use super::run_state::RunState;
use super::view::View;

/// All state that a person can change.
#[derive(Clone, Debug)]
pub struct Session {
    pub(super) a: RunState,
    pub(super) b: Option<RunState>,
    pub(super) active: RunId,
    pub(super) selection: Option<Key>,
    pub(super) view: View,
    pub(super) notices: Vec<Notice>,
    next_notice: NoticeId,
    /// Number of run states that replaced another.
    replaced: u64,
}

impl Session {
    /// A session that begins by applying a text.
    pub fn new(settings: Settings, text: &str, view: View) -> Session {
        let playing = view.autoplay;
        let mut a = RunState::new(settings, text.into());
        a.start(playing, view.speed);
        Session::with_run(a, view)
    }

    pub(super) fn with_run(a: RunState, view: View) -> Session {
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

    /// Replaces a run; for [`RunId::B`] also adds it.
    pub(super) fn replace_run(&mut self, run: RunId, mut state: RunState) {
        self.replaced += 1;
        state.generation = self.replaced;
        match run {
            RunId::A => self.a = state,
            RunId::B => self.b = Some(state),
        }
    }

    /// Whether the console could not be loaded yet.
    pub(super) fn load_failed(&self) -> bool {
        self.a.delayed()
    }

    /// The runs.
    pub fn runs(&self) -> impl Iterator<Item = (RunId, &RunState)> {
        let b = self.b.as_ref().map(|state| (RunId::B, state));
        std::iter::once((RunId::A, &self.a)).chain(b)
    }

    /// Whether there are two runs.
    pub fn comparing(&self) -> bool {
        self.b.is_some()
    }

    /// The state of a run; outside of a comparison always the first run's.
    pub fn run_state(&self, run: RunId) -> &RunState {
        match (run, &self.b) {
            (RunId::B, Some(b)) => b,
            _ => &self.a,
        }
    }

    pub(super) fn run_state_mut(&mut self, run: RunId) -> &mut RunState {
        match (run, &mut self.b) {
            (RunId::B, Some(b)) => b,
            _ => &mut self.a,
        }
    }

    /// The run that the editor and the transport belong to.
    pub fn active(&self) -> RunId {
        self.active
    }

    /// The state of the active run.
    pub fn active_run(&self) -> &RunState {
        self.run_state(self.active)
    }

    pub(super) fn active_run_mut(&mut self) -> &mut RunState {
        self.run_state_mut(self.active)
    }

    /// The selected object of the active run; it need not exist at the play head.
    pub fn selection(&self) -> Option<&Key> {
        self.selection.as_ref()
    }

    /// The settings of the view.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// The notices, oldest first.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Whether anything moves, so that the page should send [`super::Msg::Tick`] for every frame.
    pub fn moving(&self) -> bool {
        self.runs().any(|(_, state)| state.moving())
    }

    /// Adds a notice; an equal one is replaced.
    pub(super) fn notify(&mut self, kind: NoticeKind) {
        self.notices.retain(|notice| notice.kind != kind);
        self.notices.push(Notice {
            id: self.next_notice,
            kind,
        });
        self.next_notice += 1;
    }
}
