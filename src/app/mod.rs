//! Mounting: the page arrives as a skeleton (`index.html`), and this replaces it by the running application.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The element of `index.html` that holds the skeleton, and afterwards the application.
const HOST: &str = "app";

/// Replaces the skeleton by the application. The skeleton's `<yaml-editor>` is kept and moved into its new place, so
/// that what a person typed while the simulation was loading is not lost. A document without the host element stays as
/// it is.
pub fn mount() {
    let Some(host) = document().get_element_by_id(HOST) else {
        return;
    };
    let Ok(host) = host.dyn_into::<HtmlElement>() else {
        return;
    };
    let editor = host.query_selector("yaml-editor").ok().flatten();
    host.replace_children_with_node_0();
    mount_to(host, move || view! { <Page editor=editor.clone() /> }).forget();
}

#[component]
fn Page(editor: Option<web_sys::Element>) -> impl IntoView {
    let place = NodeRef::<html::Section>::new();
    place.on_load(move |section| {
        if let Some(editor) = &editor {
            // Appending fails only for a node that contains its new parent, which an editor does not.
            let _ = section.append_child(editor);
        }
    });
    view! {
        <main class="page">
            <section class="page-editor" node_ref=place></section>
            <section class="page-stage" aria-label="Stage"></section>
        </main>
    }
}
