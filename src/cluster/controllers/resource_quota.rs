//! Keeps the status of ResourceQuotas (`pkg/controller/resourcequota/resource_quota_controller.go`).

use crate::api::admission::resource_quota;
use crate::cluster::runtime::{Client, SyncResult, WatchEvent, WorkQueue};
use crate::object::{Key, Map, ObjectStatus, Value};

/// Enqueues quotas, and the quotas of the namespace of every object that changes.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    for quota in resource_quota::of_namespace(event.world, &event.change.key.namespace) {
        queue.add(&quota.key());
    }
}

/// Computes what is used (`syncResourceQuota`).
pub fn sync(client: &mut Client, key: &Key) -> SyncResult {
    let Some(quota) = client.get(key).cloned() else {
        return Ok(());
    };
    let list = |amounts: resource_quota::Amounts| -> Value {
        let entries = amounts
            .into_iter()
            .map(|(name, amount)| (name, Value::from(amount.to_string())));
        entries.collect::<Map>().into()
    };
    let used = list(resource_quota::used(client.world(), &quota));
    let status = Map::from_iter([("hard", list(resource_quota::hard(&quota))), ("used", used)]);
    client.update_status(key, ObjectStatus::Document(status))?;
    Ok(())
}
