//! The stage of one run: bands of slots, and what moves on them.

mod band;
mod cells;
mod claim;
mod gutter;
mod moving;
mod pod;
mod roving;
mod slot;

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;

use crate::app::state::AppState;
use crate::object::Key;
use crate::scene::Scene;
use crate::session::{Msg, RunId};
use crate::ui::card::Card;
use crate::web;
use band::BandView;

/// What the parts of a stage share.
#[derive(Clone, Copy)]
pub struct Stage {
    /// The page's state.
    pub app: AppState,
    /// The run that it shows.
    pub run: RunId,
    /// What there is to see.
    pub scene: Memo<Arc<Scene>>,
    /// Width and height of its content, in CSS pixels.
    pub size: RwSignal<(u32, u32)>,
    /// What is selected in it.
    pub selection: Memo<Option<Key>>,
    /// Pods that have just gone, and whose pictures still fade.
    pub leaving: RwSignal<Vec<Key>>,
}

impl Stage {
    fn new(app: AppState, run: RunId) -> Stage {
        // A position of the log, and how often the log was rewritten: together they name a world.
        let position = app.run_memo(run, |side| side.position());
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
            selection: app.still_memo(move |session| {
                let selected = session.selection().filter(|_| session.active() == run);
                selected.cloned()
            }),
            leaving: RwSignal::new(Vec::new()),
        }
    }

    /// The id of the element that draws an object, or a part of it.
    pub fn id(self, part: &str, key: &Key) -> String {
        element_id(self.run, part, key)
    }

    /// Selects an object, or nothing if it is selected already.
    pub fn select(self, key: Key) {
        let selected = self
            .selection
            .with_untracked(|selection| selection.as_ref() == Some(&key));
        self.app
            .dispatch_in(self.run, Msg::Select((!selected).then_some(key)));
    }

    /// Whether that object is selected.
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
    let place = NodeRef::<html::Div>::new();
    let watch = StoredValue::new_local(None);
    place.on_load(move |element| {
        watch.set_value(web::size::watch(&element, move |width, height| {
            if stage.size.get_untracked() != (width, height) {
                stage.size.set((width, height));
                stage.app.wake();
            }
        }));
    });
    let label = stage.app.still_memo(move |session| match session.comparing() {
        true => format!("Stage of {}", run.title().to_ascii_lowercase()),
        false => "Stage".to_owned(),
    });
    moving::draw_on(stage);
    let bands = Memo::new(move |_| stage.scene.with(|scene| scene.ids()));
    let empty = Memo::new(move |_| stage.scene.with(|scene| scene.bands.is_empty()));
    view! {
        <div class="stage" role="region" aria-label=label tabindex="0" data-run=run.name() node_ref=place>
            <For
                each=move || bands.get()
                key=|id| id.as_ref().map(|key| format!("{}/{}/{}", key.kind, key.namespace, key.name))
                children=move |id| view! { <BandView stage=stage id=id/> }
            />
            <Show when=move || empty.get()>
                <p class="stage-empty">"Nothing is in the cluster yet. Apply the text to begin."</p>
            </Show>
            <Card stage=stage place=place/>
        </div>
    }
}
