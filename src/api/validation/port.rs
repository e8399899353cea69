//! Port numbers, port names and protocols of containers, Services, Ingresses and NetworkPolicies.

use super::content;
use super::field::{BadValue, ErrorList, Path};
use crate::object::Value;

/// The protocol of a container port or a Service port.
pub fn validate_protocol(errors: &mut ErrorList, protocol: &str, at: &Path<'_>) {
    let protocols = ["SCTP", "TCP", "UDP"];
    match protocol {
        "" => errors.required(at, ""),
        protocol if protocols.contains(&protocol) => {}
        protocol => errors.not_supported(at, BadValue::named(protocol), &protocols),
    }
}

/// `IsValidPortNum`.
pub fn validate_port_number(errors: &mut ErrorList, number: i64, at: &Path<'_>) {
    for message in content::port_number(number) {
        errors.invalid(at, number, message);
    }
}

/// `ValidatePortNumOrName`.
pub fn validate_port_number_or_name(errors: &mut ErrorList, port: &Value, at: &Path<'_>) {
    match port {
        Value::String(name) => errors.invalid_each(at, name, content::port_name(name)),
        port => validate_port_number(errors, port.as_i64().unwrap_or_default(), at),
    }
}
