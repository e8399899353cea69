//! The card of actions beside what is selected, each with the kubectl line that does the same.

use leptos::html;
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};
use web_sys::HtmlElement;

use crate::app::state::AppState;
use crate::session::Msg;
use crate::session::menu::{self, MenuEntry, MenuIcon};
use crate::ui::icon::{Icon, icon};
use crate::ui::stage::Stage;
use wasm_bindgen::JsCast;

/// Width of the card and its distance from what it is about, in CSS pixels; the style sheet says the same.
const WIDTH_PX: f64 = 248.0;
const AWAY_PX: f64 = 8.0;

/// The card.
#[component]
pub fn Card(
    /// The stage on which the selection is made.
    stage: Stage,
    /// The stage's element.
    place: NodeRef<html::Div>,
) -> impl IntoView {
    let app = stage.app;
    let selected = stage.selection;
    let position = app.run_memo(stage.run, |side| side.position());
    let object = Memo::new(move |_| {
        position.get();
        let key = selected.get()?;
        app.peek(|session| {
            let world = session.run_state(stage.run).world();
            world.get(&key)?;
            Some((key.clone(), menu::entries(world, &key)))
        })
    });
    let at = RwSignal::new((0.0, 0.0));
    let card = NodeRef::<html::Div>::new();
    let key = Memo::new(move |_| object.with(|object| object.as_ref().map(|(key, _)| key.clone())));
    Effect::new(move || {
        let Some(key) = key.get() else { return };
        spawn_local(async move {
            tick().await;
            tick().await;
            if let (Some(stage_element), Some(card)) = (place.get_untracked(), card.get_untracked()) {
                at.set(beside(&stage_element, &card, &stage.id("object", &key)));
            }
        });
    });
    let close = move || {
        let key = selected.get_untracked();
        app.dispatch(Msg::Select(None));
        if let Some(key) = key {
            focus(&stage.id("object", &key));
        }
    };
    view! {
        <Show when=move || key.get().is_some()>
            <div
                class="card"
                role="dialog"
                aria-label=move || key.get().map(|key| format!("Actions for {} {}", key.kind, key.name))
                node_ref=card
                style=("--x", move || format!("{}px", at.get().0))
                style=("--y", move || format!("{}px", at.get().1))
                on:keydown=move |event| {
                    if event.key() == "Escape" {
                        event.stop_propagation();
                        close();
                    }
                }
            >
                <div class="card-head">
                    <div class="title">
                        <span class="row-label">{move || key.get().map(|key| key.kind.info().name)}</span>
                        <span class="stem">{move || key.get().map(|key| key.name.to_string())}</span>
                    </div>
                    <button type="button" class="more" aria-label="Close" on:click=move |_| close()>{icon(Icon::CLOSE)}</button>
                </div>
                <div class="card-actions">
                    {move || object.get().map(|(_, entries)| {
                        entries.into_iter().map(|entry| entry_view(app, entry)).collect_view()
                    })}
                </div>
            </div>
        </Show>
    }
}

/// Moves the focus to the button of an element that draws an object.
fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    let button = element.and_then(|element| {
        let inner = element.query_selector("button").ok().flatten();
        inner.or(Some(element))
    });
    if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        let _ = button.focus();
    }
}

/// Where the card goes: at the right of the element if there is room, else at its left, and within the stage.
fn beside(stage: &HtmlElement, card: &HtmlElement, id: &str) -> (f64, f64) {
    let frame = stage.get_bounding_client_rect();
    let Some(element) = document().get_element_by_id(id) else {
        return (frame.width() - WIDTH_PX - AWAY_PX, AWAY_PX);
    };
    let rect = element.get_bounding_client_rect();
    let left = rect.right() - frame.left() + AWAY_PX;
    let fits = left + WIDTH_PX <= frame.width() - AWAY_PX;
    let x = if fits {
        left
    } else {
        (rect.left() - frame.left() - WIDTH_PX - AWAY_PX).max(AWAY_PX)
    };
    let lowest = (frame.height() - f64::from(card.offset_height()) - AWAY_PX).max(AWAY_PX);
    let y = (rect.top() - frame.top()).min(lowest).max(AWAY_PX);
    (
        x + f64::from(stage.scroll_left()),
        y + f64::from(stage.scroll_top()),
    )
}

fn entry_view(app: AppState, entry: MenuEntry) -> impl IntoView {
    let label = entry.label.clone();
    let line = entry.line.to_string();
    let (danger, sign) = (entry.danger, entry_icon(entry.icon));
    view! {
        <div class="card-action" class:danger=danger>
            {icon(sign)}
            <div class="card-words">
                <button type="button" on:click=move |_| app.dispatch(Msg::Choose(entry.clone()))>{label}</button>
                <small title=line.clone()>{line.clone()}</small>
            </div>
        </div>
    }
}

fn entry_icon(icon: MenuIcon) -> Icon {
    match icon {
        MenuIcon::Show => Icon::FILE,
        MenuIcon::ScaleUp => Icon::PLUS,
        MenuIcon::ScaleDown => Icon::MINUS,
        MenuIcon::Restart => Icon::RESTARTS,
        MenuIcon::Undo => Icon::UNDO,
        MenuIcon::Delete => Icon::TRASH,
        MenuIcon::ForceDelete => Icon::BOLT,
    }
}
