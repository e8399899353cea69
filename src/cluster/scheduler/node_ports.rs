//! Host ports (`plugins/nodeports`, `HostPortInfo` in `kube-scheduler/framework`).

use super::resources::is_sidecar;
use super::snapshot::Snapshot;
use crate::object::{Key, Object, Value, pod};

/// A port of a node that a pod uses.
struct HostPort<'a> {
    address: &'a str,
    protocol: &'a str,
    port: i64,
}

/// The host ports of a pod's containers and sidecars (`GetHostPorts`).
fn host_ports(object: &Object) -> Vec<HostPort<'_>> {
    let sidecars = pod::init_containers(object).iter().filter(|c| is_sidecar(c));
    pod::containers(object)
        .iter()
        .chain(sidecars)
        .flat_map(read_ports)
        .collect()
}

fn read_ports(container: &Value) -> impl Iterator<Item = HostPort<'_>> {
    let ports = container.get("ports").and_then(Value::as_array);
    ports.unwrap_or_default().iter().filter_map(|port| {
        let text = |field: &str| {
            port.get(field)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
        };
        Some(HostPort {
            address: text("hostIP").unwrap_or(EVERY_ADDRESS),
            protocol: text("protocol").unwrap_or("TCP"),
            port: port.get("hostPort")?.as_i64().filter(|port| *port > 0)?,
        })
    })
}

const EVERY_ADDRESS: &str = "0.0.0.0";

/// `CheckConflict`.
fn conflict(a: &HostPort, b: &HostPort) -> bool {
    a.protocol == b.protocol
        && a.port == b.port
        && (a.address == b.address || a.address == EVERY_ADDRESS || b.address == EVERY_ADDRESS)
}

/// A pod on the node that uses a host port of this pod.
pub fn pod_with_same_port(snapshot: &Snapshot, object: &Object, node: &Object) -> Option<Key> {
    let wanted = host_ports(object);
    if wanted.is_empty() {
        return None;
    }
    snapshot
        .pods_on(&node.meta.name)
        .find(|other| {
            let used = host_ports(other);
            wanted
                .iter()
                .any(|port| used.iter().any(|used| conflict(port, used)))
        })
        .map(|other| other.key())
}
