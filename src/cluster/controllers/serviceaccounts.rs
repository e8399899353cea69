//! Keeps a ServiceAccount `default` in every namespace (`pkg/controller/serviceaccount/serviceaccounts_controller.go`).

use crate::api::admission::DEFAULT_SERVICE_ACCOUNT;
use crate::cluster::runtime::{Client, SyncResult, WatchEvent, WorkQueue};
use crate::object::{Key, Kind, Map, Meta, Object, ObjectStatus};
use crate::store::AdmissionPlugins;

/// Enqueues new namespaces, and those whose ServiceAccount `default` was deleted.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    enqueue_namespace(event, queue, Kind::ServiceAccount, DEFAULT_SERVICE_ACCOUNT);
}

/// Enqueues a new namespace, and one whose object of that kind and name was deleted.
pub(super) fn enqueue_namespace(event: &WatchEvent, queue: &mut WorkQueue, kind: Kind, name: &str) {
    let key = &event.change.key;
    if event.world.plugins() == AdmissionPlugins::WithoutServiceAccounts {
        return;
    }
    if key.kind == Kind::Namespace && event.old.is_none() {
        queue.add(key);
    } else if key.kind == kind && &*key.name == name && event.new().is_none() {
        queue.add(&Key::new(Kind::Namespace, key.namespace.clone()));
    }
}

/// Creates the ServiceAccount of a namespace that lacks it (`syncNamespace`).
pub fn sync(client: &mut Client, key: &Key) -> SyncResult {
    create_in_namespace(
        client,
        key,
        Kind::ServiceAccount,
        DEFAULT_SERVICE_ACCOUNT,
        Meta::default(),
        Map::new(),
    )
}

/// Creates an object in a namespace that exists, is not being deleted, and lacks it.
pub(super) fn create_in_namespace(
    client: &mut Client,
    namespace: &Key,
    kind: Kind,
    name: &str,
    meta: Meta,
    fields: Map,
) -> SyncResult {
    let is_active = client
        .get(namespace)
        .is_some_and(|namespace| !namespace.meta.terminating());
    let meta = Meta {
        name: name.into(),
        namespace: namespace.name.clone(),
        ..meta
    };
    let object = Object::new(kind, meta, fields, ObjectStatus::None);
    if is_active && client.get(&object.key()).is_none() {
        client.create(object)?;
    }
    Ok(())
}
