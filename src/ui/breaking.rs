//! What can be broken, with a search, and what is broken now.

use std::sync::Arc;

use leptos::prelude::*;

use crate::cluster::Fault;
use crate::session::menu::{self, MenuEntry};
use crate::session::{Msg, RunId, faults};
use crate::ui::card::entry_view;
use crate::ui::dialog::Dialog;
use crate::ui::icon::{Icon, icon};
use crate::ui::state::AppState;

/// The dialog with everything that can be broken.
#[component]
pub fn BreakDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <Dialog open=open title="Break something" id="break-title" close="Close the list of faults">
            {move || open.get().then(|| view! { <Faults open=open/> })}
        </Dialog>
    }
}

#[component]
fn Faults(open: RwSignal<bool>) -> impl IntoView {
    let app = AppState::from_context();
    let search = RwSignal::new(String::new());
    let position = app.memo(|session| (session.active(), session.active_run().position()));
    let found = Memo::new(move |_| {
        position.get();
        search.with(|search| {
            app.peek(|session| {
                let (found, count) = faults::search(session.active_run().world(), search);
                let hidden = count - found.len();
                (
                    found
                        .into_iter()
                        .map(menu::break_entry)
                        .collect::<Vec<MenuEntry>>(),
                    hidden,
                )
            })
        })
    });
    let note = move || {
        found.with(|(found, hidden)| match (found.is_empty(), hidden) {
            (true, _) => Some("Nothing that exists now can be broken in this way.".to_owned()),
            (false, 0) => None,
            (false, hidden) => Some(format!("And {hidden} more: search for a name.")),
        })
    };
    view! {
        <p>"Each entry says what happens. What is broken stays in view above the stage until you mend it."</p>
        <input
            type="search"
            class="field break-search"
            aria-label="Search faults"
            placeholder="crash, web-1, node, image …"
            autofocus=true
            prop:value=move || search.get()
            on:input=move |event| search.set(event_target_value(&event))
        />
        <div class="break-list" on:click=move |_| open.set(false)>
            {move || found.with(|(found, _)| {
                found.iter().cloned().map(|entry| entry_view(app, entry)).collect_view()
            })}
        </div>
        <p class="break-note" role="status">{note}</p>
    }
}

/// What is broken in a run, each with a button that mends it; nothing if nothing is.
#[component]
pub fn Broken(
    /// The run.
    run: RunId,
) -> impl IntoView {
    let app = AppState::from_context();
    let position = app.run_memo(run, |state| state.position());
    let broken = Memo::new(move |_| {
        position.get();
        app.peek(|session| {
            faults::active(session.run_state(run).world())
                .into_iter()
                .collect::<Arc<[Fault]>>()
        })
    });
    let summary = move || match broken.with(|broken| broken.len()) {
        1 => "1 thing is broken".to_owned(),
        count => format!("{count} things are broken"),
    };
    view! {
        <Show when=move || broken.with(|broken| !broken.is_empty())>
            <section class="broken" aria-label="What is broken" data-run=run.name()>
                <span class="broken-summary">{icon(Icon::BOLT)}{summary}</span>
                <ul>
                    {move || broken.with(|broken| {
                        broken.iter().map(|fault| fault_view(app, run, fault.clone())).collect_view()
                    })}
                </ul>
            </section>
        </Show>
    }
}

fn fault_view(app: AppState, run: RunId, fault: Fault) -> impl IntoView {
    let (word, target, label) = (fault.kind().word(), fault.name().to_owned(), fault.label());
    let entry = menu::mend(fault);
    let name = entry.label.clone();
    view! {
        <li class="fault" data-fault=word data-target=target>
            <span>{label}</span>
            <button
                type="button"
                class="button"
                title=entry.command.explanation()
                on:click=move |_| app.dispatch_in(run, Msg::Choose(entry.clone()))
            >
                {name}
            </button>
        </li>
    }
}
