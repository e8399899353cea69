//! Ingresses, IngressClasses and NetworkPolicies (`pkg/apis/networking/validation/validation.go`).

use super::access::FieldAccess;
use super::content;
use super::field::{BadValue, ErrorList, Path};
use super::ip;
use super::label_selector;
use super::port::validate_port_number;
use crate::object::Value;

/// `ValidateIngressSpec`.
pub fn validate_ingress(errors: &mut ErrorList, ingress: &Value, creating: bool) {
    let spec = ingress.field("spec");
    let at = Path::root("spec");
    let rules = spec.list("rules");
    if rules.is_empty() && !spec.has("defaultBackend") {
        let detail = "either `defaultBackend` or `rules` must be specified";
        errors.invalid(&at, BadValue::json(spec.field("rules")), detail);
    }
    if let Some(default) = spec.maybe("defaultBackend") {
        validate_ingress_backend(errors, default, &at.child("defaultBackend"));
    }
    let rules_at = at.child("rules");
    for (i, rule) in rules.iter().enumerate() {
        validate_ingress_rule(errors, rule, &rules_at.index(i));
    }
    validate_tls(errors, spec, &at.child("tls"));
    let class = spec.maybe_text("ingressClassName");
    if let Some(class) = class {
        content::validate_dns_1123_subdomain(errors, &at.child("ingressClassName"), class);
    }
    let key = "kubernetes.io/ingress.class";
    let annotated = ingress.field("metadata").field("annotations").maybe_text(key);
    if let (true, Some(annotated), Some(class)) = (creating, annotated, class)
        && annotated != class
    {
        let detail = "must match `ingressClassName` when both are specified";
        errors.invalid(&Path::root("annotations").child(key), annotated, detail);
    }
}

/// A host name, or a wildcard such as `*.example.com`.
fn validate_host(errors: &mut ErrorList, host: &str, at: &Path<'_>) {
    let messages = match host.contains('*') {
        true => content::wildcard_dns_1123_subdomain(host),
        false => content::dns_1123_subdomain(host),
    };
    errors.invalid_each(at, host, messages);
}

/// `validateIngressRules`, for one rule.
fn validate_ingress_rule(errors: &mut ErrorList, rule: &Value, at: &Path<'_>) {
    let name = rule.text("host");
    let host_at = at.child("host");
    if !name.is_empty() {
        if ip::parse_ip_sloppy(name).is_some() {
            errors.invalid(&host_at, name, "must be a DNS name, not an IP address");
        }
        validate_host(errors, name, &host_at);
    }
    let Some(http) = rule.maybe("http") else { return };
    let at = at.child("http");
    let at = at.child("paths");
    if http.list("paths").is_empty() {
        errors.required(&at, "");
    }
    for (i, path) in http.list("paths").iter().enumerate() {
        validate_http_ingress_path(errors, path, &at.index(i));
    }
}

/// `validateHTTPIngressPath`.
fn validate_http_ingress_path(errors: &mut ErrorList, http_path: &Value, at: &Path<'_>) {
    let Some(kind) = http_path.maybe_text("pathType") else {
        return errors.required(&at.child("pathType"), "pathType must be specified");
    };
    let (path, path_at) = (http_path.text("path"), at.child("path"));
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
            errors.not_supported(&at.child("pathType"), BadValue::named(kind), &kinds);
        }
    }
    validate_ingress_backend(errors, http_path.field("backend"), &at.child("backend"));
}

/// `validateIngressBackend`.
fn validate_ingress_backend(errors: &mut ErrorList, backend: &Value, at: &Path<'_>) {
    match (backend.maybe("resource"), backend.maybe("service")) {
        (Some(_), Some(_)) => errors.invalid(at, "", "cannot set both resource and service backends"),
        (None, None) => errors.invalid(at, "", "resource or service backend is required"),
        (Some(resource), None) => validate_reference(errors, resource, &at.child("resource")),
        (None, Some(service)) => validate_service_backend(errors, service, at),
    }
}

/// `validateIngressTypedLocalObjectReference`.
fn validate_reference(errors: &mut ErrorList, reference: &Value, at: &Path<'_>) {
    if let Some(group) = reference.maybe_text("apiGroup") {
        content::validate_dns_1123_subdomain(errors, &at.child("apiGroup"), group);
    }
    for field in ["kind", "name"] {
        match reference.text(field) {
            "" => errors.required(&at.child(field), ""),
            text => errors.invalid_each(&at.child(field), text, content::path_segment_name(text)),
        }
    }
}

/// A backend that is a port of a Service.
fn validate_service_backend(errors: &mut ErrorList, service: &Value, at: &Path<'_>) {
    match service.text("name") {
        "" => errors.required(&at.child("service.name"), ""),
        name => content::validate_dns_1123_label(errors, &at.child("service.name"), name),
    }
    let port = service.field("port");
    match (port.text("name"), port.int("number")) {
        ("", 0) => errors.required(at, "port name or number is required"),
        ("", number) => validate_port_number(errors, number, &at.child("service.port.number")),
        (name, 0) => {
            let at = at.child("service.port.name");
            errors.invalid_each(&at, name, content::port_name(name));
        }
        _ => errors.invalid(at, "", "cannot set both port name & port number"),
    }
}

/// `validateIngressTLS`.
fn validate_tls(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    for (i, tls) in spec.list("tls").iter().enumerate() {
        let at = at.index(i);
        let hosts_at = at.child("hosts");
        for (j, name) in tls.texts("hosts").enumerate() {
            validate_host(errors, name, &hosts_at.index(j));
        }
        let secret = tls.text("secretName");
        if !secret.is_empty() {
            content::validate_dns_1123_subdomain(errors, &at.child("secretName"), secret);
        }
    }
}

/// `validateIngressClassSpec`.
pub fn validate_ingress_class(errors: &mut ErrorList, spec: &Value) {
    let at = Path::root("spec.controller");
    let controller = spec.text("controller");
    if controller.is_empty() {
        errors.required(&at, "");
    } else {
        if controller.len() > 250 {
            errors.too_long(&at, 250);
        }
        content::validate_domain_prefixed_path(errors, &at, controller);
    }
    if let Some(parameters) = spec.maybe("parameters") {
        validate_class_parameters(errors, parameters, &Path::root("spec.parameters"));
    }
}

/// `validateIngressClassParametersReference`.
fn validate_class_parameters(errors: &mut ErrorList, parameters: &Value, at: &Path<'_>) {
    validate_reference(errors, parameters, at);
    let scopes = ["Cluster", "Namespace"];
    let namespace_at = at.child("namespace");
    match (parameters.maybe_text("scope"), parameters.maybe_text("namespace")) {
        (None, _) => errors.required(&at.child("scope"), ""),
        (Some("Namespace"), None) => {
            errors.required(&namespace_at, "`parameters.scope` is set to 'Namespace'");
        }
        (Some("Namespace"), Some(name)) => content::validate_dns_1123_label(errors, &namespace_at, name),
        (Some("Cluster"), Some(_)) => {
            errors.forbidden(&namespace_at, "`parameters.scope` is set to 'Cluster'");
        }
        (Some("Cluster"), None) => {}
        (Some(scope), _) => errors.not_supported(&at.child("scope"), scope, &scopes),
    }
}

/// `ValidateNetworkPolicySpec`.
pub fn validate_network_policy(errors: &mut ErrorList, spec: &Value) {
    let at = Path::root("spec");
    label_selector::validate(errors, spec.field("podSelector"), &at.child("podSelector"));
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
        let rules_at = at.child(direction);
        for (i, rule) in spec.list(direction).iter().enumerate() {
            let at = rules_at.index(i);
            let ports_at = at.child("ports");
            for (j, port) in rule.list("ports").iter().enumerate() {
                validate_network_policy_port(errors, port, &ports_at.index(j));
            }
            let peers_at = at.child(peers);
            for (j, peer) in rule.list(peers).iter().enumerate() {
                validate_network_policy_peer(errors, peer, &peers_at.index(j));
            }
        }
    }
    let types_at = at.child("policyTypes");
    let types = ["Ingress", "Egress"];
    if spec.list("policyTypes").len() > types.len() {
        let bad = BadValue::json(spec.field("policyTypes"));
        return errors.invalid(&types_at, bad, "may not specify more than two policyTypes");
    }
    for (i, kind) in spec
        .texts("policyTypes")
        .enumerate()
        .filter(|(_, kind)| !types.contains(kind))
    {
        errors.not_supported(&types_at.index(i), BadValue::named(kind), &types);
    }
}

/// `ValidateNetworkPolicyPort`.
fn validate_network_policy_port(errors: &mut ErrorList, port: &Value, at: &Path<'_>) {
    let protocols = ["TCP", "UDP", "SCTP"];
    if let Some(protocol) = port
        .maybe_text("protocol")
        .filter(|name| !protocols.contains(name))
    {
        errors.not_supported(&at.child("protocol"), BadValue::named(protocol), &protocols);
    }
    let (end, end_at) = (port.maybe_int("endPort"), at.child("endPort"));
    match (port.field("port"), end) {
        (Value::Null, Some(end)) => {
            errors.invalid(&end_at, end, "may not be specified when `port` is not specified");
        }
        (Value::Null, None) => {}
        (Value::String(name), end) => {
            if let Some(end) = end {
                errors.invalid(&end_at, end, "may not be specified when `port` is non-numeric");
            }
            errors.invalid_each(&at.child("port"), name, content::port_name(name));
        }
        (number, end) => {
            let number = number.as_i64().unwrap_or_default();
            validate_port_number(errors, number, &at.child("port"));
            let Some(end) = end else { return };
            if end < number {
                // Upstream prints the port.
                errors.invalid(&end_at, number, "must be greater than or equal to `port`");
            }
            validate_port_number(errors, end, &end_at);
        }
    }
}

/// `ValidateNetworkPolicyPeer`.
fn validate_network_policy_peer(errors: &mut ErrorList, peer: &Value, at: &Path<'_>) {
    let mut peers = 0;
    for field in ["podSelector", "namespaceSelector"] {
        if let Some(part) = peer.maybe(field) {
            peers += 1;
            label_selector::validate(errors, part, &at.child(field));
        }
    }
    if let Some(part) = peer.maybe("ipBlock") {
        peers += 1;
        validate_ip_block(errors, part, &at.child("ipBlock"));
    }
    if peers == 0 {
        errors.required(at, "must specify a peer");
    } else if peers > 1 && peer.has("ipBlock") {
        errors.forbidden(at, "may not specify both ipBlock and another peer");
    }
}

/// `ValidateIPBlock`.
fn validate_ip_block(errors: &mut ErrorList, block: &Value, at: &Path<'_>) {
    let cidr = block.text("cidr");
    if cidr.is_empty() {
        return errors.required(&at.child("cidr"), "");
    }
    let Some((first, bits)) = ip::validate_cidr(errors, &at.child("cidr"), cidr) else {
        return;
    };
    let except_at = at.child("except");
    for (i, except) in block.texts("except").enumerate() {
        let at = except_at.index(i);
        let Some((address, inner)) = ip::validate_cidr(errors, &at, except) else {
            continue;
        };
        let inside = ip::masked(address, bits) == ip::masked(first, bits);
        if !inside || bits >= inner {
            errors.invalid(&at, except, "must be a strict subset of `cidr`");
        }
    }
}
