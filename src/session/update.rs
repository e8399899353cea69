//! What each message does.

use std::sync::Arc;

use crate::scene::explain::{Field, Remedy};
use crate::timeline::{Action, Show};

use super::menu::MenuEntry;
use super::msg::{Effect, Msg};
use super::notice::{NoticeId, NoticeKind};
use super::presets::first_manifest;
use super::run_id::RunId;
use super::run_state::RunState;
use super::state::Session;
use super::transport::transport;
use super::view::Tab;
use super::{actions, fields, rewrite, terminal, waiting};

/// Changes the session by a message, and returns what the page has to do.
pub fn update(session: &mut Session, msg: Msg) -> Vec<Effect> {
    if let Msg::Choose(MenuEntry { tab: Some(tab), .. }) = &msg {
        open_tab(session, *tab);
    }
    let Some(msg) = waiting::keep(session, msg) else {
        return Vec::new();
    };
    match msg {
        Msg::Edit(text) => {
            session.active_run_mut().text = text.into();
            Vec::new()
        }
        Msg::Check => {
            session.active_run_mut().check();
            Vec::new()
        }
        Msg::Apply => actions::apply(session, None),
        Msg::SetField { field, value } => fields::set(session, &field, &value),
        Msg::TakeLive(field) => fields::take_live(session, &field),
        Msg::Act(action) => actions::act(session, action),
        Msg::Choose(entry) => actions::act(session, entry.command.into()),
        Msg::Follow(Remedy::Run { line, .. }) => actions::act(session, line.into()),
        Msg::Follow(Remedy::EndFault(fault)) => actions::act(session, Action::Mend(fault)),
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
        Msg::Reveal(field) | Msg::Follow(Remedy::ShowField(field)) => reveal(session, &field),
        Msg::SwitchRun(run) => switch_run(session, run),
        Msg::Select(_) | Msg::Tab(_) | Msg::Fold(_) | Msg::Theme(_) => {
            update_view(session, msg);
            Vec::new()
        }
        Msg::Line(text) => terminal::enter(session, &text),
        Msg::Interrupt { run, line } => {
            session.run_state_mut(run).interrupt(line);
            Vec::new()
        }
        Msg::ChunkLoaded => go_on(session),
        Msg::ChunkDelayed(reason) => waiting::delay(session, &reason),
        Msg::Undo => undo(session),
        Msg::StartOver => start_over(session, first_manifest().into()),
        Msg::OpenFile(text) => start_over(session, text.into()),
        Msg::SaveFile => vec![Effect::Download {
            name: "manifest.yaml".to_owned(),
            text: session.active_run().text.to_string(),
        }],
        Msg::CopyLink => vec![
            Effect::Copy(session.link()),
            Effect::Announce("Link copied".to_owned()),
        ],
        Msg::OpenLink(fragment) => session.open(&fragment),
        Msg::Compare(Some(text)) => start_comparison(session, text),
        Msg::Compare(None) => end_comparison(session),
        Msg::Accept(id) => accept(session, id),
        Msg::Dismiss(id) => {
            session.notices.retain(|notice| notice.id != id);
            Vec::new()
        }
    }
}

/// Messages that change what is shown, and nothing else.
fn update_view(session: &mut Session, msg: Msg) {
    match msg {
        Msg::Select(key) => session.selection = key,
        Msg::Tab(tab) => open_tab(session, tab),
        Msg::Fold(folded) => session.view.folded = folded,
        Msg::Theme(theme) => session.view.theme = theme,
        _ => {}
    }
}

fn open_tab(session: &mut Session, tab: Tab) {
    session.view.tab = tab;
    session.view.folded = false;
}

/// Code was loaded: what waited is done in its order.
fn go_on(session: &mut Session) -> Vec<Effect> {
    session
        .notices
        .retain(|notice| notice.kind != NoticeKind::Delayed);
    let active = session.active;
    let mut effects = Vec::new();
    for id in [RunId::A, RunId::B] {
        if id == RunId::B && !session.comparing() {
            break;
        }
        session.active = id;
        session.active_run_mut().set_delay(None);
        session.active_run_mut().check_later();
        for waiting in session.active_run_mut().take_waiting() {
            let run = session.active_run_mut();
            run.return_to(&waiting);
            let text = std::mem::replace(&mut run.text, waiting.text.clone());
            effects.extend(update(session, waiting.msg));
            let run = session.active_run_mut();
            if run.text == waiting.text {
                run.text = text;
            }
        }
        session.active_run_mut().simulate_ahead();
    }
    session.active = active;
    effects
}

fn undo(session: &mut Session) -> Vec<Effect> {
    let Some(text) = session.active_run_mut().undo() else {
        return Vec::new();
    };
    session.notices.retain(|notice| {
        !matches!(
            notice.kind,
            NoticeKind::Forked { .. } | NoticeKind::Removed { .. }
        )
    });
    let mut effects = vec![Effect::Announce("Undone".to_owned())];
    if let Some(text) = text {
        effects.push(Effect::Write(text.to_string()));
        session.active_run_mut().text = text;
    }
    session.active_run_mut().check();
    effects.extend(session.save());
    effects
}

/// Replaces the active run with one that begins with a text. It cannot be undone.
fn start_over(session: &mut Session, text: Arc<str>) -> Vec<Effect> {
    let settings = session.active_run().run().settings().clone();
    let mut run = RunState::new(settings, text.clone());
    run.start(true, session.active_run().playback.speed());
    session.replace_run(session.active, run);
    session.selection = None;
    session.notices.clear();
    let mut effects = vec![Effect::Write(text.to_string())];
    effects.extend(session.save());
    effects
}

/// Adds a second run that begins with a text, makes it the active one, and plays both from the start.
fn start_comparison(session: &mut Session, text: Arc<str>) -> Vec<Effect> {
    let mut run = RunState::new(session.active_run().run().settings().clone(), text);
    run.start(true, session.active_run().playback.speed());
    // An edit that has not been applied moves to the new run; the first run keeps the text that it applied.
    let first = session.active_run_mut();
    if let Some(applied) = first.applied.clone() {
        first.text = applied;
        first.check();
    }
    session.replace_run(RunId::B, run);
    session.active = RunId::B;
    transport(session, Msg::Seek(Show(0)));
    transport(session, Msg::Play);
    comparison_effects(session, "Run 2 begins beside run 1, and the editor is on run 2")
}

/// Ends the comparison and keeps the active run.
fn end_comparison(session: &mut Session) -> Vec<Effect> {
    if let Some(run) = session.b.take()
        && session.active == RunId::B
    {
        session.replace_run(RunId::A, run);
    }
    session.active = RunId::A;
    comparison_effects(session, "The comparison has ended")
}

fn comparison_effects(session: &Session, announcement: &str) -> Vec<Effect> {
    let mut effects = vec![
        Effect::Write(session.active_run().text.to_string()),
        Effect::Announce(announcement.to_owned()),
    ];
    effects.extend(session.save());
    effects
}

fn switch_run(session: &mut Session, run: RunId) -> Vec<Effect> {
    if session.active == run || run == RunId::B && session.b.is_none() {
        return Vec::new();
    }
    session.active = run;
    let mut effects = vec![Effect::Write(session.active_run().text.to_string())];
    if !session.moving() {
        effects.extend(session.save());
    }
    effects
}

/// Shows a field in the editor.
fn reveal(session: &Session, field: &Field) -> Vec<Effect> {
    let text = &session.active_run().text;
    match rewrite::field_span(text, field) {
        Some(span) => vec![Effect::RevealLine(rewrite::line(text, span)), Effect::FocusEditor],
        None => Vec::new(),
    }
}

/// Does what a notice offers.
fn accept(session: &mut Session, id: NoticeId) -> Vec<Effect> {
    let Some(index) = session.notices.iter().position(|notice| notice.id == id) else {
        return Vec::new();
    };
    match session.notices.remove(index).kind {
        NoticeKind::Forked { .. } => undo(session),
        NoticeKind::Removed { line, .. } => actions::act(session, line.into()),
        NoticeKind::BadLink(_)
        | NoticeKind::OtherVersion { .. }
        | NoticeKind::CannotWrite(_)
        | NoticeKind::TooManySteps
        | NoticeKind::TooLong
        | NoticeKind::Delayed => Vec::new(),
    }
}
