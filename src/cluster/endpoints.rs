//! Keeps EndpointSlices: which pods a Service stands for, and in what state (`staging/src/k8s.io/endpointslice`).
//!
//! A change of one pod touches one slice: who is in which slice is remembered, so nothing walks all pods but a change of
//! the Service itself.

mod slice;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use imbl::OrdMap;

use super::client::{Client, Synced};
use super::queue::{Seen, Wakes};
use crate::api::{DeleteOptions, Status};
use crate::object::selector::set_matches;
use crate::object::{Key, Kind, Map, Object, ObjectStatus, Value, pod};
use crate::store::{Actor, World};

pub use slice::{MANAGED_BY, MANAGER, SERVICE_NAME};
use slice::{endpoint, is_of, meta, ports};

/// Endpoints that one slice holds (`maxEndpointsPerSlice`).
const MAX_ENDPOINTS: usize = 100;

/// Who is in which slice.
#[derive(Clone, Debug, Default)]
pub struct Slices {
    /// By pod: the slice for each Service that selects it.
    placed: OrdMap<Key, OrdMap<Key, Key>>,
    /// By Service: its slices, and how many endpoints each has.
    counts: OrdMap<Key, OrdMap<Key, usize>>,
}

/// Pods whose membership or state may change, Services, and slices that somebody else changes.
pub fn interested(seen: &Seen, wakes: &mut Wakes) {
    let key = &seen.change.key;
    match key.kind {
        Kind::Pod if facts(seen.new()) != facts(seen.old) => wakes.now(key),
        Kind::Service => {
            let declared = |service: Option<&Object>| {
                service.map(|s| (s.body.clone(), s.meta.labels.clone(), s.meta.uid.clone()))
            };
            if declared(seen.new()) != declared(seen.old) {
                wakes.now(key);
            }
        }
        Kind::EndpointSlice if seen.change.by != Actor::EndpointSliceController => {
            let of = seen.latest().and_then(|slice| slice.meta.label(SERVICE_NAME));
            if let Some(service) = of {
                wakes.now(&key.beside(Kind::Service, service.clone()));
            }
        }
        _ => {}
    }
}

/// What of a pod concerns its endpoints (`podEndpointsChanged`); none if it can be no endpoint.
fn facts(pod: Option<&Object>) -> Option<(Arc<str>, bool, bool, Map)> {
    let pod = pod.filter(|pod| !pod::phase(pod).terminal())?;
    Some((
        pod::ip(pod)?.clone(),
        pod::ready(pod),
        pod.meta.terminating(),
        pod.meta.labels.clone(),
    ))
}

/// Looks at one pod, or at one Service with all its pods.
pub fn sync(client: &mut Client, key: &Key, state: &mut Slices) -> Synced {
    if key.kind == Kind::Service {
        return sync_service(client, key, state);
    }
    let world = client.world();
    let mut services: Vec<Key> = world
        .list(Kind::Service)
        .filter(|service| service.meta.namespace == key.namespace)
        .filter(|service| world.get(key).is_some_and(|pod| selects(service, pod)))
        .map(|service| service.key())
        .collect();
    if let Some(placed) = state.placed.get(key) {
        services.extend(placed.keys().cloned());
    }
    services.sort();
    services.dedup();
    for service in services {
        let Some(service) = client.get(&service).cloned() else {
            state.forget_service(&service);
            continue;
        };
        let mut drafts = Drafts::default();
        let pod = client.get(key).cloned();
        drafts.place(client.world(), state, &service, key, pod.as_ref());
        drafts.write(client, state, &service)?;
    }
    Ok(())
}

/// Whether a Service selects a pod; one without a selector selects nothing, and an ExternalName has no endpoints.
fn selects(service: &Object, pod: &Object) -> bool {
    selector(service).is_some_and(|selector| set_matches(selector, &pod.meta.labels))
}

fn selector(service: &Object) -> Option<&Map> {
    let external = service.spec().get("type").and_then(Value::as_str) == Some("ExternalName");
    let selector = service.spec().get("selector")?.as_object()?;
    (!external && !selector.is_empty()).then_some(selector)
}

fn sync_service(client: &mut Client, key: &Key, state: &mut Slices) -> Synced {
    let Some(service) = client.get(key).cloned() else {
        state.forget_service(key);
        return Ok(());
    };
    state.forget_service(key);
    state.learn(client.world(), &service);
    let known: Vec<Key> = state.pods_of(key);
    if selector(&service).is_none() {
        let slices: Vec<Key> = state
            .counts
            .get(key)
            .into_iter()
            .flat_map(|s| s.keys().cloned())
            .collect();
        for slice in slices {
            client.delete(&slice, DeleteOptions::default())?;
        }
        state.forget_service(key);
        return Ok(());
    }
    let selected = client
        .world()
        .list(Kind::Pod)
        .filter(|pod| pod.meta.namespace == key.namespace && selects(&service, pod))
        .map(|pod| pod.key());
    let pods: BTreeSet<Key> = known.into_iter().chain(selected).collect();
    let mut drafts = Drafts::default();
    for pod in pods {
        let now = client.get(&pod).cloned();
        drafts.place(client.world(), state, &service, &pod, now.as_ref());
    }
    drafts.touch_all(client.world(), state, &service);
    drafts.write(client, state, &service)
}

impl Slices {
    fn forget_service(&mut self, service: &Key) {
        for pod in self.pods_of(service) {
            self.unplace(&pod, service);
        }
        self.counts.remove(service);
    }

    fn unplace(&mut self, pod: &Key, service: &Key) {
        if let Some(services) = self.placed.get_mut(pod) {
            services.remove(service);
            if services.is_empty() {
                self.placed.remove(pod);
            }
        }
    }

    fn pods_of(&self, service: &Key) -> Vec<Key> {
        self.placed
            .iter()
            .filter(|(_, services)| services.contains_key(service))
            .map(|(pod, _)| pod.clone())
            .collect()
    }

    /// Takes over the slices that stand.
    fn learn(&mut self, world: &World, service: &Object) {
        let key = service.key();
        let mut counts = OrdMap::new();
        for slice in world
            .list(Kind::EndpointSlice)
            .filter(|slice| is_of(slice, service))
        {
            let endpoints = slice::endpoints(slice);
            counts.insert(slice.key(), endpoints.len());
            for endpoint in endpoints {
                if let Some(pod) = slice::pod_of(endpoint) {
                    self.placed
                        .entry(pod)
                        .or_default()
                        .insert(key.clone(), slice.key());
                }
            }
        }
        self.counts.insert(key, counts);
    }
}

/// Slices as they are to be, by key.
#[derive(Default)]
struct Drafts {
    slices: BTreeMap<Key, Draft>,
    /// Slices to be made; they get their names when they are written.
    new: Vec<Draft>,
}

/// One slice as it is to be.
struct Draft {
    ports: Value,
    endpoints: Vec<Value>,
}

impl Drafts {
    /// Puts a pod where it belongs among a Service's slices, or takes it out.
    fn place(
        &mut self,
        world: &World,
        state: &mut Slices,
        service: &Object,
        key: &Key,
        pod: Option<&Arc<Object>>,
    ) {
        let service_key = service.key();
        let wanted = pod
            .filter(|pod| selects(service, pod))
            .and_then(|pod| Some((endpoint(world, service, pod)?, ports(service, pod))));
        let place = state.placed.get(key).and_then(|places| places.get(&service_key));
        if let Some(place) = place.cloned() {
            let Some(draft) = self.open(world, &place) else {
                return;
            };
            let at = draft.endpoints.iter().position(|e| slice::is_pod(e, key));
            match (&wanted, at) {
                (Some((endpoint, ports)), Some(at)) if draft.ports == *ports => {
                    if let Some(slot) = draft.endpoints.get_mut(at) {
                        *slot = endpoint.clone();
                    }
                    return;
                }
                (_, Some(at)) => {
                    draft.endpoints.remove(at);
                }
                (_, None) => {}
            }
            state.unplace(key, &service_key);
            state.count(&service_key, &place, -1);
        }
        if let Some((endpoint, ports)) = wanted {
            self.add(world, state, &service_key, key, endpoint, ports);
        }
    }

    fn open(&mut self, world: &World, key: &Key) -> Option<&mut Draft> {
        if !self.slices.contains_key(key) {
            let slice = world.get(key)?;
            let draft = Draft {
                ports: slice.body.fields().get("ports").cloned().unwrap_or_default(),
                endpoints: slice::endpoints(slice).to_vec(),
            };
            self.slices.insert(key.clone(), draft);
        }
        self.slices.get_mut(key)
    }

    /// Adds an endpoint to a slice of the same ports with room, to an empty one, or to a new one.
    fn add(
        &mut self,
        world: &World,
        state: &mut Slices,
        service: &Key,
        pod: &Key,
        endpoint: Value,
        ports: Value,
    ) {
        let candidates: Vec<(Key, usize)> = state
            .counts
            .get(service)
            .into_iter()
            .flatten()
            .filter(|(_, count)| **count < MAX_ENDPOINTS)
            .map(|(key, count)| (key.clone(), *count))
            .collect();
        for (key, count) in candidates {
            let Some(draft) = self.open(world, &key) else {
                continue;
            };
            if draft.ports != ports && count > 0 {
                continue;
            }
            draft.ports = ports;
            draft.endpoints.push(endpoint);
            state.count(service, &key, 1);
            state
                .placed
                .entry(pod.clone())
                .or_default()
                .insert(service.clone(), key);
            return;
        }
        let room = self
            .new
            .iter_mut()
            .find(|draft| draft.ports == ports && draft.endpoints.len() < MAX_ENDPOINTS);
        match room {
            Some(draft) => draft.endpoints.push(endpoint),
            None => self.new.push(Draft {
                ports,
                endpoints: vec![endpoint],
            }),
        }
    }

    /// Looks at every slice of the Service, for its labels may have changed.
    fn touch_all(&mut self, world: &World, state: &Slices, service: &Object) {
        for key in state
            .counts
            .get(&service.key())
            .into_iter()
            .flat_map(|slices| slices.keys())
        {
            self.open(world, key);
        }
    }

    /// Writes what changed. A Service whose last endpoint goes keeps one empty slice.
    fn write(mut self, client: &mut Client, state: &mut Slices, service: &Object) -> Synced {
        let service_key = service.key();
        let none = Value::from(Vec::new());
        let others = state.counts.get(&service_key).map_or(0, OrdMap::len);
        let mut left = others + self.new.len();
        if left == 0 {
            self.new.push(Draft {
                ports: none.clone(),
                endpoints: Vec::new(),
            });
        }
        for (key, mut draft) in self.slices {
            if draft.endpoints.is_empty() {
                if left > 1 {
                    left -= 1;
                    client.delete(&key, DeleteOptions::default())?;
                    if let Some(counts) = state.counts.get_mut(&service_key) {
                        counts.remove(&key);
                    }
                    continue;
                }
                draft.ports = none.clone();
            }
            rewrite(client, service, &key, draft)?;
        }
        for draft in self.new {
            create(client, state, service, draft)?;
        }
        Ok(())
    }
}

impl Slices {
    fn count(&mut self, service: &Key, slice: &Key, step: isize) {
        if let Some(count) = self
            .counts
            .get_mut(service)
            .and_then(|counts| counts.get_mut(slice))
        {
            *count = count.saturating_add_signed(step);
        }
    }
}

fn fields(draft: Draft) -> Map {
    let mut fields = Map::new();
    fields.insert("addressType", "IPv4");
    fields.insert("endpoints", draft.endpoints);
    fields.insert("ports", draft.ports);
    fields
}

fn rewrite(client: &mut Client, service: &Object, key: &Key, draft: Draft) -> Result<(), Status> {
    let Some(old) = client.get(key).cloned() else {
        return Ok(());
    };
    let mut new = old.with_fields(fields(draft));
    new.meta.labels = meta(service).labels;
    if *old == new {
        return Ok(());
    }
    client.update(new).map(drop)
}

fn create(client: &mut Client, state: &mut Slices, service: &Object, draft: Draft) -> Result<(), Status> {
    let mut meta = meta(service);
    let prefix = format!("{}-", service.meta.name);
    meta.name = format!("{prefix}{}", client.rng().letters(5)).into();
    meta.generate_name = Some(prefix.into());
    let pods: Vec<Key> = draft.endpoints.iter().filter_map(slice::pod_of).collect();
    let slice = Object::new(Kind::EndpointSlice, meta, fields(draft), ObjectStatus::None);
    let key = slice.key();
    client.create(slice)?;
    let service_key = service.key();
    state
        .counts
        .entry(service_key.clone())
        .or_default()
        .insert(key.clone(), pods.len());
    for pod in pods {
        state
            .placed
            .entry(pod)
            .or_default()
            .insert(service_key.clone(), key.clone());
    }
    Ok(())
}
