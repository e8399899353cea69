//! Help: how to read the stage, and the keyboard shortcuts.

use leptos::prelude::*;

use crate::ui::dialog::Dialog;
use crate::ui::icon::{Icon, icon};

const KEYS: [(&str, &str); 7] = [
    ("Space", "Play or pause"),
    ("→ or .", "Step: forward by one decision"),
    ("←", "Back: back by one decision"),
    (
        "Tab, then ←→↑↓",
        "Focus the columns, then move between pods, claims and disks; Home and End for the first and last column",
    ),
    ("Ctrl Enter", "Apply the YAML (in the editor)"),
    ("Esc", "Close the card or dialog"),
    ("?", "This help"),
];

/// The help.
#[component]
pub fn Help(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Whether the fidelity view is open.
    fidelity: RwSignal<bool>,
) -> impl IntoView {
    let show_fidelity = move |_| {
        open.set(false);
        fidelity.set(true);
    };
    view! {
        <Dialog open=open title="Reading the stage" id="help-title" close="Close help">
            <ul class="help-list">
                <li>"Each column is an ordinal. From top to bottom: the Services, the DNS name, the pod, its claims, their disks."</li>
                <li>"A filled dot on a Service's rail: the pod is in the Service's DNS answer. A hollow dot: it is selected, but not ready."</li>
                <li>{icon(Icon::MARKER)}" The marker is at the ordinal where the controller's last sync stopped. The sentence below the stage says why."</li>
                <li>"The letter on a pod is its revision. A dashed card is an ordinal without a pod."</li>
            </ul>
            <h2>"Comparing"</h2>
            <ul class="help-list">
                <li>{icon(Icon::COMPARE)}" Compare, in the header, starts a second run of the text beside the first. Both share the play controls; an edit or a click applies to one of them."</li>
                <li>"Links and the next visit keep only the run in the editor."</li>
            </ul>
            <h2>"Keys"</h2>
            <dl>
                {KEYS.map(|(key, what)| view! { <dt><kbd>{key}</kbd></dt><dd>{what}</dd> }).collect_view()}
            </dl>
            <p>"These keys work while the focus is on the stage, the sentence or the play controls. In the columns the arrow keys move the focus, and on the time line they move the play head."</p>
            <p><button type="button" class="button" on:click=show_fidelity>"How faithful is it?"</button></p>
        </Dialog>
    }
}
