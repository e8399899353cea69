//! A modal dialog with a title and a close button.

use leptos::html;
use leptos::prelude::*;

use crate::ui::icon::{Icon, icon};

/// The dialog.
#[component]
pub fn Dialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The title.
    title: &'static str,
    /// The id of the title's element.
    id: &'static str,
    /// The accessible name of the close button.
    close: &'static str,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        if open.get() {
            // Fails only for a dialog that is open already or not in the document.
            let _ = dialog.show_modal();
        } else {
            dialog.close();
        }
    });
    let close_dialog = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    view! {
        <dialog class="help" aria-labelledby=id node_ref=dialog on:close=move |_| open.set(false)>
            <div class="help-head">
                <h2 id=id>{title}</h2>
                <button type="button" class="button quiet square" aria-label=close on:click=close_dialog>
                    {icon(Icon::CLOSE)}
                </button>
            </div>
            {children()}
        </dialog>
    }
}
