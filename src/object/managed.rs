//! Who wrote an object (`metadata.managedFields`).
//!
//! Every write would have to compare two versions to know which fields its manager owns from then on, and almost nobody
//! looks. So a version only remembers its writer and the version before, and the entries are computed when someone
//! asks. A server-side apply needs them at once and stores them.

use std::fmt;
use std::sync::Arc;

use super::field_set::FieldSet;
use super::time::Time;
use super::{Map, Object, Value};

/// The annotation with the document that client-side apply applied last (`LastAppliedConfigAnnotation`).
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// How an object came to be as it is; it is no part of its content.
#[derive(Clone, Default)]
pub enum Managed {
    /// Nobody's: the object was there before the first request.
    #[default]
    Untracked,
    /// By a write to the version before.
    Written(Arc<Write>),
    /// With these entries.
    Known(Arc<[ManagedEntry]>),
}

/// One write.
#[derive(Clone)]
pub struct Write {
    /// Who made it; `None` for a write that changes no manager, such as a deletion.
    pub writer: Option<Writer>,
    /// When.
    pub at: Time,
    /// The version that it changed; for a new object, `None`.
    pub before: Option<Arc<Object>>,
    /// A new object as it was sent: what admission added later belongs to nobody.
    pub sent: Option<Arc<Object>>,
}

/// A field manager as requests name it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Writer {
    /// `fieldManager`; empty for the default, which depends on who sends the request.
    pub manager: Arc<str>,
    /// The subresource of the request.
    pub subresource: &'static str,
}

/// One element of `managedFields` (`metav1.ManagedFieldsEntry`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedEntry {
    /// `manager`.
    pub manager: Arc<str>,
    /// `operation`: `Apply`, or `Update`.
    pub applied: bool,
    /// `apiVersion`.
    pub api_version: Arc<str>,
    /// `subresource`.
    pub subresource: Arc<str>,
    /// `time`.
    pub time: Option<Time>,
    /// `fieldsV1`.
    pub fields: FieldSet,
}

/// Only says which variant it is: the versions before are many.
impl fmt::Debug for Managed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Managed::Untracked => "Untracked",
            Managed::Written(_) => "Written",
            Managed::Known(_) => "Known",
        })
    }
}

/// Drops the versions before one after another: a recursion through thousands of them would need a large stack.
impl Drop for Write {
    fn drop(&mut self) {
        let mut next = self.before.take();
        while let Some(mut object) = next.and_then(Arc::into_inner) {
            next = match std::mem::take(&mut object.managed) {
                Managed::Written(write) => Arc::into_inner(write).and_then(|mut write| write.before.take()),
                Managed::Untracked | Managed::Known(_) => None,
            };
        }
    }
}

impl Writer {
    /// The writer, with what it leaves open from another one.
    pub fn or(&self, other: &Writer) -> Writer {
        Writer {
            manager: match self.manager.is_empty() {
                true => other.manager.clone(),
                false => self.manager.clone(),
            },
            subresource: match self.subresource {
                "" => other.subresource,
                own => own,
            },
        }
    }
}

impl ManagedEntry {
    /// `operation`.
    pub fn operation(&self) -> &'static str {
        if self.applied { "Apply" } else { "Update" }
    }

    /// Whether two entries are of one manager; who applies does so in any version (`BuildManagerIdentifier`).
    pub fn same_manager(&self, other: &ManagedEntry) -> bool {
        let version = |entry: &ManagedEntry| (!entry.applied).then(|| entry.api_version.clone());
        self.manager == other.manager
            && self.applied == other.applied
            && self.subresource == other.subresource
            && version(self) == version(other)
    }

    /// The entry in the API.
    pub fn document(&self) -> Value {
        let mut map = Map::new();
        let mut text = |key: &str, value: &str| {
            if !value.is_empty() {
                map.insert(key, value);
            }
        };
        text("manager", &self.manager);
        text("operation", self.operation());
        text("apiVersion", &self.api_version);
        text("subresource", &self.subresource);
        text("fieldsType", "FieldsV1");
        if let Some(time) = self.time {
            text("time", &time.to_string());
        }
        map.insert("fieldsV1", self.fields.document());
        map.into()
    }

    /// Reads an entry; `None` if it is not valid.
    pub fn read(document: &Value) -> Option<ManagedEntry> {
        let map = document.as_object()?;
        let text = |key: &str| map.text(key).cloned().unwrap_or_default();
        let fields = map.get("fieldsV1")?.as_object()?;
        Some(ManagedEntry {
            manager: text("manager"),
            applied: match text("operation").as_ref() {
                "Apply" => true,
                "Update" => false,
                _ => return None,
            },
            api_version: text("apiVersion"),
            subresource: text("subresource"),
            time: map.text("time").and_then(|time| Time::parse(time)),
            fields: FieldSet::read(fields)?,
        })
    }
}
