//! Resolves names of the cluster (`Records`, `findServices`, `findPods` and `parseRequest`).

use std::net::IpAddr;
use std::sync::Arc;

use super::ZONE;
use crate::cluster::controllers::endpointslice::SERVICE_NAME;
use crate::object::{Key, Kind, Object, Value};
use crate::store::World;

/// The name does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameError;

/// One result for a name (`msg.Service`).
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceRecord {
    /// Its address or name.
    pub host: Host,
    /// Its port; `None` if it declares none.
    pub port: Option<u16>,
    /// Its name as the target of an SRV record.
    pub target: String,
}

/// The address or name of a result.
#[derive(Clone, Debug, PartialEq)]
pub enum Host {
    /// An IPv4 address.
    V4(String),
    /// An IPv6 address.
    V6(String),
    /// Another name.
    Name(String),
}

/// The labels of a queried name left of the namespace (`recordRequest`).
#[derive(Debug, Default, PartialEq)]
struct RecordRequest<'a> {
    service: &'a str,
    endpoint: &'a str,
    port: &'a str,
    protocol: &'a str,
}

/// The results for a lower-case name of the zone; empty if the name exists without data.
pub fn find(world: &World, name: &str) -> Result<Vec<ServiceRecord>, NameError> {
    let base = name.strip_suffix(ZONE).ok_or(NameError)?.trim_end_matches('.');
    let mut labels = base.rsplit('.').filter(|label| !label.is_empty());
    let kind = match labels.next() {
        None => return Ok(Vec::new()),
        Some(kind @ ("svc" | "pod")) => kind,
        // The name server.
        Some("dns") if base == "ns.dns" => {
            return Ok(vec![at_address(super::RESOLVER_IP, None, name.to_owned())]);
        }
        Some(_) => return Err(NameError),
    };
    let Some(namespace) = labels.next() else {
        return Ok(Vec::new());
    };
    if world.get(&Key::new(Kind::Namespace, namespace)).is_none() {
        return Err(NameError);
    }
    let request = parse(labels.collect())?;
    if request.service.is_empty() {
        return Ok(Vec::new());
    }
    if kind == "pod" {
        return find_pod(namespace, request.service);
    }
    find_service(world, namespace, &request)
}

/// Parses the labels left of the namespace, which come from right to left (`parseRequest`).
fn parse(labels: Vec<&str>) -> Result<RecordRequest<'_>, NameError> {
    match labels.as_slice() {
        [] => Ok(RecordRequest::default()),
        [service] => Ok(RecordRequest {
            service,
            ..RecordRequest::default()
        }),
        [service, endpoint] => Ok(RecordRequest {
            service,
            endpoint,
            ..RecordRequest::default()
        }),
        [service, protocol, port] => Ok(RecordRequest {
            service,
            protocol: protocol.strip_prefix('_').unwrap_or(protocol),
            port: port.strip_prefix('_').unwrap_or(port),
            ..RecordRequest::default()
        }),
        _ => Err(NameError),
    }
}

/// `pods insecure`: the name of an address resolves to it (`findPods`).
fn find_pod(namespace: &str, name: &str) -> Result<Vec<ServiceRecord>, NameError> {
    let dotted = name.matches('-').count() == 3 && !name.contains("--");
    let text = name.replace('-', if dotted { "." } else { ":" });
    let address: IpAddr = text.parse().map_err(|_| NameError)?;
    let target = format!("{name}.{namespace}.pod.{ZONE}");
    Ok(vec![at_address(&address.to_string(), Some(0), target)])
}

fn at_address(address: &str, port: Option<u16>, target: String) -> ServiceRecord {
    let host = if address.contains(':') {
        Host::V6(address.to_owned())
    } else {
        Host::V4(address.to_owned())
    };
    ServiceRecord { host, port, target }
}

fn find_service(
    world: &World,
    namespace: &str,
    request: &RecordRequest,
) -> Result<Vec<ServiceRecord>, NameError> {
    let key = Key {
        kind: Kind::Service,
        namespace: namespace.into(),
        name: request.service.into(),
    };
    let service = world.get(&key).ok_or(NameError)?;
    let service_name = format!("{}.{namespace}.svc.{ZONE}", request.service);
    let text = |field: &str| service.spec().get(field).and_then(Value::as_str);
    if text("type") == Some("ExternalName") {
        return match text("externalName") {
            Some(name) if request.endpoint.is_empty() => Ok(vec![external(name, service_name)]),
            _ => Err(NameError),
        };
    }
    let found = if text("clusterIP") == Some("None") || !request.endpoint.is_empty() {
        endpoint_records(world, service, request, &service_name)
    } else {
        cluster_ip_records(service, request, &service_name)
    };
    if found.is_empty() {
        Err(NameError)
    } else {
        Ok(found)
    }
}

/// The target of an ExternalName Service: a CNAME, or an address.
fn external(name: &str, own: String) -> ServiceRecord {
    if name.parse::<IpAddr>().is_ok() {
        return at_address(name, None, own);
    }
    let dot = if name.ends_with('.') { "" } else { "." };
    ServiceRecord {
        host: Host::Name(format!("{name}{dot}")),
        port: None,
        target: own,
    }
}

fn endpoint_records(
    world: &World,
    service: &Object,
    request: &RecordRequest,
    own: &str,
) -> Vec<ServiceRecord> {
    let mut found = Vec::new();
    for slice in slices(world, service) {
        let ports = ports_of(slice);
        for (address, hostname) in ready_addresses(slice) {
            if !request.endpoint.is_empty() && !request.endpoint.eq_ignore_ascii_case(&hostname) {
                continue;
            }
            for (name, protocol, number) in &ports {
                if matches(request, name, protocol) {
                    found.push(at_address(&address, *number, format!("{hostname}.{own}")));
                }
            }
        }
    }
    found
}

fn cluster_ip_records(service: &Object, request: &RecordRequest, own: &str) -> Vec<ServiceRecord> {
    let list = |field: &str| {
        service
            .spec()
            .get(field)
            .and_then(Value::as_array)
            .unwrap_or_default()
    };
    let mut found = Vec::new();
    for port in list("ports") {
        let text = |field: &str| port.get(field).and_then(Value::as_str).unwrap_or_default();
        if !matches(request, text("name"), text("protocol")) {
            continue;
        }
        let number = port
            .get("port")
            .and_then(Value::as_i64)
            .and_then(|n| n.try_into().ok());
        for address in list("clusterIPs").iter().filter_map(Value::as_str) {
            found.push(at_address(address, number, own.to_owned()));
        }
    }
    found
}

fn matches(request: &RecordRequest, port: &str, protocol: &str) -> bool {
    (request.port.is_empty() || request.port.eq_ignore_ascii_case(port))
        && (request.protocol.is_empty() || request.protocol.eq_ignore_ascii_case(protocol))
}

/// The EndpointSlices of a Service, whichever controller manages them.
pub fn slices<'a>(world: &'a World, service: &'a Object) -> impl Iterator<Item = &'a Arc<Object>> {
    world.list(Kind::EndpointSlice).filter(|slice| {
        slice.meta.namespace == service.meta.namespace
            && slice.meta.label(SERVICE_NAME) == Some(&service.meta.name)
    })
}

/// Name, protocol and number of the ports of a slice; one without a number if the slice has none.
fn ports_of(slice: &Object) -> Vec<(String, String, Option<u16>)> {
    let declared = slice.body.fields().get("ports").and_then(Value::as_array);
    let ports: Vec<_> = declared
        .unwrap_or_default()
        .iter()
        .map(|port| {
            let text = |field: &str| {
                port.get(field)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            let number = port
                .get("port")
                .and_then(Value::as_i64)
                .and_then(|n| n.try_into().ok());
            (text("name"), text("protocol"), number)
        })
        .collect();
    if ports.is_empty() {
        vec![(String::new(), String::new(), None)]
    } else {
        ports
    }
}

/// The addresses of the ready endpoints of a slice, each with its label: the hostname, or the address with dashes
/// (`endpointHostname`). Endpoints without the condition are ready.
pub fn ready_addresses(slice: &Object) -> impl Iterator<Item = (String, String)> {
    let endpoints = slice.body.fields().get("endpoints").and_then(Value::as_array);
    endpoints
        .unwrap_or_default()
        .iter()
        .filter(|endpoint| {
            endpoint
                .at(&["conditions", "ready"])
                .and_then(Value::as_bool)
                .unwrap_or(true)
        })
        .flat_map(|endpoint| {
            let hostname = endpoint
                .get("hostname")
                .and_then(Value::as_str)
                .filter(|h| !h.is_empty());
            let addresses = endpoint.get("addresses").and_then(Value::as_array);
            addresses
                .unwrap_or_default()
                .iter()
                .filter_map(Value::as_str)
                .map(move |address| {
                    let label = hostname.map_or_else(|| address.replace(['.', ':'], "-"), str::to_owned);
                    (address.to_owned(), label)
                })
        })
}
