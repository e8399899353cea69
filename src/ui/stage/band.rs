//! One band: the gutter, and the columns at the size that their width allows.

use std::sync::Arc;

use leptos::prelude::*;

use super::Stage;
use super::cells::Cells;
use super::gutter::Gutter;
use super::slot::{ColumnView, DenseView};
use crate::object::Key;
use crate::scene::layout::{Layout, layout};
use crate::scene::{Band, Column, ColumnId, Size, SlotState, StatusIcon};
use crate::ui::icon::{Icon, changing, icon};
use crate::ui::toolbar::Toolbar;

/// Width of the stage, in CSS pixels, below which the gutter is above the columns.
const NARROW_PX: u32 = 560;

/// Width of the gutter with its margins, wide and narrow, in CSS pixels; `style/stage/` has the same.
const GUTTER_PX: (u32, u32) = (254, 174);

/// Width of the stage, in CSS pixels, from which the gutter is wide.
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
    let fitted = Memo::new(move |_| {
        let (width, height) = stage.size.get();
        let gutter = match width {
            _ if width < NARROW_PX => 24,
            _ if width < WIDE_PX => GUTTER_PX.1,
            _ => GUTTER_PX.0,
        };
        match width {
            // Not measured yet: most screens have room for the default.
            0 => Layout::default(),
            _ => layout(
                count.get(),
                width.saturating_sub(gutter),
                height.saturating_sub(140),
            ),
        }
    });
    // On a narrow screen one column is drawn in full, unless there are too many to choose from in a strip.
    let size = Memo::new(move |_| match fitted.get().size {
        Size::Compact if narrow.get() => Size::Full,
        size => size,
    });
    let chosen = RwSignal::new(None::<ColumnId>);
    let current = Memo::new(move |_| {
        band.with(|band| {
            let chosen = chosen.get().filter(|id| band.column(id).is_some());
            let marked = || band.columns.get(band.marker.unwrap_or(0)).map(Column::id);
            chosen.or_else(marked)
        })
    });
    let claims = Memo::new(move |_| band.with(|band| band.claims.len()));
    let rails = Memo::new(move |_| band.with(|band| band.rails.iter().filter(|rail| !rail.builtin).count()));
    let empty = Memo::new(move |_| {
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
            hidden=move || empty.get()
            data-size=move || size.get().name()
            data-narrow=move || narrow.get().then_some("")
            style=("--claims", move || claims.get().to_string())
            style=("--rails", move || rails.get().to_string())
            style=("--count", move || count.get().max(1).to_string())
            style=("--column", move || match (narrow.get(), size.get()) {
                (true, Size::Full) => "100%".to_owned(),
                _ => format!("{}px", fitted.get().column_px),
            })
        >
            <Gutter stage=stage band=band/>
            <Show when=move || narrow.get() && size.get() == Size::Full>
                <Strip band=band current=current chosen=chosen/>
            </Show>
            {move || match size.get() {
                Size::Dense => view! { <DenseColumns stage=stage band=band cells=cells/> }.into_any(),
                _ => view! { <Columns stage=stage band=band cells=cells current=current/> }.into_any(),
            }}
        </section>
    }
    .into_any()
}

#[component]
fn Columns(
    stage: Stage,
    band: Memo<Arc<Band>>,
    cells: Cells,
    current: Memo<Option<ColumnId>>,
) -> impl IntoView {
    let ids = Memo::new(move |_| band.with(|band| band.ids()));
    view! {
        <Toolbar class="columns" label="Columns">
            <For
                each=move || ids.get()
                key=|id| id.clone()
                children=move |id| view! { <ColumnView stage=stage band=band cells=cells id=id current=current/> }
            />
            <Marker stage=stage band=band/>
            <Partition band=band/>
        </Toolbar>
    }
}

#[component]
fn DenseColumns(stage: Stage, band: Memo<Arc<Band>>, cells: Cells) -> impl IntoView {
    let ids = Memo::new(move |_| band.with(|band| band.ids()));
    view! {
        <Toolbar class="columns" label="Columns">
            <For
                each=move || ids.get()
                key=|id| id.clone()
                children=move |id| view! { <DenseView stage=stage band=band cells=cells id=id/> }
            />
        </Toolbar>
    }
}

/// A strip of all columns, to choose the one that is drawn in full.
#[component]
fn Strip(
    band: Memo<Arc<Band>>,
    current: Memo<Option<ColumnId>>,
    chosen: RwSignal<Option<ColumnId>>,
) -> impl IntoView {
    let ids = Memo::new(move |_| band.with(|band| band.ids()));
    view! {
        <Toolbar class="strip" label="Choose a column">
            <For
                each=move || ids.get()
                key=|id| id.clone()
                children=move |id| view! { <StripTile band=band id=id current=current chosen=chosen/> }
            />
        </Toolbar>
    }
}

#[component]
fn StripTile(
    band: Memo<Arc<Band>>,
    id: ColumnId,
    current: Memo<Option<ColumnId>>,
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
            aria-pressed=move || current.with(|current| *current == Some(id.get_value())).to_string()
            on:click=move |_| chosen.set(Some(id.get_value()))
        >
            {changing(move || pod.get().map_or(Icon::PENDING, |(sign, _): (StatusIcon, _)| Icon::for_status(sign)))}
            {move || label.get()}
        </button>
    }
}

/// The marker of the controller's position.
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

/// The line at `spec.updateStrategy.rollingUpdate.partition`, from which on ordinals are updated.
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
