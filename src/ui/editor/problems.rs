//! Problems with the text: as diagnostics in the editor, and as a list below it.

use leptos::prelude::*;

use crate::kubectl::diagnostic::{Diagnostic, Severity};
use crate::session::Refusal;
use crate::ui::icon::{Icon, icon};
use crate::ui::state::AppState;
use crate::web::editor::{Editor, severity};

/// Maximum number of problems shown.
const SHOWN_MAX: usize = 100;

/// Shows problems and refusals in the editor.
pub fn show(editor: &Editor, text: &str, problems: &[Diagnostic], refusals: &[Refusal]) {
    let refused = refusals.iter().flat_map(|refusal| &refusal.diagnostics);
    // Most refusals are also problems of the text: those are shown once.
    let known = |problem: &&Diagnostic| {
        let mut same = problems.iter().filter(|other| other.span == problem.span);
        same.any(|other| other.message == problem.message)
    };
    let refused = refused.filter(|problem| !known(problem));
    let shown = problems.iter().chain(refused).take(SHOWN_MAX);
    editor.set_diagnostics(text, shown);
}

/// The list below the text; a click shows the problem's line.
#[component]
pub fn Problems() -> impl IntoView {
    let app = AppState::from_context();
    let problems = app.edit_memo(|session| session.active_run().problems().to_vec());
    let refusals = app.edit_memo(|session| session.active_run().refusals().to_vec());
    let any = Memo::new(move |_| problems.with(|p| !p.is_empty()) || refusals.with(|r| !r.is_empty()));
    let reveal = move |line: usize| app.editor().reveal(line, true);
    view! {
        <Show when=move || any.get()>
            <ul class="problems" aria-label="Problems">
                {move || problems.get().into_iter().take(SHOWN_MAX).map(|problem| problem_view(problem, reveal)).collect_view()}
                {move || refusals.get().into_iter().take(SHOWN_MAX).map(|refusal| refusal_view(refusal, reveal)).collect_view()}
            </ul>
        </Show>
    }
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
