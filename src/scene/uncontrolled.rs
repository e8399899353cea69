//! The last band: pods, claims, volumes and Services that belong to no workload.

use std::sync::Arc;

use super::builder::{SceneBuilder, fold, untitled_rows};
use super::service::{EndpointState, Endpoints};
use super::slot::{Slot, SlotSource};
use super::{Band, Column};
use crate::object::{Key, Kind, Object, pod};
use crate::store::World;

/// The band of what belongs to no workload, if there is anything.
pub fn band(builder: &mut SceneBuilder<'_>) -> Option<Band> {
    let (rails, endpoints) = builder.other_rails();
    let mut sources = pods(builder, &endpoints);
    sources.extend(claims(builder));
    sources.extend(volumes(builder));
    if sources.is_empty() && rails.is_empty() {
        return None;
    }
    let has_volumes = sources.iter().any(|(_, source)| source.volume.is_some());
    let claim_rows = sources.iter().map(|(_, source)| source.claims.len()).max();
    // A volume without a claim is shown in a claim row.
    let rows = claim_rows.unwrap_or(0).max(usize::from(has_volumes));
    Some(Band {
        workload: None,
        names: None,
        claims: untitled_rows(rows),
        columns: columns(sources, rows, rails.len()),
        rails,
        marker: None,
        partition: None,
    })
}

/// What a column is made from, with its name.
type NamedSource = (Arc<str>, SlotSource);

fn columns(sources: Vec<NamedSource>, rows: usize, rails: usize) -> Vec<Column> {
    let slots = sources.into_iter().map(|(name, mut source)| {
        source.claims.resize(rows, None);
        source.endpoints.resize(rails, EndpointState::None);
        Arc::new(Slot::new(name.clone(), name, source))
    });
    fold(slots.collect())
}

/// Pods without a workload, with the claims that they use.
fn pods(builder: &mut SceneBuilder<'_>, endpoints: &[Endpoints]) -> Vec<NamedSource> {
    let world = builder.world;
    let mut sources = Vec::new();
    for pod in world.list(Kind::Pod).filter(|pod| !has_workload(world, pod)) {
        let source = SlotSource {
            pod: Some(pod.clone()),
            claims: pod::claims(pod)
                .filter_map(|key| {
                    let claim = take_claim(builder, &key)?;
                    Some(Some(builder.claim_source(claim)))
                })
                .collect(),
            endpoints: endpoints
                .iter()
                .map(|endpoints| endpoints.state(pod.name()))
                .collect(),
            ..SlotSource::default()
        };
        sources.push((pod.name().clone(), source));
    }
    sources
}

fn take_claim(builder: &mut SceneBuilder<'_>, key: &Key) -> Option<Arc<Object>> {
    let claims = &mut builder.other_claims;
    let index = claims.iter().position(|claim| claim.key() == *key)?;
    Some(claims.remove(index))
}

/// Claims that no pod of this band uses.
fn claims(builder: &mut SceneBuilder<'_>) -> Vec<NamedSource> {
    let claims = std::mem::take(&mut builder.other_claims);
    let source = |claim: Arc<Object>| {
        let name: Arc<str> = claim.name().clone();
        let source = SlotSource {
            claims: vec![Some(builder.claim_source(claim))],
            ..SlotSource::default()
        };
        (name, source)
    };
    claims.into_iter().map(source).collect()
}

/// Volumes that are not shown with a claim.
fn volumes(builder: &SceneBuilder<'_>) -> Vec<NamedSource> {
    let volumes = builder.world.list(Kind::PersistentVolume);
    let source = |volume: &Arc<Object>| {
        let source = SlotSource {
            volume: Some(builder.volume_source(volume)),
            ..SlotSource::default()
        };
        (volume.name().clone(), source)
    };
    volumes
        .filter(|volume| !builder.has_claim(volume))
        .map(source)
        .collect()
}

/// Whether a pod is shown in the band of its workload.
fn has_workload(world: &World, pod: &Object) -> bool {
    let Some(owner) = pod.meta.controller() else {
        return false;
    };
    let kind = match owner.kind.as_ref() {
        "StatefulSet" => Kind::StatefulSet,
        "ReplicaSet" => Kind::ReplicaSet,
        _ => return false,
    };
    let controller = world.get(&pod.key().beside(kind, owner.name.clone()));
    controller.is_some_and(|object| object.meta.uid == owner.uid && has_band(world, object))
}

/// Whether a ReplicaSet has a band, its own or its Deployment's.
fn has_band(world: &World, object: &Object) -> bool {
    object.meta.controller().is_none_or(|owner| {
        let key = object.key().beside(Kind::Deployment, owner.name.clone());
        world
            .get(&key)
            .is_some_and(|deployment| deployment.meta.uid == owner.uid)
    })
}
