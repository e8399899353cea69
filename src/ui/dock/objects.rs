//! The inspector: all objects at the play head, and the selected one as YAML.

use leptos::prelude::*;

use crate::object::{Key, Kind};
use crate::session::{Msg, RunId, RunState};
use crate::ui::icon::{Icon, icon};
use crate::ui::state::AppState;
use crate::yaml::print;

/// Maximum number of objects listed of one kind; `kubectl get` in the terminal lists them all.
const LISTED_MAX: usize = 200;

/// The id of the button that opens the card of the selected object.
const ACTIONS_ID: &str = "object-actions";

/// The inspector.
#[component]
pub fn Objects(run: RunId) -> impl IntoView {
    let app = AppState::from_context();
    let position = app.run_memo(run, |state| state.position());
    let kinds = Memo::new(move |_| {
        position.get();
        app.peek(|session| kinds(session.run_state(run)))
    });
    let selected = app.edit_memo(|session| session.selection().cloned());
    let text = Memo::new(move |_| {
        position.get();
        let key = selected.get()?;
        app.peek(|session| {
            let object = session.run_state(run).world().get(&key)?;
            Some(print(&object.document()))
        })
    });
    let yaml = move || match (selected.get(), text.get()) {
        (_, Some(text)) => text,
        (Some(key), None) => format!("# {} {} does not exist at this time.", key.kind, key.name),
        (None, None) => "# Select an object, here or on the stage.".to_owned(),
    };
    let actions = move || {
        if let Some(key) = selected.get_untracked() {
            app.open_card(run, key, ACTIONS_ID.to_owned());
        }
    };
    view! {
        <div class="objects">
            <nav class="object-list" aria-label="Objects">
                <For
                    each=move || kinds.get()
                    key=|(kind, keys)| (*kind, keys.clone())
                    children=move |(kind, keys)| kind_view(app, selected, kind, keys)
                />
            </nav>
            <pre class="object-yaml" tabindex="0" aria-label="Selected object as YAML">{yaml}</pre>
            <Show when=move || text.with(Option::is_some)>
                <button type="button" class="button object-actions" id=ACTIONS_ID on:click=move |_| actions()>
                    {icon(Icon::MORE)}"Actions"
                </button>
            </Show>
        </div>
    }
}

/// The objects by kind, without events, which have their own list.
fn kinds(state: &RunState) -> Vec<(Kind, Vec<Key>)> {
    let mut kinds: Vec<(Kind, Vec<Key>)> = Vec::new();
    for object in state.world().all().filter(|object| object.kind != Kind::Event) {
        match kinds.last_mut() {
            Some((kind, keys)) if *kind == object.kind => keys.push(object.key()),
            _ => kinds.push((object.kind, vec![object.key()])),
        }
    }
    for (_, keys) in &mut kinds {
        keys.truncate(LISTED_MAX);
    }
    kinds
}

fn kind_view(app: AppState, selected: Memo<Option<Key>>, kind: Kind, keys: Vec<Key>) -> impl IntoView {
    let entry = move |key: Key| {
        let name = key.name.to_string();
        let this = key.clone();
        view! {
            <button
                type="button"
                class="object-entry"
                aria-current=move || selected.with(|selected| (selected.as_ref() == Some(&this)).then_some("true"))
                on:click=move |_| app.dispatch(Msg::Select(Some(key.clone())))
            >
                {name}
            </button>
        }
    };
    view! {
        <div role="group" aria-label=kind.info().name>
            <div class="object-kind">{kind.info().name}</div>
            {keys.into_iter().map(entry).collect_view()}
        </div>
    }
}
