//! How a session begins, and how it is kept: from a link, the last visit, or the first manifest.

use crate::cluster::Settings;
use crate::share::{self, LinkError, Shared};
use crate::timeline::Action;

use super::msg::Effect;
use super::notice::NoticeKind;
use super::{RunId, RunState, Session, View, first_manifest};

/// What the page finds when it starts.
#[derive(Clone, Debug, Default)]
pub struct StartInputs<'a> {
    /// The address's fragment, with or without `#`; empty if there is none.
    pub fragment: &'a str,
    /// The address's query, with or without `?`.
    pub query: &'a str,
    /// What the last visit kept, if storage allows.
    pub saved: Option<&'a str>,
    /// Whether the person wants little motion: then nothing starts by itself.
    pub reduced_motion: bool,
}

impl Session {
    /// Begins: a link goes before the last visit, and that before the first manifest. What cannot be opened is told,
    /// and the next in this order opens instead.
    pub fn start(found: &StartInputs) -> (Session, Vec<Effect>) {
        let mut view = View::from_query(found.query);
        view.autoplay &= !found.reduced_motion;
        let fragment = found.fragment.trim_start_matches('#');
        let mut bad = None;
        let candidates = [Some(fragment).filter(|link| !link.is_empty()), found.saved];
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
        let mut session = Session::of(RunState::open(shared), view);
        session.a.playback.set_speed(speed);
        if let Some(error) = bad {
            session.notify(NoticeKind::BadLink(error));
        }
        session.tell_version(shared);
        let effects = vec![Effect::Write(shared.text.clone())];
        (session, effects)
    }

    /// Opens the link of a changed address. What cannot be opened is told, and nothing else changes.
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
                self.tell_version(&shared);
                vec![Effect::Write(shared.text)]
            }
            Err(error) => {
                self.notify(NoticeKind::BadLink(error));
                Vec::new()
            }
        }
    }

    fn tell_version(&mut self, shared: &Shared) {
        if shared.version != share::VERSION {
            let made_by = shared.version.clone();
            self.notify(NoticeKind::OtherVersion { made_by });
        }
    }

    /// The fragment of a link to this moment of the active run, without `#`.
    pub fn link(&self) -> String {
        share::encode(&self.active_run().shared())
    }

    /// Whether nobody has done anything but look: the next visit begins with the first manifest too.
    pub(super) fn untouched(&self) -> bool {
        let here = self.active_run();
        let only = matches!(here.run().steps(), [step] if step.action == apply_first());
        only && self.b.is_none() && &**here.text() == first_manifest()
    }

    /// What keeps the session: for the next visit, and in the address. A frame keeps nothing: its host has the address.
    pub(super) fn keep(&self) -> Vec<Effect> {
        if self.view.embed {
            return Vec::new();
        }
        let link = self.link();
        vec![Effect::Save(link.clone()), Effect::WriteAddress(link)]
    }
}

fn apply_first() -> Action {
    Action::Apply {
        text: first_manifest().into(),
    }
}
