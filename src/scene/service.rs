//! The endpoints of Services, and what their DNS names resolve to.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Rail;
use crate::object::{DEFAULT_NAMESPACE, Kind, Map, Object, Value};
use crate::store::World;

/// The cluster's DNS zone.
pub const ZONE: &str = "cluster.local";

/// Whether a pod is an endpoint of a Service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EndpointState {
    /// A ready endpoint.
    Ready,
    /// An endpoint that is not ready, and so not in the DNS answer.
    NotReady,
    /// Not an endpoint: the pod is not selected, has no address or does not exist.
    #[default]
    None,
}

impl EndpointState {
    /// Its name in the style sheet.
    pub fn name(self) -> &'static str {
        match self {
            EndpointState::Ready => "in",
            EndpointState::NotReady => "out",
            EndpointState::None => "none",
        }
    }

    /// Its meaning, for a tooltip.
    pub fn description(self) -> &'static str {
        match self {
            EndpointState::Ready => "in the Service's answer",
            EndpointState::NotReady => "not in the answer: not ready",
            EndpointState::None => "not an endpoint",
        }
    }
}

/// A Service's endpoints by the pods behind them.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    by_pod: Arc<BTreeMap<Arc<str>, Endpoint>>,
    /// The addresses of ready endpoints that are no pods.
    others: Arc<Vec<Arc<str>>>,
    /// The EndpointSlices that they were read from.
    slices: Vec<Arc<Object>>,
}

impl PartialEq for Endpoints {
    fn eq(&self, other: &Endpoints) -> bool {
        (Arc::ptr_eq(&self.by_pod, &other.by_pod) || self.by_pod == other.by_pod)
            && self.others == other.others
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Endpoint {
    address: Arc<str>,
    ready: bool,
    /// The name of its own record under the Service's name.
    hostname: Option<Arc<str>>,
}

impl Endpoints {
    /// Reads the EndpointSlices of a Service. Returns `previous` if it was read from the same ones.
    pub fn read(world: &World, service: &Object, previous: Option<&Endpoints>) -> Endpoints {
        let slices = world.list(Kind::EndpointSlice).filter(|slice| {
            slice.meta.namespace == service.meta.namespace
                && slice.meta.label("kubernetes.io/service-name") == Some(service.name())
        });
        let slices: Vec<Arc<Object>> = slices.cloned().collect();
        if let Some(previous) = previous
            && previous.slices.len() == slices.len()
            && previous
                .slices
                .iter()
                .zip(&slices)
                .all(|(a, b)| Arc::ptr_eq(a, b))
        {
            return previous.clone();
        }
        let mut by_pod = BTreeMap::new();
        let mut others = Vec::new();
        for slice in &slices {
            let endpoints = slice.body.fields().get("endpoints").and_then(Value::as_array);
            for endpoint in endpoints.unwrap_or_default().iter().filter_map(Value::as_object) {
                match read_endpoint(endpoint) {
                    Some((Some(pod), endpoint)) => {
                        by_pod.insert(pod, endpoint);
                    }
                    Some((None, endpoint)) if endpoint.ready => others.push(endpoint.address),
                    _ => {}
                }
            }
        }
        Endpoints {
            by_pod: Arc::new(by_pod),
            others: Arc::new(others),
            slices,
        }
    }

    /// Whether the pod with that name is an endpoint.
    pub fn state(&self, pod: &str) -> EndpointState {
        match self.by_pod.get(pod) {
            Some(endpoint) if endpoint.ready => EndpointState::Ready,
            Some(_) => EndpointState::NotReady,
            None => EndpointState::None,
        }
    }

    /// The address to which `POD.SERVICE` resolves.
    pub fn resolve(&self, pod: &str) -> Option<&Arc<str>> {
        let endpoint = self.by_pod.get(pod).filter(|endpoint| endpoint.ready)?;
        (endpoint.hostname.as_deref() == Some(pod)).then_some(&endpoint.address)
    }

    /// The addresses of the ready endpoints: of pods by their names, then the others.
    fn ready_addresses(&self) -> Vec<Arc<str>> {
        let ready = self.by_pod.values().filter(|endpoint| endpoint.ready);
        let addresses = ready.map(|endpoint| endpoint.address.clone());
        addresses.chain(self.others.iter().cloned()).collect()
    }
}

/// An endpoint with the name of its pod; an endpoint that a person wrote may have none.
fn read_endpoint(endpoint: &Map) -> Option<(Option<Arc<str>>, Endpoint)> {
    let target = endpoint.get("targetRef").and_then(Value::as_object);
    let pod = target.and_then(|target| target.text("name")).cloned();
    let address = endpoint.get("addresses")?.as_array()?.first()?.as_str()?.into();
    let ready = endpoint
        .get("conditions")
        .and_then(|conditions| conditions.get("ready"))
        .and_then(Value::as_bool)
        .unwrap_or(true);
    let hostname = endpoint.text("hostname").cloned();
    let endpoint = Endpoint {
        address,
        ready,
        hostname,
    };
    Some((pod, endpoint))
}

/// The other name that a Service of type ExternalName stands for.
pub fn external_name(service: &Object) -> Option<&Arc<str>> {
    let spec = service.spec().as_object()?;
    let is_external = spec
        .text("type")
        .is_some_and(|kind| kind.as_ref() == "ExternalName");
    spec.text("externalName").filter(|_| is_external)
}

/// The rail of a Service. `own`: whether the band is the one that shows the Service itself.
pub fn rail(service: &Object, endpoints: &Endpoints, own: bool) -> Rail {
    let spec = service.spec().as_object();
    let ip = spec.and_then(|spec| spec.text("clusterIP")).cloned();
    let answers = match (external_name(service), ip.as_deref()) {
        (Some(name), _) => vec![name.clone()],
        (None, Some("None")) => endpoints.ready_addresses(),
        (None, _) => ip.iter().filter(|ip| !ip.is_empty()).cloned().collect(),
    };
    Rail {
        key: service.key(),
        uid: Some(service.meta.uid.clone()),
        cluster_ip: ip,
        is_external: external_name(service).is_some(),
        dns: dns_name(service.name(), &service.meta.namespace).into(),
        answers,
        endpoints: endpoints.clone(),
        own,
        builtin: service.name().as_ref() == "kubernetes"
            && service.meta.namespace.as_ref() == DEFAULT_NAMESPACE,
    }
}

/// The rail of the governing Service of a StatefulSet, if that Service does not exist.
pub fn missing_rail(set: &Object, service: &Arc<str>) -> Rail {
    Rail {
        key: set.key().beside(Kind::Service, service.clone()),
        uid: None,
        cluster_ip: None,
        is_external: false,
        dns: dns_name(service, &set.meta.namespace).into(),
        answers: Vec::new(),
        endpoints: Endpoints::default(),
        own: false,
        builtin: false,
    }
}

fn dns_name(service: &str, namespace: &str) -> String {
    format!("{service}.{namespace}.svc.{ZONE}")
}
