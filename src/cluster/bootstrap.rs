//! What stands before the first command: namespaces, nodes, storage classes, the Service of the API server itself.

use serde_json::{Value as Json, json};

use super::sim::Core;
use crate::object::{Kind, Map, Object, Value};
use crate::store::{Actor, Cause};

/// The nodes with their zones.
pub const NODES: [(&str, &str); 3] = [("node-1", "a"), ("node-2", "b"), ("node-3", "c")];

/// Pods that fit on one node; the page simulates sets of any size on three nodes.
const PODS_PER_NODE: &str = "20000";

/// Commits everything; nothing here passes the API server's admission.
pub(super) fn install(core: &mut Core) {
    for name in ["default", "kube-system"] {
        put(core, Kind::Namespace, namespace(name));
    }
    for (i, (name, zone)) in NODES.iter().enumerate() {
        put(core, Kind::Node, node(i + 1, name, zone));
    }
    put(
        core,
        Kind::StorageClass,
        class("standard", "Immediate", "example.com/disk", true),
    );
    put(
        core,
        Kind::StorageClass,
        class("wait", "WaitForFirstConsumer", "example.com/disk", false),
    );
    put(
        core,
        Kind::StorageClass,
        class("local", "WaitForFirstConsumer", "example.com/local-disk", false),
    );
    put(core, Kind::Service, api_service());
}

/// A node as its kubelet registers it; none if there is no such machine.
pub(super) fn machine(name: &str) -> Option<Object> {
    let (i, (name, zone)) = NODES.iter().enumerate().find(|(_, node)| node.0 == name)?;
    Some(read(Kind::Node, node(i + 1, name, zone)))
}

fn read(kind: Kind, document: Json) -> Object {
    match Value::from(document) {
        Value::Object(map) => Object::read(kind, &map),
        _ => Object::read(kind, &Map::new()),
    }
}

fn put(core: &mut Core, kind: Kind, document: Json) {
    let mut object = read(kind, document);
    object.meta.uid = core.uid().into();
    object.meta.created = core.now;
    core.commit_object(Actor::ApiServer, Cause::Timer, object);
}

fn namespace(name: &str) -> Json {
    json!({
        "metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name}},
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    })
}

fn node(number: usize, name: &str, zone: &str) -> Json {
    let room = json!({"cpu": "4000", "memory": "16Ti", "pods": PODS_PER_NODE});
    let now = "2026-01-01T00:00:00Z";
    let condition = |kind: &str, status: &str, reason: &str, message: &str| {
        json!({
            "type": kind, "status": status, "reason": reason, "message": message,
            "lastHeartbeatTime": now, "lastTransitionTime": now,
        })
    };
    json!({
        "metadata": {"name": name, "labels": {
            "kubernetes.io/arch": "amd64",
            "kubernetes.io/hostname": name,
            "kubernetes.io/os": "linux",
            "topology.kubernetes.io/region": "local",
            "topology.kubernetes.io/zone": zone,
        }},
        "spec": {"podCIDR": format!("10.244.{number}.0/24"), "podCIDRs": [format!("10.244.{number}.0/24")]},
        "status": {
            "addresses": [
                {"type": "InternalIP", "address": format!("192.168.0.{}", number + 10)},
                {"type": "Hostname", "address": name},
            ],
            "allocatable": room.clone(),
            "capacity": room,
            "conditions": [
                condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
                condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
                condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
                condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
            ],
            "nodeInfo": {
                "architecture": "amd64", "operatingSystem": "linux", "osImage": "Playground",
                "kubeletVersion": "v1.36.3", "containerRuntimeVersion": "containerd://2.2.0",
            },
        },
    })
}

fn class(name: &str, binding: &str, provisioner: &str, default: bool) -> Json {
    let mut metadata = json!({"name": name});
    if default {
        metadata["annotations"] = json!({"storageclass.kubernetes.io/is-default-class": "true"});
    }
    json!({
        "metadata": metadata,
        "provisioner": provisioner,
        "reclaimPolicy": "Delete",
        "volumeBindingMode": binding,
        "allowVolumeExpansion": true,
    })
}

fn api_service() -> Json {
    json!({
        "metadata": {"name": "kubernetes", "namespace": "default", "labels": {
            "component": "apiserver", "provider": "kubernetes",
        }},
        "spec": {
            "type": "ClusterIP", "clusterIP": "10.96.0.1", "clusterIPs": ["10.96.0.1"],
            "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack",
            "internalTrafficPolicy": "Cluster", "sessionAffinity": "None",
            "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}],
        },
        "status": {"loadBalancer": {}},
    })
}
