//! Object metadata (`metav1.ObjectMeta`) and keys.

use std::sync::Arc;

use super::kind::Kind;
use super::time::Time;
use super::value::{Map, Value};

/// `metadata.uid`: a UUID.
pub type Uid = Arc<str>;

/// The namespace of requests that do not name one.
pub const DEFAULT_NAMESPACE: &str = "default";

/// Identifies an object among those that exist at the same time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Its kind.
    pub kind: Kind,
    /// Its namespace; empty for cluster-scoped kinds.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
}

impl Key {
    /// The key of an object in namespace `default`, or of a cluster-scoped object.
    pub fn new(kind: Kind, name: impl Into<Arc<str>>) -> Key {
        let namespace = if kind.info().namespaced {
            DEFAULT_NAMESPACE
        } else {
            ""
        };
        Key {
            kind,
            namespace: namespace.into(),
            name: name.into(),
        }
    }

    /// The key of an object of another kind in the same namespace.
    pub fn beside(&self, kind: Kind, name: impl Into<Arc<str>>) -> Key {
        Key {
            kind,
            namespace: self.namespace.clone(),
            name: name.into(),
        }
    }
}

/// One owner of an object (`metav1.OwnerReference`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerRef {
    /// `apiVersion` of the owner.
    pub api_version: Arc<str>,
    /// `kind` of the owner.
    pub kind: Arc<str>,
    /// Name of the owner.
    pub name: Arc<str>,
    /// UID of the owner, which identifies it.
    pub uid: Uid,
    /// Whether the owner is the managing controller; an object has at most one.
    pub controller: bool,
    /// Whether foreground deletion of the owner waits for the object.
    pub block_owner_deletion: bool,
}

/// A graceful deletion in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// `deletionTimestamp`: for pods, when the grace period ends.
    pub at: Time,
    /// `deletionGracePeriodSeconds`, in seconds.
    pub grace_seconds: Option<i64>,
}

/// `metadata` of an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Meta {
    /// `name`, unique within namespace and kind.
    pub name: Arc<str>,
    /// `generateName`.
    pub generate_name: Option<Arc<str>>,
    /// `namespace`; empty for cluster-scoped kinds.
    pub namespace: Arc<str>,
    /// `uid`; empty until the object is stored.
    pub uid: Uid,
    /// `resourceVersion`: the number of the log entry that stored this version; 0 until then.
    pub resource_version: u64,
    /// `generation`: incremented with each change of the spec; 0 for kinds without one.
    pub generation: i64,
    /// `creationTimestamp`.
    pub created: Time,
    /// Set once the deletion has begun.
    pub deletion: Option<Deletion>,
    /// `labels`.
    pub labels: Map,
    /// `annotations`.
    pub annotations: Map,
    /// `ownerReferences`.
    pub owners: Arc<[OwnerRef]>,
    /// `finalizers`: must be empty before the object is removed.
    pub finalizers: Arc<[Arc<str>]>,
}

impl Meta {
    /// The value of a label.
    pub fn label(&self, key: &str) -> Option<&Arc<str>> {
        self.labels.text(key)
    }

    /// The value of an annotation.
    pub fn annotation(&self, key: &str) -> Option<&Arc<str>> {
        self.annotations.text(key)
    }

    /// Whether deletion has begun.
    pub fn terminating(&self) -> bool {
        self.deletion.is_some()
    }

    /// The managing controller (`metav1.GetControllerOf`).
    pub fn controller(&self) -> Option<&OwnerRef> {
        self.owners.iter().find(|owner| owner.controller)
    }

    /// Whether `finalizer` is set.
    pub fn has_finalizer(&self, finalizer: &str) -> bool {
        self.finalizers.iter().any(|have| have.as_ref() == finalizer)
    }

    /// `metadata` as the API server encodes it.
    pub fn document(&self) -> Map {
        let mut map = Map::new();
        let mut text = |key: &str, value: &Arc<str>| {
            if !value.is_empty() {
                map.insert(key, value.clone());
            }
        };
        text("name", &self.name);
        text("namespace", &self.namespace);
        text("uid", &self.uid);
        if let Some(prefix) = &self.generate_name {
            text("generateName", prefix);
        }
        if self.resource_version > 0 {
            map.insert("resourceVersion", self.resource_version.to_string());
            map.insert("creationTimestamp", self.created.to_string());
        }
        if self.generation > 0 {
            map.insert("generation", self.generation);
        }
        if let Some(deletion) = &self.deletion {
            map.insert("deletionTimestamp", deletion.at.to_string());
            if let Some(seconds) = deletion.grace_seconds {
                map.insert("deletionGracePeriodSeconds", seconds);
            }
        }
        for (key, entries) in [("labels", &self.labels), ("annotations", &self.annotations)] {
            if !entries.is_empty() {
                map.insert(key, entries.clone());
            }
        }
        if !self.owners.is_empty() {
            map.insert(
                "ownerReferences",
                self.owners.iter().map(OwnerRef::document).collect::<Vec<_>>(),
            );
        }
        if !self.finalizers.is_empty() {
            map.insert(
                "finalizers",
                self.finalizers
                    .iter()
                    .map(|f| Value::from(f.clone()))
                    .collect::<Vec<_>>(),
            );
        }
        map
    }

    /// Reads `metadata` of a decoded document. Fields of another type are ignored: decoding has rejected them before.
    pub fn read(document: &Map) -> Meta {
        let text = |key: &str| document.text(key).cloned().unwrap_or_default();
        let list = |key: &str| document.get(key).and_then(Value::as_array).unwrap_or_default();
        let entries = |key: &str| {
            document
                .get(key)
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default()
        };
        Meta {
            name: text("name"),
            generate_name: document
                .text("generateName")
                .filter(|prefix| !prefix.is_empty())
                .cloned(),
            namespace: text("namespace"),
            uid: text("uid"),
            resource_version: document
                .text("resourceVersion")
                .and_then(|v| v.parse().ok())
                .unwrap_or(0),
            generation: document.get("generation").and_then(Value::as_i64).unwrap_or(0),
            created: document
                .text("creationTimestamp")
                .and_then(|t| Time::parse(t))
                .unwrap_or_default(),
            deletion: document
                .text("deletionTimestamp")
                .and_then(|t| Time::parse(t))
                .map(|at| Deletion {
                    at,
                    grace_seconds: document.get("deletionGracePeriodSeconds").and_then(Value::as_i64),
                }),
            labels: entries("labels"),
            annotations: entries("annotations"),
            owners: list("ownerReferences")
                .iter()
                .filter_map(OwnerRef::read)
                .collect(),
            finalizers: list("finalizers")
                .iter()
                .filter_map(|f| f.as_str().map(Arc::from))
                .collect(),
        }
    }
}

impl OwnerRef {
    /// A reference to the managing controller (`metav1.NewControllerRef`).
    pub fn controller(kind: Kind, name: &Arc<str>, uid: &Uid) -> OwnerRef {
        OwnerRef {
            api_version: kind.api_version().into(),
            kind: kind.info().name.into(),
            name: name.clone(),
            uid: uid.clone(),
            controller: true,
            block_owner_deletion: true,
        }
    }

    fn document(&self) -> Value {
        let mut map: Map = [
            ("apiVersion", &self.api_version),
            ("kind", &self.kind),
            ("name", &self.name),
            ("uid", &self.uid),
        ]
        .into_iter()
        .map(|(key, text)| (key, text.clone()))
        .collect();
        if self.controller {
            map.insert("controller", true);
        }
        if self.block_owner_deletion {
            map.insert("blockOwnerDeletion", true);
        }
        map.into()
    }

    fn read(document: &Value) -> Option<OwnerRef> {
        let map = document.as_object()?;
        let text = |key: &str| map.text(key).cloned().unwrap_or_default();
        let flag = |key: &str| map.get(key).and_then(Value::as_bool).unwrap_or(false);
        Some(OwnerRef {
            api_version: text("apiVersion"),
            kind: text("kind"),
            name: text("name"),
            uid: text("uid"),
            controller: flag("controller"),
            block_owner_deletion: flag("blockOwnerDeletion"),
        })
    }
}
