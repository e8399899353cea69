//! What the page tells once, and what it says to those who do not see it.

use leptos::prelude::*;

use crate::app::desk::Desk;
use crate::session::{Msg, Notice};
use crate::ui::icon::{Icon, icon};

/// The notices, and the region that is read out.
#[component]
pub fn Notices() -> impl IntoView {
    let desk = Desk::here();
    let notices = desk.still_memo(|session| session.notices().to_vec());
    view! {
        <div class="notices" role="status">
            <For each=move || notices.get() key=|notice| notice.id children=move |notice| notice_view(desk, notice)/>
        </div>
        <p class="visually-hidden" role="status">{move || desk.said.get()}</p>
    }
}

fn notice_view(desk: Desk, notice: Notice) -> impl IntoView {
    let id = notice.id;
    let offer = notice.what.offer().map(|label| {
        view! {
            <button type="button" class="button" on:click=move |_| desk.dispatch(Msg::Accept(id))>{label}</button>
        }
    });
    view! {
        <div class="notice">
            <p>{notice.what.text()}</p>
            {offer}
            <button
                type="button"
                class="button quiet square"
                aria-label="Dismiss"
                on:click=move |_| desk.dispatch(Msg::Dismiss(id))
            >
                {icon(Icon::CLOSE)}
            </button>
        </div>
    }
}
