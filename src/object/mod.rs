//! Objects in their stored form, and the parts that they share: keys, metadata, label selectors, quantities.
//!
//! An [`Object`] is the canonical document in parts: metadata and the statuses that actors read on every sync are
//! typed, the rest (`spec`, `data`, …) is a shared tree. [`Object::document`] returns the document that
//! `kubectl get -o json` shows.

pub mod disruption_budget;
pub mod document;
pub mod field_set;
pub mod kind;
pub mod managed;
pub mod meta;
pub mod node;
pub mod pod;
pub mod pod_status;
mod print;
pub mod quantity;
pub mod selector;
pub mod status;
pub mod time;
pub mod typed;
pub mod value;

use std::sync::Arc;

pub use kind::Kind;
pub use managed::Managed;
pub use meta::{DEFAULT_NAMESPACE, Deletion, Key, Meta, OwnerRef, Uid};
pub use quantity::Quantity;
pub use status::ObjectStatus;
pub use time::Time;
pub use value::{Map, Value};

/// One version of an object. It is immutable: a new version is a new `Object` in a new `Arc`.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its kind.
    pub kind: Kind,
    /// `metadata`.
    pub meta: Meta,
    /// Everything but `apiVersion`, `kind`, `metadata` and `status`, canonical and defaulted.
    pub body: Arc<Body>,
    /// `status`.
    pub status: ObjectStatus,
    /// `metadata.managedFields`, or how to compute them; versions that differ in nothing else are equal.
    pub managed: Managed,
}

/// The top-level fields of an object besides metadata and status, shared by versions that do not change them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    fields: Map,
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.meta == other.meta
            && (Arc::ptr_eq(&self.body, &other.body) || self.body == other.body)
            && self.status == other.status
    }
}

impl Body {
    /// A body with these top-level fields.
    pub fn new(fields: Map) -> Arc<Body> {
        Arc::new(Body { fields })
    }

    /// The top-level fields: `spec`, `data`, `provisioner`, …
    pub fn fields(&self) -> &Map {
        &self.fields
    }
}

impl Object {
    /// An object that has not been stored yet.
    pub fn new(kind: Kind, meta: Meta, fields: Map, status: ObjectStatus) -> Object {
        Object {
            kind,
            meta,
            body: Body::new(fields),
            status,
            managed: Managed::Untracked,
        }
    }

    /// Its key.
    pub fn key(&self) -> Key {
        Key {
            kind: self.kind,
            namespace: self.meta.namespace.clone(),
            name: self.meta.name.clone(),
        }
    }

    /// Its name.
    pub fn name(&self) -> &Arc<str> {
        &self.meta.name
    }

    /// `spec`, `Null` for kinds without one.
    pub fn spec(&self) -> &Value {
        const NULL: &Value = &Value::Null;
        self.body.fields.get("spec").unwrap_or(NULL)
    }

    /// The object with other top-level fields.
    pub fn with_fields(&self, fields: Map) -> Object {
        Object {
            body: Body::new(fields),
            ..self.clone()
        }
    }

    /// The object with another `spec`.
    pub fn with_spec(&self, spec: Value) -> Object {
        let mut fields = self.body.fields.clone();
        fields.insert("spec", spec);
        self.with_fields(fields)
    }

    /// The whole document, as `kubectl get -o json` shows it (without `managedFields`).
    pub fn document(&self) -> Value {
        let mut map = self.body.fields.clone();
        map.insert("apiVersion", self.kind.api_version());
        map.insert("kind", self.kind.info().name);
        map.insert("metadata", self.meta.document());
        if let Some(status) = self.status.document() {
            map.insert("status", status);
        }
        map.into()
    }

    /// Reads a canonical document of a kind; its `apiVersion` and `kind` are ignored.
    pub fn read(kind: Kind, document: &Map) -> Object {
        let mut fields = document.clone();
        fields.remove("apiVersion");
        fields.remove("kind");
        let meta = fields.remove("metadata");
        let status = fields.remove("status");
        let meta = meta
            .as_ref()
            .and_then(Value::as_object)
            .map(Meta::read)
            .unwrap_or_default();
        let status = ObjectStatus::read(kind, status.as_ref().and_then(Value::as_object));
        Object::new(kind, meta, fields, status)
    }
}
