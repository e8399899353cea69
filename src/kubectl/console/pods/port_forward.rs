//! `kubectl port-forward` (`kubectl/pkg/cmd/portforward/portforward.go`). There is no network between this page and the
//! pods, so only what precedes the connection is simulated.

use super::super::{CommandContext, CommandResult, usage_error};
use super::{RUNNING_TIMEOUT, attachable_pod, check_running_timeout, named_object, not_simulated};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, text};
use crate::object::status::Phase;
use crate::object::{Kind, Object, Value, pod};

/// The flags of `port-forward`.
pub const FLAGS: &[Flag] = &[RUNNING_TIMEOUT, text("address", ' ')];

/// Runs `port-forward`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let [word, ports @ ..] = args.words.as_slice() else {
        return Err(too_few());
    };
    if ports.is_empty() {
        return Err(too_few());
    }
    check_running_timeout(args).map_err(|error| usage_error("port-forward", &error.message()))?;
    let object = named_object(ctx, args, word)?;
    let pod = attachable_pod(ctx, object.clone())?;
    let owner = match object.kind {
        Kind::Service => &object,
        _ => &pod,
    };
    check_protocols(owner, ports)?;
    let mut forwarded = Vec::new();
    for port in ports {
        forwarded.push(match object.kind {
            Kind::Service => translate_service_port(&object, &pod, port)?,
            _ => convert_named_port(&pod, port)?,
        });
    }
    let phase = pod::phase(&pod);
    if phase != Phase::Running {
        return Err(vec![Error::Plain(format!(
            "unable to forward port because pod is not running. Current status={}",
            phase.name()
        ))]);
    }
    not_simulated(format!(
        "there is no network between this page and pod \"{}\", so port {} cannot be forwarded",
        pod.meta.name,
        forwarded.join(", ")
    ))
}

fn too_few() -> Vec<Error> {
    usage_error(
        "port-forward",
        "TYPE/NAME and list of ports are required for port-forward",
    )
}

/// The local and the remote part of `[LOCAL_PORT:]REMOTE_PORT` (`splitPort`).
fn split(port: &str) -> (&str, &str) {
    let parts: Vec<&str> = port.split(':').collect();
    match parts.as_slice() {
        [local, remote] => (local, remote),
        parts => (parts[0], parts[0]),
    }
}

/// A port of a Service or of a container.
struct Port<'a> {
    name: &'a str,
    number: i64,
    protocol: &'a str,
}

/// The ports of a Service, or of the containers of a pod.
fn ports_of(object: &Object) -> Vec<Port<'_>> {
    let (lists, field): (Vec<&Value>, &str) = match object.kind {
        Kind::Service => (object.spec().get("ports").into_iter().collect(), "port"),
        _ => {
            let containers = pod::containers(object).iter().chain(pod::init_containers(object));
            (
                containers
                    .filter_map(|container| container.get("ports"))
                    .collect(),
                "containerPort",
            )
        }
    };
    let ports = lists.into_iter().filter_map(Value::as_array).flatten();
    ports
        .map(|port| Port {
            name: port.get("name").and_then(Value::as_str).unwrap_or_default(),
            number: port.get(field).and_then(Value::as_i64).unwrap_or(0),
            protocol: port.get("protocol").and_then(Value::as_str).unwrap_or("TCP"),
        })
        .collect()
}

/// The number of a named port (`LookupServicePortNumberByName`, `LookupContainerPortNumberByName`).
fn port_by_name(object: &Object, name: &str) -> Result<i64, Error> {
    let found = ports_of(object).into_iter().find(|port| port.name == name);
    let kind = object.kind.info().name;
    found.map(|port| port.number).ok_or_else(|| {
        let owner = &object.meta.name;
        Error::Plain(format!("{kind} '{owner}' does not have a named port '{name}'"))
    })
}

/// Refuses ports that only UDP has (`checkUDPPorts`).
fn check_protocols(object: &Object, ports: &[String]) -> Result<(), Error> {
    let known = ports_of(object);
    for port in ports {
        let (_, remote) = split(port);
        let number = match remote.parse::<i64>() {
            Ok(number) => number,
            Err(_) => port_by_name(object, remote)?,
        };
        let has = |protocol: &str| {
            let mut known = known.iter();
            known.any(|port| port.number == number && port.protocol == protocol)
        };
        if has("UDP") && !has("TCP") {
            return Err(Error::Plain(format!(
                "UDP protocol is not supported for {remote}"
            )));
        }
    }
    Ok(())
}

/// `translateServicePortToTargetPort`.
fn translate_service_port(service: &Object, pod: &Object, port: &str) -> Result<String, Error> {
    let (_, remote) = split(port);
    let number = match remote.parse::<i64>() {
        Ok(number) => number,
        Err(_) => port_by_name(service, remote)?,
    };
    let ports = service
        .spec()
        .get("ports")
        .and_then(Value::as_array)
        .unwrap_or_default();
    let found = ports
        .iter()
        .find(|port| port.get("port").and_then(Value::as_i64) == Some(number));
    let Some(found) = found else {
        return Err(Error::Plain(format!(
            "Service {} does not have a service port {number}",
            service.meta.name
        )));
    };
    let headless = service.spec().get("clusterIP").and_then(Value::as_str) == Some("None");
    let target = match found.get("targetPort") {
        _ if headless => number,
        Some(Value::String(name)) => port_by_name(pod, name)?,
        Some(target) => target.as_i64().filter(|port| *port != 0).unwrap_or(number),
        None => number,
    };
    Ok(target.to_string())
}

/// `convertPodNamedPortToNumber`.
fn convert_named_port(pod: &Object, port: &str) -> Result<String, Error> {
    let (_, remote) = split(port);
    if remote.is_empty() {
        return Err(Error::Plain("remote port cannot be empty".to_owned()));
    }
    match remote.parse::<i64>() {
        Ok(number) => Ok(number.to_string()),
        Err(_) => Ok(port_by_name(pod, remote)?.to_string()),
    }
}
