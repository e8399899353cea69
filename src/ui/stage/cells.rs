//! A signal for each column of a band, written where a column changes and nowhere else.
//!
//! A memo of the band for each column would be asked about every change of every column: with a thousand of them that
//! alone takes longer than a frame.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;

use crate::scene::{Band, Column, ColumnId, Slot};

/// The slot of a column.
pub type Cell = Memo<Arc<Slot>>;

/// The columns of one band.
#[derive(Clone, Copy)]
pub struct Cells {
    band: Memo<Arc<Band>>,
    signals: StoredValue<HashMap<ColumnId, RwSignal<Column>>, LocalStorage>,
}

impl Cells {
    /// The columns of a band, none of which is shown yet.
    pub fn new(band: Memo<Arc<Band>>) -> Cells {
        let signals = StoredValue::new_local(HashMap::<ColumnId, RwSignal<Column>>::new());
        Effect::new(move |before: Option<Arc<Band>>| {
            let now = band.get();
            let standing = before.as_ref().map_or([].as_slice(), |band| &band.columns);
            signals.with_value(|signals| {
                for (place, column) in now.columns.iter().enumerate() {
                    if standing.get(place).is_some_and(|old| old.ptr_eq(column)) {
                        continue;
                    }
                    if let Some(signal) = signals.get(&column.id())
                        && !signal.with_untracked(|old| old.ptr_eq(column))
                    {
                        signal.set(column.clone());
                    }
                }
            });
            now
        });
        Cells { band, signals }
    }

    /// The signal of a column that is going to be shown.
    pub fn show(self, id: &ColumnId) -> Option<RwSignal<Column>> {
        let column = self.band.with_untracked(|band| band.column(id).cloned())?;
        let signal = RwSignal::new(column);
        self.signals.update_value(|signals| {
            signals.insert(id.clone(), signal);
        });
        let id = id.clone();
        on_cleanup(move || {
            // Another view of the same column may have taken its place already.
            self.signals.try_update_value(|signals| {
                if signals.get(&id) == Some(&signal) {
                    signals.remove(&id);
                }
            });
        });
        Some(signal)
    }
}

/// The slot of a column; of folded ones the first.
pub fn cell(column: RwSignal<Column>) -> Option<Cell> {
    let first = column.with_untracked(|column| column.first().cloned())?;
    Some(Memo::new_with_compare(
        move |_| {
            column
                .with(|column| column.first().cloned())
                .unwrap_or_else(|| first.clone())
        },
        |a, b| !matches!((a, b), (Some(a), Some(b)) if Arc::ptr_eq(a, b)),
    ))
}

/// Whether several slots are folded into a column.
pub fn folded(column: RwSignal<Column>) -> Memo<bool> {
    Memo::new(move |_| column.with(|column| matches!(column, Column::Folded(_))))
}
