//! Columns of Services, endpoints, ingresses and network policies.

use super::{ColumnDefinition, age, at, list, or_none, text};
use crate::kubectl::labels::{format_label_selector, format_labels};
use crate::object::{Kind, Object, Time, Value};

pub(super) fn definition(kind: Kind) -> Option<ColumnDefinition> {
    Some(match kind {
        Kind::Service => (
            &[
                "NAME",
                "TYPE",
                "CLUSTER-IP",
                "EXTERNAL-IP",
                "PORT(S)",
                "AGE",
                "*SELECTOR",
            ],
            service,
        ),
        Kind::EndpointSlice => (
            &["NAME", "ADDRESSTYPE", "PORTS", "ENDPOINTS", "AGE"],
            endpoint_slice,
        ),
        Kind::Endpoints => (&["NAME", "ENDPOINTS", "AGE"], endpoints),
        Kind::Ingress => (&["NAME", "CLASS", "HOSTS", "ADDRESS", "PORTS", "AGE"], ingress),
        Kind::IngressClass => (&["NAME", "CONTROLLER", "PARAMETERS", "AGE"], ingress_class),
        Kind::NetworkPolicy => (&["NAME", "POD-SELECTOR", "AGE"], network_policy),
        _ => return None,
    })
}

/// `printService`.
fn service(object: &Object, now: Time) -> Vec<String> {
    let kind = text(object, &["spec", "type"]).unwrap_or("ClusterIP");
    let address = match text(object, &["spec", "clusterIP"]) {
        Some(address) => address.to_owned(),
        None => "<none>".to_owned(),
    };
    vec![
        object.meta.name.to_string(),
        kind.to_owned(),
        address,
        external_address(object, kind),
        ports(list(object, &["spec", "ports"])),
        age(object, now),
        format_labels(at(object, &["spec", "selector"]).and_then(Value::as_object)),
    ]
}

/// `getServiceExternalIP`.
fn external_address(object: &Object, kind: &str) -> String {
    let external: Vec<&str> = list(object, &["spec", "externalIPs"])
        .iter()
        .filter_map(Value::as_str)
        .collect();
    match kind {
        "LoadBalancer" => {
            let balancer = addresses(object);
            let all: Vec<&str> = balancer.into_iter().chain(external).collect();
            match all.as_slice() {
                [] => "<pending>".to_owned(),
                all => all.join(","),
            }
        }
        "ExternalName" => text(object, &["spec", "externalName"])
            .unwrap_or_default()
            .to_owned(),
        _ => or_none(external.join(",")),
    }
}

/// The addresses of a load balancer (`ingressLoadBalancerStatusStringer`).
fn addresses(object: &Object) -> Vec<&str> {
    let given = list(object, &["status", "loadBalancer", "ingress"]);
    let address = |one: &'static str| move |point: &Value| point.get(one).is_some();
    given
        .iter()
        .filter_map(|point| {
            let field = if address("ip")(point) { "ip" } else { "hostname" };
            point.get(field)?.as_str()
        })
        .collect()
}

/// `makePortString`.
fn ports(ports: &[Value]) -> String {
    let one = |port: &Value| {
        let number = |field: &str| port.get(field).and_then(Value::as_i64).unwrap_or(0);
        let protocol = port.get("protocol").and_then(Value::as_str).unwrap_or("TCP");
        match number("nodePort") {
            0 => format!("{}/{protocol}", number("port")),
            node => format!("{}:{node}/{protocol}", number("port")),
        }
    };
    or_none(ports.iter().map(one).collect::<Vec<_>>().join(","))
}

/// `printEndpointSlice`.
fn endpoint_slice(object: &Object, now: Time) -> Vec<String> {
    let ports: Vec<String> = list(object, &["ports"])
        .iter()
        .map(|port| match port.get("port").and_then(Value::as_i64) {
            Some(number) => number.to_string(),
            None => "*".to_owned(),
        })
        .collect();
    let addresses: Vec<&str> = list(object, &["endpoints"])
        .iter()
        .flat_map(|endpoint| {
            endpoint
                .get("addresses")
                .and_then(Value::as_array)
                .unwrap_or_default()
        })
        .filter_map(Value::as_str)
        .collect();
    vec![
        object.meta.name.to_string(),
        text(object, &["addressType"]).unwrap_or_default().to_owned(),
        first_three(&ports),
        first_three(&addresses),
        age(object, now),
    ]
}

/// The first three items and the number of the others (`formatDiscoveryPorts`, `formatDiscoveryEndpoints`).
fn first_three<T: AsRef<str>>(items: &[T]) -> String {
    let first: Vec<&str> = items.iter().take(3).map(AsRef::as_ref).collect();
    match items.len() {
        0 => "<unset>".to_owned(),
        1..=3 => first.join(","),
        all => format!("{} + {} more...", first.join(","), all - 3),
    }
}

/// `formatEndpoints`.
fn endpoints(object: &Object, now: Time) -> Vec<String> {
    let mut all = Vec::new();
    for subset in list(object, &["subsets"]) {
        let part = |field: &str| subset.get(field).and_then(Value::as_array).unwrap_or_default();
        let addresses: Vec<&str> = part("addresses")
            .iter()
            .filter_map(|address| address.get("ip")?.as_str())
            .collect();
        let ports: Vec<Option<i64>> = match part("ports") {
            [] => vec![None],
            ports => ports.iter().map(|port| port.get("port")?.as_i64()).collect(),
        };
        for port in ports {
            all.extend(addresses.iter().map(|address| match port {
                Some(port) if address.contains(':') => format!("[{address}]:{port}"),
                Some(port) => format!("{address}:{port}"),
                None => (*address).to_owned(),
            }));
        }
    }
    let shown = match all.as_slice() {
        [] if list(object, &["subsets"]).is_empty() => "<none>".to_owned(),
        [] => String::new(),
        all => first_three(all),
    };
    vec![object.meta.name.to_string(), shown, age(object, now)]
}

/// `printIngress`.
fn ingress(object: &Object, now: Time) -> Vec<String> {
    let hosts: Vec<&str> = list(object, &["spec", "rules"])
        .iter()
        .filter_map(|rule| rule.get("host")?.as_str())
        .filter(|host| !host.is_empty())
        .collect();
    let hosts = match hosts.as_slice() {
        [] => "*".to_owned(),
        hosts => first_three(hosts),
    };
    let ports = match list(object, &["spec", "tls"]) {
        [] => "80",
        _ => "80, 443",
    };
    vec![
        object.meta.name.to_string(),
        text(object, &["spec", "ingressClassName"])
            .unwrap_or("<none>")
            .to_owned(),
        hosts,
        addresses(object).join(","),
        ports.to_owned(),
        age(object, now),
    ]
}

fn ingress_class(object: &Object, now: Time) -> Vec<String> {
    let parameters = at(object, &["spec", "parameters"]).map(|parameters| {
        let word = |field: &str| parameters.get(field).and_then(Value::as_str).unwrap_or_default();
        match word("apiGroup") {
            "" => format!("{}/{}", word("kind"), word("name")),
            group => format!("{}.{group}/{}", word("kind"), word("name")),
        }
    });
    vec![
        object.meta.name.to_string(),
        text(object, &["spec", "controller"])
            .unwrap_or_default()
            .to_owned(),
        or_none(parameters.unwrap_or_default()),
        age(object, now),
    ]
}

fn network_policy(object: &Object, now: Time) -> Vec<String> {
    vec![
        object.meta.name.to_string(),
        format_label_selector(at(object, &["spec", "podSelector"])),
        age(object, now),
    ]
}
