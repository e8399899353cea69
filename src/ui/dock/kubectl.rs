//! The terminal: kubectl command lines, typed or from buttons, and their output up to the play head.

use std::sync::Arc;

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html;
use leptos::prelude::*;

use crate::limits;
use crate::session::console::{Chunk, console};
use crate::session::{Msg, RunId, TerminalLine};
use crate::ui::format::clock;
use crate::ui::state::AppState;
use crate::web::{docs, element, page};

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
    let needs = Memo::new(move |_| lines.with(|lines| lines.iter().find_map(|line| line.needs)));
    Effect::new(move || {
        if let Some(texts) = needs.get() {
            docs::load_soon(texts);
        }
    });
    let log = NodeRef::<html::Div>::new();
    // The newest line stays in view, as in every terminal.
    Effect::new(move || {
        lines.track();
        if let Some(log) = log.get() {
            element::scroll_to_end(log.into());
        }
    });
    let input = NodeRef::<html::Input>::new();
    // A click in the log moves the focus to the prompt, unless it selected text or pressed a button.
    let focus_prompt = move |event: MouseEvent| {
        let on_button = element::target(&event).is_some_and(|target| element::is_within(&target, "button"));
        if let Some(input) = input.get_untracked()
            && !on_button
            && !page::has_selection()
        {
            element::focus(&input);
        }
    };
    let numbered = move || lines.get().into_iter().enumerate().collect::<Vec<_>>();
    view! {
        <div class="terminal">
            <div class="terminal-log" role="log" aria-label="kubectl" tabindex="0" node_ref=log on:click=focus_prompt>
                <Show when=move || lines.with(Vec::is_empty)>
                    <p class="empty-note">
                        "Enter a kubectl command: get, describe, explain, scale, set image, patch, label, annotate, delete, rollout, apply. "
                        "Commands from buttons are shown here, too."
                    </p>
                </Show>
                <For each=numbered key=|(i, line)| (*i, line.clone().key()) children=move |(_, line)| line_view(app, run, line)/>
            </div>
            <Prompt run=run input=input/>
        </div>
    }
}

impl TerminalLine {
    /// The view of a line is kept as long as its key stays the same.
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

/// The prompt, with history and completion.
#[component]
fn Prompt(run: RunId, input: NodeRef<html::Input>) -> impl IntoView {
    let app = AppState::from_context();
    let text = RwSignal::new(String::new());
    let candidates = RwSignal::new(Vec::<String>::new());
    let history = RwSignal::new(Vec::<String>::new());
    // Number of steps back in the history; 0 is the line that is being typed.
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
        candidates.set(Vec::new());
        text.set(String::new());
    };
    let recall = move |older: bool| {
        let known = history.with_untracked(Vec::len);
        let steps = back.get_untracked();
        let steps = if older {
            (steps + 1).min(known)
        } else {
            steps.saturating_sub(1)
        };
        back.set(steps);
        let line = history.with_untracked(|history| history.get(known.wrapping_sub(steps)).cloned());
        text.set(line.unwrap_or_default());
    };
    let complete = move || {
        let line = text.get_untracked();
        let Some(console) = console() else {
            return app.load(Chunk::Console);
        };
        let found = app.peek(|session| console.complete(session.run_state(run).world(), &line));
        text.set(completed(&line, &found));
        candidates.set(if found.len() > 1 { found } else { Vec::new() });
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
            // In an empty prompt Tab moves the focus on, so that the prompt is no keyboard trap.
            "Tab" if !event.shift_key() && !text.with_untracked(|text| text.trim().is_empty()) => complete(),
            "c" if event.ctrl_key() && !page::has_selection() => interrupt(),
            "l" if event.ctrl_key() => app.dispatch(Msg::Line("clear".to_owned())),
            "Escape" => return candidates.set(Vec::new()),
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <div class="terminal-prompt-row">
            <Show when=move || !candidates.with(Vec::is_empty)>
                <p class="terminal-candidates" role="status">{move || candidates.with(|candidates| list(candidates))}</p>
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
                        candidates.set(Vec::new());
                        text.set(event.target().value());
                    }
                    on:focus=move |_| app.load(Chunk::Console)
                    on:keydown=key
                />
            </label>
        </div>
    }
}

/// Maximum number of completions shown; the rest are counted.
const CANDIDATES_MAX: usize = 24;

fn list(candidates: &[String]) -> String {
    let first = candidates
        .iter()
        .take(CANDIDATES_MAX)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join("   ");
    match candidates.len().saturating_sub(CANDIDATES_MAX) {
        0 => first,
        more => format!("{first}   and {more} more"),
    }
}

/// The line with its last word replaced by the longest common prefix of the candidates.
fn completed(line: &str, candidates: &[String]) -> String {
    let Some(first) = candidates.first() else {
        return line.to_owned();
    };
    let mut common = first.as_str();
    for word in candidates {
        let same = common
            .char_indices()
            .zip(word.chars())
            .find(|((_, a), b)| a != b)
            .map(|((i, _), _)| i);
        let end = same.unwrap_or(common.len().min(word.len()));
        common = &common[..end];
    }
    let start = line.rfind(char::is_whitespace).map_or(0, |i| i + 1);
    let space = if candidates.len() == 1 { " " } else { "" };
    // A quoted word is left as it was typed.
    match line[start..].contains(['\'', '"']) || !common.starts_with(&line[start..]) {
        true => line.to_owned(),
        false => format!("{}{common}{space}", &line[..start]),
    }
}
