//! Elements: finding them, where they are, focus, and custom properties.

use gloo::utils::{document, document_element};
use wasm_bindgen::JsCast;
pub use web_sys::HtmlElement;
use web_sys::{Element, Event};

/// A rectangle in CSS pixels, from the top left corner of the viewport.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub left: f64,
    /// Top edge.
    pub top: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Rect {
    /// Right edge.
    pub fn right(self) -> f64 {
        self.left + self.width
    }

    /// Bottom edge.
    pub fn bottom(self) -> f64 {
        self.top + self.height
    }
}

/// The element with this id. An SVG element is returned as an `HtmlElement` too: focus and `style` are the same.
pub fn by_id(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id).map(JsCast::unchecked_into)
}

/// The first element of the document that matches a selector.
pub fn first(selector: &str) -> Option<HtmlElement> {
    let found = document().query_selector(selector).ok().flatten();
    found.map(JsCast::unchecked_into)
}

/// Where an element is drawn; empty if it is not.
pub fn rect(element: &Element) -> Rect {
    let rect = element.get_bounding_client_rect();
    Rect {
        left: rect.left(),
        top: rect.top(),
        width: rect.width(),
        height: rect.height(),
    }
}

/// The height that an element would have if its content did not scroll.
pub fn full_height(element: &HtmlElement) -> f64 {
    let borders = element.offset_height() - element.client_height();
    f64::from(element.scroll_height() + borders)
}

/// Whether the element with this id is drawn, though perhaps scrolled out of view.
pub fn is_drawn(id: &str) -> bool {
    by_id(id).is_some_and(|element| rect(&element).width > 0.0)
}

/// Width and height of the viewport without its scroll bars, in CSS pixels.
pub fn viewport() -> (f64, f64) {
    let root = document_element();
    (f64::from(root.client_width()), f64::from(root.client_height()))
}

/// The element that an event was dispatched to.
pub fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// Whether an element matches a selector.
pub fn matches(element: &Element, selector: &str) -> bool {
    element.matches(selector).unwrap_or(false)
}

/// Whether an element, or one that contains it, matches a selector.
pub fn is_within(element: &Element, selector: &str) -> bool {
    element.closest(selector).ok().flatten().is_some()
}

/// Whether no element has the focus.
pub fn nothing_has_focus() -> bool {
    let focused = document().active_element();
    focused.is_none_or(|element| matches(&element, "body"))
}

/// Moves the focus to an element.
pub fn focus(element: &HtmlElement) {
    // Fails only for an element that cannot be focused.
    let _ = element.focus();
}

/// Moves the focus to the first element within another that matches a selector, or to that other itself if none does.
pub fn focus_within(element: &HtmlElement, selector: &str) {
    let first = element.query_selector(selector).ok().flatten();
    focus(&first.map_or_else(|| element.clone(), JsCast::unchecked_into));
}

/// Scrolls an element to the end of its content, once the content is laid out.
pub fn scroll_to_end(element: HtmlElement) {
    super::frame::next_frame(move || element.set_scroll_top(element.scroll_height())).forget();
}

/// Sets a custom property of an element.
pub fn set_style(element: &HtmlElement, property: &str, value: &str) {
    // Fails only for an element whose style is read-only; none is.
    let _ = element.style().set_property(property, value);
}

/// Removes a custom property of an element.
pub fn remove_style(element: &HtmlElement, property: &str) {
    let _ = element.style().remove_property(property);
}
