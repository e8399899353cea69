//! What the simulation is held to: how many recordings of the real programs agree, and where it is known to be simpler.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::object::Value;
use crate::ui::dialog::Dialog;
use crate::web;

/// Beside the page; the tests write it.
const FILE: &str = "fidelity.json";

/// The file as it is shown.
#[derive(Clone, Debug, PartialEq)]
struct Fidelity {
    kubernetes: String,
    families: Vec<Family>,
    gaps: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
struct Family {
    name: String,
    what: String,
    agree: i64,
    of: i64,
}

impl Fidelity {
    fn read(text: &str) -> Option<Fidelity> {
        let json: serde_json::Value = serde_json::from_str(text).ok()?;
        let root = Value::from(json);
        let text = |value: &Value, key: &str| {
            value
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let number = |value: &Value, key: &str| value.get(key).and_then(Value::as_i64).unwrap_or_default();
        let list = |key: &str| root.get(key).and_then(Value::as_array).unwrap_or_default();
        Some(Fidelity {
            kubernetes: text(&root, "kubernetes"),
            families: list("families")
                .iter()
                .map(|family| Family {
                    name: text(family, "name"),
                    what: text(family, "what"),
                    agree: number(family, "agree"),
                    of: number(family, "of"),
                })
                .collect(),
            gaps: list("gaps")
                .iter()
                .filter_map(|gap| gap.as_str().map(str::to_owned))
                .collect(),
        })
    }
}

/// The view, as a dialog.
#[component]
pub fn FidelityView(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let file = RwSignal::new(None::<Option<Fidelity>>);
    Effect::new(move || {
        if open.get() && !matches!(file.get_untracked(), Some(Some(_))) {
            spawn_local(async move {
                let text = web::file::beside_the_page(FILE).await;
                file.set(Some(text.and_then(|text| Fidelity::read(&text))));
            });
        }
    });
    view! {
        <Dialog open=open title="How faithful is it?" id="fidelity-title" close="Close fidelity">
            {move || match file.get() {
                None => view! { <p class="empty-note">"One moment."</p> }.into_any(),
                Some(None) => view! { <p class="empty-note">"The figures could not be loaded."</p> }.into_any(),
                Some(Some(fidelity)) => table(fidelity).into_any(),
            }}
        </Dialog>
    }
}

fn table(fidelity: Fidelity) -> impl IntoView {
    let Fidelity {
        kubernetes,
        families,
        gaps,
    } = fidelity;
    view! {
        <p>
            "The simulation is replayed against recordings of the real kube-apiserver, kube-controller-manager and kubectl "
            {kubernetes}
            ", and of CoreDNS: the same steps, and then every action, event, object, answer and printed line is compared."
        </p>
        <table>
            <caption class="visually-hidden">"Recordings that agree"</caption>
            <thead>
                <tr><th scope="col">"Recordings"</th><th scope="col" class="number">"Agree"</th><th scope="col">"What is compared"</th></tr>
            </thead>
            <tbody>
                {families.into_iter().map(family_row).collect_view()}
            </tbody>
        </table>
        <h2>"Known gaps"</h2>
        <ul class="help-list">
            {gaps.into_iter().map(|gap| view! { <li>{gap}</li> }).collect_view()}
        </ul>
    }
}

fn family_row(family: Family) -> impl IntoView {
    let all = family.agree == family.of;
    view! {
        <tr>
            <th scope="row">{family.name}</th>
            <td class="number" class:bad=!all>{format!("{} of {}", family.agree, family.of)}</td>
            <td>{family.what}</td>
        </tr>
    }
}
