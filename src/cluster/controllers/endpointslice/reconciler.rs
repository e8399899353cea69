//! Computes and writes the slices of a Service (`endpointslice/reconciler.go`).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::index::EndpointSlices;
use super::slice::{self, endpoint, metadata, ports, selects};
use crate::api::{DeleteOptions, Status};
use crate::cluster::runtime::{Client, SyncResult};
use crate::object::{Key, Kind, Map, Object, ObjectStatus, Value};
use crate::store::World;

/// Maximum number of endpoints in one slice (`maxEndpointsPerSlice`).
const MAX_ENDPOINTS: usize = 100;

/// The slices of a Service that a sync creates, updates or deletes.
#[derive(Default)]
pub struct SliceChanges {
    existing: BTreeMap<Key, DesiredSlice>,
    /// Slices to create; they are named when they are written.
    new: Vec<DesiredSlice>,
}

/// The desired contents of one slice.
struct DesiredSlice {
    ports: Value,
    endpoints: Vec<Value>,
}

impl SliceChanges {
    /// Adds, updates or removes the endpoint of a pod.
    pub fn place(
        &mut self,
        world: &World,
        index: &mut EndpointSlices,
        service: &Object,
        key: &Key,
        pod: Option<&Arc<Object>>,
    ) {
        let service_key = service.key();
        let desired = pod
            .filter(|pod| selects(service, pod))
            .and_then(|pod| Some((endpoint(world, service, pod)?, ports(service, pod))));
        if let Some(slice_key) = index.slice_of(key, &service_key).cloned() {
            let Some(slice) = self.open(world, &slice_key) else {
                return;
            };
            let position = slice.endpoints.iter().position(|e| slice::is_pod(e, key));
            match (&desired, position) {
                (Some((endpoint, ports)), Some(position)) if slice.ports == *ports => {
                    if let Some(existing) = slice.endpoints.get_mut(position) {
                        *existing = endpoint.clone();
                    }
                    return;
                }
                (_, Some(position)) => {
                    slice.endpoints.remove(position);
                }
                (_, None) => {}
            }
            index.remove_endpoint(key, &service_key, &slice_key);
        }
        if let Some((endpoint, ports)) = desired {
            self.add(world, index, &service_key, key, endpoint, ports);
        }
    }

    /// The desired contents of an existing slice, at first the current ones.
    fn open(&mut self, world: &World, key: &Key) -> Option<&mut DesiredSlice> {
        if !self.existing.contains_key(key) {
            let slice = world.get(key)?;
            let current = DesiredSlice {
                ports: slice.body.fields().get("ports").cloned().unwrap_or_default(),
                endpoints: slice::endpoints(slice).to_vec(),
            };
            self.existing.insert(key.clone(), current);
        }
        self.existing.get_mut(key)
    }

    /// Adds an endpoint to a slice with the same ports that is not full, to an empty one, or to a new one.
    fn add(
        &mut self,
        world: &World,
        index: &mut EndpointSlices,
        service: &Key,
        pod: &Key,
        endpoint: Value,
        ports: Value,
    ) {
        for (key, count) in index.slices_below(service, MAX_ENDPOINTS) {
            let Some(slice) = self.open(world, &key) else {
                continue;
            };
            if slice.ports != ports && count > 0 {
                continue;
            }
            slice.ports = ports;
            slice.endpoints.push(endpoint);
            index.add_endpoint(pod, service, &key);
            return;
        }
        let not_full = self
            .new
            .iter_mut()
            .find(|slice| slice.ports == ports && slice.endpoints.len() < MAX_ENDPOINTS);
        match not_full {
            Some(slice) => slice.endpoints.push(endpoint),
            None => self.new.push(DesiredSlice {
                ports,
                endpoints: vec![endpoint],
            }),
        }
    }

    /// Includes every slice of the Service, whose labels may have changed.
    pub fn include_all(&mut self, world: &World, index: &EndpointSlices, service: &Object) {
        for key in index.slices_of(&service.key()) {
            self.open(world, &key);
        }
    }

    /// Writes the changes. A Service without endpoints keeps one empty slice.
    pub fn write(mut self, client: &mut Client, index: &mut EndpointSlices, service: &Object) -> SyncResult {
        let service_key = service.key();
        let no_ports = Value::from(Vec::new());
        let mut left = index.slices_of(&service_key).len() + self.new.len();
        if left == 0 {
            self.new.push(DesiredSlice {
                ports: no_ports.clone(),
                endpoints: Vec::new(),
            });
        }
        for (key, mut slice) in self.existing {
            if slice.endpoints.is_empty() {
                if left > 1 {
                    left -= 1;
                    client.delete(&key, DeleteOptions::default())?;
                    index.remove_slice(&service_key, &key);
                    continue;
                }
                slice.ports = no_ports.clone();
            }
            update(client, service, &key, slice)?;
        }
        for slice in self.new {
            create(client, index, service, slice)?;
        }
        Ok(())
    }
}

fn fields(slice: DesiredSlice) -> Map {
    let mut fields = Map::new();
    fields.insert("addressType", "IPv4");
    fields.insert("endpoints", slice.endpoints);
    fields.insert("ports", slice.ports);
    fields
}

fn update(client: &mut Client, service: &Object, key: &Key, slice: DesiredSlice) -> Result<(), Status> {
    let Some(old) = client.get(key).cloned() else {
        return Ok(());
    };
    let mut new = old.with_fields(fields(slice));
    new.meta.labels = metadata(service).labels;
    if *old == new {
        return Ok(());
    }
    client.update(new).map(drop)
}

fn create(
    client: &mut Client,
    index: &mut EndpointSlices,
    service: &Object,
    slice: DesiredSlice,
) -> Result<(), Status> {
    let mut meta = metadata(service);
    let prefix = format!("{}-", service.meta.name);
    meta.name = format!("{prefix}{}", client.rng().letters(5)).into();
    meta.generate_name = Some(prefix.into());
    let pods: Vec<Key> = slice.endpoints.iter().filter_map(slice::pod_of).collect();
    let slice = Object::new(Kind::EndpointSlice, meta, fields(slice), ObjectStatus::None);
    let (service, key) = (service.key(), slice.key());
    client.create(slice)?;
    index.add_slice(&service, &key, pods.len());
    for pod in pods {
        index.set_slice_of(pod, &service, &key);
    }
    Ok(())
}
