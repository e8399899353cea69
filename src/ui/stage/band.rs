//! One band: the gutter, and the columns at the size that their width allows.

use std::sync::Arc;

use leptos::prelude::*;

use super::Stage;
use super::cells::Cells;
use super::gutter::Gutter;
use super::roving::Roving;
use super::slot::{ColumnView, DenseView};
use crate::object::Key;
use crate::scene::layout::{Layout, layout};
use crate::scene::{Band, Column, ColumnId, Size, SlotState, StatusIcon};
use crate::ui::icon::{Icon, changing, icon};

/// Below this width of the stage the gutter stands above the columns, in CSS pixels.
const NARROW_PX: u32 = 560;

/// Width of the gutter with its margins, wide and narrow, in CSS pixels; the style sheet says the same.
const GUTTER_PX: (u32, u32) = (254, 174);

/// Width of the stage from which the gutter is wide, in CSS pixels.
const WIDE_PX: u32 = 820;

#[component]
pub fn BandView(stage: Stage, id: Option<Key>) -> impl IntoView {
    let Some(first) = stage
        .scene
        .with_untracked(|scene| scene.band(id.as_ref()).cloned())
    else {
        return ().into_any();
    };
    let band = Memo::new_with_compare(
        move |before: Option<&Arc<Band>>| {
            let now = stage.scene.with(|scene| scene.band(id.as_ref()).cloned());
            now.unwrap_or_else(|| before.unwrap_or(&first).clone())
        },
        |a, b| !matches!((a, b), (Some(a), Some(b)) if Arc::ptr_eq(a, b)),
    );
    let cells = Cells::new(band);
    let narrow = Memo::new(move |_| (1..NARROW_PX).contains(&stage.size.get().0));
    let count = Memo::new(move |_| band.with(|band| band.columns.len()));
    let drawn = Memo::new(move |_| {
        let (width, height) = stage.size.get();
        let gutter = match width {
            _ if width < NARROW_PX => 24,
            _ if width < WIDE_PX => GUTTER_PX.1,
            _ => GUTTER_PX.0,
        };
        match width {
            // Not measured yet: the first picture is drawn as most screens will have it.
            0 => Layout::default(),
            _ => layout(
                count.get(),
                width.saturating_sub(gutter),
                height.saturating_sub(140),
            ),
        }
    });
    // On a narrow screen one column stands in full, unless there are too many to choose one from a strip.
    let size = Memo::new(move |_| match drawn.get().size {
        Size::Compact if narrow.get() => Size::Full,
        size => size,
    });
    let chosen = RwSignal::new(None::<ColumnId>);
    let here = Memo::new(move |_| {
        band.with(|band| {
            let chosen = chosen.get().filter(|id| band.column(id).is_some());
            let stopped = || band.columns.get(band.marker.unwrap_or(0)).map(Column::id);
            chosen.or_else(stopped)
        })
    });
    let claims = Memo::new(move |_| band.with(|band| band.claims.len()));
    let rails = Memo::new(move |_| band.with(|band| band.rails.iter().filter(|rail| !rail.builtin).count()));
    let nothing = Memo::new(move |_| {
        band.with(|band| band.id().is_none() && band.columns.is_empty()) && rails.get() == 0
    });
    let label = band.with_untracked(|band| match &band.workload {
        Some(workload) => format!("{} {}", workload.key.kind, workload.key.name),
        None => "Without a controller".to_owned(),
    });
    view! {
        <section
            class="band"
            aria-label=label
            hidden=move || nothing.get()
            data-size=move || size.get().name()
            data-narrow=move || narrow.get().then_some("")
            style=("--claims", move || claims.get().to_string())
            style=("--rails", move || rails.get().to_string())
            style=("--count", move || count.get().max(1).to_string())
            style=("--column", move || match (narrow.get(), size.get()) {
                (true, Size::Full) => "100%".to_owned(),
                _ => format!("{}px", drawn.get().column_px),
            })
        >
            <Gutter stage=stage band=band/>
            <Show when=move || narrow.get() && size.get() == Size::Full>
                <Strip band=band here=here chosen=chosen/>
            </Show>
            {move || match size.get() {
                Size::Dense => view! { <DenseColumns stage=stage band=band cells=cells/> }.into_any(),
                _ => view! { <Columns stage=stage band=band cells=cells here=here/> }.into_any(),
            }}
        </section>
    }
    .into_any()
}

#[component]
fn Columns(stage: Stage, band: Memo<Arc<Band>>, cells: Cells, here: Memo<Option<ColumnId>>) -> impl IntoView {
    let ids = Memo::new(move |_| band.with(|band| band.ids()));
    let roving = Roving::new();
    view! {
        <div
            class="columns"
            role="toolbar"
            aria-label="Columns"
            tabindex="0"
            on:pointerdown=move |_| roving.press()
            on:focusin=move |event| roving.focus_in(&event)
            on:focusout=move |event| roving.focus_out(&event)
            on:keydown=move |event| roving.key(&event)
        >
            <For
                each=move || ids.get()
                key=|id| id.clone()
                children=move |id| view! { <ColumnView stage=stage band=band cells=cells id=id here=here/> }
            />
            <Marker stage=stage band=band/>
            <Partition band=band/>
        </div>
    }
}

#[component]
fn DenseColumns(stage: Stage, band: Memo<Arc<Band>>, cells: Cells) -> impl IntoView {
    let ids = Memo::new(move |_| band.with(|band| band.ids()));
    let roving = Roving::new();
    view! {
        <div
            class="columns"
            role="toolbar"
            aria-label="Columns"
            tabindex="0"
            on:pointerdown=move |_| roving.press()
            on:focusin=move |event| roving.focus_in(&event)
            on:focusout=move |event| roving.focus_out(&event)
            on:keydown=move |event| roving.key(&event)
        >
            <For
                each=move || ids.get()
                key=|id| id.clone()
                children=move |id| view! { <DenseView stage=stage band=band cells=cells id=id/> }
            />
        </div>
    }
}

/// All columns as a strip, of which one is chosen to stand in full.
#[component]
fn Strip(
    band: Memo<Arc<Band>>,
    here: Memo<Option<ColumnId>>,
    chosen: RwSignal<Option<ColumnId>>,
) -> impl IntoView {
    let ids = Memo::new(move |_| band.with(|band| band.ids()));
    let roving = Roving::new();
    view! {
        <div
            class="strip"
            role="toolbar"
            aria-label="Choose a column"
            tabindex="0"
            on:pointerdown=move |_| roving.press()
            on:focusin=move |event| roving.focus_in(&event)
            on:focusout=move |event| roving.focus_out(&event)
            on:keydown=move |event| roving.key(&event)
        >
            <For
                each=move || ids.get()
                key=|id| id.clone()
                children=move |id| view! { <StripTile band=band id=id here=here chosen=chosen/> }
            />
        </div>
    }
}

#[component]
fn StripTile(
    band: Memo<Arc<Band>>,
    id: ColumnId,
    here: Memo<Option<ColumnId>>,
    chosen: RwSignal<Option<ColumnId>>,
) -> impl IntoView {
    let id = StoredValue::new(id);
    let label = Memo::new(move |_| {
        band.with(|band| match id.with_value(|id| band.column(id).cloned()) {
            Some(Column::Slot(slot)) => slot.label.to_string(),
            Some(Column::Folded(slots)) => format!("+{}", slots.len()),
            None => String::new(),
        })
    });
    let pod = Memo::new(move |_| {
        band.with(|band| {
            let column = id.with_value(|id| band.column(id).cloned())?;
            column.first()?.pod.as_ref().map(|pod| (pod.icon, pod.tone))
        })
    });
    let ghost = Memo::new(move |_| {
        band.with(|band| {
            let column = id.with_value(|id| band.column(id).cloned());
            column
                .as_ref()
                .and_then(Column::first)
                .is_some_and(|slot| slot.state == SlotState::Ghost)
        })
    });
    view! {
        <button
            type="button"
            class="strip-tile"
            tabindex="-1"
            data-tone=move || pod.get().map(|(_, tone)| tone.name())
            data-ghost=move || ghost.get().then_some("")
            aria-pressed=move || here.with(|here| *here == Some(id.get_value())).to_string()
            on:click=move |_| chosen.set(Some(id.get_value()))
        >
            {changing(move || pod.get().map_or(Icon::PENDING, |(sign, _): (StatusIcon, _)| Icon::of(sign)))}
            {move || label.get()}
        </button>
    }
}

/// The controller's marker.
#[component]
fn Marker(stage: Stage, band: Memo<Arc<Band>>) -> impl IntoView {
    let at = Memo::new(move |_| band.with(|band| band.marker));
    let id = band.with_untracked(|band| band.id().map(|key| stage.id("marker", key)));
    view! {
        <Show when=move || at.get().is_some()>
            <div
                class="marker"
                id=id.clone()
                title="The controller's last sync stopped here"
                style=("--at", move || at.get().unwrap_or(0).to_string())
            >
                {icon(Icon::MARKER)}
            </div>
        </Show>
    }
}

/// The line between ordinals that keep the old revision and those that get the new one.
#[component]
fn Partition(band: Memo<Arc<Band>>) -> impl IntoView {
    let at = Memo::new(move |_| band.with(|band| band.partition));
    view! {
        <Show when=move || at.get().is_some()>
            <div class="partition" style=("--at", move || at.get().map_or(0, |(index, _)| index).to_string())>
                <span>{move || at.get().map(|(_, partition)| format!("partition {partition}"))}</span>
            </div>
        </Show>
    }
}
