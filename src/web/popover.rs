//! Native popovers: elements with the attribute `popover`, drawn above the page. The browser closes them on Escape and
//! on a press outside.

use web_sys::{Element, HtmlElement};

use super::element;

/// Opens a popover and moves the focus to the first element in it that matches a selector.
pub fn open(popover: &HtmlElement, first: &str) {
    // Fails only for an element that is open already or not in the document.
    let _ = popover.show_popover();
    element::focus_within(popover, first);
}

/// Closes a popover; if the focus was in it, the browser returns it to the element that had it before.
pub fn close(popover: &HtmlElement) {
    if is_open(popover) {
        let _ = popover.hide_popover();
    }
}

/// Whether a popover is open.
pub fn is_open(popover: &Element) -> bool {
    element::matches(popover, ":popover-open")
}
