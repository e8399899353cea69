//! Performs actions on the active run.

use std::sync::Arc;

use crate::kubectl::line::Line;
use crate::object::{DEFAULT_NAMESPACE, Key};
use crate::timeline::Action;

use super::console::console;
use super::msg::Effect;
use super::notice::NoticeKind;
use super::rewrite;
use super::run_id::RunId;
use super::run_state::ActionOutcome;
use super::state::Session;

/// Applies the editor's text. `before_edit` is the text before a form control changed it, so that one undo reverts
/// both.
pub(super) fn apply(session: &mut Session, before_edit: Option<Arc<str>>) -> Vec<Effect> {
    let text = session.active_run().text.clone();
    let applied_before = session.active_run_mut().applied.replace(text.clone());
    let (no_op, effects) = perform_and_report(session, Action::Apply { text: text.clone() });
    if let Some(before_edit) = before_edit {
        session.active_run_mut().record_text_edit(before_edit, no_op);
    }
    session.active_run_mut().check();
    if no_op {
        session.active_run_mut().applied = applied_before;
    } else if let Some(before) = applied_before {
        notify_removed(session, &before, &text);
    }
    effects
}

/// Notifies about objects whose documents were removed from the applied text.
fn notify_removed(session: &mut Session, before: &str, after: &str) {
    let kept: Vec<Key> = rewrite::objects(after).into_iter().map(|(key, _)| key).collect();
    for (key, _) in rewrite::objects(before) {
        if !kept.contains(&key) && session.active_run().has(&key) {
            session.notify(NoticeKind::Removed {
                line: Line::delete(&key).no_wait(),
                object: key,
            });
        }
    }
}

/// Performs an action at the play head and reports its errors beside the editor. A line that changes nothing is not a
/// step of the run.
pub(super) fn act(session: &mut Session, action: Action) -> Vec<Effect> {
    match in_default_namespace(session, action) {
        Action::Kubectl { line, stdin } if console().is_some_and(|console| !console.changes(&line)) => {
            session.active_run_mut().run_read_only(&line, &stdin);
            Vec::new()
        }
        action => perform_and_report(session, action).1,
    }
}

/// The lines of buttons name the namespace of their object, unless that is `default`: it is named too if the context has
/// another one.
fn in_default_namespace(session: &Session, action: Action) -> Action {
    let Action::Kubectl { line, stdin } = action else {
        return action;
    };
    let is_default = *session.active_run().kube_config().namespace == *DEFAULT_NAMESPACE;
    let is_named = line
        .split_whitespace()
        .any(|word| word == "-n" || word.starts_with("--namespace"));
    let line = match is_default || is_named {
        true => line,
        false => format!("{line} -n {DEFAULT_NAMESPACE}").into(),
    };
    Action::Kubectl { line, stdin }
}

/// Also returns whether the action changed nothing.
fn perform_and_report(session: &mut Session, action: Action) -> (bool, Vec<Effect>) {
    let (outcome, mut effects) = perform(session, action);
    let first = outcome.refusals.first();
    effects.extend(first.map(|refusal| Effect::Announce(refusal.message.clone())));
    session.active_run_mut().refusals = outcome.refusals;
    (outcome.no_op, effects)
}

/// Performs an action at the play head.
pub(super) fn perform(session: &mut Session, action: Action) -> (ActionOutcome, Vec<Effect>) {
    let Some(mut outcome) = session.active_run_mut().act(action) else {
        session.notify(NoticeKind::TooManySteps);
        let nothing = ActionOutcome {
            no_op: true,
            ..ActionOutcome::default()
        };
        return (nothing, Vec::new());
    };
    if outcome.no_op {
        return (outcome, Vec::new());
    }
    session
        .notices
        .retain(|notice| !matches!(notice.kind, NoticeKind::Forked { .. }));
    if !outcome.dropped.is_empty() {
        let dropped = std::mem::take(&mut outcome.dropped);
        session.notify(NoticeKind::Forked { dropped });
    }
    session.active_run_mut().check();
    // Both runs share one transport, and an action starts playback.
    for run in [RunId::A, RunId::B] {
        session.run_state_mut(run).playback.play();
    }
    let effects = session.save();
    (outcome, effects)
}
