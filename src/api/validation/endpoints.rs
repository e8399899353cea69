//! Endpoints (`pkg/apis/core/validation/validation.go`) and EndpointSlices (`pkg/apis/discovery/validation/validation.go`).

use super::access::FieldAccess;
use super::content;
use super::field::{BadValue, ErrorList, Path};
use super::ip;
use super::port::{validate_port_number, validate_protocol};
use crate::object::Value;

/// `validateEndpointSubsets`.
pub fn validate_subsets(errors: &mut ErrorList, endpoints: &Value) {
    let at = Path::root("subsets");
    for (i, subset) in endpoints.list("subsets").iter().enumerate() {
        let at = at.index(i);
        let lists = ["addresses", "notReadyAddresses"];
        if lists.iter().all(|list| subset.list(list).is_empty()) {
            errors.required(&at, "must specify `addresses` or `notReadyAddresses`");
        }
        for list in lists {
            let at = at.child(list);
            for (j, address) in subset.list(list).iter().enumerate() {
                validate_address(errors, address, &at.index(j));
            }
        }
        let (ports, at) = (subset.list("ports"), at.child("ports"));
        for (j, port) in ports.iter().enumerate() {
            validate_port(errors, port, ports.len() > 1, &at.index(j));
        }
    }
}

/// `validateEndpointAddress`.
fn validate_address(errors: &mut ErrorList, address: &Value, at: &Path<'_>) {
    let text = address.text("ip");
    ip::validate_ip(errors, &at.child("ip"), text);
    let hostname = address.text("hostname");
    if !hostname.is_empty() {
        content::validate_dns_1123_label(errors, &at.child("hostname"), hostname);
    }
    if let Some(node) = address.maybe_text("nodeName") {
        content::validate_dns_1123_subdomain(errors, &at.child("nodeName"), node);
    }
    ip::validate_non_special_ip(errors, &at.child("ip"), text);
}

/// `validateEndpointPort`.
fn validate_port(errors: &mut ErrorList, port: &Value, needs_name: bool, at: &Path<'_>) {
    match port.text("name") {
        "" if needs_name => errors.required(&at.child("name"), ""),
        "" => {}
        name => content::validate_dns_1123_label(errors, &at.child("name"), name),
    }
    validate_port_number(errors, port.int("port"), &at.child("port"));
    validate_protocol(errors, port.text("protocol"), &at.child("protocol"));
    validate_app_protocol(errors, port, at);
}

fn validate_app_protocol(errors: &mut ErrorList, port: &Value, at: &Path<'_>) {
    if let Some(name) = port.maybe_text("appProtocol") {
        errors.invalid_each(&at.child("appProtocol"), name, content::qualified_name(name));
    }
}

/// `ValidateEndpointSlice`, without the metadata.
pub fn validate_slice(errors: &mut ErrorList, slice: &Value) {
    let kind = slice.text("addressType");
    let at = Path::root("addressType");
    let types = ["FQDN", "IPv4", "IPv6"];
    match kind {
        "" => errors.required(&at, ""),
        kind if types.contains(&kind) => {}
        kind => errors.not_supported(&at, BadValue::named(kind), &types),
    }
    let at = Path::root("endpoints");
    let endpoints = slice.list("endpoints");
    match endpoints.len() {
        count if count > 1000 => errors.too_many(&at, count, 1000),
        _ => {
            for (i, endpoint) in endpoints.iter().enumerate() {
                validate_endpoint(errors, endpoint, kind, &at.index(i));
            }
        }
    }
    validate_slice_ports(errors, slice.list("ports"), &Path::root("ports"));
}

/// `validateEndpoints`, for one endpoint.
fn validate_endpoint(errors: &mut ErrorList, endpoint: &Value, kind: &str, at: &Path<'_>) {
    let addresses_at = at.child("addresses");
    match endpoint.list("addresses").len() {
        0 => errors.required(&addresses_at, "must contain at least 1 address"),
        count if count > 100 => errors.too_many(&addresses_at, count, 100),
        _ => {}
    }
    for (i, address) in endpoint.texts("addresses").enumerate() {
        let at = addresses_at.index(i);
        match kind {
            "IPv4" | "IPv6" if ip::validate_ip(errors, &at, address) => {
                if address.contains(':') != (kind == "IPv6") {
                    errors.invalid(&at, address, format!("must be a valid {kind} address"));
                }
                ip::validate_non_special_ip(errors, &at, address);
            }
            "FQDN" => validate_fqdn(errors, address, &at),
            _ => {}
        }
    }
    if let Some(node) = endpoint.maybe_text("nodeName") {
        content::validate_dns_1123_subdomain(errors, &at.child("nodeName"), node);
    }
    if let Some(hostname) = endpoint.maybe_text("hostname") {
        content::validate_dns_1123_label(errors, &at.child("hostname"), hostname);
    }
    for list in ["forZones", "forNodes"] {
        validate_hints(
            errors,
            endpoint.field("hints").list(list),
            &at.child("hints").child(list),
        );
    }
}

/// `IsFullyQualifiedDomainName`.
fn validate_fqdn(errors: &mut ErrorList, name: &str, at: &Path<'_>) {
    let plain = name.strip_suffix('.').unwrap_or(name);
    if name.is_empty() {
        return errors.required(at, "");
    }
    let messages = content::dns_1123_subdomain(plain);
    if !messages.is_empty() {
        return errors.invalid_each(at, plain, messages);
    }
    if plain.split('.').count() < 2 {
        return errors.invalid(
            at,
            plain,
            "should be a domain with at least two segments separated by dots",
        );
    }
    for label in plain.split('.') {
        for message in content::dns_1123_label(label) {
            errors.invalid(at, label, message);
        }
    }
}

/// `validateHints`, for zones or nodes.
fn validate_hints(errors: &mut ErrorList, hints: &[Value], at: &Path<'_>) {
    if hints.len() > 8 {
        return errors.too_many(at, hints.len(), 8);
    }
    for (i, hint) in hints.iter().enumerate() {
        let (name, at) = (hint.text("name"), at.index(i));
        let at = at.child("name");
        if hints.iter().take(i).any(|other| other.text("name") == name) {
            errors.duplicate(&at, name);
        }
        errors.invalid_each(&at, name, content::label_value(name));
    }
}

/// `validatePorts`.
fn validate_slice_ports(errors: &mut ErrorList, ports: &[Value], at: &Path<'_>) {
    for (i, port) in ports.iter().enumerate() {
        let (name, at) = (port.text("name"), at.index(i));
        if !name.is_empty() {
            content::validate_dns_1123_label(errors, &at.child("name"), name);
        }
        if ports.iter().take(i).any(|other| other.text("name") == name) {
            errors.duplicate(&at.child("name"), BadValue::named(name));
        }
        validate_protocol(errors, port.text("protocol"), &at.child("protocol"));
        validate_app_protocol(errors, port, &at);
    }
}

/// Rejects another address type (`ValidateEndpointSliceUpdate`).
pub fn validate_slice_update(errors: &mut ErrorList, old: &Value, new: &Value) {
    let kind = new.text("addressType");
    if old.text("addressType") != kind {
        errors.invalid(
            &Path::root("addressType"),
            BadValue::named(kind),
            "field is immutable",
        );
    }
}
