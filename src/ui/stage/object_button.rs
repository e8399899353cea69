//! The button that selects an object.

use leptos::prelude::*;

use super::Stage;
use crate::object::Key;

/// A transparent button that covers the picture of an object and selects it.
#[component]
pub fn ObjectButton(
    stage: Stage,
    key: Key,
    /// The accessible name.
    label: impl Fn() -> Option<String> + Send + 'static,
) -> impl IntoView {
    view! {
        <button type="button" class="hit" tabindex="-1" aria-label=label on:click=move |_| stage.select(key.clone())></button>
    }
}
