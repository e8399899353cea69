//! Addresses and ports of Services (`pkg/registry/core/service/storage/alloc.go`).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Cause, Context, Status, defaults};
use crate::object::{Kind, Map, Object, Value};
use crate::store::World;

/// Where ports are drawn from; a port of one's own choice may lie outside, as the recordings show.
const FIRST_NODE_PORT: i64 = 30_000;
const NODE_PORTS: u32 = 2_768;
/// How often another random address or port is drawn.
const TRIES: usize = 64;

/// What an update does not say and the stored Service has (`NormalizeClusterIPs`, `patchAllocatedValues`).
pub(super) fn carry_over(new: &mut Object, old: &Object) {
    let (Value::Object(mut spec), Value::Object(before)) = (new.spec().clone(), old.spec().clone()) else {
        return;
    };
    let text = |map: &Map, key: &str| map.text(key).cloned().unwrap_or_default();
    let changed = text(&spec, "clusterIP") != text(&before, "clusterIP");
    if changed && spec.get("clusterIPs") == before.get("clusterIPs") {
        spec.remove("clusterIPs");
    }
    let external = |map: &Map| map.text("type").map(AsRef::as_ref) == Some("ExternalName");
    if !external(&spec) && !external(&before) {
        for key in ["clusterIP", "clusterIPs"] {
            let empty = match spec.get(key) {
                Some(Value::String(text)) => text.is_empty(),
                Some(Value::Array(items)) => items.is_empty(),
                _ => true,
            };
            let same = key == "clusterIP" || text(&spec, "clusterIP") == text(&before, "clusterIP");
            if let Some(value) = before.get(key).filter(|_| empty && same) {
                spec.insert(key, value.clone());
            }
        }
        for key in ["ipFamilies", "ipFamilyPolicy"] {
            if let Some(value) = before.get(key).filter(|_| !spec.contains_key(key)) {
                spec.insert(key, value.clone());
            }
        }
    }
    if needs_node_ports(&spec) && needs_node_ports(&before) {
        keep_node_ports(&mut spec, &before);
    }
    defaults::complete_service(&mut spec);
    if Value::Object(spec.clone()) != *new.spec() {
        *new = new.with_spec(spec.into());
    }
}

fn needs_node_ports(spec: &Map) -> bool {
    match spec.text("type").map(AsRef::as_ref) {
        Some("NodePort") => true,
        Some("LoadBalancer") => {
            spec.get("allocateLoadBalancerNodePorts").and_then(Value::as_bool) != Some(false)
        }
        _ => false,
    }
}

fn keep_node_ports(spec: &mut Map, before: &Map) {
    let old: Vec<Value> = before
        .get("ports")
        .and_then(Value::as_array)
        .unwrap_or_default()
        .to_vec();
    let ports = spec.get_mut("ports").and_then(Value::as_array_mut);
    for port in ports.into_iter().flatten().filter_map(Value::as_object_mut) {
        let same = |other: &&Value| {
            other.get("port") == port.get("port") && other.get("protocol") == port.get("protocol")
        };
        let number = old
            .iter()
            .find(same)
            .and_then(|other| other.get("nodePort"))
            .cloned();
        if let Some(number) = number.filter(|_| !port.contains_key("nodePort")) {
            port.insert("nodePort", number);
        }
    }
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
    let refuse = |cause: Cause| Status::invalid(Some(Kind::Service), &object.meta.name, vec![cause]);
    if spec.text("type").map(AsRef::as_ref) != Some("ExternalName") {
        let before = old.and_then(|old| old.spec().get("clusterIP")?.as_str().map(str::to_owned));
        address(context, &mut spec, before.as_deref()).map_err(refuse)?;
    }
    if needs_node_ports(&spec) {
        let own: BTreeSet<i64> = old
            .map(|old| node_ports(old.spec()).collect())
            .unwrap_or_default();
        ports(context, &mut spec, &own).map_err(refuse)?;
    }
    if Value::Object(spec.clone()) != *object.spec() {
        *object = object.with_spec(spec.into());
    }
    Ok(())
}

fn address(context: &mut Context, spec: &mut Map, before: Option<&str>) -> Result<(), Cause> {
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
        Err(Cause::new("spec.clusterIPs", message))
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

fn node_ports(spec: &Value) -> impl Iterator<Item = i64> {
    let ports = spec.get("ports").and_then(Value::as_array).unwrap_or_default();
    ports.iter().filter_map(|port| port.get("nodePort")?.as_i64())
}

fn ports(context: &mut Context, spec: &mut Map, own: &BTreeSet<i64>) -> Result<(), Cause> {
    let world = context.world;
    let mut taken: BTreeSet<i64> = world
        .list(Kind::Service)
        .flat_map(|service| node_ports(service.spec()))
        .collect();
    let list = spec.get_mut("ports").and_then(Value::as_array_mut);
    for (i, port) in list.into_iter().flatten().enumerate() {
        let Some(port) = port.as_object_mut() else {
            continue;
        };
        let wanted = port.get("nodePort").and_then(Value::as_i64).unwrap_or(0);
        let refuse = |why: &str| {
            let message = format!("Invalid value: {wanted}: {why}");
            Err(Cause::new(format!("spec.ports[{i}].nodePort"), message))
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
