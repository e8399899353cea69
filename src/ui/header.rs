//! The header: title, files, comparison, theme and help.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::limits;
use crate::session::{Msg, Theme};
use crate::ui::icon::{Icon, icon};
use crate::ui::state::AppState;
use crate::web;

/// The header.
#[component]
pub fn Header(
    /// Whether the help is open.
    help: RwSignal<bool>,
    /// Whether the fidelity view is open.
    fidelity: RwSignal<bool>,
) -> impl IntoView {
    let app = AppState::from_context();
    let chooser = NodeRef::<html::Input>::new();
    let theme = app.edit_memo(|session| session.view().theme);
    let comparing = app.edit_memo(|session| session.comparing());
    let kept = app.edit_memo(|session| session.active().title().to_ascii_lowercase());
    let compare_title = move || match comparing.get() {
        true => format!(
            "End the comparison and keep {}, the one in the editor",
            kept.get()
        ),
        false => {
            "Compare: start a second run of the text beside this one, both from the beginning".to_owned()
        }
    };
    let open = move || {
        if let Some(input) = chooser.get_untracked() {
            input.click();
        }
    };
    let read = move |_| {
        let Some(input) = chooser.get_untracked() else {
            return;
        };
        spawn_local(async move {
            match web::file::chosen(&input, limits::YAML_TEXT_BYTES_MAX).await {
                Some(Ok(text)) => app.dispatch(Msg::OpenFile(text)),
                Some(Err(why)) => app.announcement.set(why.to_owned()),
                None => {}
            }
        });
    };
    view! {
        <header class="page-header">
            <h1 class="page-title">{icon(Icon::MARK)}<span>"StatefulSet Playground"</span></h1>
            <button type="button" class="page-note" title="How faithful is it?" on:click=move |_| fidelity.set(true)>
                "Kubernetes 1.36, simulated in this page"
            </button>
            <span class="spring"></span>
            <button type="button" class="button quiet" on:click=move |_| app.dispatch(Msg::StartOver)>
                "Start over"
            </button>
            <button type="button" class="button quiet square" aria-label="Open file" title="Open file" on:click=move |_| open()>
                {icon(Icon::FILE)}
            </button>
            <input type="file" hidden=true accept=".yaml,.yml,text/*" node_ref=chooser on:change=read/>
            <button
                type="button"
                class="button quiet square"
                aria-label="Save file"
                title="Save file"
                on:click=move |_| app.dispatch(Msg::SaveFile)
            >
                {icon(Icon::SAVE)}
            </button>
            <button
                type="button"
                class="button quiet square"
                aria-label="Compare"
                aria-pressed=move || comparing.get().to_string()
                title=compare_title
                on:click=move |_| app.dispatch(compare(app))
            >
                {icon(Icon::COMPARE)}
            </button>
            <button
                type="button"
                class="button quiet square"
                aria-label=move || format!("Theme: {}", theme.get().name())
                title=move || format!("Theme: {}", theme.get().name())
                on:click=move |_| app.dispatch(Msg::Theme(next(theme.get_untracked())))
            >
                {icon(Icon::THEME)}
            </button>
            <button type="button" class="button quiet square" aria-label="Help" title="Help (?)" on:click=move |_| help.set(true)>
                {icon(Icon::HELP)}
            </button>
        </header>
    }
}

/// Starts a comparison with a second run of the text, or ends the comparison.
fn compare(app: AppState) -> Msg {
    Msg::Compare(app.peek(|session| (!session.comparing()).then(|| session.active_run().text().clone())))
}

/// The theme that follows in the cycle system, dark, light.
fn next(theme: Theme) -> Theme {
    match theme {
        Theme::System => Theme::Dark,
        Theme::Dark => Theme::Light,
        Theme::Light => Theme::System,
    }
}
