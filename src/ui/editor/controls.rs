//! Form controls: each rewrites one value of the text and applies it, as one step that can be undone.

use leptos::prelude::*;

use crate::app::state::AppState;
use crate::object::{Key, Kind};
use crate::session::form::{self, Form};
use crate::ui::icon::{Icon, icon};

/// The controls for the selected workload, or the first one.
#[component]
pub fn Controls() -> impl IntoView {
    let app = AppState::from_context();
    let form = app.memo(|session| Form::new(session.active_run().world(), session.selection()));
    let key = Memo::new(move |_| form.with(|form| form.as_ref().map(|form| form.workload.clone())));
    view! {
        <div class="controls" role="group" aria-label=move || {
            key.get().map_or("No workload".to_owned(), |key| format!("{} {}", key.kind, key.name))
        }>
            {move || key.get().map(|key| view! { <Fields app=app form=form key=key/> })}
        </div>
    }
}

#[component]
fn Fields(app: AppState, form: Memo<Option<Form>>, key: Key) -> impl IntoView {
    let set = key.kind == Kind::StatefulSet;
    let key = StoredValue::new(key);
    let replicas = Memo::new(move |_| form.with(|form| form.as_ref().map_or(0, |form| form.replicas)));
    let text = move |read: fn(&Form) -> String| {
        Memo::new(move |_| form.with(|form| form.as_ref().map(read).unwrap_or_default()))
    };
    let (image, policy) = (text(|form| form.image.clone()), text(|form| form.policy.clone()));
    let partition = text(|form| form.partition.to_string());
    let scale = move |replicas: i64| {
        app.dispatch(form::set_replicas(&key.get_value(), replicas.max(0)));
    };
    let number = |text: String| text.trim().parse::<i64>().ok();
    view! {
        <div class="control replicas">
            <label for="control-replicas">"Replicas"</label>
            <div class="stepper">
                <button type="button" class="button" aria-label="One replica fewer" on:click=move |_| scale(replicas.get_untracked() - 1)>
                    {icon(Icon::MINUS)}
                </button>
                <input
                    id="control-replicas"
                    class="field"
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    prop:value=move || replicas.get().to_string()
                    on:change=move |event| match number(event_target_value(&event)) {
                        Some(replicas) => scale(replicas),
                        None => restore(&event, &replicas.get_untracked().to_string()),
                    }
                />
                <button type="button" class="button" aria-label="One replica more" on:click=move |_| scale(replicas.get_untracked() + 1)>
                    {icon(Icon::PLUS)}
                </button>
            </div>
        </div>
        <div class="control image">
            <label for="control-image">"Image"</label>
            <input
                id="control-image"
                class="field"
                type="text"
                spellcheck="false"
                autocapitalize="off"
                autocomplete="off"
                prop:value=move || image.get()
                on:change=move |event| app.dispatch(form::set_image(&key.get_value(), 0, event_target_value(&event)))
            />
        </div>
        {set.then(|| view! {
            <div class="control partition-control">
                <label for="control-partition">"Partition"</label>
                <input
                    id="control-partition"
                    class="field"
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    prop:value=move || partition.get()
                    on:change=move |event| match number(event_target_value(&event)) {
                        Some(partition) => app.dispatch(form::set_partition(&key.get_value(), partition)),
                        None => restore(&event, &partition.get_untracked()),
                    }
                />
            </div>
            <div class="control">
                <label for="control-policy">"Pod management"</label>
                <select
                    id="control-policy"
                    class="field"
                    prop:value=move || policy.get()
                    on:change=move |event| app.dispatch(form::set_policy(&key.get_value(), event_target_value(&event)))
                >
                    {options(&["OrderedReady", "Parallel"], policy)}
                </select>
            </div>
        })}
    }
}

fn options(values: &'static [&'static str], now: Memo<String>) -> impl IntoView {
    let option = |value: &&'static str| {
        let value = *value;
        view! { <option value=value selected=move || now.with(|now| now == value)>{value}</option> }
    };
    values.iter().map(option).collect_view()
}

/// Puts a value back that was overwritten with something that cannot be one.
fn restore(event: &leptos::ev::Event, value: &str) {
    use wasm_bindgen::JsCast;
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
    if let Some(input) = target {
        input.set_value(value);
    }
}
