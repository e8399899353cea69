//! Addresses and ports of Services (`pkg/registry/core/service/storage/alloc.go`).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::validation::validate_families;
use super::{Context, Status, StatusCause, defaults};
use crate::object::{Kind, Map, Object, Value};
use crate::store::World;

/// Where ports are drawn from; a port of one's own choice may lie outside, as the recordings show.
const FIRST_NODE_PORT: i64 = 30_000;
const NODE_PORTS: u32 = 2_768;
/// How often another random address or port is drawn.
const TRIES: usize = 64;

/// What an update does not say and the stored Service has (`patchAllocatedValues`, `NormalizeClusterIPs`), and what the
/// new type has no use for (`dropTypeDependentFields`).
pub(super) fn carry_over(new: &mut Object, old: &Object) {
    let (Value::Object(mut spec), Value::Object(before)) = (new.spec().clone(), old.spec().clone()) else {
        return;
    };
    if has_address(&spec) && has_address(&before) {
        for key in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"] {
            if let Some(value) = before.get(key).filter(|_| is_unset(&spec, key)) {
                spec.insert(key, value.clone());
            }
        }
    }
    let changed = spec.get("clusterIP") != before.get("clusterIP");
    if changed && spec.get("clusterIPs") == before.get("clusterIPs") {
        spec.remove("clusterIPs");
    }
    if may_have_node_ports(&spec) && may_have_node_ports(&before) {
        keep_node_ports(&mut spec, &before);
    }
    if is_checked(&spec) && is_checked(&before) && is_unset(&spec, "healthCheckNodePort") {
        let port = before.get("healthCheckNodePort").cloned();
        spec.insert("healthCheckNodePort", port.unwrap_or_default());
    }
    drop_dependents(&mut spec, &before);
    defaults::complete_service(&mut spec);
    if Value::Object(spec.clone()) != *new.spec() {
        *new = new.with_spec(spec.into());
    }
}

fn is_unset(map: &Map, key: &str) -> bool {
    match map.get(key) {
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Int(number)) => *number == 0,
        value => value.is_none_or(Value::is_null),
    }
}

fn is_type(spec: &Map, types: &[&str]) -> bool {
    spec.text("type")
        .is_some_and(|kind| types.contains(&kind.as_ref()))
}

fn has_address(spec: &Map) -> bool {
    !is_type(spec, &["ExternalName"])
}

fn is_balancer(spec: &Map) -> bool {
    is_type(spec, &["LoadBalancer"])
}

fn may_have_node_ports(spec: &Map) -> bool {
    is_type(spec, &["NodePort", "LoadBalancer"])
}

/// Whether a load balancer asks nodes for their health (`NeedsHealthCheck`).
fn is_checked(spec: &Map) -> bool {
    is_balancer(spec) && spec.text("externalTrafficPolicy").map(AsRef::as_ref) == Some("Local")
}

fn needs_node_ports(spec: &Map) -> bool {
    let allocate = spec.get("allocateLoadBalancerNodePorts").and_then(Value::as_bool);
    is_type(spec, &["NodePort"]) || is_balancer(spec) && allocate != Some(false)
}

/// Removes what was filled in for the type before and is not for this one, unless the update changes it.
fn drop_dependents(spec: &mut Map, before: &Map) {
    let of_addresses = ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"];
    drop_for(has_address, spec, before, &of_addresses);
    drop_for(is_checked, spec, before, &["healthCheckNodePort"]);
    let of_balancers = ["allocateLoadBalancerNodePorts", "loadBalancerClass"];
    drop_for(is_balancer, spec, before, &of_balancers);
    drop_for(defaults::is_reachable, spec, before, &["externalTrafficPolicy"]);
    let ports = spec
        .get("ports")
        .map(|ports| node_ports(ports).collect::<Vec<_>>());
    let same = ports == before.get("ports").map(|ports| node_ports(ports).collect());
    if same && may_have_node_ports(before) && !may_have_node_ports(spec) {
        let ports = spec.get_mut("ports").and_then(Value::as_array_mut);
        for port in ports.into_iter().flatten().filter_map(Value::as_object_mut) {
            port.remove("nodePort");
        }
    }
}

/// Removes fields that were for what `is_for` tells, and are as they were.
fn drop_for(is_for: fn(&Map) -> bool, spec: &mut Map, before: &Map, keys: &[&str]) {
    if !is_for(before) || is_for(spec) {
        return;
    }
    for key in keys {
        if spec.get(key) == before.get(key) {
            spec.remove(key);
        }
    }
}

/// Ports keep their node ports by name.
fn keep_node_ports(spec: &mut Map, before: &Map) {
    let old = before.get("ports").and_then(Value::as_array);
    let old = old.unwrap_or_default().to_vec();
    let ports = spec.get_mut("ports").and_then(Value::as_array_mut);
    let Some(ports) = ports else { return };
    let used: BTreeSet<i64> = node_ports(&ports.clone().into()).collect();
    for port in ports.iter_mut().filter_map(Value::as_object_mut) {
        let same = |other: &&Value| other.get("name") == port.get("name");
        let number = old
            .iter()
            .rfind(same)
            .and_then(|other| other.get("nodePort")?.as_i64());
        let number = number.filter(|number| is_unset(port, "nodePort") && !used.contains(number));
        if let Some(number) = number {
            port.insert("nodePort", number);
        }
    }
}

/// Settles which families of addresses the Service has (`initIPFamilyFields`).
///
/// # Errors
/// `Invalid` for what the cluster cannot give.
pub(super) fn families(object: &mut Object, old: Option<&Object>) -> Result<(), Status> {
    let causes = validate_families(object.spec(), old.map(Object::spec));
    if !causes.is_empty() {
        return Err(Status::invalid(Some(Kind::Service), &object.meta.name, causes));
    }
    if let Value::Object(mut spec) = object.spec().clone() {
        defaults::complete_families(&mut spec);
        if Value::Object(spec.clone()) != *object.spec() {
            *object = object.with_spec(spec.into());
        }
    }
    Ok(())
}

/// Gives the Service its cluster address and node ports.
///
/// # Errors
/// `Invalid` for an address or a port that is out of range or taken.
pub(super) fn allocate(
    context: &mut Context,
    object: &mut Object,
    old: Option<&Arc<Object>>,
) -> Result<(), Status> {
    let Value::Object(mut spec) = object.spec().clone() else {
        return Ok(());
    };
    let refuse = |cause: StatusCause| Status::invalid(Some(Kind::Service), &object.meta.name, vec![cause]);
    if spec.text("type").map(AsRef::as_ref) != Some("ExternalName") {
        let before = old.and_then(|old| old.spec().get("clusterIP")?.as_str().map(str::to_owned));
        address(context, &mut spec, before.as_deref()).map_err(refuse)?;
    }
    if needs_node_ports(&spec) {
        let own: BTreeSet<i64> = old
            .map(|old| node_ports(ports_of(old)).collect())
            .unwrap_or_default();
        ports(context, &mut spec, &own).map_err(refuse)?;
    }
    if Value::Object(spec.clone()) != *object.spec() {
        *object = object.with_spec(spec.into());
    }
    Ok(())
}

fn address(context: &mut Context, spec: &mut Map, before: Option<&str>) -> Result<(), StatusCause> {
    let wanted = spec.text("clusterIP").cloned().unwrap_or_default();
    if wanted.as_ref() == "None" || before == Some(wanted.as_ref()) && !wanted.is_empty() {
        return Ok(());
    }
    if wanted.is_empty() {
        let free = free_address(context);
        spec.insert("clusterIP", free.clone());
        spec.insert("clusterIPs", vec![free.into()]);
        return Ok(());
    }
    let refuse = |why: String| {
        let message = format!("Invalid value: [{wanted:?}]: failed to allocate IP {wanted}: {why}");
        Err(StatusCause::new("spec.clusterIPs", message))
    };
    if !wanted.starts_with("10.96.") {
        return refuse(format!(
            "the provided IP ({wanted}) is not in the valid range. The range of valid IPs is 10.96.0.0/16"
        ));
    }
    if addresses(context.world).any(|taken| *taken == wanted) {
        return refuse("provided IP is already allocated".to_owned());
    }
    Ok(())
}

fn addresses(world: &World) -> impl Iterator<Item = &Arc<str>> {
    world
        .list(Kind::Service)
        .filter_map(|service| service.spec().as_object()?.text("clusterIP"))
}

/// A random address outside the lower band, which is kept for people's choice.
fn free_address(context: &mut Context) -> String {
    let mut address = String::new();
    for _ in 0..TRIES {
        let number = 256 + context.rng.below(65_536 - 256 - 1);
        address = format!("10.96.{}.{}", number >> 8, number & 255);
        if !addresses(context.world).any(|taken| taken.as_ref() == address) {
            break;
        }
    }
    address
}

fn ports_of(service: &Object) -> &Value {
    service.spec().get("ports").unwrap_or(&Value::Null)
}

/// The node ports of a list of ports.
fn node_ports(ports: &Value) -> impl Iterator<Item = i64> {
    ports
        .as_array()
        .unwrap_or_default()
        .iter()
        .filter_map(|port| port.get("nodePort")?.as_i64())
}

fn ports(context: &mut Context, spec: &mut Map, own: &BTreeSet<i64>) -> Result<(), StatusCause> {
    let world = context.world;
    let mut taken: BTreeSet<i64> = world
        .list(Kind::Service)
        .flat_map(|service| node_ports(ports_of(service)))
        .collect();
    let list = spec.get_mut("ports").and_then(Value::as_array_mut);
    for (i, port) in list.into_iter().flatten().enumerate() {
        let Some(port) = port.as_object_mut() else {
            continue;
        };
        let wanted = port.get("nodePort").and_then(Value::as_i64).unwrap_or(0);
        let refuse = |why: &str| {
            let message = format!("Invalid value: {wanted}: {why}");
            Err(StatusCause::new(format!("spec.ports[{i}].nodePort"), message))
        };
        if wanted == 0 {
            let drawn = (0..TRIES).map(|_| FIRST_NODE_PORT + i64::from(context.rng.below(NODE_PORTS)));
            if let Some(free) = drawn.into_iter().find(|number| !taken.contains(number)) {
                taken.insert(free);
                port.insert("nodePort", free);
            }
        } else if own.contains(&wanted) {
            continue;
        } else if !taken.insert(wanted) {
            return refuse("provided port is already allocated");
        }
    }
    Ok(())
}
