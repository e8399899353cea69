//! The cloud's load balancers: an address for each Service of type LoadBalancer
//! (`staging/src/k8s.io/cloud-provider/controllers/service`).

use super::client::{Client, EventType, Synced};
use super::command::KubeletMode;
use super::queue::{Seen, Wakes};
use crate::object::status::ObjectStatus;
use crate::object::{Key, Kind, Map, Object, Value};

/// Until the cloud has made a load balancer.
const ENSURE_MS: u64 = 2_000;

/// Services whose type changes, and new ones.
pub fn interested(seen: &Seen, wakes: &mut Wakes) {
    if seen.change.key.kind != Kind::Service {
        return;
    }
    let asks = |service: Option<&Object>| service.is_some_and(asks);
    if asks(seen.new()) != asks(seen.old) && seen.new().is_some() {
        wakes.after(ENSURE_MS, &seen.change.key);
    }
}

fn asks(service: &Object) -> bool {
    service.spec().get("type").and_then(Value::as_str) == Some("LoadBalancer")
}

/// Gives a Service the address of its load balancer, or takes it away.
pub fn sync(client: &mut Client, key: &Key) -> Synced {
    let Some(service) = client.get(key).cloned() else {
        return Ok(());
    };
    if client.settings().kubelet == KubeletMode::Manual {
        return Ok(());
    }
    let mut balancer = Map::new();
    if asks(&service) {
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
    if asks(&service) {
        client.event(
            &service,
            EventType::Normal,
            "EnsuredLoadBalancer",
            "Ensured load balancer",
        );
    }
    Ok(())
}

/// An address from the range that documents may use (RFC 5737), always the same for one Service.
fn address(service: &Object) -> String {
    let name = service.meta.namespace.bytes().chain(service.meta.name.bytes());
    let digest = name.fold(7_u32, |sum, byte| (sum * 31 + u32::from(byte)) % 231);
    format!("203.0.113.{}", 20 + digest)
}
