//! The last band: pods, claims, volumes and Services that no workload explains.

use std::sync::Arc;

use super::band::{self, Ground};
use super::names::{self, Endpoints};
use super::slot::{Slot, Source};
use super::{Band, Rail};
use crate::object::{Key, Kind, Object, pod};
use crate::store::World;

/// Pods, claims, volumes and Services that no workload explains; none if there is nothing such.
pub fn loose(ground: &mut Ground<'_>) -> Option<Band> {
    let world = ground.world;
    let (rails, endpoints) = loose_rails(ground);
    let mut claims = std::mem::take(&mut ground.loose_claims);
    let mut sources: Vec<(Arc<str>, Source)> = Vec::new();
    for pod in world.list(Kind::Pod).filter(|pod| !explained(world, pod)) {
        let named: Vec<Key> = pod::claims(pod).collect();
        let held = named.iter().filter_map(|key| {
            let at = claims.iter().position(|claim| claim.key() == *key)?;
            Some(Some(band::claim_source(ground, claims.remove(at))))
        });
        let claims = held.collect();
        let taps = endpoints
            .iter()
            .map(|endpoints| endpoints.tap(pod.name()))
            .collect();
        let source = Source {
            pod: Some(pod.clone()),
            claims,
            taps,
            ..Source::default()
        };
        sources.push((pod.name().clone(), source));
    }
    for claim in claims {
        let name: Arc<str> = claim.name().clone();
        let claims = vec![Some(band::claim_source(ground, claim))];
        sources.push((
            name,
            Source {
                claims,
                ..Source::default()
            },
        ));
    }
    for volume in world
        .list(Kind::PersistentVolume)
        .filter(|volume| !held(ground, volume))
    {
        let source = Source {
            volume: Some(band::volume_source(ground, volume)),
            ..Source::default()
        };
        sources.push((volume.name().clone(), source));
    }
    if sources.is_empty() && rails.is_empty() {
        return None;
    }
    let volumes = usize::from(sources.iter().any(|(_, source)| source.volume.is_some()));
    let rows = sources
        .iter()
        .map(|(_, source)| source.claims.len())
        .max()
        .unwrap_or(0)
        .max(volumes);
    let slots = sources.into_iter().map(|(name, mut source)| {
        source.claims.resize(rows, None);
        source.taps.resize(rails.len(), names::Tap::None);
        Arc::new(Slot::new(name.clone(), name, source))
    });
    let columns = band::fold(slots.collect());
    Some(Band {
        workload: None,
        rails,
        names: None,
        claims: vec![band::nameless(); rows],
        columns,
        marker: None,
        partition: None,
    })
}

/// Services that stand in no other band.
fn loose_rails(ground: &Ground<'_>) -> (Vec<Rail>, Vec<Endpoints>) {
    let services = ground.world.list(Kind::Service);
    let alone = services.filter(|service| !ground.placed.contains(&service.key()));
    let rail = |service: &Arc<Object>| {
        let endpoints = ground.endpoints(service);
        (names::rail(service, &endpoints, true), endpoints)
    };
    let mut rails: Vec<(Rail, Endpoints)> = alone.map(rail).collect();
    rails.sort_by_key(|(rail, _)| rail.builtin);
    rails.into_iter().unzip()
}

/// Whether a pod stands in the band of its controller.
fn explained(world: &World, pod: &Object) -> bool {
    let Some(owner) = pod.meta.controller() else {
        return false;
    };
    let kind = match owner.kind.as_ref() {
        "StatefulSet" => Kind::StatefulSet,
        "ReplicaSet" => Kind::ReplicaSet,
        _ => return false,
    };
    let owner_object = world.get(&pod.key().beside(kind, owner.name.clone()));
    owner_object.is_some_and(|object| object.meta.uid == owner.uid && rooted(world, object))
}

/// Whether a ReplicaSet has a band, of its own or its Deployment's.
fn rooted(world: &World, object: &Object) -> bool {
    object.meta.controller().is_none_or(|owner| {
        let key = object.key().beside(Kind::Deployment, owner.name.clone());
        world
            .get(&key)
            .is_some_and(|deployment| deployment.meta.uid == owner.uid)
    })
}

/// Whether a volume stands with its claim.
fn held(ground: &Ground<'_>, volume: &Object) -> bool {
    let Some(key) = band::holder(volume) else {
        return false;
    };
    let made_for = |key: &Key| {
        ground
            .made_for
            .get(key)
            .is_some_and(|made| made.name() == volume.name())
    };
    let claim = ground.world.get(&key).and_then(|claim| claim.spec().as_object());
    claim.and_then(|spec| spec.text("volumeName")) == Some(volume.name()) || made_for(&key)
}
