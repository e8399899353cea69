//! Defaults of Services (`pkg/apis/core/v1/defaults.go`, `pkg/registry/core/service/storage/alloc.go`).

use super::{fill, set};
use crate::object::{Map, Value};

pub(super) fn defaults(map: &mut Map) {
    if !map.contains_key("spec") {
        map.insert("spec", Map::new());
    }
    let Some(spec) = map.get_mut("spec").and_then(Value::as_object_mut) else {
        return;
    };
    fill(spec, "sessionAffinity", "None");
    if spec.text("sessionAffinity").map(AsRef::as_ref) == Some("None") {
        spec.remove("sessionAffinityConfig");
    } else if spec.text("sessionAffinity").map(AsRef::as_ref) == Some("ClientIP")
        && !spec.contains_key("sessionAffinityConfig")
    {
        let mut config = Map::new();
        client_ip_timeout(&mut config);
        spec.insert("sessionAffinityConfig", config);
    }
    fill(spec, "type", "ClusterIP");
    let ports = spec.get_mut("ports").and_then(Value::as_array_mut);
    for port in ports.into_iter().flatten().filter_map(Value::as_object_mut) {
        let unset = match port.get("targetPort") {
            Some(Value::Int(number)) => *number == 0,
            Some(Value::String(name)) => name.is_empty(),
            _ => true,
        };
        if unset && let Some(number) = port.get("port").cloned() {
            port.insert("targetPort", number);
        }
    }
    let kind = spec.text("type").cloned().unwrap_or_default();
    if is_reachable(spec) {
        fill(spec, "externalTrafficPolicy", "Cluster");
    }
    if kind.as_ref() == "LoadBalancer" {
        set(spec, "allocateLoadBalancerNodePorts", true);
    }
    if matches!(kind.as_ref(), "ClusterIP" | "NodePort" | "LoadBalancer") {
        set(spec, "internalTrafficPolicy", "Cluster");
    }
}

/// Whether traffic can come from outside the cluster (`ExternallyAccessible`).
pub(in crate::api) fn is_reachable(spec: &Map) -> bool {
    let external = spec.get("externalIPs").and_then(Value::as_array);
    match spec.text("type").map(AsRef::as_ref) {
        Some("NodePort" | "LoadBalancer") => true,
        Some("ClusterIP") => external.is_some_and(|list| !list.is_empty()),
        _ => false,
    }
}

/// Sessions last three hours unless said otherwise.
pub(super) fn client_ip_timeout(config: &mut Map) {
    let mut client = config
        .get("clientIP")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    set(&mut client, "timeoutSeconds", 10_800);
    config.insert("clientIP", client);
}

/// Fills `clusterIPs` and the policy of families, before validation (`normalizeClusterIPs`, `initIPFamilyFields`).
pub(in crate::api) fn complete(spec: &mut Map) {
    if spec.text("type").map(AsRef::as_ref) == Some("ExternalName") {
        return;
    }
    let listed = spec
        .get("clusterIPs")
        .and_then(Value::as_array)
        .is_some_and(|list| !list.is_empty());
    let address = spec.text("clusterIP").cloned().filter(|text| !text.is_empty());
    if let Some(address) = address.filter(|_| !listed) {
        spec.insert("clusterIPs", vec![address.into()]);
    }
    let policy = if is_free(spec) {
        "RequireDualStack"
    } else {
        "SingleStack"
    };
    set(spec, "ipFamilyPolicy", policy);
}

/// Fills `ipFamilies` of a spec with a policy (the rest of `initIPFamilyFields`): the cluster has IPv4 only.
pub(in crate::api) fn complete_families(spec: &mut Map) {
    if spec.text("type").map(AsRef::as_ref) == Some("ExternalName") {
        return;
    }
    let listed = spec.get("ipFamilies").and_then(Value::as_array);
    let mut families = listed.unwrap_or_default().to_vec();
    if families.is_empty() {
        families.push("IPv4".into());
    }
    let single = spec.text("ipFamilyPolicy").map(AsRef::as_ref) == Some("SingleStack");
    if single {
        families.truncate(1);
    } else if is_free(spec) && families.len() == 1 {
        let first = families[0].as_str() == Some("IPv4");
        families.push(if first { "IPv6" } else { "IPv4" }.into());
    }
    spec.insert("ipFamilies", families);
}

/// Headless and without a selector: its endpoints may be of any family.
fn is_free(spec: &Map) -> bool {
    let selector = spec.get("selector").and_then(Value::as_object);
    spec.text("clusterIP").map(AsRef::as_ref) == Some("None") && selector.is_none_or(Map::is_empty)
}
