//! A toolbar: many buttons as one tab stop.

use leptos::prelude::*;

use crate::web::roving::Roving;

/// A toolbar whose buttons are reached by the arrow keys. They need `tabindex="-1"`.
#[component]
pub fn Toolbar(
    /// The element's class.
    class: &'static str,
    /// Its accessible name.
    label: &'static str,
    children: Children,
) -> impl IntoView {
    let roving = Roving::default();
    view! {
        <div
            class=class
            role="toolbar"
            aria-label=label
            tabindex="0"
            on:pointerdown=move |_| roving.pointer_down()
            on:focusin=move |event| roving.focus_in(&event)
            on:focusout=move |event| roving.focus_out(&event)
            on:keydown=move |event| roving.key_down(&event)
        >
            {children()}
        </div>
    }
}
