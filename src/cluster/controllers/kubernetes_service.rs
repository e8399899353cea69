//! The API server's own Service (`pkg/controlplane/controller/kubernetesservice/controller.go`).

use serde_json::{Value as Json, json};

use super::endpointslice::SERVICE_NAME;
use crate::cluster::runtime::{Client, SyncResult, WatchEvent, WorkQueue};
use crate::object::{DEFAULT_NAMESPACE, Key, Kind, Map, Object, Value};

/// The name of the Service, its Endpoints and its EndpointSlice.
const NAME: &str = "kubernetes";
/// The address at which the API server can be reached from outside the cluster's network.
const ADDRESS: &str = "192.168.0.10";
/// Its port there.
const PORT: i64 = 6443;
/// Period of the reconciliation (`EndpointInterval`).
const PERIOD_MS: u64 = 10_000;

/// Whether a key is that of the API server's Service.
pub fn is_api_server(key: &Key) -> bool {
    key.kind == Kind::Service && key.name.as_ref() == NAME && key.namespace.as_ref() == DEFAULT_NAMESPACE
}

/// Enqueues the Service when it is deleted: the next reconciliation creates it again.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    let key = &event.change.key;
    if event.new().is_none() && (is_api_server(key) || *key == slice_key()) {
        let service = Key::new(Kind::Service, NAME);
        queue.add_after(PERIOD_MS, &service);
    }
}

fn slice_key() -> Key {
    Key::new(Kind::EndpointSlice, NAME)
}

/// Creates what is missing (`UpdateKubernetesService`).
pub fn sync(client: &mut Client, key: &Key) -> SyncResult {
    for object in [service(), endpoint_slice()] {
        if is_api_server(key) && client.get(&object.key()).is_none() {
            client.create(object)?;
        }
    }
    Ok(())
}

/// The Service of the API server.
pub fn service() -> Object {
    read(
        Kind::Service,
        json!({
            "metadata": {"name": NAME, "namespace": DEFAULT_NAMESPACE, "labels": {
                "component": "apiserver", "provider": "kubernetes",
            }},
            "spec": {
                "type": "ClusterIP", "clusterIP": "10.96.0.1", "clusterIPs": ["10.96.0.1"],
                "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack",
                "internalTrafficPolicy": "Cluster", "sessionAffinity": "None",
                "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": PORT}],
            },
            "status": {"loadBalancer": {}},
        }),
    )
}

/// Its EndpointSlice (`reconcilers.EndpointsAdapter`).
pub fn endpoint_slice() -> Object {
    read(
        Kind::EndpointSlice,
        json!({
            "metadata": {"name": NAME, "namespace": DEFAULT_NAMESPACE, "labels": {SERVICE_NAME: NAME}},
            "addressType": "IPv4",
            "endpoints": [{"addresses": [ADDRESS], "conditions": {"ready": true}}],
            "ports": [{"name": "https", "port": PORT, "protocol": "TCP"}],
        }),
    )
}

fn read(kind: Kind, document: Json) -> Object {
    match Value::from(document) {
        Value::Object(map) => Object::read(kind, &map),
        _ => Object::read(kind, &Map::new()),
    }
}
