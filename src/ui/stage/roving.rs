//! Many buttons as one tab stop: arrow keys move among them, as the ARIA practices have it for a toolbar.
//!
//! The buttons themselves are no tab stops. The place that holds them is one, and hands the focus on to the button that
//! had it last; so there is a tab stop whichever buttons come and go.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusEvent, HtmlElement, KeyboardEvent};

/// What is remembered of a place with buttons.
#[derive(Clone, Copy)]
pub struct Roving {
    last: StoredValue<Option<HtmlElement>, LocalStorage>,
    /// Whether the pointer is what brings the focus: then it stays where the pointer is.
    pressed: StoredValue<bool>,
}

impl Roving {
    /// Nothing is remembered yet.
    pub fn new() -> Roving {
        Roving {
            last: StoredValue::new_local(None),
            pressed: StoredValue::new(false),
        }
    }

    /// The pointer was pressed in the place.
    pub fn press(self) {
        self.pressed.set_value(true);
    }

    /// The focus came into the place: to a button, or to the place itself, which hands it on.
    pub fn focus_in(self, event: &FocusEvent) {
        let pressed = self.pressed.get_value();
        self.pressed.set_value(false);
        let Some((place, target)) = within(event) else {
            return;
        };
        if target != place {
            self.last.set_value(Some(target));
        } else if !pressed {
            let last = self.last.get_value().filter(|last| place.contains(Some(last)));
            if let Some(button) = last.or_else(|| buttons(&place).into_iter().next()) {
                // After this event: a listener cannot be called again while it runs.
                spawn_local(async move {
                    let _ = button.focus();
                });
            }
        }
    }

    /// The focus left a button; the place is a tab stop again.
    pub fn focus_out(self, event: &FocusEvent) {
        self.pressed.set_value(false);
        if let Some((place, _)) = within(event) {
            place.set_tab_index(0);
        }
    }

    /// A key was pressed in the place: arrows, Home and End move the focus.
    pub fn key(self, event: &KeyboardEvent) {
        let Some((place, target)) = within(event) else {
            return;
        };
        if target == place || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let key = event.key();
        if key == "Tab" && event.shift_key() {
            // Backwards out of the place, not to the place itself.
            place.set_tab_index(-1);
            return;
        }
        let buttons = buttons(&place);
        let next = match key.as_str() {
            "ArrowLeft" => along(&buttons, &target, |at, _| at.checked_sub(1)),
            "ArrowRight" => along(&buttons, &target, |at, _| Some(at + 1)),
            "Home" => along(&buttons, &target, |_, _| Some(0)),
            "End" => along(&buttons, &target, |_, count| count.checked_sub(1)),
            "ArrowUp" => across(&buttons, &target, -1.0),
            "ArrowDown" => across(&buttons, &target, 1.0),
            _ => return,
        };
        // At the edge too: an arrow that moves among buttons never moves the play head.
        event.prevent_default();
        if let Some(next) = next {
            let _ = next.focus();
        }
    }
}

/// The place in which an event happened, and the element to which it did.
fn within(event: &Event) -> Option<(HtmlElement, HtmlElement)> {
    let target = event.target()?.dyn_into::<HtmlElement>().ok()?;
    let place = target.closest("[role=toolbar]").ok()??;
    Some((place.dyn_into().ok()?, target))
}

/// The buttons that are drawn, from left to right, those of one column from top to bottom.
fn buttons(place: &HtmlElement) -> Vec<HtmlElement> {
    let Ok(all) = place.query_selector_all("button") else {
        return Vec::new();
    };
    let buttons = (0..all.length()).filter_map(|at| all.get(at)?.dyn_into::<HtmlElement>().ok());
    buttons
        .filter(|button| button.offset_parent().is_some())
        .collect()
}

/// What each button stands for and, in its column, which of those it is: together they are its row of the matrix.
fn rows(buttons: &[HtmlElement]) -> Vec<(Option<String>, usize)> {
    let mut column = None::<Element>;
    let mut seen = Vec::new();
    let row = |button: &HtmlElement| {
        let own = button.closest(".slot").ok().flatten();
        if own.is_none() || own != column {
            seen.clear();
            column = own;
        }
        let object = button.closest("[data-kind]").ok().flatten();
        let kind = object.and_then(|object| object.get_attribute("data-kind"));
        let nth = seen.iter().filter(|other| **other == kind).count();
        seen.push(kind.clone());
        (kind, nth)
    };
    buttons.iter().map(row).collect()
}

/// The button at another place of the same row.
fn along(
    buttons: &[HtmlElement],
    from: &HtmlElement,
    to: impl FnOnce(usize, usize) -> Option<usize>,
) -> Option<HtmlElement> {
    let rows = rows(buttons);
    let own = rows.get(buttons.iter().position(|button| button == from)?)?;
    let row = buttons.iter().zip(&rows).filter(|(_, row)| *row == own);
    let row: Vec<&HtmlElement> = row.map(|(button, _)| button).collect();
    let at = row.iter().position(|button| *button == from)?;
    row.get(to(at, row.len())?).map(|button| (*button).clone())
}

/// The nearest button below or above.
fn across(buttons: &[HtmlElement], from: &HtmlElement, way: f64) -> Option<HtmlElement> {
    let middle = |element: &HtmlElement| {
        let rect = element.get_bounding_client_rect();
        (
            rect.left() + rect.width() / 2.0,
            rect.top() + rect.height() / 2.0,
            rect.height(),
        )
    };
    let (x, y, height) = middle(from);
    let mut best = None::<((f64, f64), &HtmlElement)>;
    for button in buttons {
        let (left, top, _) = middle(button);
        let distance = ((top - y) * way, (left - x).abs());
        if distance.0 > height / 2.0 && best.is_none_or(|(nearest, _)| nearer(distance, nearest)) {
            best = Some((distance, button));
        }
    }
    best.map(|(_, button)| button.clone())
}

/// Whether a button in the nearest row, and there nearest to the column, is meant rather than another one.
fn nearer(a: (f64, f64), b: (f64, f64)) -> bool {
    a.0 < b.0 - 1.0 || (a.0 - b.0).abs() <= 1.0 && a.1 < b.1
}
