//! Claims with their disks, and the cables between them and their pods.

use leptos::prelude::*;

use super::Stage;
use super::cells::Cell;
use super::object_button::ObjectButton;
use crate::scene::{Claim, Volume};
use crate::ui::icon::{Icon, changing};

/// The claim of one row with its cable and its disk, if the slot has one.
#[component]
pub fn ClaimView(stage: Stage, cell: Cell, row: usize) -> impl IntoView {
    let claim = Memo::new(move |_| cell.with(|cell| cell.claims.get(row).cloned().flatten()));
    let uid = Memo::new(move |_| claim.with(|claim| claim.as_ref().map(|claim| claim.uid.clone())));
    view! {
        <div class="claim-cell">
            {move || uid.get().map(|_| view! { <OneClaim stage=stage cell=cell claim=claim/> })}
        </div>
    }
}

/// One claim, as long as its uid stays the same.
#[component]
fn OneClaim(stage: Stage, cell: Cell, claim: Memo<Option<Claim>>) -> impl IntoView {
    let Some(first) = claim.get_untracked() else {
        return ().into_any();
    };
    let key = first.key.clone();
    let phase = Memo::new(move |_| {
        claim.with(|claim| {
            claim
                .as_ref()
                .map(|claim| claim.phase.clone())
                .unwrap_or_default()
        })
    });
    let volume =
        Memo::new(move |_| claim.with(|claim| claim.as_ref().and_then(|claim| claim.volume.clone())));
    let size = move || {
        claim.with(|claim| {
            claim
                .as_ref()
                .and_then(|claim| claim.size.as_ref().map(|size| size.to_string()))
        })
    };
    let selected = stage.is_selected(key.clone());
    let sign = move || {
        phase.with(|phase| match phase.as_ref() {
            "Bound" => Icon::CHECK,
            "Terminating" => Icon::STOPPING,
            "Lost" => Icon::FAILED,
            _ => Icon::PENDING,
        })
    };
    view! {
        <Cable stage=stage cell=cell volume=volume/>
        <div
            class="claim"
            class:is-selected=move || selected.get()
            id=stage.id("object", &key)
            data-kind="claim"
            data-name=key.name.to_string()
            data-uid=first.uid.to_string()
            data-phase=move || phase.get().to_string()
            data-volume=move || claim.with(|claim| claim.as_ref().and_then(|c| c.volume_name.clone()).unwrap_or_default().to_string())
        >
            <ObjectButton
                stage=stage
                key=key.clone()
                label={
                    let name = key.name.clone();
                    move || Some(format!("Actions for claim {name}: {}", phase.get()))
                }
            />
            {changing(sign)}
            <span class="claim-word">{move || phase.get().to_string()}</span>
        </div>
        <div class="disk-cell">
            {move || match volume.with(|volume| volume.as_ref().map(|volume| volume.uid.clone())) {
                Some(_) => view! { <Disk stage=stage volume=volume/> }.into_any(),
                None => view! {
                    <div class="disk empty">
                        <span class="size">{size}</span>
                        <span class="where">"no volume"</span>
                    </div>
                }
                .into_any(),
            }}
        </div>
    }
    .into_any()
}

/// The cable between pod and disk. It is plugged in while the volume is attached to the pod's node.
#[component]
fn Cable(stage: Stage, cell: Cell, volume: Memo<Option<Volume>>) -> impl IntoView {
    let has_pod = Memo::new(move |_| cell.with(|cell| cell.pod.is_some()));
    let plugged = Memo::new(move |_| {
        let node = cell.with(|cell| cell.pod.as_ref().and_then(|pod| pod.node.clone()));
        let attached = volume.with(|volume| volume.as_ref().and_then(|volume| volume.attached.clone()));
        node.is_some() && node == attached
    });
    let id = Memo::new(move |_| {
        volume.with(|volume| volume.as_ref().map(|volume| stage.id("cable", &volume.key)))
    });
    view! {
        <div
            class="cable"
            id=move || id.get()
            data-pod=move || has_pod.get().to_string()
            data-plugged=move || plugged.get().to_string()
            title=move || if plugged.get() { "attached" } else { "not attached" }
        >
            <span class="plug"></span>
        </div>
    }
}

/// The disk of a volume.
#[component]
fn Disk(stage: Stage, volume: Memo<Option<Volume>>) -> impl IntoView {
    let Some(first) = volume.get_untracked() else {
        return ().into_any();
    };
    let key = first.key.clone();
    let text = move |read: fn(&Volume) -> String| {
        move || volume.with(|volume| volume.as_ref().map(read).unwrap_or_default())
    };
    let selected = stage.is_selected(key.clone());
    view! {
        <div
            class="disk"
            class:is-selected=move || selected.get()
            id=stage.id("object", &key)
            data-kind="volume"
            data-name=key.name.to_string()
            data-uid=first.uid.to_string()
            data-phase=text(|volume| volume.phase.to_string())
            data-attached=text(|volume| volume.attached.as_deref().unwrap_or_default().to_owned())
            title=key.name.to_string()
        >
            <ObjectButton
                stage=stage
                key=key.clone()
                label={
                    let name = key.name.clone();
                    move || Some(format!("Actions for volume {name}: {}", text(|volume| volume.phase.to_string())()))
                }
            />
            <span class="size">{text(|volume| volume.size.as_deref().unwrap_or_default().to_owned())}</span>
            <span class="where">{text(location)}</span>
        </div>
    }
    .into_any()
}

/// Where a volume is.
fn location(volume: &Volume) -> String {
    match (&volume.attached, &volume.pinned) {
        (Some(node), _) => format!("on {node}"),
        (None, Some(node)) => format!("only {node}"),
        (None, None) if volume.phase.as_ref() == "Bound" => "detached".to_owned(),
        (None, None) => volume.phase.to_string(),
    }
}

/// A volume whose claim no longer exists.
#[component]
pub fn LooseVolume(stage: Stage, cell: Cell) -> impl IntoView {
    let volume = Memo::new(move |_| cell.with(|cell| cell.volume.clone()));
    view! {
        <div class="loose-volume">
            <Disk stage=stage volume=volume/>
        </div>
    }
}

/// A claim and its volume in the document, not drawn.
pub fn hidden_claim(stage: Stage, claim: &Claim) -> impl IntoView + use<> {
    let volume = claim.volume.as_ref().map(|volume| {
        view! {
            <span
                data-kind="volume"
                data-name=volume.key.name.to_string()
                data-uid=volume.uid.to_string()
                data-phase=volume.phase.to_string()
                data-attached=volume.attached.as_deref().unwrap_or_default().to_owned()
            ></span>
        }
    });
    view! {
        <span
            id=stage.id("object", &claim.key)
            data-kind="claim"
            data-name=claim.key.name.to_string()
            data-uid=claim.uid.to_string()
            data-phase=claim.phase.to_string()
            data-volume=claim.volume_name.as_deref().unwrap_or_default().to_owned()
        ></span>
        {volume}
    }
}
