//! The bands of Deployments: pods come and go without ordinals.

use std::sync::Arc;

use super::band::{self, Ground};
use super::revisions::{self, Revision, Tint};
use super::slot::{Slot, Source};
use super::{Band, Column, Workload};
use crate::object::{Kind, Object, Value, pod};

/// The band of a Deployment, or of a ReplicaSet that stands alone: pods by age, without ordinals.
pub fn replicated(ground: &mut Ground<'_>, owner: &Arc<Object>) -> Band {
    let world = ground.world;
    let mut sets: Vec<&Arc<Object>> = match owner.kind {
        Kind::ReplicaSet => vec![owner],
        _ => world
            .dependents(&owner.meta.uid)
            .filter(|key| key.kind == Kind::ReplicaSet)
            .filter_map(|key| world.get(key))
            .collect(),
    };
    sets.sort_by_key(|set| (set.meta.created, set.name().clone()));
    let (rails, endpoints) = band::rails(ground, owner);
    let mut pods: Vec<(usize, Arc<Object>)> = Vec::new();
    for (index, set) in sets.iter().enumerate() {
        pods.extend(
            world
                .controlled(&set.meta.uid)
                .map(|(_, pod)| (index, pod.clone())),
        );
    }
    pods.sort_by_key(|(_, pod)| (pod.meta.created, pod.name().clone()));
    let revisions = replica_set_revisions(&sets, &pods);
    let rows = pods
        .iter()
        .map(|(_, pod)| pod::claims(pod).count())
        .max()
        .unwrap_or(0);
    let columns = pods.into_iter().map(|(index, pod)| {
        let source = Source {
            letter: revisions.get(index).map(|r| (r.letter.clone(), r.tint)),
            claims: vec![None; rows],
            taps: endpoints
                .iter()
                .map(|endpoints| endpoints.tap(pod.name()))
                .collect(),
            min_ready_seconds: owner
                .spec()
                .get("minReadySeconds")
                .and_then(Value::as_i64)
                .unwrap_or(0),
            pod: Some(pod.clone()),
            ..Source::default()
        };
        let label = pod.name().rsplit('-').next().unwrap_or_default();
        Column::Slot(Arc::new(Slot::new(pod.name().clone(), label.into(), source)))
    });
    let columns: Vec<Column> = columns.collect();
    Band {
        workload: Some(Workload {
            revisions: band::shown_revisions(revisions),
            ..band::workload(owner)
        }),
        rails,
        names: None,
        claims: vec![band::nameless(); rows],
        columns,
        marker: None,
        partition: None,
    }
}

fn replica_set_revisions(sets: &[&Arc<Object>], pods: &[(usize, Arc<Object>)]) -> Vec<Revision> {
    let newest = sets.len().saturating_sub(1);
    let revision = |(index, set): (usize, &&Arc<Object>)| {
        let containers = set.spec().at(&["template", "spec", "containers"]);
        let first = containers.and_then(Value::as_array).and_then(<[Value]>::first);
        Revision {
            name: set.meta.label("pod-template-hash").unwrap_or(set.name()).clone(),
            letter: revisions::letter(index).into(),
            tint: match (newest - index, index % 2) {
                (0 | 1, 0) => Tint::Violet,
                (0 | 1, _) => Tint::Cyan,
                _ => Tint::Grey,
            },
            image: first
                .and_then(Value::as_object)
                .and_then(|c| c.text("image"))
                .cloned(),
            pods: pods.iter().filter(|(of, _)| *of == index).count(),
        }
    };
    sets.iter().enumerate().map(revision).collect()
}
