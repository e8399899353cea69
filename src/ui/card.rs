//! The card of actions beside what is selected, each with the kubectl line that does the same.

use leptos::html;
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};
use web_sys::HtmlElement;

use crate::app::state::AppState;
use crate::cluster::command::Cascade;
use crate::object::{Key, Kind, Object, Value};
use crate::session::{Msg, Tab};
use crate::ui::icon::{Icon, icon};
use crate::ui::stage::Stage;
use wasm_bindgen::JsCast;

/// Width of the card and its distance from what it is about, in CSS pixels; the style sheet says the same.
const WIDTH_PX: f64 = 248.0;
const AWAY_PX: f64 = 8.0;

/// One action.
#[derive(Clone, Debug, PartialEq)]
struct Act {
    label: String,
    line: String,
    danger: bool,
    icon: Icon,
    msg: Msg,
}

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
            session
                .run_state(stage.run)
                .world()
                .get(&key)
                .map(|object| (key.clone(), acts(object)))
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
                    {move || object.get().map(|(key, acts)| {
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
                <small title=line.clone()>{line.clone()}</small>
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
    let remove = |label: &str, flag: &str, cascade: Cascade| Act {
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
    acts.push(remove("Delete", "", Cascade::Background));
    acts.push(remove(
        "Delete, pods first",
        " --cascade=foreground",
        Cascade::Foreground,
    ));
    acts.push(remove(
        "Delete, keep the pods",
        " --cascade=orphan",
        Cascade::Orphan,
    ));
    acts
}
