//! Roving focus: many buttons as one tab stop, among which the arrow keys move the focus, as in the toolbar pattern of
//! the ARIA Authoring Practices.
//!
//! The buttons are not tab stops; the toolbar is, and it passes the focus on to the button that had it last. So there
//! is always a tab stop, even when buttons are added or removed.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusEvent, HtmlElement, KeyboardEvent};

use super::element::{self, rect};

/// The roving focus of one toolbar.
#[derive(Clone, Copy)]
pub struct Roving {
    /// The button that had the focus last.
    last: StoredValue<Option<HtmlElement>, LocalStorage>,
    /// Whether the pointer is about to move the focus: then it stays where the pointer is.
    pressed: StoredValue<bool>,
}

impl Default for Roving {
    /// The focus of a toolbar that has not had it yet.
    fn default() -> Roving {
        Roving {
            last: StoredValue::new_local(None),
            pressed: StoredValue::new(false),
        }
    }
}

impl Roving {
    /// Handles `pointerdown`.
    pub fn pointer_down(self) {
        self.pressed.set_value(true);
    }

    /// Handles `focusin`: remembers the button, or passes the focus from the toolbar itself on to one.
    pub fn focus_in(self, event: &FocusEvent) {
        let pressed = self.pressed.get_value();
        self.pressed.set_value(false);
        let Some((toolbar, target)) = toolbar_and_target(event) else {
            return;
        };
        if target != toolbar {
            self.last.set_value(Some(target));
        } else if !pressed {
            let last = self.last.get_value().filter(|last| toolbar.contains(Some(last)));
            if let Some(button) = last.or_else(|| buttons(&toolbar).into_iter().next()) {
                // After this event, because Leptos' listeners are not reentrant.
                spawn_local(async move { element::focus(&button) });
            }
        }
    }

    /// Handles `focusout`: the toolbar is a tab stop again.
    pub fn focus_out(self, event: &FocusEvent) {
        self.pressed.set_value(false);
        if let Some((toolbar, _)) = toolbar_and_target(event) {
            toolbar.set_tab_index(0);
        }
    }

    /// Handles `keydown`: arrows, Home and End move the focus.
    pub fn key_down(self, event: &KeyboardEvent) {
        let Some((toolbar, target)) = toolbar_and_target(event) else {
            return;
        };
        if target == toolbar || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let key = event.key();
        if key == "Tab" && event.shift_key() {
            // Backwards out of the toolbar, not to the toolbar itself.
            toolbar.set_tab_index(-1);
            return;
        }
        let buttons = buttons(&toolbar);
        let next = match key.as_str() {
            "ArrowLeft" => along(&buttons, &target, |at, _| at.checked_sub(1)),
            "ArrowRight" => along(&buttons, &target, |at, _| Some(at + 1)),
            "Home" => along(&buttons, &target, |_, _| Some(0)),
            "End" => along(&buttons, &target, |_, count| count.checked_sub(1)),
            "ArrowUp" => across(&buttons, &target, -1.0),
            "ArrowDown" => across(&buttons, &target, 1.0),
            _ => return,
        };
        // At the edges too: an arrow pressed among buttons never moves the play head.
        event.prevent_default();
        if let Some(next) = next {
            element::focus(&next);
        }
    }
}

/// The toolbar in which an event happened, and the event's target.
fn toolbar_and_target(event: &Event) -> Option<(HtmlElement, HtmlElement)> {
    let target = event.target()?.dyn_into::<HtmlElement>().ok()?;
    let toolbar = target.closest("[role=toolbar]").ok()??;
    Some((toolbar.dyn_into().ok()?, target))
}

/// The buttons that are drawn, from left to right, those of one column from top to bottom.
fn buttons(toolbar: &HtmlElement) -> Vec<HtmlElement> {
    let Ok(all) = toolbar.query_selector_all("button") else {
        return Vec::new();
    };
    let buttons = (0..all.length()).filter_map(|at| all.get(at)?.dyn_into::<HtmlElement>().ok());
    buttons
        .filter(|button| button.offset_parent().is_some())
        .collect()
}

/// The row of the matrix that each button is in: the kind of its object, and which of that kind in its column it is.
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

/// Another button of the same row; `to` gets the index of `from` in the row and the row's length.
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

/// The nearest button above (`direction` -1) or below (1).
fn across(buttons: &[HtmlElement], from: &HtmlElement, direction: f64) -> Option<HtmlElement> {
    let middle = |element: &HtmlElement| {
        let rect = rect(element);
        (
            rect.left + rect.width / 2.0,
            rect.top + rect.height / 2.0,
            rect.height,
        )
    };
    let (x, y, height) = middle(from);
    let mut best = None::<((f64, f64), &HtmlElement)>;
    for button in buttons {
        let (left, top, _) = middle(button);
        let distance = ((top - y) * direction, (left - x).abs());
        if distance.0 > height / 2.0 && best.is_none_or(|(nearest, _)| nearer(distance, nearest)) {
            best = Some((distance, button));
        }
    }
    best.map(|(_, button)| button.clone())
}

/// Whether the distance `a`, across rows and then across columns, is less than `b`.
fn nearer(a: (f64, f64), b: (f64, f64)) -> bool {
    a.0 < b.0 - 1.0 || (a.0 - b.0).abs() <= 1.0 && a.1 < b.1
}
