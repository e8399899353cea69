//! Mounts the application: it replaces the skeleton of the page in `index.html`.

use leptos::prelude::*;

use crate::session::console::Chunk;
use crate::session::start::StartInputs;
use crate::session::{Msg, Session};
use crate::ui::shell::Shell;
use crate::ui::state::AppState;
use crate::web;
use crate::web::editor::Editor;

/// The id of the element of `index.html` that contains the skeleton, and afterwards the application.
const HOST: &str = "app";

/// Replaces the skeleton with the application. The skeleton's `<yaml-editor>` is moved into the application, so that
/// what was typed while the page was loading is not lost. A document without the host element is left alone.
pub fn mount() {
    web::panic::report_panics();
    if let Some((host, editor)) = web::page::take_skeleton(HOST) {
        mount_to(host, move || view! { <App editor=editor/> }).forget();
    }
}

#[component]
fn App(editor: Editor) -> impl IntoView {
    let (fragment, query, saved) = (
        web::address::fragment(),
        web::address::query(),
        web::storage::load(),
    );
    let inputs = StartInputs {
        fragment: &fragment,
        query: &query,
        saved: saved.as_deref(),
        reduced_motion: web::page::reduced_motion(),
    };
    let (session, effects) = Session::start(&inputs);
    let embed = session.view().embed;
    let app = AppState::new(session, editor);
    provide_context(app);
    let page = view! { <Shell/> };
    app.perform(effects);
    app.dispatch(Msg::Check);
    #[cfg(debug_assertions)]
    web::panic::on_debug_event(move || app.panic());
    listen(app, embed);
    if !embed {
        // The first manifest is shown without them; the next thing that a person does needs them.
        web::frame::next_frame(move || app.load(Chunk::Checks)).forget();
    }
    page
}

/// Forwards changes of the tab's visibility and of the address to the session.
fn listen(app: AppState, embed: bool) {
    web::page::on_visibility(move |visible| {
        if visible {
            app.wake();
        }
    });
    web::page::on_fragment(move |fragment| app.dispatch(Msg::OpenLink(fragment)));
    if embed || web::address::framed() {
        // A frame plays only while it is in view.
        let paused = std::cell::Cell::new(false);
        web::page::on_in_view(move |in_view| {
            let moving = app.peek(Session::moving);
            if !in_view && moving {
                paused.set(true);
                app.dispatch(Msg::Pause);
            } else if in_view && paused.replace(false) {
                app.dispatch(Msg::Play);
            }
        });
    }
}
