//! The endpoints controller (`pkg/controller/endpoint/endpoints_controller.go`).
//!
//! The Endpoints of Services with a selector are not stored: they say the same as the Service's EndpointSlices and are
//! made of these when someone reads them. Only those that a person wrote are stored.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::endpointslice::{SERVICE_NAME, selector};
use crate::api::{DeleteOptions, Reason};
use crate::cluster::runtime::{Client, SyncResult, WatchEvent, WorkQueue};
use crate::object::{Key, Kind, Map, Meta, Object, ObjectStatus, Value};
use crate::store::World;

/// Label of an Endpoints object with the controller that manages it (`LabelManagedBy`).
const MANAGED_BY: &str = "endpoints.kubernetes.io/managed-by";
/// Maximum number of addresses in one Endpoints object (`maxCapacity`).
const MAX_ADDRESSES: usize = 1_000;

/// Enqueues Services that are deleted.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    let key = &event.change.key;
    if key.kind == Kind::Service && event.new().is_none() {
        queue.add(key);
    }
}

/// Deletes the Endpoints of a deleted Service, whoever wrote them (`syncService`).
pub fn sync(client: &mut Client, key: &Key) -> SyncResult {
    let endpoints = key.beside(Kind::Endpoints, key.name.clone());
    if client.get(key).is_some() || client.get(&endpoints).is_none() {
        return Ok(());
    }
    match client.delete(&endpoints, DeleteOptions::default()) {
        Err(status) if status.reason != Reason::NotFound => Err(status.into()),
        _ => Ok(()),
    }
}

/// The Endpoints object with that key.
pub fn get(world: &World, key: &Key) -> Option<Arc<Object>> {
    let service = world.get(&key.beside(Kind::Service, key.name.clone()));
    let managed = service.and_then(|service| of_service(world, service));
    managed.map(Arc::new).or_else(|| world.get(key).cloned())
}

/// All Endpoints objects, in the order of their keys.
pub fn list(world: &World) -> Vec<Arc<Object>> {
    let stored = world.list(Kind::Endpoints).cloned();
    let managed = world
        .list(Kind::Service)
        .filter_map(|service| of_service(world, service).map(Arc::new));
    // The controller overwrites what a person wrote.
    let by_key: BTreeMap<Key, Arc<Object>> = stored
        .chain(managed)
        .map(|object| (object.key(), object))
        .collect();
    by_key.into_values().collect()
}

/// The Endpoints that the controller, or the API server for its own Service, writes for a Service.
fn of_service(world: &World, service: &Object) -> Option<Object> {
    let is_api_server = super::kubernetes_service::is_api_server(&service.key());
    if !is_api_server && selector(service).is_none() {
        return None;
    }
    let slices: Vec<&Arc<Object>> = world
        .list(Kind::EndpointSlice)
        .filter(|slice| {
            slice.meta.namespace == service.meta.namespace
                && slice.meta.label(SERVICE_NAME) == Some(service.name())
        })
        .collect();
    let versions = slices.iter().map(|slice| slice.meta.resource_version);
    let mut labels = service.meta.labels.clone();
    if is_api_server {
        labels = Map::from_iter([("endpointslice.kubernetes.io/skip-mirror", "true")]);
    } else {
        labels.insert(MANAGED_BY, "endpoint-controller");
        if service.spec().get("clusterIP").and_then(Value::as_str) == Some("None") {
            labels.insert("service.kubernetes.io/headless", "");
        }
    }
    let meta = Meta {
        name: service.name().clone(),
        namespace: service.meta.namespace.clone(),
        labels,
        uid: uid(service),
        created: service.meta.created,
        resource_version: versions.max().unwrap_or(service.meta.resource_version),
        ..Meta::default()
    };
    let publishes = service
        .spec()
        .get("publishNotReadyAddresses")
        .and_then(Value::as_bool);
    let subsets = subsets(&slices, publishes == Some(true));
    let mut fields = Map::new();
    if !subsets.is_empty() {
        fields.insert("subsets", subsets);
    }
    Some(Object::new(Kind::Endpoints, meta, fields, ObjectStatus::None))
}

/// A UID that belongs to no other object: that of the Service with another version digit.
fn uid(service: &Object) -> Arc<str> {
    let uid: String = service.meta.uid.chars().rev().collect();
    let reversed: Vec<char> = uid.chars().filter(|c| *c != '-').collect();
    let text =
        |range: std::ops::Range<usize>| reversed.get(range).unwrap_or_default().iter().collect::<String>();
    [text(0..8), text(8..12), text(12..16), text(16..20), text(20..32)]
        .join("-")
        .into()
}

/// The subsets of an Endpoints object: one for each set of ports (`RepackSubsets`).
fn subsets(slices: &[&Arc<Object>], publishes: bool) -> Vec<Value> {
    let mut by_ports: Vec<(Value, Vec<Value>, Vec<Value>)> = Vec::new();
    for slice in slices {
        let list = |field: &str| {
            slice
                .body
                .fields()
                .get(field)
                .and_then(Value::as_array)
                .unwrap_or_default()
        };
        let ports = Value::from(list("ports").to_vec());
        for endpoint in list("endpoints") {
            let condition = |name: &str| endpoint.at(&["conditions", name]).and_then(Value::as_bool);
            if condition("terminating") == Some(true) && !publishes {
                continue;
            }
            let at = by_ports
                .iter()
                .position(|(known, ..)| *known == ports)
                .unwrap_or_else(|| {
                    by_ports.push((ports.clone(), Vec::new(), Vec::new()));
                    by_ports.len() - 1
                });
            let Some((_, ready, unready)) = by_ports.get_mut(at) else {
                continue;
            };
            let is_ready = publishes || condition("serving").or(condition("ready")).unwrap_or(true);
            let side = if is_ready { ready } else { unready };
            side.extend(address(endpoint));
        }
    }
    let subset = |(ports, mut ready, mut unready): (Value, Vec<Value>, Vec<Value>)| {
        let mut subset = Map::new();
        for (field, addresses) in [("addresses", &mut ready), ("notReadyAddresses", &mut unready)] {
            addresses.sort_by(|a, b| ip(a).cmp(ip(b)));
            addresses.truncate(MAX_ADDRESSES);
            if !addresses.is_empty() {
                subset.insert(field, std::mem::take(addresses));
            }
        }
        let ports: Vec<Value> = ports
            .as_array()
            .unwrap_or_default()
            .iter()
            .map(without_empty_name)
            .collect();
        if !ports.is_empty() {
            subset.insert("ports", ports);
        }
        Value::from(subset)
    };
    by_ports.into_iter().map(subset).collect()
}

fn ip(address: &Value) -> &str {
    address.get("ip").and_then(Value::as_str).unwrap_or_default()
}

/// The EndpointAddress of an endpoint.
fn address(endpoint: &Value) -> Option<Value> {
    let mut address = Map::new();
    if let Some(hostname) = endpoint.get("hostname") {
        address.insert("hostname", hostname.clone());
    }
    address.insert("ip", endpoint.get("addresses")?.as_array()?.first()?.clone());
    for field in ["nodeName", "targetRef"] {
        if let Some(value) = endpoint.get(field) {
            address.insert(field, value.clone());
        }
    }
    Some(address.into())
}

/// A port of an EndpointSlice has its name even if it is empty, one of Endpoints has not.
fn without_empty_name(port: &Value) -> Value {
    let mut port = port.clone();
    let is_empty = port.get("name").and_then(Value::as_str) == Some("");
    if is_empty && let Some(fields) = port.as_object_mut() {
        fields.remove("name");
    }
    port
}
