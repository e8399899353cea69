//! A pod: its card, and its tile at dense size.

use leptos::attr::Attribute;
use leptos::prelude::*;

use super::Stage;
use super::cells::Cell;
use super::object_button::ObjectButton;
use crate::scene::Pod;
use crate::ui::format::breakable;
use crate::ui::icon::{Icon, changing, icon};

/// A text of the pod of a slot, as long as there is one.
fn text(
    pod: Memo<Option<Pod>>,
    read: impl Fn(&Pod) -> String + Send + 'static,
) -> impl Fn() -> Option<String> + Send {
    move || pod.with(|pod| pod.as_ref().map(&read))
}

/// The attributes that `docs/dom.md` promises, and the pod's colours.
fn attributes(stage: Stage, first: &Pod, pod: Memo<Option<Pod>>) -> impl Attribute + use<> {
    view! {
        <{..}
            id=stage.id("object", &first.key)
            data-kind="pod"
            data-name=first.key.name.to_string()
            data-uid=first.uid.to_string()
            data-status=text(pod, |pod| pod.status.to_string())
            data-ready=text(pod, |pod| format!("{}/{}", pod.ready.0, pod.ready.1))
            data-restarts=text(pod, |pod| pod.restarts.to_string())
            data-ip=text(pod, |pod| pod.ip.as_deref().unwrap_or_default().to_owned())
            data-node=text(pod, |pod| pod.node.as_deref().unwrap_or_default().to_owned())
            data-terminating=text(pod, |pod| pod.terminating.to_string())
            data-revision=text(pod, |pod| pod.revision.as_deref().unwrap_or_default().to_owned())
            data-tint=move || pod.with(|pod| pod.as_ref()?.letter.as_ref().map(|(_, tint)| tint.name()))
        />
    }
}

/// A pod's card.
#[component]
pub fn PodCard(stage: Stage, cell: Cell) -> impl IntoView {
    let pod = Memo::new(move |_| cell.with(|cell| cell.pod.clone()));
    let Some(first) = pod.get_untracked() else {
        return ().into_any();
    };
    let key = first.key.clone();
    let selected = stage.is_selected(key.clone());
    let sign = move || {
        pod.with(|pod| {
            pod.as_ref()
                .map_or(Icon::PENDING, |pod| Icon::for_status(pod.icon))
        })
    };
    let tone = move || pod.with(|pod| pod.as_ref().map(|pod| pod.tone.name()));
    let ring = Memo::new(move |_| pod.with(|pod| pod.as_ref().is_some_and(|pod| pod.ring.is_some())));
    let restarts = Memo::new(move |_| pod.with(|pod| pod.as_ref().map_or(0, |pod| pod.restarts)));
    let node = Memo::new(move |_| pod.with(|pod| pod.as_ref().and_then(|pod| pod.node.clone())));
    let letter = move || {
        pod.with(|pod| {
            pod.as_ref()?
                .letter
                .as_ref()
                .map(|(letter, _)| letter.to_string())
        })
    };
    let ring_id = stage.id("ring", &key);
    view! {
        <div
            class="pod"
            class:is-selected=move || selected.get()
            data-outline=text(pod, |pod| (!pod.started).to_string())
            {..attributes(stage, &first, pod)}
        >
            <ObjectButton stage=stage key=key label=text(pod, describe)/>
            <div class="pod-head">
                <span class="ordinal">{move || cell.with(|cell| cell.label.to_string())}</span>
                <span class="letter">{letter}</span>
                <span class="more">{icon(Icon::MORE)}</span>
            </div>
            <div class="pod-status toned" data-tone=tone>
                <span class="status-sign">
                    <Show when=move || ring.get()>
                        <svg class="ring" viewBox="0 0 36 36" aria-hidden="true" id=ring_id.clone()>
                            <circle class="ring-track" cx="18" cy="18" r="15.9"></circle>
                            <circle class="ring-hand" cx="18" cy="18" r="15.9" pathLength="100"></circle>
                        </svg>
                    </Show>
                    {changing(sign)}
                </span>
                <span class="status-word">{text(pod, |pod| breakable(&pod.status))}</span>
            </div>
            <div class="pod-facts">
                <span class="fact">
                    "READY "<b>{text(pod, |pod| format!("{}/{}", pod.ready.0, pod.ready.1))}</b>
                </span>
                <Show when=move || restarts.get() != 0>
                    <span class="fact" title="Restarts">{icon(Icon::RESTARTS)}<b>{move || restarts.get()}</b></span>
                </Show>
                <Show when=move || node.get().is_some()>
                    <span class="fact" title="Node">
                        {icon(Icon::NODE)}{move || node.get().unwrap_or_default().to_string()}
                    </span>
                </Show>
            </div>
        </div>
    }
    .into_any()
}

/// The accessible name of a pod's button.
fn describe(pod: &Pod) -> String {
    let (ready, all) = pod.ready;
    let node = pod
        .node
        .as_ref()
        .map(|node| format!(", on {node}"))
        .unwrap_or_default();
    format!(
        "Actions for pod {}: {}, {ready}/{all} ready{node}",
        pod.key.name, pod.status
    )
}

/// A pod's tile.
#[component]
pub fn PodTile(stage: Stage, cell: Cell) -> impl IntoView {
    let pod = Memo::new(move |_| cell.with(|cell| cell.pod.clone()));
    let Some(first) = pod.get_untracked() else {
        return ().into_any();
    };
    let key = first.key.clone();
    view! {
        <button
            type="button"
            class="tile"
            tabindex="-1"
            aria-label=text(pod, describe)
            title=text(pod, |pod| format!("{}: {}", pod.key.name, pod.status))
            data-tone=move || pod.with(|pod| pod.as_ref().map(|pod| pod.tone.name()))
            data-sign=move || pod.with(|pod| pod.as_ref().map(|pod| pod.icon.name()))
            on:click=move |_| stage.select(key.clone())
            {..attributes(stage, &first, pod)}
        ></button>
    }
    .into_any()
}
