//! Defaults of Services (`pkg/apis/core/v1/defaults.go`, `pkg/registry/core/service/storage/alloc.go`).

use super::{fill, set};
use crate::object::{Map, Value};

pub(super) fn defaults(map: &mut Map) {
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
    if matches!(kind.as_ref(), "NodePort" | "LoadBalancer") {
        fill(spec, "externalTrafficPolicy", "Cluster");
    }
    if kind.as_ref() == "LoadBalancer" {
        set(spec, "allocateLoadBalancerNodePorts", true);
    }
    if matches!(kind.as_ref(), "ClusterIP" | "NodePort" | "LoadBalancer") {
        set(spec, "internalTrafficPolicy", "Cluster");
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

/// Fills the fields that tell families of addresses, before validation (`initIPFamilyFields`, `normalizeClusterIPs`).
pub(in crate::api) fn complete(spec: &mut Map) {
    if spec.text("type").map(AsRef::as_ref) == Some("ExternalName") {
        return;
    }
    let address = spec.text("clusterIP").cloned().filter(|text| !text.is_empty());
    let listed = spec
        .get("clusterIPs")
        .and_then(Value::as_array)
        .is_some_and(|list| !list.is_empty());
    match address {
        Some(address) if !listed => {
            spec.insert("clusterIPs", vec![address.into()]);
        }
        None if listed => {
            let first = spec
                .get("clusterIPs")
                .and_then(Value::as_array)
                .and_then(|list| list.first())
                .cloned();
            spec.insert("clusterIP", first.unwrap_or_default());
        }
        _ => {}
    }
    let headless = spec.text("clusterIP").map(AsRef::as_ref) == Some("None");
    let selects = spec
        .get("selector")
        .and_then(Value::as_object)
        .is_some_and(|map| !map.is_empty());
    let policy = if headless && !selects {
        "RequireDualStack"
    } else {
        "SingleStack"
    };
    set(spec, "ipFamilyPolicy", policy);
    let families = spec
        .get("ipFamilies")
        .and_then(Value::as_array)
        .is_some_and(|list| !list.is_empty());
    if !families {
        let dual = headless
            && !selects
            && spec.text("ipFamilyPolicy").map(AsRef::as_ref) == Some("RequireDualStack");
        let list: Vec<Value> = if dual {
            vec!["IPv4".into(), "IPv6".into()]
        } else {
            vec!["IPv4".into()]
        };
        spec.insert("ipFamilies", list);
    }
}
