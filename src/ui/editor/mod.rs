//! The editor's pane: form controls, the YAML, problems and *Apply*.

mod assist;
mod controls;
mod problems;

use leptos::html;
use leptos::prelude::*;

use crate::session::{LiveDifference, Msg, Theme};
use crate::ui::state::AppState;
use crate::web::timer::Debounce;
use controls::Controls;
use problems::Problems;

/// Pause in typing after which the text is checked, in milliseconds.
const CHECK_DELAY_MS: u32 = 120;

/// The pane around the page's `<yaml-editor>`, which exists before the application.
#[component]
pub fn EditorPane() -> impl IntoView {
    let app = AppState::from_context();
    let edited = app.edit_memo(|session| session.active_run().edited());
    let problems = app.edit_memo(|session| problems::summary(session.active_run().problems()));
    let ignored_open = RwSignal::new(false);
    let refused = app.edit_memo(|session| !session.active_run().refusals().is_empty());
    let state = move || match (edited.get(), refused.get(), problems.get()) {
        (_, _, Some(summary)) => summary,
        (true, _, None) => "Edited, not applied yet.".to_owned(),
        (false, true, None) => "The API server rejected a part of it.".to_owned(),
        (false, false, None) => "Applied.".to_owned(),
    };
    let title = app.edit_memo(|session| session.comparing().then(|| session.active().title()));
    let text = NodeRef::<html::Div>::new();
    text.on_load(move |element| app.editor().append_to(&element));
    listen(app);
    update_editor(app, ignored_open);
    assist::answer(app);
    view! {
        <section class="page-editor" aria-label="Editor">
            <Controls/>
            <div class="editor-text" node_ref=text></div>
            <div class="editor-foot">
                <Problems ignored_open/>
                <div class="editor-bar">
                    <button
                        type="button"
                        class="button primary"
                        title="Apply (Ctrl Enter)"
                        on:click=move |_| app.dispatch(Msg::Apply)
                    >
                        "Apply"
                    </button>
                    {move || title.get().map(|title| view! { <span class="run-tag">{title}</span> })}
                    <span class="editor-state" role="status">{state}</span>
                </div>
            </div>
        </section>
    }
}

/// Forwards the editor's events to the session.
fn listen(app: AppState) {
    let editor = app.editor();
    let check = Debounce::new(CHECK_DELAY_MS, move || app.dispatch(Msg::Check));
    editor.on_edit(move || {
        let text = app.editor().text();
        if app.peek(|session| session.active_run().text().as_ref() != text) {
            app.dispatch(Msg::Edit(text));
        }
        check.trigger();
    });
    editor.on_apply(move || app.dispatch(Msg::Apply));
    editor.on_take_over(move |line| {
        let field = app.peek(|session| {
            let mut live = session.active_run().live().iter();
            live.find(|live| live.line == line).map(|live| live.field.clone())
        });
        if let Some(field) = field {
            app.dispatch(Msg::TakeLive(field));
        }
    });
}

/// Keeps the editor's diagnostics, badges and theme up to date.
fn update_editor(app: AppState, ignored_open: RwSignal<bool>) {
    let problems = app.edit_memo(|session| {
        let run = session.active_run();
        (
            run.text().clone(),
            run.problems().to_vec(),
            run.refusals().to_vec(),
        )
    });
    let live = app.edit_memo(|session| session.active_run().live().to_vec());
    let theme = app.edit_memo(|session| session.view().theme);
    Effect::new(move || {
        problems.with(|(text, problems, refusals)| {
            problems::show(&app.editor(), text, problems, refusals, ignored_open.get());
        });
    });
    Effect::new(move || {
        let badges: Vec<(usize, String)> = live.with(|live| live.iter().map(badge).collect());
        app.editor().set_live(badges.into_iter());
    });
    Effect::new(move || {
        app.editor().set_theme(match theme.get() {
            Theme::System => "auto",
            theme => theme.name(),
        });
    });
}

fn badge(live: &LiveDifference) -> (usize, String) {
    (live.line, format!("live: {}", live.value))
}
