//! A signal for each column of a band, set only when that column changes.
//!
//! A memo of the band for each column would run at every change of any column: with a thousand columns that alone takes
//! longer than a frame.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;

use crate::scene::{Band, Column, ColumnId, Slot};

/// The slot of a column.
pub type Cell = Memo<Arc<Slot>>;

/// The signals of one band's columns.
#[derive(Clone, Copy)]
pub struct Cells {
    band: Memo<Arc<Band>>,
    signals: StoredValue<HashMap<ColumnId, RwSignal<Column>>, LocalStorage>,
}

impl Cells {
    /// The signals of a band, of which no column is shown yet.
    pub fn new(band: Memo<Arc<Band>>) -> Cells {
        let signals = StoredValue::new_local(HashMap::<ColumnId, RwSignal<Column>>::new());
        Effect::new(move |before: Option<Arc<Band>>| {
            let now = band.get();
            let old = before.as_ref().map_or([].as_slice(), |band| &band.columns);
            signals.with_value(|signals| {
                for (index, column) in now.columns.iter().enumerate() {
                    if old.get(index).is_some_and(|old| old.ptr_eq(column)) {
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

    /// Adds the signal of a column that is about to be shown, and removes it when its view is.
    pub fn show(self, id: &ColumnId) -> Option<RwSignal<Column>> {
        let column = self.band.with_untracked(|band| band.column(id).cloned())?;
        let signal = RwSignal::new(column);
        self.signals.update_value(|signals| {
            signals.insert(id.clone(), signal);
        });
        let id = id.clone();
        on_cleanup(move || {
            // Another view of the same column may have replaced the signal.
            self.signals.try_update_value(|signals| {
                if signals.get(&id) == Some(&signal) {
                    signals.remove(&id);
                }
            });
        });
        Some(signal)
    }
}

/// The slot of a column; of a folded column the first one.
pub fn first_slot(column: RwSignal<Column>) -> Option<Cell> {
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

/// Whether a column is folded.
pub fn is_folded(column: RwSignal<Column>) -> Memo<bool> {
    Memo::new(move |_| column.with(|column| matches!(column, Column::Folded(_))))
}
