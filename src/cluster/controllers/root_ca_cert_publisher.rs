//! Publishes the certificate of the API server in every namespace
//! (`pkg/controller/certificates/rootcacertpublisher/publisher.go`).

use super::serviceaccounts::{create_in_namespace, enqueue_namespace};
use crate::api::admission::ROOT_CA_CONFIG_MAP;
use crate::cluster::runtime::{Client, SyncResult, WatchEvent, WorkQueue};
use crate::object::{Key, Kind, Map, Meta};

/// What the simulated certificate says in place of a key: nothing connects with it.
const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nU2ltdWxhdGVkOiBub3RoaW5nIGNvbm5lY3RzIHdpdGggdGhpcyBjZXJ0aWZpY2F0ZS4=\n-----END CERTIFICATE-----\n";
/// `Description`.
const DESCRIPTION: &str = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

/// Enqueues new namespaces, and those whose ConfigMap was deleted.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    enqueue_namespace(event, queue, Kind::ConfigMap, ROOT_CA_CONFIG_MAP);
}

/// Creates the ConfigMap of a namespace that lacks it (`syncNamespace`).
pub fn sync(client: &mut Client, key: &Key) -> SyncResult {
    let mut meta = Meta::default();
    meta.annotations.insert("kubernetes.io/description", DESCRIPTION);
    let data = Map::from_iter([("ca.crt", CERTIFICATE)]);
    let fields = Map::from_iter([("data", data)]);
    create_in_namespace(client, key, Kind::ConfigMap, ROOT_CA_CONFIG_MAP, meta, fields)
}
