//! The `<yaml-editor>` element: its properties and what its events tell.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::future_to_promise;
use web_sys::{CustomEvent, Element};

/// One message for the editor; offsets in UTF-16 units.
pub struct Message<'a> {
    /// Where it begins.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// Line of its beginning, from 1.
    pub line: usize,
    /// Column of its beginning in characters, from 1.
    pub column: usize,
    /// `error`, `warning` or `advice`.
    pub severity: &'static str,
    /// What it says.
    pub text: &'a str,
    /// Label, beginning, end and replacement of the change that mends it.
    pub fix: Option<(&'a str, usize, usize, &'a str)>,
}

/// One proposal for the place at which a person writes.
pub struct Completion {
    /// Where the word begins that it replaces, in UTF-16 units.
    pub from: usize,
    /// What it is called.
    pub label: String,
    /// What is written.
    pub insert: String,
    /// Its type in a word or two.
    pub detail: String,
    /// What it means.
    pub info: String,
}

/// Answers the editor's question for proposals at an offset in UTF-16 units, as long as the page lives.
pub fn on_complete(editor: &Element, answer: impl Fn(usize) -> Vec<Completion> + 'static) {
    let callback = Closure::<dyn Fn(f64) -> JsValue>::new(move |offset: f64| {
        let list: Array = answer(offset as usize).iter().map(Completion::object).collect();
        list.into()
    });
    set(editor, "complete", callback.as_ref());
    callback.forget();
}

/// Answers the editor's question for what stands at an offset in UTF-16 units, as long as the page lives.
pub fn on_describe<F>(editor: &Element, answer: impl Fn(usize) -> F + 'static)
where
    F: Future<Output = Option<String>> + 'static,
{
    let callback = Closure::<dyn Fn(f64) -> Promise>::new(move |offset: f64| {
        let text = answer(offset as usize);
        future_to_promise(async move { Ok(text.await.map_or(JsValue::NULL, JsValue::from)) })
    });
    set(editor, "describe", callback.as_ref());
    callback.forget();
}

/// The editor's text.
pub fn text(editor: &Element) -> String {
    let text = Reflect::get(editor, &"text".into()).ok();
    text.and_then(|text| text.as_string()).unwrap_or_default()
}

/// Replaces the text as typing would. The element's script may not have arrived: then its plain text field is set, from
/// which it takes the text over.
pub fn set_text(editor: &Element, new: &str) {
    if let Ok(Some(field)) = editor.query_selector("textarea") {
        if let Ok(field) = field.dyn_into::<web_sys::HtmlTextAreaElement>() {
            field.set_default_value(new).ok();
            field.set_value(new);
        }
        return;
    }
    set(editor, "text", &new.into());
}

/// Sets what there is to say about the text.
pub fn set_messages<'a>(editor: &Element, messages: impl Iterator<Item = Message<'a>>) {
    let list: Array = messages.map(|message| message.object()).collect();
    set(editor, "diagnostics", &list);
}

/// Sets the badges at the ends of lines: line from 1, and text.
pub fn set_live(editor: &Element, badges: impl Iterator<Item = (usize, String)>) {
    let badge = |(line, text): (usize, String)| {
        let object = Object::new();
        set(&object, "line", &number(line));
        set(&object, "text", &text.into());
        object
    };
    let list: Array = badges.map(badge).collect();
    set(editor, "live", &list);
}

/// `light`, `dark`, or `auto`.
pub fn set_theme(editor: &Element, theme: &str) {
    set(editor, "theme", &theme.into());
}

/// Scrolls to a line, from 1, and shows it for a moment.
pub fn reveal(editor: &Element, line: usize, focus: bool) {
    call(editor, "reveal", &[number(line), 1.into(), focus.into()]);
}

/// Moves the focus into the text.
pub fn focus(editor: &Element) {
    call(editor, "focus", &[]);
}

/// A number among what an event of the editor tells.
pub fn detail_number(event: &CustomEvent, name: &str) -> Option<usize> {
    let number = Reflect::get(&event.detail(), &name.into()).ok()?.as_f64()?;
    (number >= 0.0).then_some(number as usize)
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

impl Message<'_> {
    fn object(&self) -> Object {
        let object = Object::new();
        set(&object, "from", &number(self.from));
        set(&object, "to", &number(self.to));
        set(&object, "line", &number(self.line));
        set(&object, "column", &number(self.column));
        set(&object, "severity", &self.severity.into());
        set(&object, "message", &self.text.into());
        if let Some((label, from, to, insert)) = self.fix {
            let fix = Object::new();
            set(&fix, "label", &label.into());
            set(&fix, "from", &number(from));
            set(&fix, "to", &number(to));
            set(&fix, "insert", &insert.into());
            set(&object, "fixes", &Array::of1(&fix));
        }
        object
    }
}

fn number(value: usize) -> JsValue {
    JsValue::from_f64(value as f64)
}

fn set(object: &JsValue, name: &str, value: &JsValue) {
    // Fails only for objects that refuse properties; these do not.
    let _ = Reflect::set(object, &name.into(), value);
}

fn call(editor: &Element, name: &str, arguments: &[JsValue]) {
    let Ok(Some(function)) = Reflect::get(editor, &name.into()).map(|f| f.dyn_into::<Function>().ok()) else {
        return;
    };
    let arguments: Array = arguments.iter().collect();
    let _ = function.apply(editor, &arguments);
}
