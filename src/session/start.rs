//! Starts sessions, and saves them: from a link, the last visit, or the first manifest.

use crate::cluster::Settings;
use crate::share::{self, LinkError, Shared};
use crate::timeline::Action;

use super::msg::Effect;
use super::notice::NoticeKind;
use super::presets::first_manifest;
use super::run_id::RunId;
use super::run_state::RunState;
use super::state::Session;
use super::view::View;

/// What a page starts with.
#[derive(Clone, Debug, Default)]
pub struct StartInputs<'a> {
    /// The address's fragment, with or without `#`; empty if there is none.
    pub fragment: &'a str,
    /// The address's query, with or without `?`.
    pub query: &'a str,
    /// What the last visit saved, if storage is available.
    pub saved: Option<&'a str>,
    /// Whether the person prefers reduced motion: then playback does not start by itself.
    pub reduced_motion: bool,
}

impl Session {
    /// Opens the link, else the last visit, else the first manifest. A link that cannot be opened adds a notice, and
    /// the next in this order is opened.
    pub fn start(inputs: &StartInputs) -> (Session, Vec<Effect>) {
        let mut view = View::from_query(inputs.query);
        view.autoplay &= !inputs.reduced_motion;
        let fragment = inputs.fragment.trim_start_matches('#');
        let mut bad = None;
        let candidates = [Some(fragment).filter(|link| !link.is_empty()), inputs.saved];
        for candidate in candidates.into_iter().flatten() {
            match share::decode(candidate) {
                Ok(shared) => return Session::opened(&shared, view, bad),
                Err(error) => bad = bad.or((candidate == fragment).then_some(error)),
            }
        }
        let mut session = Session::new(Settings::default(), first_manifest(), view);
        if let Some(error) = bad {
            session.notify(NoticeKind::BadLink(error));
        }
        let effects = vec![Effect::Write(session.active_run().text.to_string())];
        (session, effects)
    }

    fn opened(shared: &Shared, view: View, bad: Option<LinkError>) -> (Session, Vec<Effect>) {
        let speed = view.speed;
        let mut session = Session::with_run(RunState::open(shared), view);
        session.a.playback.set_speed(speed);
        if let Some(error) = bad {
            session.notify(NoticeKind::BadLink(error));
        }
        session.notify_other_version(shared);
        let effects = vec![Effect::Write(shared.text.clone())];
        (session, effects)
    }

    /// Opens the link of a changed address. A link that cannot be opened adds a notice and changes nothing else.
    pub(super) fn open(&mut self, fragment: &str) -> Vec<Effect> {
        let fragment = fragment.trim_start_matches('#');
        if fragment.is_empty() || fragment == self.link() {
            return Vec::new();
        }
        match share::decode(fragment) {
            Ok(shared) => {
                let speed = self.active_run().playback.speed();
                self.replace_run(RunId::A, RunState::open(&shared));
                self.a.playback.set_speed(speed);
                self.b = None;
                self.active = RunId::A;
                self.selection = None;
                self.notices.clear();
                self.notify_other_version(&shared);
                vec![Effect::Write(shared.text)]
            }
            Err(error) => {
                self.notify(NoticeKind::BadLink(error));
                Vec::new()
            }
        }
    }

    fn notify_other_version(&mut self, shared: &Shared) {
        if shared.version != share::VERSION {
            let made_by = shared.version;
            self.notify(NoticeKind::OtherVersion { made_by });
        }
    }

    /// The fragment of a link to the active run at its play head, without `#`.
    pub fn link(&self) -> String {
        share::encode(&self.active_run().shared())
    }

    /// Whether the session still is the first manifest, applied once.
    pub(super) fn is_untouched(&self) -> bool {
        let run = self.active_run();
        let first = Action::Apply {
            text: first_manifest().into(),
        };
        let only = matches!(run.run().steps(), [step] if step.action == first);
        only && self.b.is_none() && &**run.text() == first_manifest()
    }

    /// Saves the session for the next visit and in the address. A frame saves nothing: its address belongs to the page
    /// around it.
    pub(super) fn save(&self) -> Vec<Effect> {
        if self.view.embed {
            return Vec::new();
        }
        let link = self.link();
        vec![Effect::Save(link.clone()), Effect::WriteAddress(link)]
    }
}
