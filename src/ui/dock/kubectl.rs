//! The terminal: lines of kubectl, typed or done by hand, and what they have printed up to the play head.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, MouseEvent};

use crate::app::state::AppState;
use crate::kubectl::console;
use crate::limits;
use crate::session::{Msg, RunId, TerminalLine};
use crate::ui::words::clock;
use crate::web::docs;

/// The terminal of a run.
#[component]
pub fn Terminal(run: RunId) -> impl IntoView {
    let app = AppState::from_context();
    let position = app.run_memo(run, |side| {
        (
            side.head().seq,
            side.run().rewrites(),
            side.run().steps().len(),
            side.terminal().changes(),
        )
    });
    let lines = Memo::new(move |_| {
        position.get();
        docs::with(|docs| app.peek(|session| session.run_state(run).lines(docs)))
    });
    let needs_docs = Memo::new(move |_| lines.with(|lines| lines.iter().any(|line| line.needs_docs)));
    Effect::new(move || {
        if needs_docs.get() {
            docs::fetch();
        }
    });
    let log = NodeRef::<html::Div>::new();
    // The newest line stays in sight, as in every terminal.
    Effect::new(move || {
        lines.track();
        if let Some(log) = log.get() {
            request_animation_frame(move || log.set_scroll_top(log.scroll_height()));
        }
    });
    let input = NodeRef::<html::Input>::new();
    // A click anywhere in a terminal is for typing on, unless it selected something or pressed a button.
    let type_on = move |event: MouseEvent| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        let button = target.is_some_and(|target| target.closest("button").ok().flatten().is_some());
        if let Some(input) = input.get_untracked().filter(|_| !button && no_selection()) {
            // Fails only for an element that cannot be focused.
            let _ = input.focus();
        }
    };
    let numbered = move || lines.get().into_iter().enumerate().collect::<Vec<_>>();
    view! {
        <div class="terminal">
            <div class="terminal-log" role="log" aria-label="kubectl" tabindex="0" node_ref=log on:click=type_on>
                <Show when=move || lines.with(Vec::is_empty)>
                    <p class="empty-note">
                        "Type a line of kubectl: get, describe, explain, scale, set image, patch, label, annotate, delete, rollout, apply. "
                        "What you do with the mouse shows here as its line, too."
                    </p>
                </Show>
                <For each=numbered key=|(i, line)| (*i, line.clone().key()) children=move |(_, line)| line_view(app, run, line)/>
            </div>
            <Prompt run=run input=input/>
        </div>
    }
}

impl TerminalLine {
    /// What makes two pictures of a line the same.
    fn key(self) -> (u64, Arc<str>, String, String, Option<i32>, bool) {
        let output = self.output;
        (
            self.seq,
            self.text,
            output.stdout,
            output.stderr,
            output.exit,
            self.stopped,
        )
    }
}

fn line_view(app: AppState, run: RunId, line: TerminalLine) -> impl IntoView {
    let TerminalLine {
        at,
        seq,
        text,
        output,
        stop,
        stopped,
        ..
    } = line;
    let failed = output.exit.is_some_and(|exit| exit != 0);
    let running = output.exit.is_none() && !stopped;
    view! {
        <div class="terminal-entry" data-exit=output.exit.map(|exit| exit.to_string())>
            <div class="terminal-line">
                <span class="terminal-prompt" aria-hidden="true">"$"</span>
                <code>"kubectl "{text.to_string()}</code>
                <span class="spring"></span>
                {failed.then(|| view! { <span class="terminal-exit">"exit 1"</span> })}
                {running.then(|| view! { <span class="terminal-running">"running"</span> })}
                {stop.map(|line| view! {
                    <button type="button" class="button quiet" title="Stop (Ctrl C)" on:click=move |_| app.dispatch(Msg::Interrupt { run, line })>
                        "Stop"
                    </button>
                })}
                <button
                    type="button"
                    class="terminal-time"
                    title="Go to this moment"
                    aria-label=format!("Go to {}, when kubectl {text} was entered", clock(at))
                    on:click=move |_| app.dispatch(Msg::SeekEntry(seq))
                >
                    {clock(at)}
                </button>
            </div>
            {(!output.stdout.is_empty()).then(|| view! { <pre class="terminal-out">{output.stdout.clone()}</pre> })}
            {(!output.stderr.is_empty()).then(|| view! { <pre class="terminal-out terminal-err">{output.stderr.clone()}</pre> })}
            {stopped.then(|| view! { <pre class="terminal-out">"^C"</pre> })}
        </div>
    }
}

/// Where a line is typed.
#[component]
fn Prompt(run: RunId, input: NodeRef<html::Input>) -> impl IntoView {
    let app = AppState::from_context();
    let text = RwSignal::new(String::new());
    let offers = RwSignal::new(Vec::<String>::new());
    // Lines that were entered before, and how far one has gone back among them.
    let history = RwSignal::new(Vec::<String>::new());
    let back = RwSignal::new(0usize);
    let enter = move || {
        let line = text.get_untracked();
        if !line.trim().is_empty() {
            history.update(|history| {
                history.retain(|old| *old != line);
                history.push(line.clone());
            });
            app.dispatch(Msg::Line(line));
        }
        back.set(0);
        offers.set(Vec::new());
        text.set(String::new());
    };
    let recall = move |further: bool| {
        let known = history.with_untracked(Vec::len);
        let place = back.get_untracked();
        let place = if further {
            (place + 1).min(known)
        } else {
            place.saturating_sub(1)
        };
        back.set(place);
        let line = history.with_untracked(|history| history.get(known.wrapping_sub(place)).cloned());
        text.set(line.unwrap_or_default());
    };
    let complete = move || {
        let line = text.get_untracked();
        let found = app.peek(|session| console::complete(session.run_state(run).world(), &line));
        text.set(completed(&line, &found));
        offers.set(if found.len() > 1 { found } else { Vec::new() });
    };
    let interrupt = move || {
        let last = docs::with(|docs| app.peek(|session| session.run_state(run).lines(docs)))
            .into_iter()
            .rev()
            .find_map(|line| line.stop);
        match last {
            Some(line) => app.dispatch(Msg::Interrupt { run, line }),
            None => text.set(String::new()),
        }
    };
    let key = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "Enter" => enter(),
            "ArrowUp" => recall(true),
            "ArrowDown" => recall(false),
            // With nothing typed Tab moves on, as everywhere: the prompt is no trap.
            "Tab" if !event.shift_key() && !text.with_untracked(|text| text.trim().is_empty()) => complete(),
            "c" if event.ctrl_key() && no_selection() => interrupt(),
            "l" if event.ctrl_key() => app.dispatch(Msg::Line("clear".to_owned())),
            "Escape" => return offers.set(Vec::new()),
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <div class="terminal-prompt-row">
            <Show when=move || !offers.with(Vec::is_empty)>
                <p class="terminal-offers" role="status">{move || offers.with(|offers| shown(offers))}</p>
            </Show>
            <label class="terminal-input">
                <span class="terminal-prompt" aria-hidden="true">"$ kubectl"</span>
                <input
                    node_ref=input
                    type="text"
                    aria-label="kubectl line"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    enterkeyhint="go"
                    placeholder="get pods"
                    maxlength=limits::CONSOLE_LINE_BYTES.to_string()
                    prop:value=move || text.get()
                    on:input:target=move |event| {
                        offers.set(Vec::new());
                        text.set(event.target().value());
                    }
                    on:keydown=key
                />
            </label>
        </div>
    }
}

/// Whether nothing is selected that Ctrl C would copy.
fn no_selection() -> bool {
    let selection = window().get_selection().ok().flatten();
    selection.is_none_or(|selection| selection.is_collapsed())
}

/// Completions shown at once; the rest is told by its number.
const OFFERS_MAX: usize = 24;

fn shown(offers: &[String]) -> String {
    let first = offers
        .iter()
        .take(OFFERS_MAX)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join("   ");
    match offers.len().saturating_sub(OFFERS_MAX) {
        0 => first,
        more => format!("{first}   and {more} more"),
    }
}

/// The line with its last word completed as far as all that was found agree.
fn completed(line: &str, found: &[String]) -> String {
    let Some(first) = found.first() else {
        return line.to_owned();
    };
    let mut common = first.as_str();
    for word in found {
        let same = common
            .char_indices()
            .zip(word.chars())
            .find(|((_, a), b)| a != b)
            .map(|((i, _), _)| i);
        let end = same.unwrap_or(common.len().min(word.len()));
        common = &common[..end];
    }
    let start = line.rfind(char::is_whitespace).map_or(0, |i| i + 1);
    let space = if found.len() == 1 { " " } else { "" };
    // A word in quotes is left as it was typed.
    match line[start..].contains(['\'', '"']) || !common.starts_with(&line[start..]) {
        true => line.to_owned(),
        false => format!("{}{common}{space}", &line[..start]),
    }
}
