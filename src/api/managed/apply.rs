//! Merging an applied document: who owns what afterwards (`structuredMergeManager.Apply`, `Updater.Apply`).

use super::compare::compare;
use super::conflict::{self, Conflict};
use super::merge::{merge, remove};
use super::replay::{empty_document, entries, new_entry, owned, record, take_away};
use super::root;
use super::typed::{field_set, validate};
use crate::api::{Context, Reason, Status, StatusCause};
use crate::object::field_set::{FieldSet, PathElement};
use crate::object::managed::{LAST_APPLIED, ManagedEntry, Writer};
use crate::object::{Key, Object, Value};
use crate::schema::Atom;

/// The manager for which the annotation is kept up to date.
const KUBECTL: &str = "kubectl";

/// Refuses a document that cannot be applied: its fields must be those of its type.
pub(in crate::api) fn check_patch(key: &Key, document: &Value) -> Result<(), Status> {
    let Some(root) = root(key.kind) else {
        return Err(Status::not_found(key));
    };
    if document
        .at(&["metadata", "managedFields"])
        .is_some_and(|have| !have.is_null())
    {
        let message = "metadata.managedFields must be nil".to_owned();
        return Err(Status::bad_request(message, Vec::new()));
    }
    let problem = validate(root, document);
    if problem.is_empty() {
        return Ok(());
    }
    let info = key.kind.info();
    let message = format!(
        "failed to create typed patch object ({}/{}; {}/{}, Kind={}): {problem}",
        key.namespace, key.name, info.group, info.version, info.name
    );
    // The error is no status of its own.
    Err(Status {
        reason: Reason::Unknown,
        message: message.clone(),
        kind: None,
        name: String::new(),
        causes: vec![StatusCause::new("", message)],
    })
}

/// The result of applying a document to an object.
pub(in crate::api) struct Applied {
    /// The merged document.
    pub document: Value,
    /// Its managers.
    pub entries: Vec<ManagedEntry>,
}

/// Applies; as `kubectl` also over fields that client-side apply has set and nobody has changed since
/// (`lastAppliedManager`), and keeps its annotation up to date (`lastAppliedUpdater`).
pub(in crate::api) fn apply_or_upgrade(
    context: &Context,
    live: &Object,
    document: &Value,
    writer: &Writer,
    force: bool,
) -> Result<Applied, Status> {
    let refused = |conflicts| conflict::status(live.kind, live.name(), conflicts);
    let Some(root) = root(live.kind) else {
        return Err(Status::not_found(&live.key()));
    };
    let mut own = new_entry(live.kind, writer, context.now);
    own.applied = true;
    let is_kubectl = writer.manager.as_ref() == KUBECTL;
    let applied = match apply(live, root, document, &own, force) {
        Err(conflicts) if is_kubectl => {
            let Some(allowed) = set_by_client_side_apply(live, root) else {
                return Err(refused(conflicts));
            };
            match conflict::without(conflicts, &allowed) {
                left if left.is_empty() => apply(live, root, document, &own, true),
                left => Err(left),
            }
        }
        result => result,
    };
    let mut applied = applied.map_err(refused)?;
    const PATH: [&str; 3] = ["metadata", "annotations", LAST_APPLIED];
    if is_kubectl && applied.document.at(&PATH).is_some() {
        let mut sent = document.clone();
        if let Some(annotations) = sent.at(&PATH[..2]).and_then(Value::as_object).cloned() {
            let mut annotations = annotations;
            annotations.remove(LAST_APPLIED);
            *sent.slot(&PATH[..2]) = annotations.into();
        }
        *applied.document.slot(&PATH) = format!("{sent}\n").into();
    }
    Ok(applied)
}

/// The entries of an object that is applied for the first time: its manager owns what the document has.
pub(in crate::api) fn first_entries(context: &Context, key: &Key, document: &Value) -> Vec<ManagedEntry> {
    let writer = context.writer();
    let Some(root) = root(key.kind) else {
        return Vec::new();
    };
    let mut own = new_entry(key.kind, &writer, context.now);
    own.applied = true;
    own.fields = owned(key.kind, writer.subresource, &field_set(root, document));
    if own.fields.is_empty() {
        Vec::new()
    } else {
        vec![own]
    }
}

/// Whether two lists have the same managers of the same fields, whatever their times.
pub(in crate::api) fn differ_in_time_only(a: &[ManagedEntry], b: &[ManagedEntry]) -> bool {
    let has = |list: &[ManagedEntry], entry: &ManagedEntry| {
        list.iter()
            .any(|have| have.same_manager(entry) && have.fields == entry.fields)
    };
    a.len() == b.len() && a.iter().all(|entry| has(b, entry))
}

/// The fields of the last applied document that still have its values (`allowedConflictsFromLastApplied`).
fn set_by_client_side_apply(live: &Object, root: Atom) -> Option<FieldSet> {
    let text = live
        .meta
        .annotation(LAST_APPLIED)
        .filter(|text| !text.is_empty())?;
    let last = Value::from(serde_json::from_str::<serde_json::Value>(text).ok()?);
    if last.get("apiVersion").and_then(Value::as_str) != Some(live.kind.api_version()) {
        return None;
    }
    let comparison = compare(root, &last, &live.document());
    let set = field_set(root, &last);
    Some(
        set.difference(&comparison.written())
            .difference(&comparison.removed),
    )
}

/// `Updater.Apply`.
fn apply(
    live: &Object,
    root: Atom,
    document: &Value,
    own: &ManagedEntry,
    force: bool,
) -> Result<Applied, Vec<Conflict>> {
    let before = live.document();
    let mut managers = entries(live);
    if managers.is_empty() {
        // `skipNonAppliedManager`.
        let writer = Writer {
            manager: "before-first-apply".into(),
            subresource: "",
        };
        let at = own.time.unwrap_or_default();
        let first = new_entry(live.kind, &writer, at);
        let comparison = compare(root, &empty_document(live.kind), &before);
        record(&mut managers, live.kind, &comparison, first);
    }
    let position = managers.iter().position(|entry| entry.same_manager(own));
    let last = position.map(|i| managers.remove(i).fields).unwrap_or_default();
    let set = field_set(root, document);
    let merged = merge(root, Some(&before), Some(document));
    let claimed = managers
        .iter()
        .fold(set.clone(), |claimed, entry| claimed.union(&entry.fields));
    let merged = prune(root, merged, &last, &claimed);
    let comparison = compare(root, &before, &merged);
    let written = comparison.written();
    let conflicts: Vec<Conflict> = managers
        .iter()
        .map(|entry| Conflict {
            entry: ManagedEntry {
                fields: entry.fields.intersection(&written),
                ..entry.clone()
            },
        })
        .filter(|conflict| !conflict.entry.fields.is_empty())
        .collect();
    if !force && !conflicts.is_empty() {
        return Err(conflicts);
    }
    take_away(&mut managers, &written, &comparison.removed);
    let fields = owned(live.kind, &own.subresource, &set);
    if !fields.is_empty() {
        managers.push(ManagedEntry {
            fields,
            ..own.clone()
        });
    }
    Ok(Applied {
        document: merged,
        entries: managers,
    })
}

/// Removes what the manager applied last time and nobody claims now, neither itself nor another manager
/// (`Updater.prune`).
fn prune(root: Atom, merged: Value, last: &FieldSet, claimed: &FieldSet) -> Value {
    if last.is_empty() {
        return merged;
    }
    let named = |set: &FieldSet| {
        let mut set = set.clone();
        set.add_parents(&|path| is_named_field(root, path));
        set
    };
    let last = named(last);
    let all = named(&field_set(root, &merged));
    let pruned = remove(root, &merged, &last);
    // `addBackOwnedItems`.
    let kept = named(&field_set(root, &pruned)).union(&named(claimed));
    let pruned = remove(root, &merged, &all.difference(&kept));
    // `addBackDanglingItems`.
    let kept = named(&field_set(root, &pruned));
    remove(root, &merged, &all.difference(&kept).intersection(&last))
}

/// Whether a path ends with a field of a type, not with an element or the key of a map.
fn is_named_field(root: Atom, path: &[PathElement]) -> bool {
    let mut atom = root;
    for (i, element) in path.iter().enumerate() {
        let child = match (element, atom) {
            (PathElement::Field(name), atom) => atom.child(name),
            (_, Atom::List { of, .. }) => Some(Atom::of_shape(of)),
            _ => None,
        };
        let Some(child) = child else { return false };
        if i + 1 == path.len() {
            return matches!((element, atom), (PathElement::Field(_), Atom::Struct { .. }));
        }
        atom = child;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Kind;
    use serde_json::json;

    #[test]
    fn what_is_no_longer_applied_is_removed() {
        let root = root(Kind::ConfigMap).expect("a type");
        let value = |json: serde_json::Value| Value::from(json);
        let merged = value(json!({"metadata": {"name": "a"}, "data": {"x": "1", "y": "2", "z": "3"}}));
        let last = field_set(root, &value(json!({"data": {"x": "1", "y": "2"}})));
        let now = field_set(
            root,
            &value(json!({"metadata": {"name": "a"}, "data": {"x": "1"}})),
        );
        assert_eq!(
            prune(root, merged, &last, &now).to_string(),
            r#"{"data":{"x":"1","z":"3"},"metadata":{"name":"a"}}"#
        );
    }
}
