//! Help: the keys, and how the picture is read.

use leptos::html;
use leptos::prelude::*;

use crate::ui::icon::{Icon, icon};

const KEYS: [(&str, &str); 7] = [
    ("Space", "Play or pause"),
    ("→ or .", "Step: on by one decision"),
    ("←", "Back: one decision earlier"),
    (
        "Tab, then ←→↑↓",
        "To the columns, and from pod to pod, claim and disk; Home and End to the ends",
    ),
    ("Ctrl Enter", "Apply the text (in the editor)"),
    ("Esc", "Close what is open"),
    ("?", "This help"),
];

/// The help.
#[component]
pub fn Help(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let (true, Some(dialog)) = (open.get(), dialog.get()) {
            // Fails only for a dialog that is open or in no document.
            let _ = dialog.show_modal();
        }
    });
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    view! {
        <dialog class="help" aria-labelledby="help-title" node_ref=dialog on:close=move |_| open.set(false)>
            <div class="help-head">
                <h2 id="help-title">"Reading the stage"</h2>
                <button type="button" class="button quiet square" aria-label="Close help" on:click=close>
                    {icon(Icon::CLOSE)}
                </button>
            </div>
            <ul class="help-list">
                <li>"Columns are ordinals. From top to bottom: the Service, the name, the pod, its claim, the disk."</li>
                <li>"A filled tap on the rail is in the Service's answer; a hollow one is not ready."</li>
                <li>{icon(Icon::MARKER)}" The marker stands where the controller's last sync stopped. The sentence below says why."</li>
                <li>"The letter is the pod's revision. A dashed card is what remains of an ordinal without its pod."</li>
            </ul>
            <h2>"Comparing"</h2>
            <ul class="help-list">
                <li>{icon(Icon::COMPARE)}" Compare, in the header, runs the text a second time, beside the first run and in step with it. What you edit, apply or click acts on one of them."</li>
                <li>"A link, and the next visit, keep only the run that is in the editor."</li>
            </ul>
            <h2>"Keys"</h2>
            <dl>
                {KEYS.map(|(key, what)| view! { <dt><kbd>{key}</kbd></dt><dd>{what}</dd> }).collect_view()}
            </dl>
            <p>"Keys of the show act while the focus is on the stage or the transport. Within the columns, and on the time line, the arrows move there instead."</p>
        </dialog>
    }
}
