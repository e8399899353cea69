//! The page: header, editor, runs, transport and dock.

use leptos::prelude::*;

use crate::session::{Msg, Tab, Theme};
use crate::ui::breaking::BreakDialog;
use crate::ui::card::Card;
use crate::ui::dock::{self, Dock};
use crate::ui::editor::EditorPane;
use crate::ui::fidelity::FidelityView;
use crate::ui::header::Header;
use crate::ui::help::Help;
use crate::ui::keys;
use crate::ui::notices::Notices;
use crate::ui::runs::Runs;
use crate::ui::state::AppState;
use crate::ui::transport::Transport;
use crate::web;

/// The page.
#[component]
pub fn Shell() -> impl IntoView {
    let app = AppState::from_context();
    let help = RwSignal::new(false);
    let fidelity = RwSignal::new(false);
    let breaking = RwSignal::new(false);
    let embed = app.edit_memo(|session| session.view().embed);
    let theme = app.edit_memo(|session| session.view().theme);
    Effect::new(move || {
        web::page::set_theme(match theme.get() {
            Theme::System => None,
            theme => Some(theme.name()),
        });
    });
    let narrow_tab = app.edit_memo(|session| {
        let view = session.view();
        let folded = view.folded && dock::TABS.contains(&view.tab);
        if folded { Tab::Stage } else { view.tab }
    });
    let active = app.edit_memo(|session| session.active());
    let comparing = app.edit_memo(|session| session.comparing());
    view! {
        <main
            class="page"
            data-view=move || if embed.get() { "embed" } else { "full" }
            data-runs=move || if comparing.get() { "2" } else { "1" }
            data-tab=move || narrow_tab.get().label().to_ascii_lowercase()
            on:keydown=move |event| keys::press(app, help, &event)
        >
            <Header help=help fidelity=fidelity/>
            <nav class="page-tabs tabs" aria-label="Panes">
                {Tab::ALL.map(|tab| view! {
                    <button
                        type="button"
                        class="tab"
                        aria-pressed=move || (narrow_tab.get() == tab).to_string()
                        on:click=move |_| app.dispatch(Msg::Tab(tab))
                    >
                        {tab.label()}
                    </button>
                }).collect_view()}
            </nav>
            <EditorPane/>
            <section class="page-scene" aria-label="Cluster">
                <Runs/>
                <Transport breaking=breaking/>
                {move || view! { <Dock run=active.get()/> }}
            </section>
            <Card/>
            <BreakDialog open=breaking/>
            <Notices/>
            <Help open=help fidelity=fidelity/>
            <FidelityView open=fidelity/>
        </main>
    }
}
