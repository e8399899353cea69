//! Which pods a Service answers with, and which names resolve: what the rails, taps and plates show.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Rail;
use crate::object::{DEFAULT_NAMESPACE, Kind, Map, Object, Value};
use crate::store::World;

/// The cluster's DNS zone.
pub const ZONE: &str = "cluster.local";

/// How an ordinal hangs on a Service's rail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tap {
    /// In the Service's answer.
    In,
    /// Selected, and left out because it is not ready.
    NotReady,
    /// Not selected, or there is no pod with an address.
    #[default]
    None,
}

impl Tap {
    /// Its name in the style sheet.
    pub fn name(self) -> &'static str {
        match self {
            Tap::In => "in",
            Tap::NotReady => "out",
            Tap::None => "none",
        }
    }

    /// What it means.
    pub fn words(self) -> &'static str {
        match self {
            Tap::In => "in the Service's answer",
            Tap::NotReady => "not in the answer: not ready",
            Tap::None => "not an endpoint",
        }
    }
}

/// A Service's endpoints by the pods behind them.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    by_pod: Arc<BTreeMap<Arc<str>, Endpoint>>,
    /// What they were read from.
    slices: Vec<Arc<Object>>,
}

impl PartialEq for Endpoints {
    fn eq(&self, other: &Endpoints) -> bool {
        Arc::ptr_eq(&self.by_pod, &other.by_pod) || self.by_pod == other.by_pod
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Endpoint {
    address: Arc<str>,
    ready: bool,
    /// The record of its own that the name has under the Service's.
    hostname: Option<Arc<str>>,
}

impl Endpoints {
    /// Reads the EndpointSlices of a Service, or takes what was read `before` from the same ones.
    pub fn of(world: &World, service: &Object, before: Option<&Endpoints>) -> Endpoints {
        let slices = world.list(Kind::EndpointSlice).filter(|slice| {
            slice.meta.namespace == service.meta.namespace
                && slice.meta.label("kubernetes.io/service-name") == Some(service.name())
        });
        let slices: Vec<Arc<Object>> = slices.cloned().collect();
        if let Some(before) = before
            && before.slices.len() == slices.len()
            && before.slices.iter().zip(&slices).all(|(a, b)| Arc::ptr_eq(a, b))
        {
            return before.clone();
        }
        let mut by_pod = BTreeMap::new();
        for slice in &slices {
            let endpoints = slice.body.fields().get("endpoints").and_then(Value::as_array);
            for endpoint in endpoints.unwrap_or_default().iter().filter_map(Value::as_object) {
                if let Some((pod, endpoint)) = read(endpoint) {
                    by_pod.insert(pod, endpoint);
                }
            }
        }
        Endpoints {
            by_pod: Arc::new(by_pod),
            slices,
        }
    }

    /// How the pod of that name hangs on the rail.
    pub fn tap(&self, pod: &str) -> Tap {
        match self.by_pod.get(pod) {
            Some(endpoint) if endpoint.ready => Tap::In,
            Some(_) => Tap::NotReady,
            None => Tap::None,
        }
    }

    /// What `POD.SERVICE` resolves to.
    pub fn answer(&self, pod: &str) -> Option<&Arc<str>> {
        let endpoint = self.by_pod.get(pod).filter(|endpoint| endpoint.ready)?;
        (endpoint.hostname.as_deref() == Some(pod)).then_some(&endpoint.address)
    }

    /// The addresses of all that are ready, in order.
    fn addresses(&self) -> Vec<Arc<str>> {
        let ready = self.by_pod.values().filter(|endpoint| endpoint.ready);
        ready.map(|endpoint| endpoint.address.clone()).collect()
    }
}

fn read(endpoint: &Map) -> Option<(Arc<str>, Endpoint)> {
    let pod = endpoint.get("targetRef")?.as_object()?.text("name")?.clone();
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

/// The rail of a Service that stands.
pub fn rail(service: &Object, endpoints: &Endpoints, own: bool) -> Rail {
    let spec = service.spec().as_object();
    let ip = spec.and_then(|spec| spec.text("clusterIP")).cloned();
    let answers = match ip.as_deref() {
        Some("None") => endpoints.addresses(),
        _ => ip.iter().filter(|ip| !ip.is_empty()).cloned().collect(),
    };
    Rail {
        key: service.key(),
        uid: Some(service.meta.uid.clone()),
        cluster_ip: ip,
        dns: dns_name(service.name(), &service.meta.namespace).into(),
        answers,
        endpoints: endpoints.clone(),
        own,
        builtin: service.name().as_ref() == "kubernetes"
            && service.meta.namespace.as_ref() == DEFAULT_NAMESPACE,
    }
}

/// The rail of a Service that a workload names and that does not exist.
pub fn missing_rail(set: &Object, service: &Arc<str>) -> Rail {
    Rail {
        key: set.key().beside(Kind::Service, service.clone()),
        uid: None,
        cluster_ip: None,
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
