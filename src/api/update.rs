//! PUT, PATCH, and the subresources `status` and `binding`
//! (`apiserver/pkg/registry/generic/registry/store.go` `Update`, and the strategies of the kinds).

use std::sync::Arc;

use super::checks::validators;
use super::create::{decode_body, drop_disabled_fields, unknown_fields};
use super::decode::{DecodeError, Decoded, decode};
use super::go_format::{go_dump, go_quote};
use super::validation::ValidationResult;
use super::{
    Context, FieldValidation, Patch, Status, StatusCause, Writes, admission, json_patch, managed, remove,
    resize, service, storage, store, store_unowned, strategic_patch, unchanged,
};
use crate::object::status::{Condition, ConditionStatus, PodStatus};
use crate::object::{Key, Kind, Object, ObjectStatus, Value, pod};

/// Returns the stored object.
///
/// # Errors
/// `NotFound`.
pub(super) fn get(context: &Context, key: &Key) -> Result<Arc<Object>, Status> {
    let found = context.world.get(key).cloned();
    found.ok_or_else(|| Status::not_found(key))
}

/// PUT of an object.
pub(super) fn update(context: &mut Context, object: &Object) -> Result<Writes, Status> {
    let old = get(context, &object.key())?;
    let version = object.meta.resource_version;
    if version != 0 && version != old.meta.resource_version {
        return Err(version_conflict(&object.key()));
    }
    if !object.meta.uid.is_empty() && object.meta.uid != old.meta.uid {
        return Err(uid_conflict(&object.key(), &object.meta.uid, &old.meta.uid));
    }
    update_stored(context, &old, object.clone())
}

/// `Conflict` for an update of a version that is not the latest (`OptimisticLockErrorMsg`).
fn version_conflict(key: &Key) -> Status {
    let why = "the object has been modified; please apply your changes to the latest version and try again";
    Status::conflict(key, why)
}

/// `Conflict` for a UID that is not that of the stored object (`Preconditions.Check`).
pub(super) fn uid_conflict(key: &Key, wanted: &str, have: &str) -> Status {
    let why = format!("Precondition failed: UID in precondition: {wanted}, UID in object meta: {have}");
    Status::conflict(key, &why)
}

/// PUT to the `status` subresource.
pub(super) fn update_status(
    context: &mut Context,
    key: &Key,
    status: &ObjectStatus,
) -> Result<Writes, Status> {
    let old = get(context, key)?;
    context.writer.subresource = "status";
    if old.status == *status {
        return Ok(unchanged(old));
    }
    let mut new = (*old).clone();
    new.status = status.clone();
    if new.kind == Kind::PersistentVolume {
        storage::set_phase_time(&old.status, &mut new.status, context.now);
    }
    Ok(store(context, new))
}

/// PATCH (`apiserver/pkg/endpoints/handlers/patch.go`).
pub(super) fn patch(
    context: &mut Context,
    key: &Key,
    patch: &Patch,
    validation: FieldValidation,
) -> Result<Writes, Status> {
    let old = get(context, key)?;
    check_patch_type(patch)?;
    let current = match patch.mentions_managers() {
        true => managed::document(&old),
        false => old.document(),
    };
    let (patched, shown) = match patch {
        Patch::Merge(change) => {
            let mut document = current;
            if !change.is_null() {
                document.merge(change);
            }
            let shown = document.to_string();
            (document, shown)
        }
        Patch::Strategic(change) => (
            strategic_patch::apply(key.kind, &current, change)?,
            go_dump(change),
        ),
        Patch::Json(operations) => {
            let document = json_patch::apply(&current, operations)?;
            let shown = document.to_string();
            (document, shown)
        }
        Patch::Apply { .. } => (Value::Null, String::new()),
    };
    let is_strategic = matches!(patch, Patch::Strategic(_));
    let (mut new, warnings) = decode_patched(key, &patched, &shown, is_strategic, validation)?;
    check_identity(key, &old, &new)?;
    new.meta.resource_version = old.meta.resource_version;
    let writes = update_stored(context, &old, new)?;
    let mut writes = managed::take_given(context, &old, &patched, writes);
    writes.warnings.splice(0..0, warnings);
    Ok(writes)
}

/// Stores the result of a server-side apply, whose fields have been checked.
pub(super) fn update_applied(
    context: &mut Context,
    key: &Key,
    old: &Arc<Object>,
    document: &Value,
) -> Result<Writes, Status> {
    let (new, _) = decode_patched(key, document, "", true, FieldValidation::Ignore)?;
    check_identity(key, old, &new)?;
    update_stored(context, old, new)
}

impl Patch {
    /// Whether it may change `managedFields`, which take time to compute.
    fn mentions_managers(&self) -> bool {
        match self {
            Patch::Merge(value) | Patch::Strategic(value) | Patch::Json(value) => {
                value.to_string().contains("managedFields")
            }
            Patch::Apply { .. } => false,
        }
    }
}

/// Refuses a patch that is no object (`json.Unmarshal` into a map).
fn check_patch_type(patch: &Patch) -> Result<(), Status> {
    let (value, prefix) = match patch {
        Patch::Merge(value) => (value, "error decoding patch: "),
        Patch::Strategic(value) => (value, ""),
        Patch::Json(_) | Patch::Apply { .. } => return Ok(()),
    };
    if matches!(value, Value::Object(_) | Value::Null) {
        return Ok(());
    }
    let found = json_patch::json_type(value);
    let message =
        format!("{prefix}json: cannot unmarshal {found} into Go value of type map[string]interface {{}}");
    Err(Status::bad_request(message, Vec::new()))
}

/// PUT of a document. Without `resourceVersion` it replaces any version.
pub(super) fn replace(
    context: &mut Context,
    key: &Key,
    document: &Value,
    validation: FieldValidation,
) -> Result<Writes, Status> {
    let old = get(context, key)?;
    let Value::Object(map) = document else {
        return Err(Status::bad_request(
            "the body is not an object".to_owned(),
            Vec::new(),
        ));
    };
    let (new, warnings) = decode_body(key.kind, map, validation)?;
    if new.meta.name != old.meta.name {
        let message = format!(
            "the name of the object ({}) does not match the name on the URL ({})",
            new.meta.name, key.name
        );
        let cause = StatusCause::new("metadata.name", &message);
        return Err(Status::bad_request(message, vec![cause]));
    }
    let writes = update(context, &new)?;
    let mut writes = managed::take_given(context, &old, document, writes);
    writes.warnings.splice(0..0, warnings);
    Ok(writes)
}

/// Decodes a patched document. `shown` is the document or patch as messages print it.
///
/// # Errors
/// `Invalid` at the field `patch` (`applyPatchToObject` in `patch.go`).
fn decode_patched(
    key: &Key,
    document: &Value,
    shown: &str,
    is_strategic: bool,
    validation: FieldValidation,
) -> Result<(Object, Vec<String>), Status> {
    let invalid = |why: &str| {
        let message = format!("Invalid value: {}: {why}", go_quote(shown));
        Status::invalid(None, "", vec![StatusCause::new("patch", message)])
    };
    let Value::Object(map) = document else {
        return Err(invalid("the patched document is not an object"));
    };
    match decode(key.kind, map) {
        Ok(Decoded { document, unknown }) => {
            let texts = unknown_fields(&unknown);
            let object = Object::read(key.kind, &document);
            match validation {
                FieldValidation::Strict if !texts.is_empty() => {
                    Err(invalid(&format!("strict decoding error: {}", texts.join(", "))))
                }
                FieldValidation::Strict | FieldValidation::Warn => Ok((object, texts)),
                FieldValidation::Ignore => Ok((object, Vec::new())),
            }
        }
        Err(error) if is_strategic => Err(invalid(&error.converted)),
        Err(DecodeError { message, .. }) => Err(invalid(&message)),
    }
}

/// Rejects a patch that changes the name, the namespace or the UID, or that names another version than the stored one.
fn check_identity(key: &Key, old: &Object, new: &Object) -> Result<(), Status> {
    if new.meta.name != old.meta.name {
        let message = format!(
            "the name of the object ({}) does not match the name on the URL ({})",
            new.meta.name, key.name
        );
        return Err(Status::bad_request(
            message.clone(),
            vec![StatusCause::new("metadata.name", message)],
        ));
    }
    if new.meta.namespace != old.meta.namespace {
        let message = "the namespace of the provided object does not match the namespace sent on the request";
        return Err(Status::bad_request(
            message.to_owned(),
            vec![StatusCause::new("metadata.namespace", message)],
        ));
    }
    if new.meta.resource_version != old.meta.resource_version {
        return Err(version_conflict(key));
    }
    if new.meta.uid != old.meta.uid {
        return Err(uid_conflict(key, &new.meta.uid, &old.meta.uid));
    }
    Ok(())
}

/// Prepares, validates and stores the new version of an object (`BeforeUpdate` and `PrepareForUpdate` of the
/// strategies).
fn update_stored(context: &mut Context, old: &Arc<Object>, mut new: Object) -> Result<Writes, Status> {
    new.meta.uid = old.meta.uid.clone();
    new.meta.created = old.meta.created;
    new.meta.generation = old.meta.generation;
    new.meta.deletion = old.meta.deletion;
    new.meta.resource_version = old.meta.resource_version;
    if new.kind.has_status_subresource() {
        new.status = old.status.clone();
    }
    match new.kind {
        Kind::StatefulSet => drop_disabled_fields(&mut new, Some(old)),
        Kind::Service => service::patch_allocated_values(&mut new, old),
        _ => {}
    }
    if Arc::ptr_eq(&new.body, &old.body) || new.body == old.body {
        new.body = old.body.clone();
    } else if new.meta.generation > 0 {
        new.meta.generation += 1;
    }
    if new == **old {
        return Ok(unchanged(old.clone()));
    }
    if new.kind == Kind::Service {
        service::init_ip_families(&mut new, Some(old))?;
    }
    let mut warnings = validate(&new, old)?;
    warnings.extend(admission::validate(context.world, &new, Some(old))?);
    resize::admit_resize(context.world, &new, old)?;
    if new.kind == Kind::Service {
        service::allocate(context, &mut new, Some(old))?;
    }
    let mut writes = match should_delete(&new) {
        true => remove(context, old),
        false => store(context, new),
    };
    writes.warnings = warnings;
    Ok(writes)
}

/// Whether an update removed the last finalizer of an object in deletion (`ShouldDeleteDuringUpdate`).
fn should_delete(object: &Object) -> bool {
    let has_grace = |grace: Option<i64>| grace.is_some_and(|seconds| seconds > 0);
    object.meta.finalizers.is_empty()
        && object
            .meta
            .deletion
            .is_some_and(|deletion| !has_grace(deletion.grace_seconds))
}

/// Validates an update and returns the warnings (`ValidateUpdate` and `WarningsOnUpdate` of the strategies).
fn validate(new: &Object, old: &Object) -> Result<Vec<String>, Status> {
    let Some(validators) = validators() else {
        return Ok(Vec::new());
    };
    let ValidationResult { causes, warnings } = validators.update(new.kind, &old.document(), &new.document());
    match causes.is_empty() {
        true => Ok(warnings),
        false => Err(Status::invalid(Some(new.kind), &new.meta.name, causes)),
    }
}

/// POST to a pod's `binding` subresource (`assignPod` in `pkg/registry/core/pod/storage/storage.go`). The generation
/// stays the same.
pub(super) fn bind(context: &mut Context, key: &Key, node: &Arc<str>) -> Result<Writes, Status> {
    let old = get(context, key)?;
    let conflict = |why: String| {
        let mut status = Status::conflict(key, &why);
        status.message = format!(
            "Operation cannot be fulfilled on pods/binding \"{}\": {why}",
            key.name
        );
        status
    };
    if old.meta.terminating() {
        return Err(conflict(format!(
            "pod {} is being deleted, cannot be assigned to a host",
            key.name
        )));
    }
    if let Some(node) = pod::node(&old) {
        return Err(conflict(format!(
            "pod {} is already assigned to node {:?}",
            key.name,
            node.as_ref()
        )));
    }
    let mut spec = old.spec().clone();
    *spec.slot(&["nodeName"]) = node.clone().into();
    let mut new = old.with_spec(spec);
    let mut status: PodStatus = old.status.pod().cloned().unwrap_or_default();
    status.set_condition(Condition::new("PodScheduled", ConditionStatus::True, context.now));
    // `ClearingNominatedNodeNameAfterBinding`.
    status.nominated_node = None;
    new.status = ObjectStatus::Pod(Arc::new(status));
    Ok(store_unowned(context, new))
}
