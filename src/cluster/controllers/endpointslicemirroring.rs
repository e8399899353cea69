//! The EndpointSlice mirroring controller: gives Services without a selector the EndpointSlices of the Endpoints that a
//! person wrote (`pkg/controller/endpointslicemirroring`).

use std::net::IpAddr;
use std::sync::Arc;

use super::endpointslice::{MANAGED_BY, SERVICE_NAME, selector};
use crate::api::DeleteOptions;
use crate::cluster::runtime::{Client, SyncResult, WatchEvent, WorkQueue};
use crate::object::{Key, Kind, Map, Meta, Object, ObjectStatus, OwnerRef, Value};
use crate::store::World;

/// The name of this controller in the label of its slices.
const MANAGER: &str = "endpointslicemirroring-controller.k8s.io";
/// Label of Endpoints that are not mirrored (`LabelSkipMirror`).
const SKIP_MIRROR: &str = "endpointslice.kubernetes.io/skip-mirror";
/// Annotation of Endpoints that are only a lock for leader election.
const LEADER: &str = "control-plane.alpha.kubernetes.io/leader";
/// Maximum number of addresses that are mirrored from one subset (`MirroringMaxEndpointsPerSubset`).
const MAX_ADDRESSES: usize = 1_000;

/// Enqueues Endpoints that change, those of changed Services, and those whose slices another client changes.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    let key = &event.change.key;
    match key.kind {
        Kind::Endpoints => queue.add(key),
        Kind::Service => {
            let endpoints = key.beside(Kind::Endpoints, key.name.clone());
            if event.world.get(&endpoints).is_some() {
                queue.add(&endpoints);
            }
        }
        Kind::EndpointSlice => {
            let slice = event.latest().filter(|slice| is_mirrored(slice));
            if let Some(service) = slice.and_then(|slice| slice.meta.label(SERVICE_NAME)) {
                queue.add(&key.beside(Kind::Endpoints, service.clone()));
            }
        }
        _ => {}
    }
}

fn is_mirrored(slice: &Object) -> bool {
    slice
        .meta
        .label(MANAGED_BY)
        .is_some_and(|manager| manager.as_ref() == MANAGER)
}

/// Makes the slices of one Endpoints object what it says (`syncEndpoints`).
pub fn sync(client: &mut Client, key: &Key) -> SyncResult {
    let mut existing: Vec<Arc<Object>> = client
        .world()
        .list(Kind::EndpointSlice)
        .filter(|slice| slice.meta.namespace == key.namespace && is_mirrored(slice))
        .filter(|slice| slice.meta.label(SERVICE_NAME) == Some(&key.name))
        .cloned()
        .collect();
    let endpoints = client
        .get(key)
        .filter(|endpoints| should_mirror(client.world(), endpoints))
        .cloned();
    for desired in endpoints.iter().flat_map(|endpoints| slices(endpoints)) {
        let same = |slice: &Arc<Object>, fields: &[&str]| {
            let old = slice.body.fields();
            fields
                .iter()
                .all(|field| old.get(field) == desired.body.fields().get(field))
        };
        let at = existing
            .iter()
            .position(|slice| same(slice, &["addressType", "ports"]));
        let Some(old) = at.map(|at| existing.remove(at)) else {
            let mut slice = desired;
            slice.meta.name = format!("{}-{}", key.name, client.rng().letters(5)).into();
            client.create(slice)?;
            continue;
        };
        let mut new = old.with_fields(desired.body.fields().clone());
        new.meta.labels = desired.meta.labels.clone();
        new.meta.annotations = desired.meta.annotations.clone();
        if *old != new {
            client.update(new)?;
        }
    }
    for slice in existing {
        client.delete(&slice.key(), DeleteOptions::default())?;
    }
    Ok(())
}

/// Whether Endpoints are those of a Service without a selector (`shouldMirror`).
fn should_mirror(world: &World, endpoints: &Object) -> bool {
    let skips = endpoints
        .meta
        .label(SKIP_MIRROR)
        .is_some_and(|value| value.as_ref() == "true");
    let service = world.get(&endpoints.key().beside(Kind::Service, endpoints.name().clone()));
    !skips
        && endpoints.meta.annotation(LEADER).is_none()
        && service.is_some_and(|service| selector(service).is_none())
}

/// The slices of an Endpoints object without their names: one for each subset and type of address.
fn slices(endpoints: &Object) -> Vec<Object> {
    let subsets = endpoints.body.fields().get("subsets").and_then(Value::as_array);
    let mut slices = Vec::new();
    for subset in subsets.unwrap_or_default() {
        for address_type in ["IPv4", "IPv6"] {
            let found = mirrored_endpoints(subset, address_type);
            if found.is_empty() {
                continue;
            }
            let mut fields = Map::new();
            fields.insert("addressType", address_type);
            fields.insert("endpoints", found);
            fields.insert("ports", ports(subset));
            slices.push(Object::new(
                Kind::EndpointSlice,
                metadata(endpoints),
                fields,
                ObjectStatus::None,
            ));
        }
    }
    slices
}

/// `newEndpointSlice`.
fn metadata(endpoints: &Object) -> Meta {
    let mut labels = endpoints.meta.labels.clone();
    labels.insert(SERVICE_NAME, endpoints.name().clone());
    labels.insert(MANAGED_BY, MANAGER);
    let mut annotations = endpoints.meta.annotations.clone();
    for left_out in [
        "kubectl.kubernetes.io/last-applied-configuration",
        "endpoints.kubernetes.io/last-change-trigger-time",
    ] {
        annotations.remove(left_out);
    }
    let owner = OwnerRef::controller(Kind::Endpoints, endpoints.name(), &endpoints.meta.uid);
    Meta {
        generate_name: Some(format!("{}-", endpoints.name()).into()),
        namespace: endpoints.meta.namespace.clone(),
        labels,
        annotations,
        owners: Arc::from([owner]),
        ..Meta::default()
    }
}

/// The ports of a subset (`epPortsToEpsPorts`).
fn ports(subset: &Value) -> Vec<Value> {
    let ports = subset.get("ports").and_then(Value::as_array).unwrap_or_default();
    let mirrored = |port: &Value| {
        let mut fields = port.as_object().cloned().unwrap_or_default();
        if fields.get("name").is_none() {
            fields.insert("name", "");
        }
        Value::from(fields)
    };
    ports.iter().map(mirrored).collect()
}

/// The endpoints of a subset with addresses of one type (`addressToEndpoint`).
fn mirrored_endpoints(subset: &Value, address_type: &str) -> Vec<Value> {
    let mut found = Vec::new();
    for (field, ready) in [("addresses", true), ("notReadyAddresses", false)] {
        let addresses = subset.get(field).and_then(Value::as_array).unwrap_or_default();
        for address in addresses {
            let Some(ip) = address.get("ip").and_then(Value::as_str) else {
                continue;
            };
            let is_six = ip.parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv6());
            if is_six != (address_type == "IPv6") || found.len() >= MAX_ADDRESSES {
                continue;
            }
            let mut endpoint = Map::new();
            endpoint.insert("addresses", vec![Value::from(ip)]);
            endpoint.insert("conditions", Map::from_iter([("ready", ready)]));
            for copied in ["hostname", "nodeName", "targetRef"] {
                if let Some(value) = address.get(copied) {
                    endpoint.insert(copied, value.clone());
                }
            }
            found.push(endpoint.into());
        }
    }
    found
}
