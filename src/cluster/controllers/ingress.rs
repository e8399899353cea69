//! The ingress controller: ingress-nginx behind a cloud load balancer.

use crate::cluster::runtime::{Client, EventType, SyncResult, WatchEvent, WorkQueue};
use crate::object::status::ObjectStatus;
use crate::object::{Key, Kind, Map, Object, Value};

/// The load balancer's address, from the range for documentation (RFC 5737).
const ADDRESS: &str = "203.0.113.10";

/// How long the controller takes to sync an Ingress and publish the address, in milliseconds.
const SYNC_MS: u64 = 1_500;

/// The IngressClass of the controller; it also handles an Ingress without a class.
const CLASS: &str = "nginx";

/// Enqueues Ingresses that are created or changed.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    let body = |object: Option<&Object>| object.map(|object| object.body.clone());
    if event.change.key.kind == Kind::Ingress && body(event.new()) != body(event.old) {
        queue.add_after(SYNC_MS, &event.change.key);
    }
}

/// Publishes the load balancer's address in the status of one Ingress.
pub fn sync(client: &mut Client, key: &Key) -> SyncResult {
    let Some(ingress) = client.get(key).cloned() else {
        return Ok(());
    };
    if !handles(&ingress) {
        return Ok(());
    }
    client.event(&ingress, EventType::Normal, "Sync", "Scheduled for sync");
    let address = Map::from_iter([("ip", ADDRESS)]);
    let balancer = Map::from_iter([("ingress", vec![Value::from(address)])]);
    let status = Map::from_iter([("loadBalancer", balancer)]);
    if ingress.status.fields() != Some(&status) {
        client.update_status(key, ObjectStatus::Document(status))?;
    }
    Ok(())
}

fn handles(ingress: &Object) -> bool {
    ingress
        .spec()
        .get("ingressClassName")
        .and_then(Value::as_str)
        .is_none_or(|class| class == CLASS)
}
