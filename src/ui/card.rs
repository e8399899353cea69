//! The card of actions beside the selected object, each with the kubectl line that does the same.

use leptos::ev::Event;
use leptos::html;
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};

use crate::api::Propagation;
use crate::object::{Key, Kind, Object, Value};
use crate::session::{Msg, RunId, Tab};
use crate::ui::icon::{Icon, icon};
use crate::ui::state::AppState;
use crate::web;
use crate::web::element::{self, HtmlElement, Rect};
use crate::web::popover;

/// Distance of the card from its object and from the edges of the viewport, in CSS pixels.
const GAP_PX: f64 = 8.0;

/// One action.
#[derive(Clone, Debug, PartialEq)]
struct Act {
    label: String,
    line: String,
    danger: bool,
    icon: Icon,
    msg: Msg,
}

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
            session
                .active_run()
                .world()
                .get(&key)
                .map(|object| (key.clone(), acts(object)))
        })
    });
    // While the card is closed it keeps its content: the focus must be in it when the popover gives it back.
    let shown = Memo::new(move |before: Option<&Option<(Key, Vec<Act>)>>| {
        object.get().or_else(|| before.cloned().flatten())
    });
    let key = Memo::new(move |_| shown.with(|shown| shown.as_ref().map(|(key, _)| key.clone())));
    let open = Memo::new(move |_| object.with(Option::is_some).then(|| anchor.get()).flatten());
    Effect::new(move |before: Option<Option<String>>| {
        let now = open.get();
        let Some(card) = card.get() else { return now };
        match now.clone() {
            // Once the card has its content.
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
    let dismissed = move |_: Event| {
        // The event is sent before the card opens, too.
        if card.get_untracked().is_some_and(|card| popover::is_open(&card)) {
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
            on:beforetoggle=dismissed
        >
            <div class="card-head">
                <div class="title">
                    <span class="row-label">{move || key.get().map(|key| key.kind.info().name)}</span>
                    <span class="stem">{move || key.get().map(|key| key.name.to_string())}</span>
                </div>
                <button type="button" class="more" aria-label="Close" on:click=move |_| app.dispatch(Msg::Select(None))>
                    {icon(Icon::CLOSE)}
                </button>
            </div>
            <div class="card-actions" on:click=move |_| anchor.set(None)>
                {move || shown.get().map(|(key, acts)| {
                    let acts = acts.into_iter().map(|act| act_view(app, act)).collect_view();
                    let inspect = Act {
                        label: "Show as YAML".to_owned(),
                        line: format!("kubectl get {} {} -o yaml", word(key.kind), key.name),
                        danger: false,
                        icon: Icon::FILE,
                        msg: Msg::Tab(Tab::Objects),
                    };
                    view! { {act_view(app, inspect)} {acts} }
                })}
            </div>
        </div>
    }
}

/// Moves the focus to the object of a card that was closed, or to its stage, if the element that had the focus before is
/// gone.
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
    element::remove_style(card, "--height");
    let Rect { width, height, .. } = element::rect(card);
    let place = beside(anchor.unwrap_or_default(), (width, height), element::viewport());
    element::set_style(card, "--x", &format!("{}px", place.left));
    element::set_style(card, "--y", &format!("{}px", place.top));
    element::set_style(card, "--height", &format!("{}px", place.height));
}

/// Where a box of that size goes: to the right of an anchor, to the left, below or above, whichever is the first to have
/// room in the viewport. Without room on any side it is cut to the height that there is below or above.
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

fn act_view(app: AppState, act: Act) -> impl IntoView {
    let Act {
        label,
        line,
        danger,
        icon: sign,
        msg,
    } = act;
    view! {
        <div class="card-action" class:danger=danger>
            {icon(sign)}
            <div class="card-words">
                <button type="button" on:click=move |_| app.dispatch(msg.clone())>{label}</button>
                <small>{line}</small>
            </div>
        </div>
    }
}

/// The short name that kubectl takes, or the plural.
fn word(kind: Kind) -> String {
    kind.info().name.to_ascii_lowercase()
}

/// What a person can do with an object.
fn acts(object: &Object) -> Vec<Act> {
    let key = object.key();
    match object.kind {
        Kind::Pod => pod(&key),
        Kind::StatefulSet | Kind::Deployment => workload(object, &key),
        Kind::PersistentVolumeClaim => vec![delete(&key, "claim", Msg::DeleteClaim(key.clone()))],
        kind => vec![delete(&key, &word(kind), Msg::Delete(key.clone()))],
    }
}

fn delete(key: &Key, noun: &str, msg: Msg) -> Act {
    Act {
        label: format!("Delete {noun} {}", key.name),
        line: format!("kubectl delete {} {}", word(key.kind), key.name),
        danger: true,
        icon: Icon::TRASH,
        msg,
    }
}

fn pod(key: &Key) -> Vec<Act> {
    let name = &key.name;
    vec![
        delete(
            key,
            "pod",
            Msg::DeletePod {
                pod: key.clone(),
                force: false,
            },
        ),
        Act {
            label: format!("Force delete pod {name}"),
            line: format!("kubectl delete pod {name} --grace-period=0 --force"),
            danger: true,
            icon: Icon::BOLT,
            msg: Msg::DeletePod {
                pod: key.clone(),
                force: true,
            },
        },
    ]
}

fn workload(object: &Object, key: &Key) -> Vec<Act> {
    let (kind, name) = (word(key.kind), &key.name);
    let replicas = object.spec().get("replicas").and_then(Value::as_i64).unwrap_or(1);
    let plain = |label: String, line: String, icon: Icon, msg: Msg| Act {
        label,
        line,
        danger: false,
        icon,
        msg,
    };
    let scale = |to: i64, icon: Icon| {
        plain(
            format!("Scale to {to}"),
            format!("kubectl scale {kind} {name} --replicas={to}"),
            icon,
            Msg::Scale {
                workload: key.clone(),
                replicas: to,
            },
        )
    };
    let remove = |label: &str, flag: &str, cascade: Propagation| Act {
        label: label.to_owned(),
        line: format!("kubectl delete {kind} {name}{flag}"),
        danger: true,
        icon: Icon::TRASH,
        msg: Msg::DeleteSet {
            workload: key.clone(),
            cascade,
        },
    };
    let mut acts = vec![scale(replicas.saturating_add(1), Icon::PLUS)];
    if replicas > 0 {
        acts.push(scale(replicas - 1, Icon::MINUS));
    }
    acts.push(plain(
        "Restart".to_owned(),
        format!("kubectl rollout restart {kind} {name}"),
        Icon::RESTARTS,
        Msg::RolloutRestart(key.clone()),
    ));
    acts.push(plain(
        "Undo rollout".to_owned(),
        format!("kubectl rollout undo {kind} {name}"),
        Icon::UNDO,
        Msg::RolloutUndo {
            workload: key.clone(),
            revision: 0,
        },
    ));
    acts.push(remove("Delete", "", Propagation::Background));
    acts.push(remove(
        "Delete, pods first",
        " --cascade=foreground",
        Propagation::Foreground,
    ));
    acts.push(remove(
        "Delete, keep the pods",
        " --cascade=orphan",
        Propagation::Orphan,
    ));
    acts
}
