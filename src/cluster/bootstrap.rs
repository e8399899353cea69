//! What exists before the first command: namespaces, nodes, storage classes, the Service of the API server.

use serde_json::{Value as Json, json};

use super::controllers::kubernetes_service;
use super::nodes::{NODES, new_node};
use super::runtime::Core;
use crate::object::{Kind, Map, Object, Value};

/// Commits the initial objects, without admission.
pub fn install(core: &mut Core) {
    for name in ["default", "kube-system"] {
        core.install(read(Kind::Namespace, namespace(name)));
    }
    for node in NODES.iter().filter_map(|(name, _)| new_node(name)) {
        core.install(node);
    }
    for class in [
        storage_class("standard", "Immediate", "example.com/disk", true),
        storage_class("wait", "WaitForFirstConsumer", "example.com/disk", false),
        storage_class("local", "WaitForFirstConsumer", "example.com/local-disk", false),
    ] {
        core.install(read(Kind::StorageClass, class));
    }
    core.install(kubernetes_service::service());
    core.install(kubernetes_service::endpoint_slice());
}

fn read(kind: Kind, document: Json) -> Object {
    match Value::from(document) {
        Value::Object(map) => Object::read(kind, &map),
        _ => Object::read(kind, &Map::new()),
    }
}

fn namespace(name: &str) -> Json {
    json!({
        "metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name}},
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    })
}

fn storage_class(name: &str, binding_mode: &str, provisioner: &str, is_default: bool) -> Json {
    let mut metadata = json!({"name": name});
    if is_default {
        metadata["annotations"] = json!({"storageclass.kubernetes.io/is-default-class": "true"});
    }
    json!({
        "metadata": metadata,
        "provisioner": provisioner,
        "reclaimPolicy": "Delete",
        "volumeBindingMode": binding_mode,
        "allowVolumeExpansion": true,
    })
}
