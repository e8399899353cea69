//! Mounting: the page arrives as a skeleton (`index.html`), and this replaces it by the running application.

pub mod keys;
pub mod state;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::session::start::StartInputs;
use crate::session::{Msg, Session};
use crate::ui::shell::Shell;
use crate::web;
use state::AppState;

/// The element of `index.html` that holds the skeleton, and afterwards the application.
const HOST: &str = "app";

/// Replaces the skeleton by the application. The skeleton's `<yaml-editor>` is kept and moved into its new place, so
/// that what a person typed while the simulation was loading is not lost. A document without the host element stays as
/// it is.
pub fn mount() {
    web::panic::report_panics();
    let Some(host) = document().get_element_by_id(HOST) else {
        return;
    };
    let Ok(host) = host.dyn_into::<HtmlElement>() else {
        return;
    };
    let skeleton = host.query_selector("yaml-editor").ok().flatten();
    let Some(editor) = skeleton.or_else(|| document().create_element("yaml-editor").ok()) else {
        return;
    };
    host.replace_children_with_node_0();
    mount_to(host, move || view! { <App editor=editor/> }).forget();
}

#[component]
fn App(editor: Element) -> impl IntoView {
    let (fragment, query, saved) = (
        web::address::fragment(),
        web::address::query(),
        web::storage::load(),
    );
    let found = StartInputs {
        fragment: &fragment,
        query: &query,
        saved: saved.as_deref(),
        reduced_motion: web::page::reduced_motion(),
    };
    let (session, effects) = Session::start(&found);
    let embed = session.view().embed;
    let app = AppState::new(session);
    provide_context(app);
    let page = view! { <Shell editor=editor/> };
    app.perform(effects);
    app.dispatch(Msg::Check);
    #[cfg(debug_assertions)]
    web::panic::on_asked(move || app.panic());
    follow(app, embed);
    page
}

/// What the page tells the session by itself.
fn follow(app: AppState, embed: bool) {
    web::page::on_visibility(move |visible| {
        if visible {
            app.wake();
        }
    });
    web::page::on_fragment(move |fragment| app.dispatch(Msg::OpenLink(fragment)));
    if embed || web::address::framed() {
        // A frame plays only while it can be seen.
        let paused = std::cell::Cell::new(false);
        web::page::on_in_view(move |seen| {
            let moving = app.peek(Session::moving);
            if !seen && moving {
                paused.set(true);
                app.dispatch(Msg::Pause);
            } else if seen && paused.replace(false) {
                app.dispatch(Msg::Play);
            }
        });
    }
}
