//! Ingresses, IngressClasses, NetworkPolicies, PodDisruptionBudgets.

use super::container::port_in_range;
use super::field::{Bad, Errors, Path};
use super::network;
use super::read::Read;
use super::selector;
use super::text;
use super::workload::{at_most_all, positive_or_percent};
use crate::object::Value;

/// `ValidateIngressSpec`.
pub fn ingress(errors: &mut Errors, ingress: &Value, creating: bool) {
    let spec = ingress.part("spec");
    let at = Path::root("spec");
    let rules = spec.list("rules");
    if rules.is_empty() && !spec.has("defaultBackend") {
        let detail = "either `defaultBackend` or `rules` must be specified";
        errors.invalid(&at, Bad::json(spec.part("rules")), detail);
    }
    if let Some(default) = spec.maybe("defaultBackend") {
        backend(errors, default, &at.child("defaultBackend"));
    }
    let rules_at = at.child("rules");
    for (i, rule) in rules.iter().enumerate() {
        ingress_rule(errors, rule, &rules_at.index(i));
    }
    tls(errors, spec, &at.child("tls"));
    let class = spec.maybe_text("ingressClassName");
    if let Some(class) = class {
        text::subdomain(errors, &at.child("ingressClassName"), class);
    }
    let key = "kubernetes.io/ingress.class";
    let annotated = ingress.part("metadata").part("annotations").maybe_text(key);
    if let (true, Some(annotated), Some(class)) = (creating, annotated, class)
        && annotated != class
    {
        let detail = "must match `ingressClassName` when both are specified";
        errors.invalid(&Path::root("annotations").child(key), annotated, detail);
    }
}

fn host(errors: &mut Errors, host: &str, at: &Path<'_>) {
    let messages = match host.contains('*') {
        true => text::wildcard_subdomain(host),
        false => text::dns_1123_subdomain(host),
    };
    errors.invalid_each(at, host, messages);
}

fn ingress_rule(errors: &mut Errors, rule: &Value, at: &Path<'_>) {
    let name = rule.text("host");
    let host_at = at.child("host");
    if !name.is_empty() {
        if network::parse(name).is_some() {
            errors.invalid(&host_at, name, "must be a DNS name, not an IP address");
        }
        host(errors, name, &host_at);
    }
    let Some(http) = rule.maybe("http") else { return };
    let at = at.child("http");
    let at = at.child("paths");
    if http.list("paths").is_empty() {
        errors.required(&at, "");
    }
    for (i, path) in http.list("paths").iter().enumerate() {
        ingress_path(errors, path, &at.index(i));
    }
}

fn ingress_path(errors: &mut Errors, of: &Value, at: &Path<'_>) {
    let Some(kind) = of.maybe_text("pathType") else {
        return errors.required(&at.child("pathType"), "pathType must be specified");
    };
    let (path, path_at) = (of.text("path"), at.child("path"));
    let absolute = path.starts_with('/');
    match kind {
        "Exact" | "Prefix" => {
            if !absolute {
                errors.invalid(&path_at, path, "must be an absolute path");
            }
            for sequence in ["//", "/./", "/../", "%2f", "%2F"] {
                if path.contains(sequence) {
                    errors.invalid(&path_at, path, format!("must not contain '{sequence}'"));
                }
            }
            for suffix in ["/..", "/."] {
                if path.ends_with(suffix) {
                    errors.invalid(&path_at, path, format!("cannot end with '{suffix}'"));
                }
            }
        }
        "ImplementationSpecific" => {
            if !path.is_empty() && !absolute {
                errors.invalid(&path_at, path, "must be an absolute path");
            }
        }
        kind => {
            let kinds = ["Exact", "ImplementationSpecific", "Prefix"];
            errors.not_supported(&at.child("pathType"), Bad::named(kind), &kinds);
        }
    }
    backend(errors, of.part("backend"), &at.child("backend"));
}

/// `validateIngressBackend`.
fn backend(errors: &mut Errors, backend: &Value, at: &Path<'_>) {
    match (backend.maybe("resource"), backend.maybe("service")) {
        (Some(_), Some(_)) => errors.invalid(at, "", "cannot set both resource and service backends"),
        (None, None) => errors.invalid(at, "", "resource or service backend is required"),
        (Some(resource), None) => {
            let at = at.child("resource");
            if let Some(group) = resource.maybe_text("apiGroup") {
                text::subdomain(errors, &at.child("apiGroup"), group);
            }
            for field in ["kind", "name"] {
                match resource.text(field) {
                    "" => errors.required(&at.child(field), ""),
                    text => errors.invalid_each(&at.child(field), text, text::path_segment(text)),
                }
            }
        }
        (None, Some(service)) => service_backend(errors, service, at),
    }
}

fn service_backend(errors: &mut Errors, service: &Value, at: &Path<'_>) {
    match service.text("name") {
        "" => errors.required(&at.child("service.name"), ""),
        name => text::label(errors, &at.child("service.name"), name),
    }
    let port = service.part("port");
    match (port.text("name"), port.int("number")) {
        ("", 0) => errors.required(at, "port name or number is required"),
        ("", number) => port_in_range(errors, number, &at.child("service.port.number")),
        (name, 0) => {
            let at = at.child("service.port.name");
            errors.invalid_each(&at, name, text::port_name(name));
        }
        _ => errors.invalid(at, "", "cannot set both port name & port number"),
    }
}

fn tls(errors: &mut Errors, spec: &Value, at: &Path<'_>) {
    for (i, tls) in spec.list("tls").iter().enumerate() {
        let at = at.index(i);
        let hosts_at = at.child("hosts");
        for (j, name) in tls.texts("hosts").enumerate() {
            host(errors, name, &hosts_at.index(j));
        }
        let secret = tls.text("secretName");
        if !secret.is_empty() {
            text::subdomain(errors, &at.child("secretName"), secret);
        }
    }
}

/// `validateIngressClassSpec`.
pub fn ingress_class(errors: &mut Errors, spec: &Value) {
    let at = Path::root("spec.controller");
    let controller = spec.text("controller");
    if controller.is_empty() {
        return errors.required(&at, "");
    }
    if controller.len() > 250 {
        errors.too_long(&at, 250);
    }
    match controller.split_once('/') {
        Some((domain, path)) if !path.is_empty() => {
            errors.invalid_each(&at, domain, text::dns_1123_subdomain(domain));
        }
        _ => errors.invalid(
            &at,
            controller,
            "must be a domain-prefixed path (such as \"acme.io/foo\")",
        ),
    }
}

/// `ValidateNetworkPolicySpec`.
pub fn network_policy(errors: &mut Errors, spec: &Value) {
    let at = Path::root("spec");
    selector::validate(errors, spec.part("podSelector"), &at.child("podSelector"));
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
        let rules_at = at.child(direction);
        for (i, rule) in spec.list(direction).iter().enumerate() {
            let at = rules_at.index(i);
            let ports_at = at.child("ports");
            for (j, port) in rule.list("ports").iter().enumerate() {
                policy_port(errors, port, &ports_at.index(j));
            }
            let peers_at = at.child(peers);
            for (j, peer) in rule.list(peers).iter().enumerate() {
                policy_peer(errors, peer, &peers_at.index(j));
            }
        }
    }
    let types_at = at.child("policyTypes");
    let types = ["Ingress", "Egress"];
    if spec.list("policyTypes").len() > types.len() {
        let bad = Bad::json(spec.part("policyTypes"));
        return errors.invalid(&types_at, bad, "may not specify more than two policyTypes");
    }
    for (i, kind) in spec
        .texts("policyTypes")
        .enumerate()
        .filter(|(_, kind)| !types.contains(kind))
    {
        errors.not_supported(&types_at.index(i), Bad::named(kind), &types);
    }
}

fn policy_port(errors: &mut Errors, port: &Value, at: &Path<'_>) {
    let protocols = ["TCP", "UDP", "SCTP"];
    if let Some(protocol) = port
        .maybe_text("protocol")
        .filter(|name| !protocols.contains(name))
    {
        errors.not_supported(&at.child("protocol"), Bad::named(protocol), &protocols);
    }
    let (end, end_at) = (port.maybe_int("endPort"), at.child("endPort"));
    match (port.part("port"), end) {
        (Value::Null, Some(end)) => {
            errors.invalid(&end_at, end, "may not be specified when `port` is not specified");
        }
        (Value::Null, None) => {}
        (Value::String(name), end) => {
            if let Some(end) = end {
                errors.invalid(&end_at, end, "may not be specified when `port` is non-numeric");
            }
            errors.invalid_each(&at.child("port"), name, text::port_name(name));
        }
        (number, end) => {
            let number = number.as_i64().unwrap_or_default();
            port_in_range(errors, number, &at.child("port"));
            let Some(end) = end else { return };
            if end < number {
                errors.invalid(&end_at, end, "must be greater than or equal to `port`");
            }
            port_in_range(errors, end, &end_at);
        }
    }
}

fn policy_peer(errors: &mut Errors, peer: &Value, at: &Path<'_>) {
    let mut peers = 0;
    for field in ["podSelector", "namespaceSelector"] {
        if let Some(of) = peer.maybe(field) {
            peers += 1;
            selector::validate(errors, of, &at.child(field));
        }
    }
    if let Some(of) = peer.maybe("ipBlock") {
        peers += 1;
        address_block(errors, of, &at.child("ipBlock"));
    }
    if peers == 0 {
        errors.required(at, "must specify a peer");
    } else if peers > 1 && peer.has("ipBlock") {
        errors.forbidden(at, "may not specify both ipBlock and another peer");
    }
}

fn address_block(errors: &mut Errors, of: &Value, at: &Path<'_>) {
    let cidr = of.text("cidr");
    if cidr.is_empty() {
        return errors.required(&at.child("cidr"), "");
    }
    let Some((first, bits)) = network::block(errors, &at.child("cidr"), cidr) else {
        return;
    };
    let except_at = at.child("except");
    for (i, except) in of.texts("except").enumerate() {
        let at = except_at.index(i);
        let Some((address, inner)) = network::block(errors, &at, except) else {
            continue;
        };
        let inside = network::first_of(address, bits) == network::first_of(first, bits);
        if !inside || bits >= inner {
            errors.invalid(&at, except, "must be a strict subset of `cidr`");
        }
    }
}

/// `ValidatePodDisruptionBudgetSpec`.
pub fn disruption_budget(errors: &mut Errors, spec: &Value) {
    let at = Path::root("spec");
    let policy = spec.maybe_text("unhealthyPodEvictionPolicy");
    if spec.has("minAvailable") && spec.has("maxUnavailable") {
        let of = match spec.maybe("selector") {
            Some(of) => selector::bad(of).to_string(),
            None => "null".to_owned(),
        };
        let policy = policy.map_or(Value::Null, Value::from);
        let bad = format!(
            "{{\"MinAvailable\":{},\"MaxUnavailable\":{},\"Selector\":{of},\"UnhealthyPodEvictionPolicy\":{policy}}}",
            spec.part("minAvailable"),
            spec.part("maxUnavailable")
        );
        let detail = "minAvailable and maxUnavailable cannot be both set";
        errors.invalid(&at, Bad::Json(bad), detail);
    }
    for field in ["minAvailable", "maxUnavailable"] {
        if let Some(value) = spec.maybe(field) {
            positive_or_percent(errors, value, &at.child(field));
            at_most_all(errors, value, &at.child(field));
        }
    }
    selector::validate(errors, spec.part("selector"), &at.child("selector"));
    let policies = ["AlwaysAllow", "IfHealthyBudget"];
    if let Some(policy) = policy.filter(|policy| !policies.contains(policy)) {
        errors.not_supported(
            &at.child("unhealthyPodEvictionPolicy"),
            Bad::named(policy),
            &policies,
        );
    }
}
