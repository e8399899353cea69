//! The service controller of the cloud provider: a load balancer for each Service of type LoadBalancer
//! (`staging/src/k8s.io/cloud-provider/controllers/service`).

use crate::cluster::runtime::{Client, EventType, SyncResult, WatchEvent, WorkQueue};
use crate::object::status::ObjectStatus;
use crate::object::{Key, Kind, Map, Object, Value};

/// How long the cloud takes to create a load balancer, in milliseconds.
const ENSURE_MS: u64 = 2_000;

/// Enqueues Services that become, or cease to be, of type LoadBalancer.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    if event.change.key.kind != Kind::Service {
        return;
    }
    let wants = |service: Option<&Object>| service.is_some_and(wants_load_balancer);
    if wants(event.new()) != wants(event.old) && event.new().is_some() {
        queue.add_after(ENSURE_MS, &event.change.key);
    }
}

/// `wantsLoadBalancer`.
fn wants_load_balancer(service: &Object) -> bool {
    service.spec().get("type").and_then(Value::as_str) == Some("LoadBalancer")
}

/// Sets or clears `status.loadBalancer` of one Service (`syncLoadBalancerIfNeeded`).
pub fn sync(client: &mut Client, key: &Key) -> SyncResult {
    let Some(service) = client.get(key).cloned() else {
        return Ok(());
    };
    let mut balancer = Map::new();
    if wants_load_balancer(&service) {
        client.event(
            &service,
            EventType::Normal,
            "EnsuringLoadBalancer",
            "Ensuring load balancer",
        );
        let mut address = Map::from_iter([("ip", address(&service))]);
        address.insert("ipMode", "VIP");
        balancer.insert("ingress", vec![Value::from(address)]);
    }
    let status = Map::from_iter([("loadBalancer", balancer)]);
    if service.status.fields() != Some(&status) {
        client.update_status(key, ObjectStatus::Document(status))?;
    }
    if wants_load_balancer(&service) {
        client.event(
            &service,
            EventType::Normal,
            "EnsuredLoadBalancer",
            "Ensured load balancer",
        );
    }
    Ok(())
}

/// An address from the range for documentation (RFC 5737), derived from namespace and name.
fn address(service: &Object) -> String {
    let name = service.meta.namespace.bytes().chain(service.meta.name.bytes());
    let digest = name.fold(7_u32, |sum, byte| (sum * 31 + u32::from(byte)) % 231);
    format!("203.0.113.{}", 20 + digest)
}
