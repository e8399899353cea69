//! The contents of a slice and of an endpoint (`endpointslice/utils.go`).

use std::sync::Arc;

use crate::object::selector::set_matches;
use crate::object::{Key, Kind, Map, Meta, Object, OwnerRef, Value, pod};
use crate::store::World;

/// Label of a slice with the name of its Service (`LabelServiceName`).
pub const SERVICE_NAME: &str = "kubernetes.io/service-name";
/// Label of a slice with the name of the controller that manages it (`LabelManagedBy`).
pub const MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
/// The name of this controller in that label.
const MANAGER: &str = "endpointslice-controller.k8s.io";

/// Whether this controller manages the slice for the Service.
pub fn belongs_to(slice: &Object, service: &Object) -> bool {
    slice.meta.namespace == service.meta.namespace
        && slice.meta.label(SERVICE_NAME) == Some(&service.meta.name)
        && slice.meta.label(MANAGED_BY).map(AsRef::as_ref) == Some(MANAGER)
        && slice
            .meta
            .controller()
            .is_some_and(|owner| owner.uid == service.meta.uid)
}

/// The metadata of the slices of a Service, without a name (`newEndpointSlice`).
pub fn metadata(service: &Object) -> Meta {
    let mut labels = service.meta.labels.clone();
    labels.insert(SERVICE_NAME, service.meta.name.clone());
    labels.insert(MANAGED_BY, MANAGER);
    if service.spec().get("clusterIP").and_then(Value::as_str) == Some("None") {
        labels.insert("service.kubernetes.io/headless", "");
    }
    let owner = OwnerRef::controller(Kind::Service, &service.meta.name, &service.meta.uid);
    Meta {
        namespace: service.meta.namespace.clone(),
        labels,
        owners: Arc::from([owner]),
        ..Meta::default()
    }
}

/// The endpoints of a slice.
pub fn endpoints(slice: &Object) -> &[Value] {
    slice
        .body
        .fields()
        .get("endpoints")
        .and_then(Value::as_array)
        .unwrap_or_default()
}

/// The pod of an endpoint.
pub fn pod_of(endpoint: &Value) -> Option<Key> {
    let target = endpoint.get("targetRef")?.as_object()?;
    Some(Key {
        kind: Kind::Pod,
        namespace: target.text("namespace")?.clone(),
        name: target.text("name")?.clone(),
    })
}

/// Whether an endpoint is that of this pod.
pub fn is_pod(endpoint: &Value, pod: &Key) -> bool {
    let target = endpoint.get("targetRef").and_then(Value::as_object);
    target.is_some_and(|target| target.text("name") == Some(&pod.name))
}

/// The endpoint of a pod; `None` if the pod has no address or is terminal (`ShouldPodBeInEndpoints`, `podToEndpoint`).
pub fn endpoint(world: &World, service: &Object, object: &Object) -> Option<Value> {
    let ip = pod::ip(object)?;
    if pod::phase(object).terminal() {
        return None;
    }
    let publish = service
        .spec()
        .get("publishNotReadyAddresses")
        .and_then(Value::as_bool);
    let serving = pod::ready(object);
    let terminating = object.meta.terminating();
    let mut conditions = Map::new();
    conditions.insert("ready", publish == Some(true) || serving && !terminating);
    conditions.insert("serving", serving);
    conditions.insert("terminating", terminating);
    let mut target = Map::new();
    target.insert("kind", "Pod");
    target.insert("name", object.meta.name.clone());
    target.insert("namespace", object.meta.namespace.clone());
    target.insert("uid", object.meta.uid.clone());
    let mut endpoint = Map::new();
    endpoint.insert("addresses", vec![Value::from(ip.clone())]);
    endpoint.insert("conditions", conditions);
    let hostname = pod::hostname(object);
    if let Some(hostname) = hostname.filter(|_| pod::subdomain(object) == Some(&service.meta.name)) {
        endpoint.insert("hostname", hostname.clone());
    }
    if let Some(node) = pod::node(object) {
        endpoint.insert("nodeName", node.clone());
        let zone = world
            .get(&Key::new(Kind::Node, node.clone()))
            .and_then(|node| node.meta.label("topology.kubernetes.io/zone"));
        if let Some(zone) = zone {
            endpoint.insert("zone", zone.clone());
        }
    }
    endpoint.insert("targetRef", target);
    Some(endpoint.into())
}

/// The ports of the slice that contains a pod: those of the Service with named target ports resolved in the pod
/// (`getEndpointPorts`, `FindPort`).
pub fn ports(service: &Object, object: &Object) -> Value {
    let declared = service.spec().get("ports").and_then(Value::as_array);
    let list: Vec<Value> = declared
        .unwrap_or_default()
        .iter()
        .filter_map(|declared| {
            let protocol = declared.get("protocol").and_then(Value::as_str).unwrap_or("TCP");
            let target = declared.get("targetPort").or_else(|| declared.get("port"))?;
            let number = match target {
                Value::String(name) => named_port(object, name, protocol)?,
                other => other.as_i64().filter(|n| *n != 0)?,
            };
            let mut port = Map::new();
            port.insert("name", declared.get("name").and_then(Value::as_str).unwrap_or(""));
            port.insert("port", number);
            port.insert("protocol", protocol);
            if let Some(app) = declared.get("appProtocol") {
                port.insert("appProtocol", app.clone());
            }
            Some(port.into())
        })
        .collect();
    list.into()
}

fn named_port(object: &Object, name: &str, protocol: &str) -> Option<i64> {
    let sidecars = pod::init_containers(object)
        .iter()
        .filter(|c| crate::object::pod_status::is_sidecar(c));
    pod::containers(object)
        .iter()
        .chain(sidecars)
        .flat_map(|container| {
            container
                .get("ports")
                .and_then(Value::as_array)
                .unwrap_or_default()
        })
        .find(|port| {
            port.get("name").and_then(Value::as_str) == Some(name)
                && port.get("protocol").and_then(Value::as_str).unwrap_or("TCP") == protocol
        })?
        .get("containerPort")?
        .as_i64()
}

/// Whether a Service selects a pod.
pub fn selects(service: &Object, pod: &Object) -> bool {
    selector(service).is_some_and(|selector| set_matches(selector, &pod.meta.labels))
}

/// The selector of a Service; `None` if the Service has no endpoints: an ExternalName, or one with an empty selector.
pub fn selector(service: &Object) -> Option<&Map> {
    let external = service.spec().get("type").and_then(Value::as_str) == Some("ExternalName");
    let selector = service.spec().get("selector")?.as_object()?;
    (!external && !selector.is_empty()).then_some(selector)
}
