//! Defaults of Services (`pkg/apis/core/v1/defaults.go`, `pkg/registry/core/service/storage/alloc.go`).

use super::{set_if_empty, set_if_nil};
use crate::object::{Map, Value};

/// `SetDefaults_Service`.
pub(super) fn service(map: &mut Map) {
    if !map.contains_key("spec") {
        map.insert("spec", Map::new());
    }
    let Some(spec) = map.get_mut("spec").and_then(Value::as_object_mut) else {
        return;
    };
    set_if_empty(spec, "sessionAffinity", "None");
    if spec.text("sessionAffinity").map(AsRef::as_ref) == Some("None") {
        spec.remove("sessionAffinityConfig");
    } else if spec.text("sessionAffinity").map(AsRef::as_ref) == Some("ClientIP")
        && !spec.contains_key("sessionAffinityConfig")
    {
        let mut config = Map::new();
        client_ip_timeout(&mut config);
        spec.insert("sessionAffinityConfig", config);
    }
    set_if_empty(spec, "type", "ClusterIP");
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
    if is_externally_accessible(spec) {
        set_if_empty(spec, "externalTrafficPolicy", "Cluster");
    }
    if kind.as_ref() == "LoadBalancer" {
        set_if_nil(spec, "allocateLoadBalancerNodePorts", true);
    }
    if matches!(kind.as_ref(), "ClusterIP" | "NodePort" | "LoadBalancer") {
        set_if_nil(spec, "internalTrafficPolicy", "Cluster");
    }
}

/// Whether traffic can come from outside the cluster (`ExternallyAccessible`).
pub(in crate::api) fn is_externally_accessible(spec: &Map) -> bool {
    let external = spec.get("externalIPs").and_then(Value::as_array);
    match spec.text("type").map(AsRef::as_ref) {
        Some("NodePort" | "LoadBalancer") => true,
        Some("ClusterIP") => external.is_some_and(|list| !list.is_empty()),
        _ => false,
    }
}

/// `SetDefaults_SessionAffinityConfig`: sessions last three hours.
pub(super) fn client_ip_timeout(config: &mut Map) {
    let mut client = config
        .get("clientIP")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    set_if_nil(&mut client, "timeoutSeconds", 10_800);
    config.insert("clientIP", client);
}

/// Sets `clusterIPs` from `clusterIP`, and `ipFamilyPolicy` (`NormalizeClusterIPs`, the beginning of
/// `initIPFamilyFields`). Runs before validation.
pub(in crate::api) fn normalize_cluster_ips(spec: &mut Map) {
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
    let policy = if is_headless_selectorless(spec) {
        "RequireDualStack"
    } else {
        "SingleStack"
    };
    set_if_nil(spec, "ipFamilyPolicy", policy);
}

/// Sets `ipFamilies` according to `ipFamilyPolicy`, on a cluster that has IPv4 only (the end of `initIPFamilyFields`).
pub(in crate::api) fn init_ip_families(spec: &mut Map) {
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
    } else if is_headless_selectorless(spec) && families.len() == 1 {
        let first = families[0].as_str() == Some("IPv4");
        families.push(if first { "IPv6" } else { "IPv4" }.into());
    }
    spec.insert("ipFamilies", families);
}

/// Whether a Service is headless and has no selector: its endpoints may be of any family.
fn is_headless_selectorless(spec: &Map) -> bool {
    let selector = spec.get("selector").and_then(Value::as_object);
    spec.text("clusterIP").map(AsRef::as_ref) == Some("None") && selector.is_none_or(Map::is_empty)
}
