//! The runs, each with its stage and its sentence; two while they are compared.

use leptos::prelude::*;

use crate::session::{Msg, RunId};
use crate::ui::breaking::Broken;
use crate::ui::format::clock;
use crate::ui::icon::{Icon, icon};
use crate::ui::sentence::SentenceView;
use crate::ui::stage::StageView;
use crate::ui::state::AppState;

/// All runs.
#[component]
pub fn Runs() -> impl IntoView {
    let comparing = AppState::from_context().edit_memo(|session| session.comparing());
    view! {
        <div class="runs">
            <RunView run=RunId::A comparing=comparing/>
            <Show when=move || comparing.get()>
                <RunView run=RunId::B comparing=comparing/>
            </Show>
        </div>
    }
}

#[component]
fn RunView(run: RunId, comparing: Memo<bool>) -> impl IntoView {
    let active = AppState::from_context().edit_memo(move |session| session.active() == run);
    view! {
        <div class="run" class:active=move || active.get()>
            <Show when=move || comparing.get()>
                <RunHead run=run active=active/>
            </Show>
            <Broken run=run/>
            <StageView run=run/>
            <SentenceView run=run/>
        </div>
    }
}

/// The header of a run in a comparison: its name, a button that shows it in the editor, and its time, because one run
/// may settle before the other.
#[component]
fn RunHead(run: RunId, active: Memo<bool>) -> impl IntoView {
    let app = AppState::from_context();
    let time = app.run_memo(run, |side| clock(side.now()));
    let quiet = app.run_memo(run, |state| state.quiet());
    let name = run.title().to_ascii_lowercase();
    view! {
        <div class="run-head">
            <h2>{run.title()}</h2>
            <button
                type="button"
                class="button run-edit"
                aria-label=format!("Edit {name}")
                title=format!("Show {name} in the editor and the lists")
                aria-pressed=move || active.get().to_string()
                on:click=move |_| app.dispatch(Msg::SwitchRun(run))
            >
                {icon(Icon::EDIT)}"Edit"
            </button>
            <Show when=move || active.get()>
                <span class="run-note">"in the editor"</span>
            </Show>
            <span class="spring"></span>
            <span class="run-note">{move || quiet.get().then_some("nothing pending")}</span>
            <span class="run-time">{time}</span>
        </div>
    }
}
