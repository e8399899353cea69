//! The machines of the cluster and their Node objects.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::object::{Key, Kind, Map, Object, Value};
use crate::store::World;

/// The names of the nodes, each with its zone.
pub const NODES: [(&str, &str); 3] = [("node-1", "a"), ("node-2", "b"), ("node-3", "c")];

/// The label with a node's zone.
pub const ZONE_LABEL: &str = "topology.kubernetes.io/zone";

/// Capacity for pods of one node (`--max-pods`): the page simulates sets of any size on three nodes.
const PODS_PER_NODE: &str = "16000";

/// Third byte of the first address of each node's range: one with an address for every pod, of the cluster's range
/// 10.244.0.0/16 (`--node-cidr-mask-size`).
const RANGE_STEP: usize = 64;

/// Conditions of a healthy node: type, status, reason and message (`pkg/kubelet/nodestatus/setters.go`).
pub const HEALTHY_CONDITIONS: [(&str, &str, &str, &str); 4] = [
    (
        "MemoryPressure",
        "False",
        "KubeletHasSufficientMemory",
        "kubelet has sufficient memory available",
    ),
    (
        "DiskPressure",
        "False",
        "KubeletHasNoDiskPressure",
        "kubelet has no disk pressure",
    ),
    (
        "PIDPressure",
        "False",
        "KubeletHasSufficientPID",
        "kubelet has sufficient PID available",
    ),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
];

/// The Node that a kubelet registers (`registerWithAPIServer`); `None` if no machine has that name.
pub fn new_node(name: &str) -> Option<Object> {
    let index = NODES.iter().position(|(node, _)| *node == name)?;
    let document = Value::from(document(index + 1, name, NODES.get(index)?.1));
    let map: &Map = document.as_object()?;
    Some(Object::read(Kind::Node, map))
}

/// The zone of a node, or of a machine whose Node was deleted.
pub fn zone_of(world: &World, node: &str) -> Option<Arc<str>> {
    let label = world
        .get(&Key::new(Kind::Node, node))
        .and_then(|node| node.meta.label(ZONE_LABEL));
    let machine = || NODES.iter().find(|(name, _)| *name == node);
    label.cloned().or_else(|| Some(machine()?.1.into()))
}

fn document(number: usize, name: &str, zone: &str) -> Json {
    let resources = json!({
        "cpu": "16", "ephemeral-storage": "100Gi", "hugepages-1Gi": "0", "hugepages-2Mi": "0", "memory": "64Gi",
        "pods": PODS_PER_NODE,
    });
    let range = format!("10.244.{}.0/18", (number - 1) * RANGE_STEP);
    let now = "2026-01-01T00:00:00Z";
    let conditions: Vec<Json> = HEALTHY_CONDITIONS
        .iter()
        .map(|(kind, status, reason, message)| {
            json!({
                "type": kind, "status": status, "reason": reason, "message": message,
                "lastHeartbeatTime": now, "lastTransitionTime": now,
            })
        })
        .collect();
    json!({
        "metadata": {"name": name, "labels": {
            "kubernetes.io/arch": "amd64",
            "kubernetes.io/hostname": name,
            "kubernetes.io/os": "linux",
            "topology.kubernetes.io/region": "local",
            ZONE_LABEL: zone,
        }},
        "spec": {"podCIDR": range.clone(), "podCIDRs": [range]},
        "status": {
            "addresses": [
                {"type": "InternalIP", "address": format!("192.168.0.{}", number + 10)},
                {"type": "Hostname", "address": name},
            ],
            "allocatable": resources.clone(),
            "capacity": resources,
            "conditions": conditions,
            "nodeInfo": {
                "architecture": "amd64", "operatingSystem": "linux", "osImage": "Playground",
                "kubeletVersion": "v1.36.3", "containerRuntimeVersion": "containerd://2.2.0",
            },
        },
    })
}
