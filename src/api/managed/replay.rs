//! Entries from writes: what each `Update` owns (`structuredMergeManager.Update`, `Updater.Update`).

use std::sync::{Arc, LazyLock};

use super::compare::{Comparison, compare};
use super::root;
use crate::api::{Context, Writes, defaults, store_unowned};
use crate::object::field_set::{FieldSet, PathElement};
use crate::object::managed::{ManagedEntry, Write, Writer};
use crate::object::{Kind, Managed, Map, Object, Time, Value};
use crate::schema::{Shape, Type, kind as type_of_kind};

/// The entries of `metadata.managedFields`, sorted as the API server sorts them.
pub fn entries(object: &Object) -> Vec<ManagedEntry> {
    let mut versions: Vec<(&Object, &Write)> = Vec::new();
    let mut current = object;
    let mut entries = loop {
        match &current.managed {
            Managed::Untracked => break Vec::new(),
            Managed::Known(entries) => break entries.to_vec(),
            Managed::Written(write) => {
                versions.push((current, write));
                match &write.before {
                    Some(before) => current = before,
                    None => break Vec::new(),
                }
            }
        }
    };
    for (after, write) in versions.into_iter().rev() {
        replay(&mut entries, after, write);
    }
    sort(&mut entries);
    entries
}

/// The whole document of an object, with `managedFields`.
pub fn document(object: &Object) -> Value {
    let mut document = object.document();
    let entries: Vec<Value> = entries(object).iter().map(ManagedEntry::document).collect();
    if !entries.is_empty() {
        *document.slot(&["metadata", "managedFields"]) = entries.into();
    }
    document
}

/// `sortEncodedManagedFields`.
fn sort(entries: &mut [ManagedEntry]) {
    let seconds = |entry: &ManagedEntry| entry.time.map_or(0, |time| time.unix_nanos() / 1_000_000_000);
    entries.sort_by(|a, b| {
        let key = |entry: &ManagedEntry| (entry.operation(), seconds(entry));
        key(a)
            .cmp(&key(b))
            .then_with(|| a.manager.cmp(&b.manager))
            .then_with(|| a.api_version.cmp(&b.api_version))
            .then_with(|| a.subresource.cmp(&b.subresource))
    });
}

/// Adds what one write did.
fn replay(entries: &mut Vec<ManagedEntry>, after: &Object, write: &Write) {
    let Some(writer) = &write.writer else { return };
    let (old, new) = match (&write.before, &write.sent) {
        // An object that nobody manages stays so until someone applies it (`skipNonAppliedManager`).
        (Some(_), _) if entries.is_empty() => return,
        (Some(before), _) => changed_parts(before, after),
        (None, sent) => (
            empty_document(after.kind),
            sent_document(sent.as_deref().unwrap_or(after)),
        ),
    };
    let Some(root) = root(after.kind) else { return };
    let own = new_entry(after.kind, writer, write.at);
    record(entries, after.kind, &compare(root, &old, &new), own);
}

/// An `Update` entry without fields.
pub(super) fn new_entry(kind: Kind, writer: &Writer, at: Time) -> ManagedEntry {
    ManagedEntry {
        manager: writer.manager.clone(),
        applied: false,
        api_version: kind.api_version().into(),
        subresource: writer.subresource.into(),
        time: Some(at),
        fields: FieldSet::default(),
    }
}

/// Adds an update: its manager owns what it wrote, and nobody else does; what it removed belongs to nobody.
pub(super) fn record(
    entries: &mut Vec<ManagedEntry>,
    kind: Kind,
    comparison: &Comparison,
    mut own: ManagedEntry,
) {
    let written = comparison.written();
    take_away(entries, &written, &comparison.removed);
    own.fields = owned(kind, &own.subresource, &written);
    if own.fields.is_empty() {
        return;
    }
    match entries.iter_mut().find(|entry| entry.same_manager(&own)) {
        Some(entry) => {
            entry.fields = entry.fields.union(&own.fields);
            entry.time = own.time;
        }
        None => entries.push(own),
    }
    cap(entries);
}

/// Takes fields from all managers, and drops those that have none left.
pub(super) fn take_away(entries: &mut Vec<ManagedEntry>, written: &FieldSet, removed: &FieldSet) {
    for entry in entries.iter_mut() {
        entry.fields = entry.fields.difference(written).difference(removed);
    }
    entries.retain(|entry| !entry.fields.is_empty());
}

/// Merges the oldest updates if there are more than ten managers (`capManagersManager`).
fn cap(entries: &mut Vec<ManagedEntry>) {
    const MAX_UPDATE_MANAGERS: usize = 10;
    const BUCKET: &str = "ancient-changes";
    let updates = |entries: &[ManagedEntry]| entries.iter().filter(|entry| !entry.applied).count();
    while updates(entries) > MAX_UPDATE_MANAGERS {
        let mut oldest: Vec<usize> = (0..entries.len()).filter(|i| !entries[*i].applied).collect();
        oldest.sort_by_key(|i| (entries[*i].time, entries[*i].manager.clone()));
        let bucket = oldest
            .iter()
            .copied()
            .find(|i| entries[*i].manager.as_ref() == BUCKET);
        let Some(first) = oldest.into_iter().find(|i| Some(*i) != bucket) else {
            return;
        };
        let mut old = entries[first].clone();
        match bucket {
            Some(bucket) => {
                entries[bucket].fields = entries[bucket].fields.union(&old.fields);
                entries[bucket].time = entries[bucket].time.max(old.time);
                entries.remove(first);
            }
            None => {
                (old.manager, old.subresource) = (BUCKET.into(), "".into());
                entries[first] = old;
            }
        }
    }
}

/// The fields of a set that a manager can own (`stripMetaManager`, and `GetResetFields` of the strategies).
pub(super) fn owned(kind: Kind, subresource: &str, fields: &FieldSet) -> FieldSet {
    static NEVER: LazyLock<FieldSet> = LazyLock::new(|| {
        let mut set = FieldSet::default();
        let metadata = PathElement::Field("metadata".into());
        for name in ["apiVersion", "kind", "metadata"] {
            set.insert(&[PathElement::Field(name.into())]);
        }
        for name in [
            "name",
            "namespace",
            "creationTimestamp",
            "selfLink",
            "uid",
            "clusterName",
            "generation",
            "managedFields",
            "resourceVersion",
        ] {
            set.insert(&[metadata.clone(), PathElement::Field(name.into())]);
        }
        set
    });
    let mut fields = fields.difference(&NEVER);
    if subresource.is_empty() && kind.has_status_subresource() {
        fields.remove_tree("status");
    }
    fields
}

/// The parts of two versions that differ.
fn changed_parts(before: &Object, after: &Object) -> (Value, Value) {
    let same_body = Arc::ptr_eq(&before.body, &after.body);
    let same_status = before.status == after.status;
    let parts = |object: &Object| {
        let mut map = match same_body {
            true => Map::new(),
            false => object.body.fields().clone(),
        };
        map.insert("metadata", object.meta.document());
        if let Some(status) = object.status.document().filter(|_| !same_status) {
            map.insert("status", status);
        }
        Value::from(map)
    };
    (parts(before), parts(after))
}

/// A new object as it was sent, with the defaults of its kind but without what admission adds.
fn sent_document(sent: &Object) -> Value {
    let mut document = sent.document();
    if let (Kind::Pod, Value::Object(spec)) = (sent.kind, document.slot(&["spec"])) {
        defaults::pod(spec);
    }
    document
}

/// An object of a kind that has only what Go encodes of an empty one.
pub(super) fn empty_document(kind: Kind) -> Value {
    type_of_kind(kind).map(empty_object).unwrap_or_default()
}

fn empty_object(of: &'static Type) -> Value {
    let kept = of.fields.iter().filter(|field| field.kept);
    let map: Map = kept
        .map(|field| {
            let value = match &field.shape {
                Shape::Object(id) => empty_object(id.get()),
                Shape::String => "".into(),
                Shape::Int32 | Shape::Int64 | Shape::IntOrString | Shape::Number => 0.into(),
                Shape::Bool => false.into(),
                Shape::Quantity => "0".into(),
                Shape::Time
                | Shape::MicroTime
                | Shape::Bytes
                | Shape::Raw
                | Shape::List(_)
                | Shape::Map(_) => Value::Null,
            };
            (field.name, value)
        })
        .collect();
    map.into()
}

/// What a document says about its managers (`decodeLiveOrNew`).
enum Given {
    Reset,
    Entries(Vec<ManagedEntry>),
}

fn given(document: &Value) -> Option<Given> {
    let list = document.at(&["metadata", "managedFields"])?.as_array()?;
    match list {
        [] => None,
        [only] if only.as_object().is_some_and(Map::is_empty) => Some(Given::Reset),
        list => list
            .iter()
            .map(ManagedEntry::read)
            .collect::<Option<_>>()
            .map(Given::Entries),
    }
}

/// Takes the entries that an updated document itself has, if they are others than those of the stored object.
pub(in crate::api) fn take_given(
    context: &Context,
    old: &Arc<Object>,
    sent: &Value,
    writes: Writes,
) -> Writes {
    let managed = match given(sent) {
        None => return writes,
        Some(Given::Reset) => Managed::Untracked,
        Some(Given::Entries(mut given)) => {
            sort(&mut given);
            if given == entries(old) {
                return writes;
            }
            if let (Some(new), Some(root)) = (&writes.object, root(old.kind)) {
                let (before, after) = changed_parts(old, new);
                let own = new_entry(old.kind, &context.writer(), context.now);
                record(&mut given, old.kind, &compare(root, &before, &after), own);
            }
            Managed::Known(given.into())
        }
    };
    set_known(context, old, managed, writes)
}

/// Stores these entries with what a request writes, and even if it writes nothing else.
pub(in crate::api) fn set_known(
    context: &Context,
    old: &Object,
    managed: Managed,
    mut writes: Writes,
) -> Writes {
    if writes.changes.is_empty() {
        let warnings = std::mem::take(&mut writes.warnings);
        writes = store_unowned(context, old.clone());
        writes.warnings = warnings;
    }
    for change in &mut writes.changes {
        if let Some(object) = change.object.as_mut().filter(|object| object.kind == old.kind) {
            Arc::make_mut(object).managed = managed.clone();
            writes.object = Some(object.clone());
        }
    }
    writes
}
