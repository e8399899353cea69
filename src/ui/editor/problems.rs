//! Problems with the text: as diagnostics in the editor, and as a list below it.

use leptos::prelude::*;

use crate::kubectl::diagnostic::{Diagnostic, Severity};
use crate::session::Refusal;
use crate::ui::icon::{Icon, icon};
use crate::ui::state::AppState;
use crate::web::editor::{Editor, severity};

/// Maximum number of problems shown.
const SHOWN_MAX: usize = 100;

/// Shows problems and refusals in the editor; fields that nothing acts on only if their list is open.
pub fn show(editor: &Editor, text: &str, problems: &[Diagnostic], refusals: &[Refusal], with_ignored: bool) {
    let refused = refusals.iter().flat_map(|refusal| &refusal.diagnostics);
    // Most refusals are also problems of the text: those are shown once.
    let known = |problem: &&Diagnostic| {
        let mut same = problems.iter().filter(|other| other.span == problem.span);
        same.any(|other| other.message == problem.message)
    };
    let refused = refused.filter(|problem| !known(problem));
    let problems = problems
        .iter()
        .filter(|problem| with_ignored || !ignored(problem));
    let shown = problems.chain(refused).take(SHOWN_MAX);
    editor.set_diagnostics(text, shown);
}

/// Whether a problem is a field or a kind that nothing acts on.
pub fn ignored(problem: &Diagnostic) -> bool {
    problem.severity == Severity::Info
}

/// How many problems and suggestions there are, as a sentence; none if there are none.
pub fn summary(problems: &[Diagnostic]) -> Option<String> {
    let count = |one: &str, counts: fn(Severity) -> bool| {
        let number = problems.iter().filter(|problem| counts(problem.severity)).count();
        match number {
            0 => None,
            1 => Some(format!("1 {one}")),
            _ => Some(format!("{number} {one}s")),
        }
    };
    let parts = [
        count("problem", |severity| {
            matches!(severity, Severity::Error | Severity::Warning)
        }),
        count("suggestion", |severity| severity == Severity::Advice),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("{}.", parts.join(", ")))
}

/// The list below the text; a click shows the problem's line.
#[component]
pub fn Problems(
    /// Whether the list of what nothing acts on is open.
    ignored_open: RwSignal<bool>,
) -> impl IntoView {
    let app = AppState::from_context();
    let problems = app.edit_memo(|session| session.active_run().problems().to_vec());
    let refusals = app.edit_memo(|session| session.active_run().refusals().to_vec());
    let any = Memo::new(move |_| problems.with(|p| !p.is_empty()) || refusals.with(|r| !r.is_empty()));
    let reveal = move |line: usize| app.editor().reveal(line, true);
    let shown = move || {
        let list = problems.get().into_iter().filter(|problem| !ignored(problem));
        list.take(SHOWN_MAX)
            .map(|problem| problem_view(problem, reveal))
            .collect_view()
    };
    view! {
        <Show when=move || any.get()>
            <ul class="problems" aria-label="Problems">
                {shown}
                {move || refusals.get().into_iter().take(SHOWN_MAX).map(|refusal| refusal_view(refusal, reveal)).collect_view()}
                {move || ignored_view(&problems.get(), ignored_open, app)}
            </ul>
        </Show>
    }
}

/// The line that counts what nothing acts on; its list opens on demand.
fn ignored_view(problems: &[Diagnostic], open: RwSignal<bool>, app: AppState) -> impl IntoView + use<> {
    let list: Vec<Diagnostic> = problems
        .iter()
        .filter(|problem| ignored(problem))
        .take(SHOWN_MAX)
        .cloned()
        .collect();
    let count = problems.iter().filter(|problem| ignored(problem)).count();
    let title = match count {
        0 => return None,
        1 => "1 entry is stored, but nothing here acts on it".to_owned(),
        _ => format!("{count} entries are stored, but nothing here acts on them"),
    };
    let item = move |problem: Diagnostic| {
        let (line, name) = (problem.line, problem.field);
        view! {
            <li>
                <button
                    type="button"
                    class="problem ignored-entry"
                    data-line=line.to_string()
                    title=problem.message
                    on:click=move |_| app.editor().reveal(line, true)
                >
                    <code>{name}</code>
                    <span class="line">{line}</span>
                </button>
            </li>
        }
    };
    Some(view! {
        <li class="ignored">
            <button
                type="button"
                class="problem"
                data-severity="info"
                aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {move || icon(if open.get() { Icon::UP } else { Icon::DOWN })}
                <span>{title}</span>
            </button>
            <Show when=move || open.get()>
                <ul>{list.clone().into_iter().map(item).collect_view()}</ul>
            </Show>
        </li>
    })
}

fn problem_view(problem: Diagnostic, reveal: impl Fn(usize) + 'static) -> impl IntoView {
    let line = problem.line;
    let sign = match problem.severity {
        Severity::Error => Icon::FAILED,
        Severity::Warning => Icon::CLOCK,
        Severity::Advice | Severity::Info => Icon::INFO,
    };
    view! {
        <li>
            <button
                type="button"
                class="problem"
                data-diagnostic=severity(problem.severity)
                data-line=line.to_string()
                data-column=problem.column.to_string()
                data-severity=severity(problem.severity)
                on:click=move |_| reveal(line)
            >
                {icon(sign)}
                <span>{problem.message}</span>
                <span class="line">{format!("{line}:{}", problem.column)}</span>
            </button>
        </li>
    }
}

fn refusal_view(refusal: Refusal, reveal: impl Fn(usize) + 'static) -> impl IntoView {
    let line = refusal.diagnostics.first().map(|problem| problem.line);
    let object = refusal
        .object
        .map(|key| format!("{}/{}", key.kind.qualified_singular(), key.name));
    view! {
        <li>
            <button
                type="button"
                class="problem"
                data-refusal=object.unwrap_or_default()
                data-severity="refusal"
                on:click=move |_| line.into_iter().for_each(&reveal)
            >
                {icon(Icon::FAILED)}
                <span>{refusal.message}</span>
                <span class="line">{line.map(|line| line.to_string())}</span>
            </button>
        </li>
    }
}
