//! The stage of one run: a band of columns for each workload, and its animation.

mod animation;
mod band;
mod cells;
mod claim;
mod gutter;
mod object_button;
mod pod;
mod slot;

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;

use crate::object::Key;
use crate::scene::Scene;
use crate::session::{Msg, RunId};
use crate::ui::state::AppState;
use crate::web;
use band::BandView;

/// A handle to one stage, shared by its parts.
#[derive(Clone, Copy)]
pub struct Stage {
    /// The page's state.
    pub app: AppState,
    /// The run that is shown.
    pub run: RunId,
    /// The scene at the play head.
    pub scene: Memo<Arc<Scene>>,
    /// Width and height of the stage's content, in CSS pixels.
    pub size: RwSignal<(u32, u32)>,
    /// The selected object, if it is of this run.
    pub selection: Memo<Option<Key>>,
    /// Deleted pods whose pictures are fading.
    pub leaving: RwSignal<Vec<Key>>,
    /// The anchor of the card that was open when the pointer was last pressed on the stage, which closes the card.
    pressed_card: StoredValue<Option<String>>,
}

impl Stage {
    fn new(app: AppState, run: RunId) -> Stage {
        // The position in the log and the number of rewrites of the log: together they identify a world.
        let position = app.run_memo(run, |state| state.position());
        let scene = Memo::new_with_compare(
            move |before: Option<&Arc<Scene>>| {
                position.get();
                let scene =
                    app.peek(|session| Scene::new(session.run_state(run).world(), before.map(AsRef::as_ref)));
                match before {
                    Some(before) if before.ptr_eq(&scene) => before.clone(),
                    _ => Arc::new(scene),
                }
            },
            |a, b| !matches!((a, b), (Some(a), Some(b)) if Arc::ptr_eq(a, b)),
        );
        Stage {
            app,
            run,
            scene,
            size: RwSignal::new((0, 0)),
            selection: app.edit_memo(move |session| {
                let selected = session.selection().filter(|_| session.active() == run);
                selected.cloned()
            }),
            leaving: RwSignal::new(Vec::new()),
            pressed_card: StoredValue::new(None),
        }
    }

    /// The id of the element that draws an object, or a part of it.
    pub fn id(self, part: &str, key: &Key) -> String {
        element_id(self.run, part, key)
    }

    /// Selects an object and opens its card; if that is open, closes it and selects nothing.
    pub fn select(self, key: Key) {
        let anchor = Some(self.id("object", &key));
        let open = self.app.card_anchor.get_untracked();
        if anchor == open || anchor == self.pressed_card.get_value() {
            self.app.dispatch_in(self.run, Msg::Select(None));
        } else if let Some(anchor) = anchor {
            self.app.open_card(self.run, key, anchor);
        }
    }

    /// Whether an object is selected.
    pub fn is_selected(self, key: Key) -> Memo<bool> {
        Memo::new(move |_| self.selection.with(|selected| selected.as_ref() == Some(&key)))
    }
}

/// The id of the element that draws an object of a run, or a part of it.
pub fn element_id(run: RunId, part: &str, key: &Key) -> String {
    format!(
        "{}-{part}-{}-{}-{}",
        run.name(),
        key.kind,
        key.namespace,
        key.name
    )
}

/// The stage.
#[component]
pub fn StageView(
    /// The run to show.
    run: RunId,
) -> impl IntoView {
    let stage = Stage::new(AppState::from_context(), run);
    let element = NodeRef::<html::Div>::new();
    let observer = StoredValue::new_local(None);
    element.on_load(move |element| {
        observer.set_value(web::size::observe(&element, move |width, height| {
            if stage.size.get_untracked() != (width, height) {
                stage.size.set((width, height));
                stage.app.wake();
            }
        }));
    });
    let label = stage.app.edit_memo(move |session| match session.comparing() {
        true => format!("Stage of {}", run.title().to_ascii_lowercase()),
        false => "Stage".to_owned(),
    });
    animation::animate(stage);
    let bands = Memo::new(move |_| stage.scene.with(|scene| scene.ids()));
    let empty = Memo::new(move |_| stage.scene.with(|scene| scene.bands.is_empty()));
    view! {
        <div
            class="stage"
            role="region"
            aria-label=label
            tabindex="0"
            data-run=run.name()
            node_ref=element
            on:pointerdown=move |_| stage.pressed_card.set_value(stage.app.card_anchor.get_untracked())
            on:click=move |_| stage.pressed_card.set_value(None)
        >
            <For
                each=move || bands.get()
                key=|id| id.as_ref().map(|key| format!("{}/{}/{}", key.kind, key.namespace, key.name))
                children=move |id| view! { <BandView stage=stage id=id/> }
            />
            <Show when=move || empty.get()>
                <p class="stage-empty">"The cluster is empty. Apply the YAML to begin."</p>
            </Show>
        </div>
    }
}
