//! The bands of Deployments and of ReplicaSets without one: one column for each pod, by age.

use std::sync::Arc;

use super::builder::{SceneBuilder, untitled_rows, workload_card};
use super::revisions::{Revision, Tint, letter};
use super::service::Endpoints;
use super::slot::{Slot, SlotSource};
use super::{Band, Column};
use crate::object::{Kind, Object, Value, pod};
use crate::store::World;

/// The bands of all Deployments, then of all ReplicaSets that no Deployment controls.
pub fn bands(builder: &mut SceneBuilder<'_>) -> Vec<Band> {
    let world = builder.world;
    let deployments = world.list(Kind::Deployment);
    let replica_sets = world.list(Kind::ReplicaSet);
    let alone = replica_sets.filter(|set| set.meta.controller().is_none());
    deployments
        .chain(alone)
        .map(|workload| band(builder, workload))
        .collect()
}

fn band(builder: &mut SceneBuilder<'_>, workload: &Arc<Object>) -> Band {
    let sets = replica_sets(builder.world, workload);
    let (rails, endpoints) = builder.workload_rails(workload);
    let pods = pods_by_age(builder.world, &sets);
    let revisions = revisions(&sets, &pods);
    let rows = pods
        .iter()
        .map(|(_, pod)| pod::claims(pod).count())
        .max()
        .unwrap_or(0);
    let column = |(set, pod): (usize, Arc<Object>)| {
        let source = SlotSource {
            letter: revisions.get(set).map(|r| (r.letter.clone(), r.tint)),
            claims: vec![None; rows],
            ..pod_source(workload, &pod, &endpoints)
        };
        let label = pod.name().rsplit('-').next().unwrap_or_default();
        Column::Slot(Arc::new(Slot::new(pod.name().clone(), label.into(), source)))
    };
    let columns: Vec<Column> = pods.into_iter().map(column).collect();
    Band {
        workload: Some(workload_card(workload, revisions)),
        rails,
        names: None,
        claims: untitled_rows(rows),
        columns,
        marker: None,
        partition: None,
    }
}

/// The ReplicaSets of a workload, oldest first.
fn replica_sets<'a>(world: &'a World, workload: &'a Arc<Object>) -> Vec<&'a Arc<Object>> {
    let mut sets: Vec<&Arc<Object>> = match workload.kind {
        Kind::ReplicaSet => vec![workload],
        _ => world
            .dependents(&workload.meta.uid)
            .filter(|key| key.kind == Kind::ReplicaSet)
            .filter_map(|key| world.get(key))
            .collect(),
    };
    sets.sort_by_key(|set| (set.meta.created, set.name().clone()));
    sets
}

/// The pods of the ReplicaSets, each with the index of its set.
fn pods_by_age(world: &World, sets: &[&Arc<Object>]) -> Vec<(usize, Arc<Object>)> {
    let mut pods: Vec<(usize, Arc<Object>)> = Vec::new();
    for (index, set) in sets.iter().enumerate() {
        let controlled = world.controlled(&set.meta.uid);
        pods.extend(controlled.map(|(_, pod)| (index, pod.clone())));
    }
    pods.sort_by_key(|(_, pod)| (pod.meta.created, pod.name().clone()));
    pods
}

fn pod_source(workload: &Object, pod: &Arc<Object>, endpoints: &[Endpoints]) -> SlotSource {
    let min_ready_seconds = workload.spec().get("minReadySeconds");
    SlotSource {
        endpoints: endpoints
            .iter()
            .map(|endpoints| endpoints.state(pod.name()))
            .collect(),
        min_ready_seconds: min_ready_seconds.and_then(Value::as_i64).unwrap_or(0),
        pod: Some(pod.clone()),
        ..SlotSource::default()
    }
}

/// The revisions of a Deployment are its ReplicaSets.
fn revisions(sets: &[&Arc<Object>], pods: &[(usize, Arc<Object>)]) -> Vec<Revision> {
    let newest = sets.len().saturating_sub(1);
    let revision = |(index, set): (usize, &&Arc<Object>)| {
        let containers = set.spec().at(&["template", "spec", "containers"]);
        let first = containers.and_then(Value::as_array).and_then(<[Value]>::first);
        Revision {
            name: set.meta.label("pod-template-hash").unwrap_or(set.name()).clone(),
            letter: letter(index).into(),
            tint: match (newest - index, index % 2) {
                (0 | 1, 0) => Tint::Violet,
                (0 | 1, _) => Tint::Cyan,
                _ => Tint::Grey,
            },
            image: first
                .and_then(Value::as_object)
                .and_then(|c| c.text("image"))
                .cloned(),
            pods: pods.iter().filter(|(set, _)| *set == index).count(),
        }
    };
    sets.iter().enumerate().map(revision).collect()
}
