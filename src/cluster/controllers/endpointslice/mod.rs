//! The EndpointSlice controller (`pkg/controller/endpointslice`, `staging/src/k8s.io/endpointslice`).
//!
//! A changed pod updates one slice of each Service, which [`index`] remembers. Only a changed Service lists all pods.

mod index;
mod reconciler;
mod slice;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::api::DeleteOptions;
use crate::cluster::runtime::{Client, SyncResult, WatchEvent, WorkQueue};
use crate::object::{Key, Kind, Map, Object, pod};
use crate::store::Actor;

pub use index::EndpointSlices;
use reconciler::SliceChanges;
use slice::selects;
pub use slice::{MANAGED_BY, SERVICE_NAME, selector};

/// Enqueues pods whose endpoints change, Services, and the Service of a slice that another client changes.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    let key = &event.change.key;
    match key.kind {
        Kind::Pod if endpoint_fields(event.new()) != endpoint_fields(event.old) => queue.add(key),
        Kind::Service => {
            let declared = |service: Option<&Object>| {
                service.map(|s| (s.body.clone(), s.meta.labels.clone(), s.meta.uid.clone()))
            };
            if declared(event.new()) != declared(event.old) {
                queue.add(key);
            }
        }
        Kind::EndpointSlice if event.change.by != Actor::EndpointSliceController => {
            let service = event.latest().and_then(|slice| slice.meta.label(SERVICE_NAME));
            if let Some(service) = service {
                queue.add(&key.beside(Kind::Service, service.clone()));
            }
        }
        _ => {}
    }
}

/// The fields of a pod that affect its endpoints (`podEndpointsChanged`); `None` if it cannot have any.
fn endpoint_fields(pod: Option<&Object>) -> Option<(Arc<str>, bool, bool, Map)> {
    let pod = pod.filter(|pod| !pod::phase(pod).terminal())?;
    Some((
        pod::ip(pod)?.clone(),
        pod::ready(pod),
        pod.meta.terminating(),
        pod.meta.labels.clone(),
    ))
}

/// Syncs one pod, or one Service with all its pods (`syncService`).
pub fn sync(client: &mut Client, key: &Key, index: &mut EndpointSlices) -> SyncResult {
    if key.kind == Kind::Service {
        return sync_service(client, key, index);
    }
    let world = client.world();
    let mut services: Vec<Key> = world
        .list(Kind::Service)
        .filter(|service| service.meta.namespace == key.namespace)
        .filter(|service| world.get(key).is_some_and(|pod| selects(service, pod)))
        .map(|service| service.key())
        .collect();
    services.extend(index.services_of(key).cloned());
    services.sort();
    services.dedup();
    for service in services {
        let Some(service) = client.get(&service).cloned() else {
            index.forget_service(&service);
            continue;
        };
        let mut changes = SliceChanges::default();
        let pod = client.get(key).cloned();
        changes.place(client.world(), index, &service, key, pod.as_ref());
        changes.write(client, index, &service)?;
    }
    Ok(())
}

fn sync_service(client: &mut Client, key: &Key, index: &mut EndpointSlices) -> SyncResult {
    let Some(service) = client.get(key).cloned() else {
        index.forget_service(key);
        return Ok(());
    };
    index.forget_service(key);
    index.read(client.world(), &service);
    let known = index.pods_of(key);
    if selector(&service).is_none() {
        for slice in index.slices_of(key) {
            client.delete(&slice, DeleteOptions::default())?;
        }
        index.forget_service(key);
        return Ok(());
    }
    let selected = client
        .world()
        .list(Kind::Pod)
        .filter(|pod| pod.meta.namespace == key.namespace && selects(&service, pod))
        .map(|pod| pod.key());
    let pods: BTreeSet<Key> = known.into_iter().chain(selected).collect();
    let mut changes = SliceChanges::default();
    for pod in pods {
        let object = client.get(&pod).cloned();
        changes.place(client.world(), index, &service, &pod, object.as_ref());
    }
    changes.include_all(client.world(), index, &service);
    changes.write(client, index, &service)
}
