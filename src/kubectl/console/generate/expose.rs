//! `kubectl expose` (`kubectl/pkg/cmd/expose/expose.go`, `kubectl/pkg/polymorphichelpers`).

use std::collections::BTreeMap;

use serde_json::json;

use super::super::generator::create_and_print;
use super::super::print_flags::{DRY_RUN, DryRunStrategy};
use super::super::record::record_in;
use super::super::resource::{self, command_namespace, namespace};
use super::super::workload::pod_spec_path;
use super::super::{CommandContext, CommandResult};
use super::labels;
use super::run::atoi;
use crate::kubectl::apply::with_last_applied;
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};
use crate::object::{Kind, Map, Object, Value};

/// The flags of `expose`.
pub const FLAGS: &[Flag] = &[
    text("protocol", ' '),
    text("port", ' '),
    text("type", ' '),
    text("load-balancer-ip", ' '),
    text("selector", ' '),
    text("labels", 'l'),
    text("target-port", ' '),
    text("external-ip", ' '),
    text("name", ' '),
    text("session-affinity", ' '),
    text("cluster-ip", ' '),
    text("field-manager", ' '),
    text("overrides", ' '),
    text("override-type", ' '),
    bool("save-config", ' '),
    bool("record", ' '),
    text("filename", 'f'),
    text("kustomize", 'k'),
    bool("recursive", 'R'),
    text("output", 'o'),
    text("template", ' '),
    bool("allow-missing-template-keys", ' '),
    bool("show-managed-fields", ' '),
    DRY_RUN,
];

/// Runs `expose`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    // `--selector` is the Service's; it selects no objects.
    let found = ctx.selected(&args.without("selector"))?;
    resource::visit(ctx, &found, &mut |ctx, object| {
        let mut service = service(args, object).map_err(|text| vec![Error::Plain(text)])?;
        labels::override_document(args, &mut service)?;
        record_in(args, &mut service);
        if ctx.print_flags.dry_run == DryRunStrategy::Client {
            if command_namespace(args).enforced {
                *service.slot(&["metadata", "namespace"]) = namespace(args).into();
            }
        } else if args.is("save-config") {
            service = with_last_applied(&service);
        }
        create_and_print(ctx, args, Kind::Service, service, "", "exposed").map(drop)
    })
}

/// Whether a kind can be exposed (`canBeExposed`).
fn can_be_exposed(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::ReplicationController | Kind::Service | Kind::Pod | Kind::Deployment | Kind::ReplicaSet
    )
}

/// The Service for an object (`RunExpose`, `createService`).
fn service(args: &Args, object: &Object) -> Result<Value, String> {
    if !can_be_exposed(object.kind) {
        return Err(format!("cannot expose a {}", object.kind.qualified_name()));
    }
    let given = |flag: &str| args.get(flag).filter(|value| !value.is_empty());
    let selector = match given("selector") {
        Some(text) => labels::parse(text)?,
        None => selector_of(object).map_err(|why| {
            format!("couldn't retrieve selectors via --selector flag or introspection: {why}")
        })?,
    };
    let protocols = ports_of(object);
    let ports = match given("port") {
        Some(port) => port.split(',').map(str::to_owned).collect(),
        None => distinct(&protocols),
    };
    if ports.is_empty() && given("cluster-ip") != Some("None") {
        return Err("couldn't find port via --port flag or introspection".to_owned());
    }
    let labels = match given("labels") {
        Some(text) => labels::parse(text)?,
        None => object.meta.labels.clone(),
    };
    if selector.is_empty() {
        return Err("selector must be specified".to_owned());
    }
    let name: String = object.name().chars().take(63).collect();
    let mut spec = json!({});
    let mut ports = service_ports(&ports, &protocols, given("protocol"))?;
    for port in &mut ports {
        port["targetPort"] = match given("target-port") {
            Some(target) => target
                .parse::<i64>()
                .map_or(json!(target), |number| json!(number)),
            None => port["port"].clone(),
        };
    }
    if !ports.is_empty() {
        spec["ports"] = json!(ports);
    }
    for (flag, field) in [("type", "type"), ("cluster-ip", "clusterIP")] {
        if let Some(value) = given(flag) {
            spec[field] = json!(value);
        }
    }
    if let Some(address) = given("external-ip") {
        spec["externalIPs"] = json!([address]);
    }
    if let Some(address) = given("load-balancer-ip").filter(|_| given("type") == Some("LoadBalancer")) {
        spec["loadBalancerIP"] = json!(address);
    }
    match given("session-affinity") {
        None => {}
        Some(affinity @ ("None" | "ClientIP")) => spec["sessionAffinity"] = json!(affinity),
        Some(other) => return Err(format!("unknown session affinity: {other}")),
    }
    let mut service = Value::from(json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": given("name").unwrap_or(&name)},
        "spec": spec,
        "status": {"loadBalancer": {}},
    }));
    *service.slot(&["spec", "selector"]) = selector.into();
    if !labels.is_empty() {
        *service.slot(&["metadata", "labels"]) = labels.into();
    }
    Ok(service)
}

/// The labels that select the pods of an object (`mapBasedSelectorForObject`).
fn selector_of(object: &Object) -> Result<Map, String> {
    let map = |value: Option<&Value>| value.and_then(Value::as_object).cloned().unwrap_or_default();
    match object.kind {
        Kind::Pod if object.meta.labels.is_empty() => {
            Err("the pod has no labels and cannot be exposed".to_owned())
        }
        Kind::Pod => Ok(object.meta.labels.clone()),
        Kind::Service => match object.spec().get("selector").and_then(Value::as_object) {
            Some(selector) => Ok(selector.clone()),
            None => Err("the service has no pod selector set".to_owned()),
        },
        Kind::ReplicationController => Ok(map(object.spec().get("selector"))),
        kind => {
            let selector = object.spec().get("selector").cloned().unwrap_or_default();
            let labels = map(selector.get("matchLabels"));
            let noun = kind.info().name.to_ascii_lowercase();
            if labels.is_empty() {
                return Err(format!(
                    "invalid {noun}: no selectors, therefore cannot be exposed"
                ));
            }
            match selector.get("matchExpressions").and_then(Value::as_array) {
                Some(expressions) if !expressions.is_empty() => {
                    let texts: Vec<String> = expressions.iter().map(expression).collect();
                    Err(format!(
                        "couldn't convert expressions - \"[{}]\" to map-based selector format",
                        texts.join(" ")
                    ))
                }
                _ => Ok(labels),
            }
        }
    }
}

/// A requirement in the format of Go's `%+v`.
fn expression(requirement: &Value) -> String {
    let text = |field: &str| requirement.get(field).and_then(Value::as_str).unwrap_or_default();
    let values = requirement
        .get("values")
        .and_then(Value::as_array)
        .unwrap_or_default();
    let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
    format!(
        "{{Key:{} Operator:{} Values:[{}]}}",
        text("key"),
        text("operator"),
        values.join(" ")
    )
}

/// The ports of an object with their protocols, in order (`portsForObject`, `multiProtocolsForObject`).
fn ports_of(object: &Object) -> Vec<(String, String)> {
    let document = object.document();
    let (lists, field): (Vec<&[Value]>, &str) = match object.kind {
        Kind::Service => {
            let ports = document.at(&["spec", "ports"]).and_then(Value::as_array);
            (vec![ports.unwrap_or_default()], "port")
        }
        kind => {
            let spec = pod_spec_path(kind).and_then(|path| document.at(path));
            let containers = spec.and_then(|spec| spec.get("containers")?.as_array());
            let ports = |container: &'_ Value| -> Vec<Value> {
                let ports = container.get("ports").and_then(Value::as_array);
                ports.unwrap_or_default().to_vec()
            };
            let all: Vec<Value> = containers.unwrap_or_default().iter().flat_map(ports).collect();
            return all
                .iter()
                .map(|port| port_and_protocol(port, "containerPort"))
                .collect();
        }
    };
    let ports = lists.concat();
    ports.iter().map(|port| port_and_protocol(port, field)).collect()
}

fn port_and_protocol(port: &Value, field: &str) -> (String, String) {
    let number = port.get(field).and_then(Value::as_i64).unwrap_or(0);
    let protocol = port.get("protocol").and_then(Value::as_str).unwrap_or("TCP");
    (number.to_string(), protocol.to_owned())
}

fn distinct(ports: &[(String, String)]) -> Vec<String> {
    let mut numbers: Vec<String> = Vec::new();
    for (number, _) in ports {
        if !numbers.contains(number) {
            numbers.push(number.clone());
        }
    }
    numbers
}

/// The ports of the Service, without their targets.
fn service_ports(
    ports: &[String],
    protocols: &[(String, String)],
    protocol: Option<&str>,
) -> Result<Vec<serde_json::Value>, String> {
    let mut by_port: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (port, protocol) in protocols {
        by_port.entry(port).or_default().push(protocol);
    }
    let mut out = Vec::new();
    for (i, text) in ports.iter().enumerate() {
        let number = atoi(text)?;
        let name = (ports.len() > 1).then(|| format!("port-{}", i + 1));
        let mut add = |name: Option<String>, protocol: &str| {
            let mut port = json!({"port": number, "protocol": protocol});
            if let Some(name) = name {
                port["name"] = json!(name);
            }
            out.push(port);
        };
        match (protocol, by_port.get(text.as_str()).map(Vec::as_slice)) {
            (Some(protocol), _) => add(name, protocol),
            (None, None | Some([])) => add(name, "TCP"),
            (None, Some([one])) => add(name, one),
            (None, Some(several)) => {
                for protocol in several {
                    let name = format!("port-{}-{}", i + 1, protocol.to_ascii_lowercase());
                    add(Some(name), protocol);
                }
            }
        }
    }
    Ok(out)
}
