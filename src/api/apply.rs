//! PATCH with `application/apply-patch+yaml`: server-side apply (`applyPatcher` in
//! `apiserver/pkg/endpoints/handlers/patch.go`).

use super::managed::{apply_or_upgrade, check_patch, differ_in_time_only, entries, first_entries, set_known};
use super::update::update_applied;
use super::{Context, FieldValidation, Status, Writes, create};
use crate::object::{Key, Managed, Value};

/// Applies a document: creates the object, or merges the document into it.
pub(super) fn apply_patch(
    context: &mut Context,
    key: &Key,
    document: &Value,
    force: bool,
) -> Result<Writes, Status> {
    check_patch(key, document)?;
    let writer = context.writer();
    let Some(live) = context.world.get(key).cloned() else {
        return create_applied(context, key, document);
    };
    let applied = apply_or_upgrade(context, &live, document, &writer, force)?;
    let writes = update_applied(context, key, &live, &applied.document)?;
    // A write that would only change times is none (`IgnoreManagedFieldsTimestampsTransformer`).
    if writes.changes.is_empty() && differ_in_time_only(&applied.entries, &entries(&live)) {
        return Ok(writes);
    }
    Ok(set_known(
        context,
        &live,
        Managed::Known(applied.entries.into()),
        writes,
    ))
}

/// Creates an object that is applied for the first time.
fn create_applied(context: &mut Context, key: &Key, document: &Value) -> Result<Writes, Status> {
    if let Some(uid) = document.at(&["metadata", "uid"]).and_then(Value::as_str) {
        let why = format!(
            "uid mismatch: the provided object specified uid {uid}, and no existing object was found"
        );
        return Err(Status::conflict(key, &why));
    }
    let writes = create::create_document(
        context,
        key.kind,
        &key.namespace,
        document,
        FieldValidation::Ignore,
    )?;
    let Some(object) = writes.object.clone() else {
        return Ok(writes);
    };
    let known = first_entries(context, key, document);
    Ok(set_known(context, &object, Managed::Known(known.into()), writes))
}
