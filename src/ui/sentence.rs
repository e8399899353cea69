//! The sentence: what is happening, or why nothing is.

use leptos::prelude::*;

use crate::object::Key;
use crate::scene::explain::{Part, Progress, Sentence};
use crate::session::{Msg, RunId};
use crate::ui::icon::{Icon, changing};
use crate::ui::stage;
use crate::ui::state::AppState;
use crate::web::element;

/// A sentence with more characters may not fit on two lines; it is set smaller.
const SHORT_CHARS_MAX: usize = 150;

/// The room of a button beside the sentence, in characters of its two lines.
const BUTTON_CHARS: usize = 25;

/// The sentence of a run.
#[component]
pub fn SentenceView(
    /// The run.
    run: RunId,
) -> impl IntoView {
    let app = AppState::from_context();
    let sentence = app.run_memo(run, |state| state.sentence());
    let label = app.edit_memo(move |session| match session.comparing() {
        true => format!("What is happening in {}", run.title().to_ascii_lowercase()),
        false => "What is happening".to_owned(),
    });
    let progress = move || sentence.with(|sentence| sentence.progress);
    let field = Memo::new(move |_| sentence.with(|sentence| sentence.field.clone()));
    let remedy = Memo::new(move |_| sentence.with(|sentence| sentence.remedy.clone()));
    let long = Memo::new(move |_| {
        sentence.with(|sentence| {
            let buttons = usize::from(sentence.field.is_some()) + usize::from(sentence.remedy.is_some());
            sentence.text().chars().count() + buttons * BUTTON_CHARS > SHORT_CHARS_MAX
        })
    });
    let id = element_id(run);
    view! {
        <section
            class="sentence"
            id=id
            aria-label=label
            data-run=run.name()
            data-now=""
            data-rule=move || sentence.with(|sentence| sentence.rule.unwrap_or_default().to_owned())
            data-object=move || sentence.with(|s| s.object.as_ref().map(|key| key.name.to_string()).unwrap_or_default())
            data-field=move || field.get().map(|field| field.path).unwrap_or_default()
        >
            <span class="toned" data-tone=move || tone_name(progress())>{changing(move || sign(progress()))}</span>
            <p class="sentence-text" data-long=move || long.get().then_some("")>
                {move || sentence.with(|sentence| parts(app, run, sentence))}
            </p>
            <div class="sentence-actions">
                {move || field.get().map(|field| {
                    let path = field.path.clone();
                    view! {
                        <button
                            type="button"
                            class="field-link"
                            title=format!("Show {path} in the YAML")
                            on:click=move |_| app.dispatch_in(run, Msg::Reveal(field.clone()))
                        >
                            {short(&path)}
                        </button>
                    }
                })}
                {move || remedy.get().map(|remedy| { let (label, title) = (remedy.label(), remedy.line().map(ToString::to_string)); view! {
                    <button
                        type="button"
                        class="button"
                        title=title
                        on:click=move |_| app.dispatch_in(run, Msg::Follow(remedy.clone()))
                    >
                        {label}
                    </button>
                }})}
            </div>
        </section>
    }
}

fn parts(app: AppState, run: RunId, sentence: &Sentence) -> impl IntoView + use<> {
    let part = |part: &Part| match part.clone() {
        Part::Text(text) => view! { <span>{text}</span> }.into_any(),
        Part::Code(text) => view! { <code>{text}</code> }.into_any(),
        Part::Object(key) => {
            let name = key.name.to_string();
            view! {
                <button type="button" class="object-link" on:click=move |_| open_card(app, run, key.clone())>
                    {name}
                </button>
            }
            .into_any()
        }
    };
    sentence.parts.iter().map(part).collect_view()
}

/// Opens the card of an object beside its picture, or beside the sentence if it is not drawn.
fn open_card(app: AppState, run: RunId, key: Key) {
    let picture = stage::element_id(run, "object", &key);
    let anchor = match element::is_drawn(&picture) {
        true => picture,
        false => element_id(run),
    };
    app.open_card(run, key, anchor);
}

/// The id of the sentence's element.
fn element_id(run: RunId) -> String {
    format!("{}-sentence", run.name())
}

fn sign(progress: Progress) -> Icon {
    match progress {
        Progress::Settled => Icon::READY,
        Progress::Busy => Icon::CREATING,
        Progress::Waiting => Icon::CLOCK,
        Progress::Broken => Icon::FAILED,
    }
}

fn tone_name(progress: Progress) -> &'static str {
    match progress {
        Progress::Settled => "ok",
        Progress::Busy => "busy",
        Progress::Waiting => "wait",
        Progress::Broken => "bad",
    }
}

/// A path. A long one is shortened to its end, because paths differ there.
fn short(path: &str) -> String {
    const CHARS_MAX: usize = 30;
    if path.chars().count() <= CHARS_MAX {
        return path.to_owned();
    }
    let ends: Vec<&str> = path.rmatch_indices('.').map(|(at, _)| &path[at + 1..]).collect();
    let fits = ends.iter().rev().find(|end| end.chars().count() <= CHARS_MAX);
    match fits.or(ends.first()) {
        Some(end) => format!("….{end}"),
        None => path.to_owned(),
    }
}
