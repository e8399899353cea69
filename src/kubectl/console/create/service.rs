//! `kubectl create service` (`kubectl/pkg/cmd/create/create_service.go`).

use serde_json::json;

use super::super::generator::{create, generator_flags, name};
use super::super::{CommandContext, CommandResult};
use crate::api::{dns_1123_subdomain, port_name, port_number};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, int, text};
use crate::object::{Kind, Value};

/// The flags of `create service clusterip`.
pub const CLUSTER_IP_FLAGS: &[Flag] = generator_flags![text("tcp", ' '), text("clusterip", ' ')];
/// The flags of `create service nodeport`.
pub const NODE_PORT_FLAGS: &[Flag] = generator_flags![text("tcp", ' '), int("node-port")];
/// The flags of `create service loadbalancer`.
pub const LOAD_BALANCER_FLAGS: &[Flag] = generator_flags![text("tcp", ' ')];
/// The flags of `create service externalname`.
pub const EXTERNAL_NAME_FLAGS: &[Flag] = generator_flags![text("tcp", ' '), text("external-name", ' ')];

/// Runs `create service clusterip`.
pub fn cluster_ip(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    run(ctx, args, "ClusterIP")
}

/// Runs `create service nodeport`.
pub fn node_port(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    run(ctx, args, "NodePort")
}

/// Runs `create service loadbalancer`.
pub fn load_balancer(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    run(ctx, args, "LoadBalancer")
}

/// Runs `create service externalname`.
pub fn external_name(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    run(ctx, args, "ExternalName")
}

fn run(ctx: &mut CommandContext, args: &Args, service_type: &str) -> CommandResult {
    let name = name(args)?;
    let plain = |text: String| vec![Error::Plain(text)];
    let ports = args.list("tcp");
    let cluster_ip = args.get("clusterip").unwrap_or_default();
    if cluster_ip != "None" && ports.is_empty() && service_type != "ExternalName" {
        return Err(plain(
            "at least one tcp port specifier must be provided".to_owned(),
        ));
    }
    let external_name = args.get("external-name").unwrap_or_default();
    if service_type == "ExternalName" && !dns_1123_subdomain(external_name).is_empty() {
        return Err(plain(format!("invalid service external name {external_name}")));
    }
    let mut spec = json!({"type": service_type, "selector": {"app": name}});
    let ports: Vec<serde_json::Value> = ports
        .into_iter()
        .map(|port| service_port(port, args.int("node-port").unwrap_or(0)))
        .collect::<Result<_, String>>()
        .map_err(plain)?;
    if !ports.is_empty() {
        spec["ports"] = json!(ports);
    }
    for (field, value) in [("externalName", external_name), ("clusterIP", cluster_ip)] {
        if !value.is_empty() {
            spec[field] = json!(value);
        }
    }
    let document = json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": spec,
        "status": {"loadBalancer": {}},
    });
    let failure = format!("failed to create {service_type} service: ");
    create(ctx, args, Kind::Service, Value::from(document), &failure)
}

/// A port from `PORT[:TARGET]` (`parsePorts`).
fn service_port(text: &str, node_port: i64) -> Result<serde_json::Value, String> {
    let mut parts = text.split(':');
    let port = parse_port(parts.next().unwrap_or_default())?;
    let target = match parts.next() {
        None => json!(port),
        Some(target) => match target.parse::<i64>() {
            Ok(number) => match port_number(number) {
                errors if errors.is_empty() => json!(number),
                errors => return Err(errors.join(",")),
            },
            Err(_) => match port_name(target) {
                errors if errors.is_empty() => json!(target),
                errors => return Err(errors.join(",")),
            },
        },
    };
    let mut port = json!({
        "name": text.replace(':', "-"),
        "port": port,
        "protocol": "TCP",
        "targetPort": target,
    });
    if node_port != 0 {
        port["nodePort"] = json!(node_port);
    }
    Ok(port)
}

/// `ParsePort` of `k8s.io/utils/net`: `strconv.ParseUint` with 16 bits.
fn parse_port(text: &str) -> Result<u16, String> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or_else(|| match digits {
        true => format!("strconv.ParseUint: parsing {text:?}: value out of range"),
        false => format!("strconv.ParseUint: parsing {text:?}: invalid syntax"),
    })
}
