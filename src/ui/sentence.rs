//! The sentence: what is happening, or why nothing is.

use leptos::prelude::*;

use crate::app::state::AppState;
use crate::scene::explain::{Part, Progress, Sentence};
use crate::session::{Msg, RunId};
use crate::ui::icon::{Icon, changing};

/// The sentence of a run.
#[component]
pub fn SentenceView(
    /// The run.
    run: RunId,
) -> impl IntoView {
    let app = AppState::from_context();
    let sentence = app.run_memo(run, |side| side.sentence());
    let label = app.still_memo(move |session| match session.comparing() {
        true => format!("What is happening in {}", run.title().to_ascii_lowercase()),
        false => "What is happening".to_owned(),
    });
    let progress = move || sentence.with(|sentence| sentence.progress);
    let field = Memo::new(move |_| sentence.with(|sentence| sentence.field.clone()));
    let remedy = Memo::new(move |_| sentence.with(|sentence| sentence.remedy.clone()));
    view! {
        <section
            class="sentence"
            aria-label=label
            data-run=run.name()
            data-now=""
            data-rule=move || sentence.with(|sentence| sentence.rule.unwrap_or_default().to_owned())
            data-object=move || sentence.with(|s| s.object.as_ref().map(|key| key.name.to_string()).unwrap_or_default())
            data-field=move || field.get().map(|field| field.path).unwrap_or_default()
        >
            <span class="toned" data-tone=move || tone_name(progress())>{changing(move || sign(progress()))}</span>
            <p class="sentence-text" title=move || sentence.with(Sentence::text)>
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
                {move || remedy.get().map(|remedy| view! {
                    <button
                        type="button"
                        class="button"
                        on:click=move |_| app.dispatch_in(run, Msg::Follow(remedy.clone()))
                    >
                        {remedy.label()}
                    </button>
                })}
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
                <button type="button" class="object-link" on:click=move |_| app.dispatch_in(run, Msg::Select(Some(key.clone())))>
                    {name}
                </button>
            }
            .into_any()
        }
    };
    sentence.parts.iter().map(part).collect_view()
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

/// The end of a long path, which is what tells fields apart.
fn short(path: &str) -> String {
    const CHARS_MAX: usize = 30;
    if path.chars().count() <= CHARS_MAX {
        return path.to_owned();
    }
    let ends: Vec<&str> = path
        .rmatch_indices('.')
        .map(|(place, _)| &path[place + 1..])
        .collect();
    let fits = ends.iter().rev().find(|end| end.chars().count() <= CHARS_MAX);
    match fits.or(ends.first()) {
        Some(end) => format!("….{end}"),
        None => path.to_owned(),
    }
}
