//! The dock: events, terminal and objects. Folded, it shows the newest event.

mod events;
mod kubectl;
mod objects;

use leptos::prelude::*;

use crate::session::console::Chunk;
use crate::session::{Msg, RunId, Tab};
use crate::ui::icon::{Icon, changing};
use crate::ui::state::AppState;
use events::{Events, Newest};
use kubectl::Terminal;
use objects::Objects;

/// The tabs of the dock.
pub const TABS: [Tab; 3] = [Tab::Events, Tab::Kubectl, Tab::Objects];

/// The dock.
#[component]
pub fn Dock(
    /// The run whose lists it shows.
    run: RunId,
) -> impl IntoView {
    let app = AppState::from_context();
    let shown = app.edit_memo(|session| {
        let view = session.view();
        (!view.folded && TABS.contains(&view.tab)).then_some(view.tab)
    });
    let open = Memo::new(move |_| shown.get().is_some());
    let fold = move |_| {
        let msg = match shown.get_untracked() {
            Some(_) => Msg::Fold(true),
            None => Msg::Tab(Tab::Events),
        };
        app.dispatch(msg);
    };
    view! {
        <section class="dock" aria-label="Lists" data-run=run.name() data-open=move || open.get().to_string()>
            <div class="dock-bar">
                <div class="tabs" role="tablist" aria-label="Lists">
                    {TABS.map(|tab| view! {
                        <button
                            type="button"
                            class="tab"
                            role="tab"
                            aria-selected=move || (shown.get() == Some(tab)).to_string()
                            on:click=move |_| app.dispatch(Msg::Tab(tab))
                            on:pointerenter=move |_| if tab == Tab::Kubectl { app.load(Chunk::Console) }
                        >
                            {tab.label()}
                        </button>
                    }).collect_view()}
                </div>
                <Show when=move || !open.get() fallback=|| view! { <span class="dock-newest"></span> }>
                    <Newest run=run/>
                </Show>
                <button
                    type="button"
                    class="button quiet square"
                    aria-expanded=move || open.get().to_string()
                    aria-label=move || if open.get() { "Fold the lists" } else { "Unfold the lists" }
                    on:click=fold
                >
                    {changing(move || if open.get() { Icon::DOWN } else { Icon::UP })}
                </button>
            </div>
            {move || shown.get().map(|tab| view! {
                <div class="dock-body" role="tabpanel" aria-label=tab.label() tabindex="0">
                    {match tab {
                        Tab::Objects => view! { <Objects run=run/> }.into_any(),
                        Tab::Kubectl => view! { <Terminal run=run/> }.into_any(),
                        _ => view! { <Events run=run/> }.into_any(),
                    }}
                </div>
            })}
        </section>
    }
}
