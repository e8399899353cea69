//! What each message does.

use std::sync::Arc;

use crate::api::Propagation;
use crate::scene::explain::{Field, Remedy};
use crate::timeline::{Action, Show};

use super::acting::{acting, apply, rewriting};
use super::msg::{Effect, FocusTarget, Msg};
use super::notice::{NoticeId, NoticeKind};
use super::transport::transport;
use super::{RunId, RunState, Session, acting, rewrite, terminal};

/// Changes the session by a message, and says what has to happen outside.
pub fn update(session: &mut Session, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Edit(text) => edit(session, text),
        Msg::Check => {
            session.active_run_mut().check();
            Vec::new()
        }
        Msg::Apply => apply(session, None),
        Msg::SetReplicas { .. }
        | Msg::SetImage { .. }
        | Msg::SetPartition { .. }
        | Msg::SetPolicy { .. }
        | Msg::SetStrategy { .. }
        | Msg::SetField { .. }
        | Msg::TakeLive(_) => rewriting(session, msg),
        Msg::Scale { .. }
        | Msg::DeletePod { .. }
        | Msg::DeleteSet { .. }
        | Msg::DeleteClaim(_)
        | Msg::Delete(_)
        | Msg::RolloutRestart(_)
        | Msg::RolloutUndo { .. }
        | Msg::Break(_)
        | Msg::Mend(_)
        | Msg::Follow(Remedy::DeletePod { .. } | Remedy::EndFault(_)) => acting(session, msg),
        Msg::Play
        | Msg::Pause
        | Msg::Toggle
        | Msg::Step
        | Msg::Back
        | Msg::Skip
        | Msg::Seek(_)
        | Msg::SeekEntry(_)
        | Msg::Speed(_)
        | Msg::Tick { .. } => transport(session, msg),
        Msg::Select(key) => {
            session.selection = key;
            Vec::new()
        }
        Msg::Reveal(field) | Msg::Follow(Remedy::ShowField(field)) => reveal(session, &field),
        Msg::SwitchRun(run) => turn(session, run),
        Msg::Tab(tab) => {
            session.view.tab = tab;
            session.view.folded = false;
            Vec::new()
        }
        Msg::Fold(folded) => {
            session.view.folded = folded;
            Vec::new()
        }
        Msg::Theme(theme) => {
            session.view.theme = theme;
            Vec::new()
        }
        Msg::Line(text) => terminal::enter(session, &text),
        Msg::Interrupt { run, line } => terminal::interrupt(session, run, line),
        Msg::Undo => undo(session),
        Msg::StartOver => begin(session, super::FIRST_MANIFEST.into()),
        Msg::OpenFile(text) => begin(session, text.into()),
        Msg::SaveFile => vec![Effect::Download {
            name: "manifest.yaml".to_owned(),
            text: session.active_run().text.to_string(),
        }],
        Msg::CopyLink => vec![
            Effect::Copy(session.link()),
            Effect::Announce("Link copied".to_owned()),
        ],
        Msg::OpenLink(fragment) => session.open(&fragment),
        Msg::Compare(text) => compare(session, text),
        Msg::Accept(id) => accept(session, id),
        Msg::Dismiss(id) => {
            session.notices.retain(|notice| notice.id != id);
            Vec::new()
        }
    }
}

fn edit(session: &mut Session, text: String) -> Vec<Effect> {
    session.active_run_mut().text = text.into();
    Vec::new()
}

fn undo(session: &mut Session) -> Vec<Effect> {
    let Some(text) = session.active_run_mut().undo() else {
        return Vec::new();
    };
    session
        .notices
        .retain(|notice| !matches!(notice.kind, NoticeKind::Forked { .. } | NoticeKind::Removed(_)));
    let mut effects = vec![Effect::Announce("Undone".to_owned())];
    if let Some(text) = text {
        effects.push(Effect::Write(text.to_string()));
        session.active_run_mut().text = text;
    }
    session.active_run_mut().check();
    effects.extend(session.keep());
    effects
}

/// Begins anew with a text; what was before can be had again only from a link.
fn begin(session: &mut Session, text: Arc<str>) -> Vec<Effect> {
    let settings = session.active_run().run().settings().clone();
    let mut side = RunState::new(settings, text.clone());
    side.begin(true, session.active_run().playback.speed());
    session.replace_run(session.active, side);
    session.selection = None;
    session.notices.clear();
    let mut effects = vec![Effect::Write(text.to_string())];
    effects.extend(session.keep());
    effects
}

/// Begins a second run with a text, both from the beginning; the editor turns to the new one. Without a text the run
/// that the editor belongs to stays alone.
fn compare(session: &mut Session, text: Option<Arc<str>>) -> Vec<Effect> {
    let told = match text {
        Some(text) => {
            let mut side = RunState::new(session.active_run().run().settings().clone(), text);
            side.begin(true, session.active_run().playback.speed());
            // An edit that has not been applied goes with the new run; the first shows the text that it is made from.
            let here = session.active_run_mut();
            if let Some(applied) = here.applied.clone() {
                here.text = applied;
                here.check();
            }
            session.replace_run(RunId::B, side);
            session.active = RunId::B;
            transport(session, Msg::Seek(Show(0)));
            transport(session, Msg::Play);
            "Run 2 begins beside run 1, and the editor is on run 2"
        }
        None => {
            if let Some(side) = session.b.take()
                && session.active == RunId::B
            {
                session.replace_run(RunId::A, side);
            }
            session.active = RunId::A;
            "The comparison has ended"
        }
    };
    let mut effects = vec![
        Effect::Write(session.active_run().text.to_string()),
        Effect::Announce(told.to_owned()),
    ];
    effects.extend(session.keep());
    effects
}

fn turn(session: &mut Session, run: RunId) -> Vec<Effect> {
    if session.active == run || run == RunId::B && session.b.is_none() {
        return Vec::new();
    }
    session.active = run;
    let mut effects = vec![Effect::Write(session.active_run().text.to_string())];
    if !session.moving() {
        effects.extend(session.keep());
    }
    effects
}

fn reveal(session: &Session, field: &Field) -> Vec<Effect> {
    let text = &session.active_run().text;
    match rewrite::place(text, field) {
        Some(span) => vec![
            Effect::RevealLine(rewrite::line(text, span)),
            Effect::Focus(FocusTarget::Editor),
        ],
        None => Vec::new(),
    }
}

fn accept(session: &mut Session, id: NoticeId) -> Vec<Effect> {
    let Some(place) = session.notices.iter().position(|notice| notice.id == id) else {
        return Vec::new();
    };
    match session.notices.remove(place).kind {
        NoticeKind::Forked { .. } => undo(session),
        NoticeKind::Removed(object) => {
            let cascade = Propagation::Background;
            let grace = None;
            acting::act(
                session,
                Action::Delete {
                    object,
                    cascade,
                    grace,
                },
            )
            .1
        }
        NoticeKind::BadLink(_)
        | NoticeKind::OtherVersion { .. }
        | NoticeKind::CannotWrite(_)
        | NoticeKind::TooManySteps
        | NoticeKind::TooLong => Vec::new(),
    }
}
