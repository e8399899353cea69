//! Notices, and announcements for assistive technology.

use leptos::prelude::*;

use crate::session::{Msg, Notice};
use crate::ui::icon::{Icon, icon};
use crate::ui::state::AppState;

/// The notices and the live region.
#[component]
pub fn Notices() -> impl IntoView {
    let app = AppState::from_context();
    let notices = app.edit_memo(|session| session.notices().to_vec());
    view! {
        <div class="notices" role="status">
            <For each=move || notices.get() key=|notice| notice.id children=move |notice| notice_view(app, notice)/>
        </div>
        <p class="visually-hidden" role="status">{move || app.announcement.get()}</p>
    }
}

fn notice_view(app: AppState, notice: Notice) -> impl IntoView {
    let id = notice.id;
    let offer = notice.kind.offer().map(|label| {
        view! {
            <button type="button" class="button" on:click=move |_| app.dispatch(Msg::Accept(id))>{label}</button>
        }
    });
    view! {
        <div class="notice">
            <p>{notice.kind.text()}</p>
            {offer}
            <button
                type="button"
                class="button quiet square"
                aria-label="Dismiss"
                on:click=move |_| app.dispatch(Msg::Dismiss(id))
            >
                {icon(Icon::CLOSE)}
            </button>
        </div>
    }
}
