//! The cluster's events, newest first; a click moves the play head to the event.

use std::sync::Arc;

use leptos::prelude::*;

use crate::object::{Kind, Time, Value};
use crate::session::{Msg, RunId, RunState};
use crate::store::{Entry, EntryKind};
use crate::ui::format::clock;
use crate::ui::icon::{Icon, icon};
use crate::ui::state::AppState;

/// Maximum number of events shown; older ones are shown when the play head is moved back.
const LINES_MAX: usize = 300;

/// One event.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    seq: u64,
    at: Time,
    warning: bool,
    subject: Arc<str>,
    reason: Arc<str>,
    message: Arc<str>,
}

/// All events up to the play head.
#[component]
pub fn Events(run: RunId) -> impl IntoView {
    let app = AppState::from_context();
    let position = app.run_memo(run, |state| state.position());
    let lines = Memo::new(move |_| {
        position.get();
        app.peek(|session| lines(session.run_state(run), LINES_MAX))
    });
    view! {
        <Show when=move || lines.with(Vec::is_empty)>
            <p class="empty-note">"No events yet."</p>
        </Show>
        <ol class="events">
            <For each=move || lines.get() key=|line| line.seq children=move |line| line_view(app, line)/>
        </ol>
    }
}

/// The newest event, on one line.
#[component]
pub fn Newest(run: RunId) -> impl IntoView {
    let app = AppState::from_context();
    let position = app.run_memo(run, |state| state.position());
    let line = Memo::new(move |_| {
        position.get();
        app.peek(|session| lines(session.run_state(run), 1)).pop()
    });
    view! {
        <span class="dock-newest">
            {move || line.get().map(|line| view! {
                <span class="mono">{clock(line.at)}</span>
                {format!("  {} · {}", line.reason, line.message)}
            })}
        </span>
    }
}

fn lines(state: &RunState, count: usize) -> Vec<Line> {
    let history = state.run().history();
    let entries = history.between(history.start(), state.head().seq);
    entries.iter().rev().filter_map(line).take(count).collect()
}

fn line(entry: &Entry) -> Option<Line> {
    let EntryKind::Change(change) = &entry.kind else {
        return None;
    };
    let event = change
        .object
        .as_ref()
        .filter(|_| change.key.kind == Kind::Event)?;
    let fields = event.body.fields();
    let text = |key: &str| fields.text(key).cloned().unwrap_or_default();
    let subject = fields.get("involvedObject").and_then(Value::as_object);
    Some(Line {
        seq: entry.seq,
        at: entry.at,
        warning: fields.text("type").map(AsRef::as_ref) == Some("Warning"),
        subject: subject
            .and_then(|subject| subject.text("name"))
            .cloned()
            .unwrap_or_default(),
        reason: text("reason"),
        message: text("message"),
    })
}

fn line_view(app: AppState, line: Line) -> impl IntoView {
    let (sign, tone, word) = match line.warning {
        true => (Icon::FAILED, "bad", "Warning"),
        false => (Icon::INFO, "off", "Normal"),
    };
    let seq = line.seq;
    view! {
        <li>
            <button type="button" class="event" data-event=line.reason.to_string() on:click=move |_| app.dispatch(Msg::SeekEntry(seq))>
                <span class="at">{clock(line.at)}</span>
                <span class="toned" data-tone=tone>{icon(sign)}<span class="visually-hidden">{word}</span></span>
                <span class="subject">{line.subject.to_string()}</span>
                <span class="event-text"><b>{line.reason.to_string()}</b>" "{line.message.to_string()}</span>
            </button>
        </li>
    }
}
