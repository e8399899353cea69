//! Some code is loaded when it is first needed. Until then, messages that need it wait, and so does everything that a
//! person does to that run after them: the log is the same with and without delay.

use std::sync::Arc;

use super::console::{Chunk, console};
use super::menu::MenuCommand;
use super::msg::{Effect, Msg};
use super::notice::NoticeKind;
use super::perform::can_apply;
use super::run_id::RunId;
use super::state::Session;
use super::terminal;
use crate::kubectl::line::strip_kubectl;
use crate::scene::explain::Remedy;
use crate::timeline::Action;

impl Session {
    /// Whether it needs the code of a chunk that is not loaded.
    pub fn needs(&self, chunk: Chunk) -> bool {
        !chunk.loaded() && self.runs().any(|(_, run)| run.needs(chunk))
    }
}

/// Keeps a message that has to wait; returns one that need not.
pub(super) fn keep(session: &mut Session, msg: Msg) -> Option<Msg> {
    if Chunk::ALL.into_iter().all(Chunk::loaded) {
        return Some(msg);
    }
    if matches!(msg, Msg::Tick { .. }) {
        // What a person does now is done at this moment of the run.
        let held = session.runs().any(|(_, run)| run.waits()) && !session.load_failed();
        return (!held).then_some(msg);
    }
    if msg == Msg::Undo && session.active_run_mut().cancel_last_waiting() {
        return None;
    }
    let line = line_of(session, &msg);
    let waits = match &line {
        Some(line) => session.active_run().needs_code() || !can_run(line),
        None => needs_checks(session, &msg),
    };
    if !waits {
        return Some(msg);
    }
    session.active_run_mut().wait(msg, line);
    None
}

/// Whether a line can be run now. One that only reads needs no validation.
fn can_run(line: &str) -> bool {
    console().is_some_and(|console| Chunk::Checks.loaded() || !console.changes(line))
}

/// Whether a message that is no line acts on the cluster, and cannot do so yet.
fn needs_checks(session: &Session, msg: &Msg) -> bool {
    let run = session.active_run();
    match msg {
        Msg::Apply => run.needs_code() || !can_apply(run.text()),
        Msg::Line(text) => !text.contains("clear") && (run.needs_code() || !can_apply(run.text())),
        Msg::SetField { .. } | Msg::Act(_) | Msg::Choose(_) | Msg::OpenFile(_) | Msg::Compare(Some(_)) => {
            run.needs_code() || !Chunk::Checks.loaded()
        }
        Msg::Follow(Remedy::EndFault(_)) => run.needs_code() || !Chunk::Checks.loaded(),
        _ => false,
    }
}

/// The line that a message runs, if it needs the console.
fn line_of(session: &Session, msg: &Msg) -> Option<Arc<str>> {
    match msg {
        Msg::Line(text) if !terminal::is_simple(text) => Some(strip_kubectl(text).into()),
        Msg::Act(Action::Kubectl { line, .. }) => Some(line.clone()),
        Msg::Choose(entry) => match &entry.command {
            MenuCommand::Run(line) => Some(line.as_str().into()),
            MenuCommand::Break(_) | MenuCommand::Mend(_) => None,
        },
        Msg::Follow(Remedy::Run { line, .. }) => Some(line.as_str().into()),
        Msg::Accept(id) => {
            let notice = session.notices.iter().find(|notice| notice.id == *id)?;
            match &notice.kind {
                NoticeKind::Removed { line, .. } => Some(line.as_str().into()),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Code could not be loaded; the page tries again.
pub(super) fn delay(session: &mut Session, reason: &str) -> Vec<Effect> {
    let delay: Arc<str> = format!("{reason} Trying again.\n").into();
    for id in [RunId::A, RunId::B] {
        session.run_state_mut(id).set_delay(Some(delay.clone()));
    }
    let known = session
        .notices
        .iter()
        .any(|notice| notice.kind == NoticeKind::Delayed);
    if session.runs().any(|(_, run)| run.run().blocked()) && !known {
        session.notify(NoticeKind::Delayed);
    }
    vec![Effect::Announce(delay.trim_end().to_owned())]
}
