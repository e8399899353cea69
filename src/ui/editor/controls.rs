//! Form controls: each rewrites one value of the text and applies it, as one command that can be undone.

use leptos::prelude::*;

use crate::object::{Key, Kind};
use crate::session::form::{self, Form};
use crate::ui::icon::{Icon, icon};
use crate::ui::state::AppState;

/// The controls of the selected workload, or of the first one.
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
    let is_set = key.kind == Kind::StatefulSet;
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
    // A text that is not a number is replaced by the previous value.
    let number = |text: &str| text.trim().parse::<i64>().ok();
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
                    on:change:target=move |event| match number(&event.target().value()) {
                        Some(replicas) => scale(replicas),
                        None => event.target().set_value(&replicas.get_untracked().to_string()),
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
        {is_set.then(|| view! {
            <div class="control partition-control">
                <label for="control-partition">"Partition"</label>
                <input
                    id="control-partition"
                    class="field"
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    prop:value=move || partition.get()
                    on:change:target=move |event| match number(&event.target().value()) {
                        Some(partition) => app.dispatch(form::set_partition(&key.get_value(), partition)),
                        None => event.target().set_value(&partition.get_untracked()),
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
