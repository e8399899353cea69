//! The card of actions beside the selected object, each with the kubectl line that does the same.

use leptos::html;
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};

use crate::object::Key;
use crate::session::console::Chunk;
use crate::session::menu::{self, MenuCommand, MenuEntry, MenuGroup, MenuIcon};
use crate::session::{Msg, RunId};
use crate::ui::icon::{Icon, icon};
use crate::ui::state::AppState;
use crate::web;
use crate::web::element::{self, HtmlElement, Rect};
use crate::web::popover;

/// Distance of the card from its object and from the edges of the viewport, in CSS pixels.
const GAP_PX: f64 = 8.0;

/// Maximum height of the card, in CSS pixels: a longer menu scrolls, so that the sentence stays in view.
const HEIGHT_PX_MAX: f64 = 480.0;

/// The card: a popover, so that the browser closes it on Escape and on a press outside.
#[component]
pub fn Card() -> impl IntoView {
    let app = AppState::from_context();
    let card = NodeRef::<html::Div>::new();
    let anchor = app.card_anchor;
    let selected = app.edit_memo(|session| session.selection().cloned());
    let position = app.memo(|session| (session.active(), session.active_run().position()));
    let object = Memo::new(move |_| {
        position.get();
        let key = selected.get()?;
        anchor.get()?;
        app.peek(|session| {
            let world = session.active_run().world();
            world.get(&key)?;
            Some((key.clone(), menu::entries(world, &key)))
        })
    });
    // A closed card keeps its content: the browser restores the focus only if it is inside the closing popover.
    let shown = Memo::new(move |before: Option<&Option<(Key, Vec<MenuEntry>)>>| {
        object.get().or_else(|| before.cloned().flatten())
    });
    let key = Memo::new(move |_| shown.with(|shown| shown.as_ref().map(|(key, _)| key.clone())));
    let open = Memo::new(move |_| object.with(Option::is_some).then(|| anchor.get()).flatten());
    Effect::new(move |before: Option<Option<String>>| {
        let now = open.get();
        // The console knows which actions would fail, and performs the one that is chosen.
        if now.is_some() {
            app.load(Chunk::Console);
        }
        let Some(card) = card.get() else { return now };
        match now.clone() {
            // After the card has got its content.
            Some(anchor) => spawn_local(async move {
                tick().await;
                popover::open(&card, ".card-action button");
                place(&card, &anchor);
            }),
            None => {
                popover::close(&card);
                anchor.set(None);
                if let Some(before) = before.flatten() {
                    restore_focus(app.peek(|session| session.active()), &before);
                }
            }
        }
        now
    });
    web::page::on_layout(move || {
        if let Some(anchor) = open.get_untracked()
            && let Some(card) = card.get_untracked()
        {
            place(&card, &anchor);
        }
    });
    let dismissed = move |_| {
        // The event is also sent when the card has opened.
        if card.get_untracked().is_some_and(|card| !popover::is_open(&card)) {
            anchor.set(None);
        }
    };
    view! {
        <div
            class="card"
            popover="auto"
            role="dialog"
            aria-label=move || key.get().map(|key| format!("Actions for {} {}", key.kind, key.name))
            node_ref=card
            on:toggle=dismissed
        >
            <div class="card-head">
                <div class="title">
                    <span class="row-label">{move || key.get().map(|key| key.kind.info().name)}</span>
                    <span class="stem">{move || key.get().map(|key| key.name.to_string())}</span>
                </div>
                <button type="button" class="more" aria-label="Close" on:click=move |_| anchor.set(None)>
                    {icon(Icon::CLOSE)}
                </button>
            </div>
            <div class="card-actions" on:click=move |_| anchor.set(None)>
                {move || shown.get().map(|(_, entries)| {
                    MenuGroup::ALL.map(|group| group_view(app, group, &entries)).collect_view()
                })}
            </div>
        </div>
    }
}

/// Moves the focus to the object of a card that was closed, or to its stage, if the element that had the focus before
/// no longer exists.
fn restore_focus(run: RunId, anchor: &str) {
    if !element::nothing_has_focus() {
        return;
    }
    let stage = || element::first(&format!(".stage[data-run={}]", run.name()));
    match element::by_id(anchor) {
        Some(object) => element::focus_within(&object, "button"),
        None => stage().iter().for_each(element::focus),
    }
}

/// Moves the card beside the element that it is about.
fn place(card: &HtmlElement, anchor: &str) {
    let anchor = element::by_id(anchor).map(|anchor| element::rect(&anchor));
    let viewport = element::viewport();
    let height = element::full_height(card)
        .min(HEIGHT_PX_MAX)
        .min(viewport.1 - 2.0 * GAP_PX);
    let size = (element::rect(card).width, height);
    let place = beside(anchor.unwrap_or_default(), size, viewport);
    element::set_style(card, "--x", &format!("{}px", place.left));
    element::set_style(card, "--y", &format!("{}px", place.top));
    element::set_style(card, "--height", &format!("{}px", place.height));
}

/// The position of a box of that size: to the right of an anchor, to the left, below or above, whichever is the first
/// with enough room in the viewport. Without room on any side its height is reduced to the room below or above.
fn beside(anchor: Rect, (width, height): (f64, f64), (across, down): (f64, f64)) -> Rect {
    let within = |at: f64, size: f64, room: f64| at.min(room - size - GAP_PX).max(GAP_PX);
    let (right, left) = (anchor.right() + GAP_PX, anchor.left - GAP_PX - width);
    let (row, column) = (
        within(anchor.top, height, down),
        within(anchor.left, width, across),
    );
    let (below, above) = (down - anchor.bottom() - 2.0 * GAP_PX, anchor.top - 2.0 * GAP_PX);
    let at = |left: f64, top: f64, height: f64| Rect {
        left,
        top,
        width,
        height,
    };
    if right + width + GAP_PX <= across {
        at(right, row, height)
    } else if left >= GAP_PX {
        at(left, row, height)
    } else if height <= below || above <= below {
        at(column, anchor.bottom() + GAP_PX, height.min(below))
    } else {
        let height = height.min(above);
        at(column, anchor.top - GAP_PX - height, height)
    }
}

fn group_view(app: AppState, group: MenuGroup, entries: &[MenuEntry]) -> impl IntoView + use<> {
    let entries: Vec<MenuEntry> = entries
        .iter()
        .filter(|entry| entry.group() == group)
        .cloned()
        .collect();
    (!entries.is_empty()).then(|| {
        view! {
            <div role="group" aria-label=group.title()>
                <div class="row-label card-group" aria-hidden="true">{group.title()}</div>
                {entries.into_iter().map(|entry| entry_view(app, entry)).collect_view()}
            </div>
        }
    })
}

/// A button with the entry's label, and what it does below it.
pub fn entry_view(app: AppState, entry: MenuEntry) -> impl IntoView {
    let label = entry.label.clone();
    let explanation = match &entry.command {
        MenuCommand::Run(line) => words(&line.to_string()).into_any(),
        command => view! { <span class="sentence-words">{command.explanation()}</span> }.into_any(),
    };
    let (danger, sign) = (entry.danger, entry_icon(entry.icon));
    view! {
        <div class="card-action" class:danger=danger>
            {icon(sign)}
            <div class="card-words">
                <button type="button" on:click=move |_| app.dispatch(Msg::Choose(entry.clone()))>{label}</button>
                <small>{explanation}</small>
            </div>
        </div>
    }
}

/// A command line that is wrapped between its words, not at the hyphens in them.
fn words(line: &str) -> impl IntoView + use<> {
    let word = |word: &str| view! { <span>{word.to_owned()}</span>" " };
    line.split(' ').map(word).collect_view()
}

fn entry_icon(icon: MenuIcon) -> Icon {
    match icon {
        MenuIcon::Show => Icon::FILE,
        MenuIcon::ScaleUp => Icon::PLUS,
        MenuIcon::ScaleDown => Icon::MINUS,
        MenuIcon::Restart => Icon::RESTARTS,
        MenuIcon::Undo => Icon::UNDO,
        MenuIcon::Delete => Icon::TRASH,
        MenuIcon::ForceDelete | MenuIcon::Break => Icon::BOLT,
        MenuIcon::Cordon => Icon::PAUSE,
        MenuIcon::Uncordon | MenuIcon::Mend => Icon::CHECK,
        MenuIcon::Drain => Icon::DOWN,
    }
}
