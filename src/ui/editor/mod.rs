//! The editor's pane: form controls, the text, and what the API server would say.

mod assist;
mod controls;
mod problems;

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{CustomEvent, Element};

use crate::app::state::AppState;
use crate::session::{LiveDifference, Msg, Theme};
use crate::web;
use controls::Controls;
use problems::{Problems, push};

/// How long the text must rest before it is checked, in milliseconds.
const REST_MS: u32 = 120;

/// The pane around the page's `<yaml-editor>`, which is older than the application.
#[component]
pub fn EditorPane(
    /// The element of the skeleton.
    editor: Element,
) -> impl IntoView {
    let app = AppState::from_context();
    let edited = app.still_memo(|session| session.active_run().edited());
    let problems = app.still_memo(|session| session.active_run().problems().len());
    let refused = app.still_memo(|session| !session.active_run().refusals().is_empty());
    let state = move || match (edited.get(), refused.get(), problems.get()) {
        (_, _, 1) => "One thing to look at.".to_owned(),
        (_, _, 2..) => format!("{} things to look at.", problems.get()),
        (true, ..) => "Edited. Apply to send it to the cluster.".to_owned(),
        (false, true, _) => "The API server refused a part of it.".to_owned(),
        (false, false, _) => "Applied.".to_owned(),
    };
    let of_run = app.still_memo(|session| session.comparing().then(|| session.active().title()));
    let place = NodeRef::<html::Div>::new();
    place.on_load({
        let editor = editor.clone();
        move |element| {
            // Appending fails only for a node that contains its new parent, which an editor does not.
            let _ = element.append_child(&editor);
        }
    });
    listen(app, &editor);
    reflect(app, &editor);
    assist::answer(app, &editor);
    view! {
        <section class="page-editor" aria-label="Editor">
            <Controls/>
            <div class="editor-text" node_ref=place></div>
            <div class="editor-foot">
                <Problems editor=editor/>
                <div class="editor-bar">
                    <button
                        type="button"
                        class="button primary"
                        title="Apply (Ctrl Enter)"
                        on:click=move |_| app.dispatch(Msg::Apply)
                    >
                        "Apply"
                    </button>
                    {move || of_run.get().map(|title| view! { <span class="run-tag">{title}</span> })}
                    <span class="editor-state" role="status">{state}</span>
                </div>
            </div>
        </section>
    }
}

/// What the editor tells.
fn listen(app: AppState, editor: &Element) {
    let rest = Rc::new(RefCell::new(None::<Timeout>));
    on(editor, "edit", {
        let editor = editor.clone();
        move |_| {
            let text = web::editor::text(&editor);
            if app.peek(|session| session.active_run().text().as_ref() != text) {
                app.dispatch(Msg::Edit(text));
            }
            // The old timer is cancelled as it is dropped.
            rest.replace(Some(Timeout::new(REST_MS, move || app.dispatch(Msg::Check))));
        }
    });
    on(editor, "apply", move |_| app.dispatch(Msg::Apply));
    on(editor, "takeover", move |event| {
        let line = web::editor::detail_number(event, "line");
        let field = app.peek(|session| {
            let live = session
                .active_run()
                .live()
                .iter()
                .find(|live| Some(live.line) == line);
            live.map(|live| live.field.clone())
        });
        if let Some(field) = field {
            app.dispatch(Msg::TakeLive(field));
        }
    });
}

/// Listens to an event of the editor, which lives as long as the page.
fn on(editor: &Element, name: &'static str, mut then: impl FnMut(&CustomEvent) + 'static) {
    EventListener::new(editor, name, move |event| {
        if let Some(event) = event.dyn_ref::<CustomEvent>() {
            then(event);
        }
    })
    .forget();
}

/// What the editor is told.
fn reflect(app: AppState, editor: &Element) {
    app.on_write({
        let editor = editor.clone();
        move |text| web::editor::set_text(&editor, &text)
    });
    app.on_reveal({
        let editor = editor.clone();
        move |line| web::editor::reveal(&editor, line, false)
    });
    app.on_focus({
        let editor = editor.clone();
        move |()| web::editor::focus(&editor)
    });
    let problems = app.still_memo(|session| {
        let side = session.active_run();
        (
            side.text().clone(),
            side.problems().to_vec(),
            side.refusals().to_vec(),
        )
    });
    let live = app.still_memo(|session| session.active_run().live().to_vec());
    let theme = app.still_memo(|session| session.view().theme);
    let element = StoredValue::new_local(editor.clone());
    Effect::new(move || {
        problems.with(|(text, problems, refusals)| {
            element.with_value(|editor| push(editor, text, problems, refusals));
        });
    });
    Effect::new(move || {
        let badges: Vec<(usize, String)> = live.with(|live| live.iter().map(badge).collect());
        element.with_value(|editor| web::editor::set_live(editor, badges.into_iter()));
    });
    Effect::new(move || {
        let name = match theme.get() {
            Theme::System => "auto",
            theme => theme.name(),
        };
        element.with_value(|editor| web::editor::set_theme(editor, name));
    });
}

fn badge(live: &LiveDifference) -> (usize, String) {
    (live.line, format!("live: {}", live.value))
}
