//! Cluster IPs and node ports of Services (`pkg/registry/core/service/storage/{alloc,storage}.go`).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::validation::validate_ip_families;
use super::{Context, Status, StatusCause, defaults};
use crate::object::{Kind, Map, Object, Value};
use crate::store::World;

/// The lowest node port that is allocated. A port that a user chooses may be outside of the range: the recordings show
/// that it is accepted.
const FIRST_NODE_PORT: i64 = 30_000;
/// Size of the node port range.
const NODE_PORTS: u32 = 2_768;
/// How many random addresses or ports are tried until one is free.
const ATTEMPTS: usize = 64;

/// Copies allocated values that the update leaves out from the stored Service (`patchAllocatedValues`,
/// `NormalizeClusterIPs`), and drops values that the new type does not use (`dropTypeDependentFields`).
pub(super) fn patch_allocated_values(new: &mut Object, old: &Object) {
    let (Value::Object(mut spec), Value::Object(before)) = (new.spec().clone(), old.spec().clone()) else {
        return;
    };
    if needs_cluster_ip(&spec) && needs_cluster_ip(&before) {
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
    if can_have_node_ports(&spec) && can_have_node_ports(&before) {
        patch_node_ports(&mut spec, &before);
    }
    if needs_health_check(&spec) && needs_health_check(&before) && is_unset(&spec, "healthCheckNodePort") {
        let port = before.get("healthCheckNodePort").cloned();
        spec.insert("healthCheckNodePort", port.unwrap_or_default());
    }
    drop_type_dependent_fields(&mut spec, &before);
    defaults::normalize_cluster_ips(&mut spec);
    if Value::Object(spec.clone()) != *new.spec() {
        *new = new.with_spec(spec.into());
    }
}

/// Whether a field is absent or has Go's zero value.
fn is_unset(map: &Map, key: &str) -> bool {
    match map.get(key) {
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Int(number)) => *number == 0,
        value => value.is_none_or(Value::is_null),
    }
}

/// Whether `spec.type` is one of these.
fn is_type(spec: &Map, types: &[&str]) -> bool {
    spec.text("type")
        .is_some_and(|kind| types.contains(&kind.as_ref()))
}

/// `needsClusterIP`.
fn needs_cluster_ip(spec: &Map) -> bool {
    !is_type(spec, &["ExternalName"])
}

fn is_load_balancer(spec: &Map) -> bool {
    is_type(spec, &["LoadBalancer"])
}

/// Whether the type can have node ports (`needsNodePort`).
fn can_have_node_ports(spec: &Map) -> bool {
    is_type(spec, &["NodePort", "LoadBalancer"])
}

/// Whether a load balancer checks the health of nodes (`NeedsHealthCheck`).
fn needs_health_check(spec: &Map) -> bool {
    is_load_balancer(spec) && spec.text("externalTrafficPolicy").map(AsRef::as_ref) == Some("Local")
}

/// Whether node ports are allocated (`shouldAllocateNodePorts`).
fn needs_node_ports(spec: &Map) -> bool {
    let allocate = spec.get("allocateLoadBalancerNodePorts").and_then(Value::as_bool);
    is_type(spec, &["NodePort"]) || is_load_balancer(spec) && allocate != Some(false)
}

/// Drops values that were allocated for the old type and that the new type does not use, unless the update changes them
/// (`dropTypeDependentFields`).
fn drop_type_dependent_fields(spec: &mut Map, before: &Map) {
    let cluster_ip_fields = ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"];
    drop_unused(needs_cluster_ip, spec, before, &cluster_ip_fields);
    drop_unused(needs_health_check, spec, before, &["healthCheckNodePort"]);
    let load_balancer_fields = ["allocateLoadBalancerNodePorts", "loadBalancerClass"];
    drop_unused(is_load_balancer, spec, before, &load_balancer_fields);
    drop_unused(
        defaults::is_externally_accessible,
        spec,
        before,
        &["externalTrafficPolicy"],
    );
    let ports = spec
        .get("ports")
        .map(|ports| node_ports(ports).collect::<Vec<_>>());
    let same = ports == before.get("ports").map(|ports| node_ports(ports).collect());
    if same && can_have_node_ports(before) && !can_have_node_ports(spec) {
        let ports = spec.get_mut("ports").and_then(Value::as_array_mut);
        for port in ports.into_iter().flatten().filter_map(Value::as_object_mut) {
            port.remove("nodePort");
        }
    }
}

/// Drops the fields at `keys` if the old spec uses them, the new one does not, and their values are unchanged.
fn drop_unused(uses: fn(&Map) -> bool, spec: &mut Map, before: &Map, keys: &[&str]) {
    if !uses(before) || uses(spec) {
        return;
    }
    for key in keys {
        if spec.get(key) == before.get(key) {
            spec.remove(key);
        }
    }
}

/// Copies node ports from the old ports of the same name (`patchAllocatedValues`).
fn patch_node_ports(spec: &mut Map, before: &Map) {
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

/// Validates and sets the IP families of a Service (`initIPFamilyFields`).
///
/// # Errors
/// `Invalid` for families that the cluster does not have.
pub(super) fn init_ip_families(object: &mut Object, old: Option<&Object>) -> Result<(), Status> {
    let causes = validate_ip_families(object.spec(), old.map(Object::spec));
    if !causes.is_empty() {
        return Err(Status::invalid(Some(Kind::Service), &object.meta.name, causes));
    }
    if let Value::Object(mut spec) = object.spec().clone() {
        defaults::init_ip_families(&mut spec);
        if Value::Object(spec.clone()) != *object.spec() {
            *object = object.with_spec(spec.into());
        }
    }
    Ok(())
}

/// Allocates the cluster IP and the node ports (`allocateCreate`, `allocateUpdate`).
///
/// # Errors
/// `Invalid` for an address that is out of range, or an address or a port that is already allocated.
pub(super) fn allocate(
    context: &mut Context,
    object: &mut Object,
    old: Option<&Arc<Object>>,
) -> Result<(), Status> {
    let Value::Object(mut spec) = object.spec().clone() else {
        return Ok(());
    };
    let invalid = |cause: StatusCause| Status::invalid(Some(Kind::Service), &object.meta.name, vec![cause]);
    if spec.text("type").map(AsRef::as_ref) != Some("ExternalName") {
        let before = old.and_then(|old| old.spec().get("clusterIP")?.as_str().map(str::to_owned));
        allocate_cluster_ip(context, &mut spec, before.as_deref()).map_err(invalid)?;
    }
    if needs_node_ports(&spec) {
        let own: BTreeSet<i64> = old
            .map(|old| node_ports(service_ports(old)).collect())
            .unwrap_or_default();
        allocate_node_ports(context, &mut spec, &own).map_err(invalid)?;
    }
    if Value::Object(spec.clone()) != *object.spec() {
        *object = object.with_spec(spec.into());
    }
    Ok(())
}

/// `allocClusterIPs`, `updateClusterIPs`; `before` is the stored `clusterIP`.
fn allocate_cluster_ip(
    context: &mut Context,
    spec: &mut Map,
    before: Option<&str>,
) -> Result<(), StatusCause> {
    let wanted = spec.text("clusterIP").cloned().unwrap_or_default();
    if wanted.as_ref() == "None" || before == Some(wanted.as_ref()) && !wanted.is_empty() {
        return Ok(());
    }
    if wanted.is_empty() {
        let free = free_cluster_ip(context);
        spec.insert("clusterIP", free.clone());
        spec.insert("clusterIPs", vec![free.into()]);
        return Ok(());
    }
    let invalid = |why: String| {
        let message = format!("Invalid value: [{wanted:?}]: failed to allocate IP {wanted}: {why}");
        Err(StatusCause::new("spec.clusterIPs", message))
    };
    if !wanted.starts_with("10.96.") {
        return invalid(format!(
            "the provided IP ({wanted}) is not in the valid range. The range of valid IPs is 10.96.0.0/16"
        ));
    }
    if cluster_ips(context.world).any(|taken| *taken == wanted) {
        return invalid("provided IP is already allocated".to_owned());
    }
    Ok(())
}

/// Cluster IPs in use.
fn cluster_ips(world: &World) -> impl Iterator<Item = &Arc<str>> {
    world
        .list(Kind::Service)
        .filter_map(|service| service.spec().as_object()?.text("clusterIP"))
}

/// Draws a free address outside of the lower band, which is reserved for addresses that users choose.
fn free_cluster_ip(context: &mut Context) -> String {
    let mut address = String::new();
    for _ in 0..ATTEMPTS {
        let number = 256 + context.rng.below(65_536 - 256 - 1);
        address = format!("10.96.{}.{}", number >> 8, number & 255);
        if !cluster_ips(context.world).any(|taken| taken.as_ref() == address) {
            break;
        }
    }
    address
}

fn service_ports(service: &Object) -> &Value {
    service.spec().get("ports").unwrap_or(&Value::Null)
}

/// The node ports in a list of Service ports.
fn node_ports(ports: &Value) -> impl Iterator<Item = i64> {
    ports
        .as_array()
        .unwrap_or_default()
        .iter()
        .filter_map(|port| port.get("nodePort")?.as_i64())
}

/// Sets a node port in each port that has none; `own` are the node ports of the stored Service (`initNodePorts`,
/// `updateNodePorts`).
fn allocate_node_ports(
    context: &mut Context,
    spec: &mut Map,
    own: &BTreeSet<i64>,
) -> Result<(), StatusCause> {
    let world = context.world;
    let mut taken: BTreeSet<i64> = world
        .list(Kind::Service)
        .flat_map(|service| node_ports(service_ports(service)))
        .collect();
    let list = spec.get_mut("ports").and_then(Value::as_array_mut);
    for (i, port) in list.into_iter().flatten().enumerate() {
        let Some(port) = port.as_object_mut() else {
            continue;
        };
        let wanted = port.get("nodePort").and_then(Value::as_i64).unwrap_or(0);
        let invalid = |why: &str| {
            let message = format!("Invalid value: {wanted}: {why}");
            Err(StatusCause::new(format!("spec.ports[{i}].nodePort"), message))
        };
        if wanted == 0 {
            let drawn = (0..ATTEMPTS).map(|_| FIRST_NODE_PORT + i64::from(context.rng.below(NODE_PORTS)));
            if let Some(free) = drawn.into_iter().find(|number| !taken.contains(number)) {
                taken.insert(free);
                port.insert("nodePort", free);
            }
        } else if own.contains(&wanted) {
            continue;
        } else if !taken.insert(wanted) {
            return invalid("provided port is already allocated");
        }
    }
    Ok(())
}
