//! The gutter: the workload's summary, and the part of each row's names that its cells share.

use std::sync::Arc;

use leptos::prelude::*;

use super::Stage;
use crate::object::Kind;
use crate::scene::{Band, ClaimStem, NameStem, Rail, Revision, Workload};
use crate::ui::icon::{Icon, icon};

#[component]
pub fn Gutter(stage: Stage, band: Memo<Arc<Band>>) -> impl IntoView {
    let rails = Memo::new(move |_| band.with(|band| band.rails.clone()));
    let names = Memo::new(move |_| band.with(|band| band.names.clone()));
    let claims = Memo::new(move |_| band.with(|band| band.claims.clone()));
    let workload = Memo::new(move |_| band.with(|band| band.workload.clone()));
    let has_workload = workload.with_untracked(Option::is_some);
    view! {
        <div class="gutter rows">
            <div class="gutter-rail">
                {move || rails.get().into_iter().map(|rail| rail_view(stage, rail)).collect_view()}
            </div>
            <div class="gutter-name">
                {move || names.get().map(|NameStem { before, after }| view! {
                    <span class="visually-hidden">"Names"</span>
                    <span class="stem" title=format!("{before}N{after}")>
                        <span class="rest">{before.clone()}</span>"N"
                    </span>
                    <span class="stem rest" title=after.clone()>{after.clone()}</span>
                })}
            </div>
            <div class="gutter-track"></div>
            {if has_workload {
                view! { <WorkloadSummary stage=stage workload=workload/> }.into_any()
            } else {
                view! {
                    <div class="gutter-pod">
                        <span class="row-label">"Without a controller"</span>
                        <Show when=move || band.with(|band| !band.columns.is_empty())>
                            <span class="gutter-note">"No controller recreates these."</span>
                        </Show>
                    </div>
                }
                .into_any()
            }}
            {move || claims.get().into_iter().map(claim_view).collect_view()}
        </div>
    }
}

/// One Service. It is on the stage once; other bands whose pods it selects show its name without the attributes.
fn rail_view(stage: Stage, rail: Rail) -> impl IntoView {
    let Some(uid) = rail.uid.clone().filter(|_| rail.own) else {
        let note = if rail.uid.is_some() {
            "Service, shown above"
        } else {
            "Service does not exist"
        };
        return view! {
            <div class="rail-entry">
                <span class="row-label">{note}</span>
                <span class="stem">{rail.key.name.to_string()}</span>
            </div>
        }
        .into_any();
    };
    let note = match rail.cluster_ip.as_deref() {
        Some("None") => "Service · headless".to_owned(),
        _ if rail.is_external => format!("Service · {}", rail.answers.join(" ")),
        Some(ip) if !ip.is_empty() => format!("Service · {ip}"),
        _ => "Service".to_owned(),
    };
    let key = rail.key.clone();
    let label = format!("Actions for Service {}", rail.key.name);
    view! {
        <div
            class="rail-entry"
            hidden=rail.builtin
            id=stage.id("object", &rail.key)
            data-kind="service"
            data-name=rail.key.name.to_string()
            data-uid=uid.to_string()
            data-resolves=(!rail.answers.is_empty()).to_string()
            data-answers=rail.answers.join(" ")
            title=rail.dns.to_string()
        >
            <span class="row-label">{note}</span>
            <button type="button" class="stem link" aria-label=label on:click=move |_| stage.select(key.clone())>
                {rail.key.name.to_string()}
            </button>
        </div>
    }
    .into_any()
}

fn claim_view(stem: ClaimStem) -> impl IntoView {
    let named = !stem.template.is_empty();
    let rest = stem
        .before
        .strip_prefix(stem.template.as_ref())
        .unwrap_or_default()
        .to_owned();
    let class = stem
        .class
        .map(|class| class.to_string())
        .unwrap_or_else(|| "default class".to_owned());
    view! {
        <div class="gutter-claim">
            {named.then(|| view! {
                <span class="row-label">{format!("Claim · {class}")}</span>
                <span class="stem" title=format!("{}N", stem.before)>
                    {stem.template.to_string()}<span class="rest">{rest}"N"</span>
                </span>
            })}
        </div>
    }
}

#[component]
fn WorkloadSummary(stage: Stage, workload: Memo<Option<Workload>>) -> impl IntoView {
    let Some(first) = workload.get_untracked() else {
        return ().into_any();
    };
    let number = move |read: fn(&Workload) -> i64| {
        let value = Memo::new(move |_| workload.with(|workload| workload.as_ref().map(read)));
        move || value.get().unwrap_or(0).to_string()
    };
    let count = move |read: fn(&Workload) -> i64, word: &'static str, field: &'static str| {
        view! {
            <div class="count" title=field>
                <dt>{word}</dt>
                <dd>{number(read)}</dd>
            </div>
        }
    };
    let key = first.key.clone();
    let kind = first.key.kind;
    let is_set = kind == Kind::StatefulSet;
    let revisions = Memo::new(move |_| {
        workload.with(|workload| workload.as_ref().map(|w| w.revisions.clone()).unwrap_or_default())
    });
    let selected = stage.is_selected(key.clone());
    view! {
        <div
            class="gutter-pod"
            id=stage.id("object", &key)
            data-kind=kind.info().name.to_ascii_lowercase()
            data-name=key.name.to_string()
            data-uid=first.uid.to_string()
            data-desired=number(|w| w.desired)
            data-replicas=number(|w| w.replicas)
            data-ready=number(|w| w.ready)
            data-available=number(|w| w.available)
            data-current=is_set.then(|| number(|w| w.current))
            data-updated=number(|w| w.updated)
            data-partition=is_set.then(|| number(|w| w.partition))
        >
            <button
                type="button"
                class="workload"
                class:is-selected=move || selected.get()
                on:click={
                    let key = key.clone();
                    move |_| stage.select(key.clone())
                }
            >
                <span class="workload-name">
                    <span class="row-label">{kind.info().name}</span>
                    <span class="stem long">{key.name.to_string()}</span>
                </span>
                <span class="visually-hidden">", actions"</span>
                <span class="more">{icon(Icon::MORE)}</span>
            </button>
            <dl class="counts">
                {count(|w| w.desired, "wanted", "spec.replicas")}
                {count(|w| w.replicas, "exist", "status.replicas")}
                {count(|w| w.ready, "ready", "status.readyReplicas")}
                {count(|w| w.available, "available", "status.availableReplicas")}
            </dl>
            <ul class="revisions" aria-label="Revisions">
                {move || revisions.get().into_iter().map(revision_view).collect_view()}
            </ul>
        </div>
    }
    .into_any()
}

fn revision_view(revision: Revision) -> impl IntoView {
    let image = revision.image.map(|image| image.to_string()).unwrap_or_default();
    view! {
        <li class="revision-entry" data-tint=revision.tint.name() title=format!("{} {image}", revision.name)>
            <span class="letter">{revision.letter.to_string()}</span>
            <span class="revision-pods">{revision.pods}</span>
            <span class="stem">{image.clone()}</span>
        </li>
    }
}
