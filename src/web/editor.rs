//! The `<yaml-editor>` element: its properties, methods and events.

use gloo::events::EventListener;
use gloo::utils::document;
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::future_to_promise;
use web_sys::{CustomEvent, Element, HtmlTextAreaElement};

use crate::kubectl::diagnostic::{Diagnostic, Severity};
use crate::yaml::Span;

/// A completion as the element takes it.
pub struct Completion {
    /// Where the word that it replaces begins, in UTF-16 units.
    pub from: usize,
    /// The label.
    pub label: String,
    /// The inserted text.
    pub insert: String,
    /// The type, in a word or two.
    pub detail: String,
    /// The description.
    pub info: String,
}

/// The page's editor, which exists as long as the page.
#[derive(Clone)]
pub struct Editor(Element);

impl Editor {
    /// The editor within an element, or a new one that is in no document yet.
    pub fn within(host: &Element) -> Option<Editor> {
        let found = host.query_selector("yaml-editor").ok().flatten();
        let editor = found.or_else(|| document().create_element("yaml-editor").ok());
        editor.map(Editor)
    }

    /// Moves the element to the end of another.
    pub fn append_to(&self, parent: &Element) {
        // Fails only for a parent that is inside the element.
        let _ = parent.append_child(&self.0);
    }

    /// The text.
    pub fn text(&self) -> String {
        let text = Reflect::get(&self.0, &"text".into()).ok();
        text.and_then(|text| text.as_string()).unwrap_or_default()
    }

    /// Replaces the text as typing would. Until the element's script has run, its plain text field is set, whose text
    /// the script then uses.
    pub fn set_text(&self, text: &str) {
        if let Ok(Some(field)) = self.0.query_selector("textarea") {
            if let Ok(field) = field.dyn_into::<HtmlTextAreaElement>() {
                field.set_default_value(text).ok();
                field.set_value(text);
            }
            return;
        }
        set(&self.0, "text", &text.into());
    }

    /// Sets the diagnostics of the text.
    pub fn set_diagnostics<'a>(&self, text: &str, diagnostics: impl Iterator<Item = &'a Diagnostic>) {
        let list: Array = diagnostics
            .map(|diagnostic| diagnostic_object(text, diagnostic))
            .collect();
        set(&self.0, "diagnostics", &list);
    }

    /// Sets the badges at the ends of lines: the line, from 1, and the text.
    pub fn set_live(&self, badges: impl Iterator<Item = (usize, String)>) {
        let badge = |(line, text): (usize, String)| {
            let object = Object::new();
            set(&object, "line", &number(line));
            set(&object, "text", &text.into());
            object
        };
        let list: Array = badges.map(badge).collect();
        set(&self.0, "live", &list);
    }

    /// Sets the theme: `light`, `dark` or `auto`.
    pub fn set_theme(&self, theme: &str) {
        set(&self.0, "theme", &theme.into());
    }

    /// Scrolls to a line, from 1, and highlights it for a moment.
    pub fn reveal(&self, line: usize, focus: bool) {
        self.call("reveal", &[number(line), 1.into(), focus.into()]);
    }

    /// Moves the focus into the text.
    pub fn focus(&self) {
        self.call("focus", &[]);
    }

    /// Answers the editor's requests for completions at an offset in UTF-16 units.
    pub fn on_complete(&self, answer: impl Fn(usize) -> Vec<Completion> + 'static) {
        let callback = Closure::<dyn Fn(f64) -> JsValue>::new(move |offset: f64| {
            let list: Array = answer(offset as usize).iter().map(Completion::object).collect();
            list.into()
        });
        set(&self.0, "complete", callback.as_ref());
        callback.forget();
    }

    /// Answers the editor's requests for a description of what is at an offset in UTF-16 units.
    pub fn on_describe<F>(&self, answer: impl Fn(usize) -> F + 'static)
    where
        F: Future<Output = Option<String>> + 'static,
    {
        let callback = Closure::<dyn Fn(f64) -> Promise>::new(move |offset: f64| {
            let text = answer(offset as usize);
            future_to_promise(async move { Ok(text.await.map_or(JsValue::NULL, JsValue::from)) })
        });
        set(&self.0, "describe", callback.as_ref());
        callback.forget();
    }

    /// Calls back when the text has changed.
    pub fn on_edit(&self, mut then: impl FnMut() + 'static) {
        self.listen("edit", move |_| then());
    }

    /// Calls back when a person asks to apply the text.
    pub fn on_apply(&self, mut then: impl FnMut() + 'static) {
        self.listen("apply", move |_| then());
    }

    /// Calls back with the line, from 1, whose badge a person has clicked to copy its value into the text.
    pub fn on_take_over(&self, mut then: impl FnMut(usize) + 'static) {
        self.listen("takeover", move |event| {
            let line = Reflect::get(&event.detail(), &"line".into()).ok();
            if let Some(line) = line.and_then(|line| line.as_f64()) {
                then(line as usize);
            }
        });
    }

    fn listen(&self, event: &'static str, mut then: impl FnMut(&CustomEvent) + 'static) {
        EventListener::new(&self.0, event, move |event| {
            if let Some(event) = event.dyn_ref::<CustomEvent>() {
                then(event);
            }
        })
        .forget();
    }

    fn call(&self, method: &str, arguments: &[JsValue]) {
        let method = Reflect::get(&self.0, &method.into());
        let Ok(Some(function)) = method.map(|method| method.dyn_into::<Function>().ok()) else {
            return;
        };
        let arguments: Array = arguments.iter().collect();
        let _ = function.apply(&self.0, &arguments);
    }
}

impl Completion {
    fn object(&self) -> Object {
        let object = Object::new();
        set(&object, "from", &number(self.from));
        for (name, text) in [
            ("label", &self.label),
            ("insert", &self.insert),
            ("detail", &self.detail),
            ("info", &self.info),
        ] {
            set(&object, name, &text.into());
        }
        object
    }
}

/// A diagnostic as the element takes it, with its first fix as one edit.
fn diagnostic_object(text: &str, diagnostic: &Diagnostic) -> Object {
    let object = Object::new();
    set_span(&object, text, diagnostic.span);
    set(&object, "line", &number(diagnostic.line));
    set(&object, "column", &number(diagnostic.column));
    set(&object, "severity", &severity(diagnostic.severity).into());
    set(&object, "message", &diagnostic.message.as_str().into());
    let mut fixes = diagnostic.fixes.iter();
    if let Some((label, edit)) = fixes.find_map(|fix| Some((&fix.label, fix.single_edit(text)?))) {
        let fix = Object::new();
        set(&fix, "label", &label.into());
        set_span(&fix, text, edit.span);
        set(&fix, "insert", &edit.text.into());
        set(&object, "fixes", &Array::of1(&fix));
    }
    object
}

/// The severity of the element's diagnostics.
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice | Severity::Info => "advice",
    }
}

/// The offset in UTF-16 units of a byte offset.
pub fn utf16(text: &str, byte: usize) -> usize {
    let before = text.get(..byte.min(text.len())).unwrap_or(text);
    before.encode_utf16().count()
}

/// Sets the start and end of a span, in UTF-16 units.
fn set_span(object: &JsValue, text: &str, span: Span) {
    set(object, "from", &number(utf16(text, span.start)));
    set(object, "to", &number(utf16(text, span.end)));
}

fn number(value: usize) -> JsValue {
    JsValue::from_f64(value as f64)
}

fn set(object: &JsValue, name: &str, value: &JsValue) {
    // Fails only for objects that refuse properties; these do not.
    let _ = Reflect::set(object, &name.into(), value);
}
