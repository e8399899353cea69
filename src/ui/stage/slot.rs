//! One column: taps, name, pod or ghost, claims and disks.

use std::sync::Arc;

use leptos::prelude::*;

use super::Stage;
use super::cells::{self, Cell, Cells};
use super::claim::{ClaimView, LooseVolume, hidden_claim};
use super::pod::{PodCard, PodTile};
use crate::scene::{Band, Column, ColumnId, Slot, SlotState};
use crate::ui::icon::{Icon, changing};

/// A column at full or compact size.
#[component]
pub fn ColumnView(
    stage: Stage,
    band: Memo<Arc<Band>>,
    cells: Cells,
    id: ColumnId,
    current: Memo<Option<ColumnId>>,
) -> impl IntoView {
    let Some(column) = cells.show(&id) else {
        return ().into_any();
    };
    let Some(cell) = cells::first_slot(column) else {
        return ().into_any();
    };
    let folded = cells::is_folded(column);
    let is_current = Memo::new(move |_| current.with(|current| current.as_ref() == Some(&id)));
    view! {
        <Show when=move || !folded.get() fallback=move || view! { <Folded stage=stage column=column/> }>
            <SlotView stage=stage band=band cell=cell current=is_current/>
        </Show>
    }
    .into_any()
}

#[component]
fn SlotView(stage: Stage, band: Memo<Arc<Band>>, cell: Cell, current: Memo<bool>) -> impl IntoView {
    let rails = Memo::new(move |_| band.with(|band| band.rails.iter().filter(|rail| !rail.builtin).count()));
    let rows = Memo::new(move |_| band.with(|band| band.claims.len()));
    let named = Memo::new(move |_| cell.with(|cell| cell.name.is_some()));
    let uid = Memo::new(move |_| cell.with(|cell| cell.pod.as_ref().map(|pod| pod.uid.clone())));
    let volume = Memo::new(move |_| cell.with(|cell| cell.volume.is_some()));
    let leaving = Memo::new(move |_| {
        let name = slot_name(band, cell);
        stage
            .leaving
            .with(|leaving| leaving.iter().find(|key| key.name.as_ref() == name).cloned())
    });
    view! {
        <div
            class="slot rows"
            class:current=move || current.get()
            data-kind="slot"
            data-name=move || slot_name(band, cell)
            data-ordinal=move || cell.with(|cell| cell.ordinal.map(|ordinal| ordinal.to_string()))
            data-state=move || cell.with(|cell| cell.state.name())
        >
            <div class="taps">
                {move || (0..rails.get()).map(|rail| tap_view(cell, rail)).collect_view()}
            </div>
            {move || if named.get() {
                view! { <NameView cell=cell/> }.into_any()
            } else {
                view! { <div class="name"></div> }.into_any()
            }}
            <div class="track"></div>
            <div class="pod-cell">
                {move || match uid.get() {
                    Some(_) => view! { <PodCard stage=stage cell=cell/> }.into_any(),
                    None => view! { <Ghost cell=cell/> }.into_any(),
                }}
                {move || leaving.get().map(|key| view! {
                    <div class="leaving" id=stage.id("leaving", &key) aria-hidden="true">
                        <span class="ordinal">{cell.with(|cell| cell.label.to_string())}</span>
                    </div>
                })}
            </div>
            {move || (0..rows.get()).map(|row| view! { <ClaimView stage=stage cell=cell row=row/> }).collect_view()}
            <Show when=move || volume.get()>
                <LooseVolume stage=stage cell=cell/>
            </Show>
        </div>
    }
}

/// The name of a slot's pod. A band's workload never changes, so it is not tracked.
fn slot_name(band: Memo<Arc<Band>>, cell: Cell) -> String {
    let stem = band.with_untracked(|band| band.workload.as_ref().map(|workload| workload.key.name.clone()));
    cell.with(|cell| match (stem, cell.ordinal) {
        (Some(stem), Some(ordinal)) => format!("{stem}-{ordinal}"),
        _ => cell.id.to_string(),
    })
}

fn tap_view(cell: Cell, rail: usize) -> impl IntoView {
    let tap = Memo::new(move |_| cell.with(|cell| cell.endpoints.get(rail).copied().unwrap_or_default()));
    view! {
        <div class="tap" data-tap=move || tap.get().name() title=move || tap.get().description()>
            <span class="dot"></span>
        </div>
    }
}

#[component]
fn NameView(cell: Cell) -> impl IntoView {
    let dns = move || cell.with(|cell| cell.name.as_ref().map(|name| name.dns.to_string()));
    let answer = move || {
        cell.with(|cell| {
            cell.name
                .as_ref()
                .and_then(|name| name.answer.as_ref().map(|a| a.to_string()))
        })
    };
    let resolves = Memo::new(move |_| answer().is_some());
    view! {
        <div
            class="name"
            data-kind="name"
            data-name=dns
            data-resolves=move || resolves.get().to_string()
            data-answers=move || answer().unwrap_or_default()
            title=dns
        >
            <span class="plate">
                {changing(move || if resolves.get() { Icon::LIT } else { Icon::DARK })}
                <span class="full">{move || cell.with(|cell| format!("-{}", cell.label))}</span>
                <span class="answer">{answer}</span>
                <span class="visually-hidden">
                    {move || if resolves.get() { "resolves" } else { "does not resolve" }}
                </span>
            </span>
        </div>
    }
}

/// A slot's picture while it has no pod.
#[component]
fn Ghost(cell: Cell) -> impl IntoView {
    let text = move || match cell.with(|cell| cell.state) {
        SlotState::Ghost if cell.with(|cell| cell.ordinal.is_some()) => "identity and claim remain",
        SlotState::Ghost => "no pod",
        _ => "not created",
    };
    view! {
        <div class="ghost" data-ghost=move || cell.with(|cell| cell.state.name())>
            <span class="ordinal">{move || cell.with(|cell| cell.label.to_string())}</span>
            <span class="ghost-words">{text}</span>
        </div>
    }
}

/// Several ghosts drawn as one. Each is in the document with its claims.
#[component]
fn Folded(stage: Stage, column: RwSignal<Column>) -> impl IntoView {
    let slots = Memo::new(move |_| {
        column.with(|column| match column {
            Column::Folded(slots) => slots.clone(),
            Column::Slot(_) => Vec::new(),
        })
    });
    let range = move || {
        let (first, last) = slots.with(|slots| (slots.first().cloned(), slots.last().cloned()));
        match first.zip(last) {
            Some((first, last)) => format!("{} to {}", first.label, last.label),
            None => String::new(),
        }
    };
    view! {
        <div class="slot rows folded">
            <div class="taps"></div>
            <div class="name"></div>
            <div class="track"></div>
            <div class="pod-cell">
                <div class="stub">
                    <b>{move || format!("+{} claims kept", slots.with(|slots| count_claims(slots)))}</b>
                    <span class="ghost-words">{range}</span>
                </div>
            </div>
            <div hidden=true>
                <For each=move || slots.get() key=|cell| Arc::as_ptr(cell) as usize children=move |cell| hidden_slot(stage, &cell)/>
            </div>
        </div>
    }
}

fn count_claims(slots: &[Arc<Slot>]) -> usize {
    slots
        .iter()
        .map(|cell| cell.claims.iter().flatten().count())
        .sum()
}

/// A slot in the document, not drawn.
fn hidden_slot(stage: Stage, cell: &Slot) -> impl IntoView + use<> {
    let claims = cell
        .claims
        .iter()
        .flatten()
        .map(|claim| hidden_claim(stage, claim))
        .collect_view();
    view! {
        <div
            data-kind="slot"
            data-name=cell.id.to_string()
            data-ordinal=cell.ordinal.map(|ordinal| ordinal.to_string())
            data-state=cell.state.name()
        >
            {claims}
        </div>
    }
}

/// A column at dense size: a tile for the pod and a bar for its claims.
#[component]
pub fn DenseView(stage: Stage, band: Memo<Arc<Band>>, cells: Cells, id: ColumnId) -> impl IntoView {
    let Some(column) = cells.show(&id) else {
        return ().into_any();
    };
    let Some(cell) = cells::first_slot(column) else {
        return ().into_any();
    };
    let folded = cells::is_folded(column);
    let uid = Memo::new(move |_| cell.with(|cell| cell.pod.as_ref().map(|pod| pod.uid.clone())));
    let bar = Memo::new(move |_| {
        cell.with(|cell| {
            cell.claims
                .iter()
                .flatten()
                .next()
                .map(|claim| claim.phase.to_string())
        })
    });
    view! {
        <Show when=move || !folded.get() fallback=move || view! { <Folded stage=stage column=column/> }>
            <div
                class="slot dense"
                data-kind="slot"
                data-name=move || slot_name(band, cell)
                data-ordinal=move || cell.with(|cell| cell.ordinal.map(|ordinal| ordinal.to_string()))
                data-state=move || cell.with(|cell| cell.state.name())
            >
                {move || match uid.get() {
                    Some(_) => view! { <PodTile stage=stage cell=cell/> }.into_any(),
                    None => view! { <span class="ghost"></span> }.into_any(),
                }}
                <span class="bar" data-bar=move || bar.get()></span>
                <span hidden=true>
                    {move || hidden_name(cell)}
                    {move || cell.with(|cell| {
                        cell.claims.iter().flatten().map(|claim| hidden_claim(stage, claim)).collect_view()
                    })}
                </span>
            </div>
        </Show>
    }
    .into_any()
}

fn hidden_name(cell: Cell) -> impl IntoView {
    let name = cell.with(|cell| cell.name.clone())?;
    let answer = name.answer.as_ref().map(|answer| answer.to_string());
    Some(view! {
        <span
            data-kind="name"
            data-name=name.dns.to_string()
            data-resolves=answer.is_some().to_string()
            data-answers=answer.unwrap_or_default()
        ></span>
    })
}
