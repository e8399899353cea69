//! The fidelity view: how many recordings of real Kubernetes components the simulation reproduces, and its known gaps.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::object::Value;
use crate::ui::dialog::Dialog;
use crate::web;

/// Served beside the page; `make fidelity` writes it.
const FILE: &str = "fidelity.json";

/// The content of the file.
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

/// The fidelity view, as a dialog.
#[component]
pub fn FidelityView(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let file = RwSignal::new(None::<Option<Fidelity>>);
    Effect::new(move || {
        if open.get() && !matches!(file.get_untracked(), Some(Some(_))) {
            spawn_local(async move {
                let text = web::file::fetch(FILE).await;
                file.set(Some(text.and_then(|text| Fidelity::read(&text))));
            });
        }
    });
    view! {
        <Dialog open=open title="How faithful is it?" id="fidelity-title" close="Close fidelity">
            {move || match file.get() {
                None => view! { <p class="empty-note">"Loading …"</p> }.into_any(),
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
            "Recordings of the real kube-apiserver, kube-controller-manager and kubectl "
            {kubernetes}
            ", and of CoreDNS, are replayed in the simulation. Every action, event, object, DNS answer and line of output is compared."
        </p>
        <table>
            <caption class="visually-hidden">"Recordings that the simulation reproduces"</caption>
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
