//! What stands behind a name of the cluster (`Records`, `findServices`, `findPods` and `parseRequest`).

pub mod reverse;

use std::net::IpAddr;
use std::sync::Arc;

use super::ZONE;
use crate::cluster::endpoints::SERVICE_NAME;
use crate::object::{Key, Kind, Object, Value};
use crate::store::World;

/// There is no such name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameError;

/// One thing behind a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Where it is.
    pub host: Host,
    /// Its port; none if it declares none.
    pub port: Option<u16>,
    /// Its own name.
    pub target: String,
}

/// Where something is.
#[derive(Clone, Debug, PartialEq)]
pub enum Host {
    /// An IPv4 address.
    V4(String),
    /// An IPv6 address.
    V6(String),
    /// Another name.
    Name(String),
}

/// A question's name in its parts.
#[derive(Debug, Default, PartialEq)]
struct Parts<'a> {
    service: &'a str,
    endpoint: &'a str,
    port: &'a str,
    protocol: &'a str,
}

/// Finds what is behind a lower-case name of the zone. An empty list means that the name exists and has no data.
pub fn find(world: &World, name: &str) -> Result<Vec<Found>, NameError> {
    let base = name.strip_suffix(ZONE).ok_or(NameError)?.trim_end_matches('.');
    let mut labels = base.rsplit('.').filter(|label| !label.is_empty());
    let kind = match labels.next() {
        None => return Ok(Vec::new()),
        Some(kind @ ("svc" | "pod")) => kind,
        // The name server itself: an address.
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
    let parts = parse(labels.collect())?;
    if parts.service.is_empty() {
        return Ok(Vec::new());
    }
    if kind == "pod" {
        return find_pod(namespace, parts.service);
    }
    find_service(world, namespace, &parts)
}

/// The labels left of the namespace, from right to left.
fn parse(labels: Vec<&str>) -> Result<Parts<'_>, NameError> {
    match labels.as_slice() {
        [] => Ok(Parts::default()),
        [service] => Ok(Parts {
            service,
            ..Parts::default()
        }),
        [service, endpoint] => Ok(Parts {
            service,
            endpoint,
            ..Parts::default()
        }),
        [service, protocol, port] => Ok(Parts {
            service,
            protocol: protocol.strip_prefix('_').unwrap_or(protocol),
            port: port.strip_prefix('_').unwrap_or(port),
            ..Parts::default()
        }),
        _ => Err(NameError),
    }
}

/// `pods insecure`: any name that reads as an address is that address.
fn find_pod(namespace: &str, name: &str) -> Result<Vec<Found>, NameError> {
    let dotted = name.matches('-').count() == 3 && !name.contains("--");
    let text = name.replace('-', if dotted { "." } else { ":" });
    let address: IpAddr = text.parse().map_err(|_| NameError)?;
    let target = format!("{name}.{namespace}.pod.{ZONE}");
    Ok(vec![at_address(&address.to_string(), Some(0), target)])
}

fn at_address(address: &str, port: Option<u16>, target: String) -> Found {
    let host = if address.contains(':') {
        Host::V6(address.to_owned())
    } else {
        Host::V4(address.to_owned())
    };
    Found { host, port, target }
}

fn find_service(world: &World, namespace: &str, parts: &Parts) -> Result<Vec<Found>, NameError> {
    let key = Key {
        kind: Kind::Service,
        namespace: namespace.into(),
        name: parts.service.into(),
    };
    let service = world.get(&key).ok_or(NameError)?;
    let own = format!("{}.{namespace}.svc.{ZONE}", parts.service);
    let text = |field: &str| service.spec().get(field).and_then(Value::as_str);
    if text("type") == Some("ExternalName") {
        return match text("externalName") {
            Some(name) if parts.endpoint.is_empty() => Ok(vec![external(name, own)]),
            _ => Err(NameError),
        };
    }
    let found = if text("clusterIP") == Some("None") || !parts.endpoint.is_empty() {
        behind_endpoints(world, service, parts, &own)
    } else {
        behind_cluster_ip(service, parts, &own)
    };
    if found.is_empty() {
        Err(NameError)
    } else {
        Ok(found)
    }
}

/// A name, or an address, which is no CNAME.
fn external(name: &str, own: String) -> Found {
    if name.parse::<IpAddr>().is_ok() {
        return at_address(name, None, own);
    }
    let dot = if name.ends_with('.') { "" } else { "." };
    Found {
        host: Host::Name(format!("{name}{dot}")),
        port: None,
        target: own,
    }
}

fn behind_endpoints(world: &World, service: &Object, parts: &Parts, own: &str) -> Vec<Found> {
    let mut found = Vec::new();
    for slice in slices(world, service) {
        let ports = ports_of(slice);
        for (address, hostname) in ready_addresses(slice) {
            if !parts.endpoint.is_empty() && !parts.endpoint.eq_ignore_ascii_case(&hostname) {
                continue;
            }
            for (name, protocol, number) in &ports {
                if matches(parts, name, protocol) {
                    found.push(at_address(&address, *number, format!("{hostname}.{own}")));
                }
            }
        }
    }
    found
}

fn behind_cluster_ip(service: &Object, parts: &Parts, own: &str) -> Vec<Found> {
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
        if !matches(parts, text("name"), text("protocol")) {
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

fn matches(parts: &Parts, port: &str, protocol: &str) -> bool {
    (parts.port.is_empty() || parts.port.eq_ignore_ascii_case(port))
        && (parts.protocol.is_empty() || parts.protocol.eq_ignore_ascii_case(protocol))
}

/// The slices of a Service, whoever keeps them.
pub fn slices<'a>(world: &'a World, service: &'a Object) -> impl Iterator<Item = &'a Arc<Object>> {
    world.list(Kind::EndpointSlice).filter(|slice| {
        slice.meta.namespace == service.meta.namespace
            && slice.meta.label(SERVICE_NAME) == Some(&service.meta.name)
    })
}

/// Name, protocol and number of a slice's ports; one without a number where there are none.
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

/// Addresses of a slice's ready endpoints, each with the label that it goes by: its hostname, or the address with
/// dashes (`endpointHostname`). Endpoints that do not say whether they are ready are.
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
