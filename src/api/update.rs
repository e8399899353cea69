//! PUT, PATCH, status and binding: the next version of an object that exists.

use std::sync::Arc;

use super::create::drop_max_unavailable;
use super::decode::{DecodeError, Decoded, decode};
use super::validation::{Findings, validate_update};
use super::{
    Context, Patch, Status, StatusCause, Writes, gone, json_patch, resize, service, strategic, write,
};
use crate::object::status::{Condition, ConditionStatus, PodStatus};
use crate::object::{Key, Kind, Object, ObjectStatus, Value, pod};

pub(super) fn find(context: &Context, key: &Key) -> Result<Arc<Object>, Status> {
    let found = context.world.get(key).cloned();
    found.ok_or_else(|| Status::not_found(key))
}

/// PUT of a whole object.
pub(super) fn put(context: &mut Context, object: &Object) -> Result<Writes, Status> {
    let old = find(context, &object.key())?;
    let version = object.meta.resource_version;
    if version != 0 && version != old.meta.resource_version {
        return Err(stale(&object.key()));
    }
    if !object.meta.uid.is_empty() && object.meta.uid != old.meta.uid {
        return Err(wrong_uid(&object.key(), &object.meta.uid, &old.meta.uid));
    }
    store(context, &old, object.clone())
}

fn stale(key: &Key) -> Status {
    let why = "the object has been modified; please apply your changes to the latest version and try again";
    Status::conflict(key, why)
}

pub(super) fn wrong_uid(key: &Key, wanted: &str, have: &str) -> Status {
    let why = format!("Precondition failed: UID in precondition: {wanted}, UID in object meta: {have}");
    Status::conflict(key, &why)
}

/// PUT to the `status` subresource.
pub(super) fn status(context: &mut Context, key: &Key, status: &ObjectStatus) -> Result<Writes, Status> {
    let old = find(context, key)?;
    if old.status == *status {
        return Ok(unchanged(old));
    }
    let mut new = (*old).clone();
    new.status = status.clone();
    Ok(write(context, new))
}

fn unchanged(object: Arc<Object>) -> Writes {
    Writes {
        object: Some(object),
        ..Writes::default()
    }
}

/// PATCH (`apiserver/pkg/endpoints/handlers/patch.go`).
pub(super) fn patch(context: &mut Context, key: &Key, patch: &Patch) -> Result<Writes, Status> {
    let old = find(context, key)?;
    let current = old.document();
    let (patched, shown) = match patch {
        Patch::Merge(change) => {
            let mut document = current;
            document.merge(change);
            let shown = document.to_string();
            (document, shown)
        }
        Patch::Strategic(change) => (strategic::apply(key.kind, &current, change)?, go_dump(change)),
        Patch::Json(operations) => {
            let document = json_patch::apply(&current, operations)?;
            let shown = document.to_string();
            (document, shown)
        }
    };
    let is_strategic = matches!(patch, Patch::Strategic(_));
    let mut new = read(key, &patched, &shown, is_strategic)?;
    check_identity(key, &old, &new)?;
    new.meta.resource_version = old.meta.resource_version;
    store(context, &old, new)
}

fn read(key: &Key, document: &Value, shown: &str, is_strategic: bool) -> Result<Object, Status> {
    let refuse = |why: &str| {
        let message = format!("Invalid value: {}: {why}", go_quote(shown));
        Status::invalid(None, "", vec![StatusCause::new("patch", message)])
    };
    let Value::Object(map) = document else {
        return Err(refuse("the patched document is not an object"));
    };
    match decode(key.kind, map) {
        Ok(Decoded { document, unknown }) if unknown.is_empty() => Ok(Object::read(key.kind, &document)),
        Ok(Decoded { unknown, .. }) => {
            let texts: Vec<_> = unknown
                .iter()
                .map(|at| format!("unknown field {:?}", at.name))
                .collect();
            Err(refuse(&format!("strict decoding error: {}", texts.join(", "))))
        }
        Err(error) if is_strategic => Err(refuse(&error.converted)),
        Err(DecodeError { message, .. }) => Err(refuse(&message)),
    }
}

/// A patch may not rename, nor go to another version than the one that it names.
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
        return Err(stale(key));
    }
    if new.meta.uid != old.meta.uid {
        return Err(wrong_uid(key, &new.meta.uid, &old.meta.uid));
    }
    Ok(())
}

/// What every update has in common (`BeforeUpdate` and the kinds' `PrepareForUpdate`).
fn store(context: &mut Context, old: &Arc<Object>, mut new: Object) -> Result<Writes, Status> {
    new.meta.uid = old.meta.uid.clone();
    new.meta.created = old.meta.created;
    new.meta.generation = old.meta.generation;
    new.meta.deletion = old.meta.deletion;
    new.meta.resource_version = old.meta.resource_version;
    if has_status_subresource(new.kind) {
        new.status = old.status.clone();
    }
    match new.kind {
        Kind::StatefulSet => drop_max_unavailable(&mut new, Some(old)),
        Kind::Service => service::carry_over(&mut new, old),
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
        service::families(&mut new, Some(old))?;
    }
    let warnings = validate(&new, old)?;
    resize::admit(context.world, &new, old)?;
    if new.kind == Kind::Service {
        service::allocate(context, &mut new, Some(old))?;
    }
    let mut writes = if may_go(&new) {
        gone(context, old)
    } else {
        write(context, new)
    };
    writes.warnings = warnings;
    Ok(writes)
}

/// Whether deletion waited only for the finalizers that are gone now (`ShouldDeleteDuringUpdate`).
fn may_go(object: &Object) -> bool {
    let waits = |grace: Option<i64>| grace.is_some_and(|seconds| seconds > 0);
    object.meta.finalizers.is_empty()
        && object
            .meta
            .deletion
            .is_some_and(|deletion| !waits(deletion.grace_seconds))
}

/// Kinds whose status only the `status` subresource writes.
fn has_status_subresource(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Event
            | Kind::EndpointSlice
            | Kind::Endpoints
            | Kind::ControllerRevision
            | Kind::StorageClass
            | Kind::Fault
    )
}

/// The strategies' `ValidateUpdate`.
fn validate(new: &Object, old: &Object) -> Result<Vec<String>, Status> {
    let Findings { causes, warnings } = validate_update(new.kind, &old.document(), &new.document());
    match causes.is_empty() {
        true => Ok(warnings),
        false => Err(Status::invalid(Some(new.kind), &new.meta.name, causes)),
    }
}

/// POST to a pod's `binding` (`pkg/registry/core/pod/storage/storage.go` `assignPod`): no new generation.
pub(super) fn bind(context: &mut Context, key: &Key, node: &Arc<str>) -> Result<Writes, Status> {
    let old = find(context, key)?;
    let refuse = |why: String| {
        let mut status = Status::conflict(key, &why);
        status.message = format!(
            "Operation cannot be fulfilled on pods/binding \"{}\": {why}",
            key.name
        );
        status
    };
    if old.meta.terminating() {
        return Err(refuse(format!(
            "pod {} is being deleted, cannot be assigned to a host",
            key.name
        )));
    }
    if let Some(node) = pod::node(&old) {
        return Err(refuse(format!(
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
    new.status = ObjectStatus::Pod(Arc::new(status));
    Ok(write(context, new))
}

/// A value as Go's `%+v` prints decoded JSON.
pub fn go_dump(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::String(text) => text.to_string(),
        Value::Float(number) => go_float(*number),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(go_dump).collect();
            format!("[{}]", items.join(" "))
        }
        Value::Object(map) => {
            let entries: Vec<_> = map
                .iter()
                .map(|(key, value)| format!("{key}:{}", go_dump(value)))
                .collect();
            format!("map[{}]", entries.join(" "))
        }
        other => other.to_string(),
    }
}

/// `%v` of a `float64`: the fewest digits, with an exponent of two digits below 1e-4 and from 1e21 on.
fn go_float(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 || (1e-4..1e21).contains(&size) {
        return number.to_string();
    }
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((digits, exponent)) => {
            let (sign, power) = exponent
                .strip_prefix('-')
                .map_or(('+', exponent), |power| ('-', power));
            format!("{digits}e{sign}{power:0>2}")
        }
        None => text,
    }
}

/// A text as Go's `%q` prints it.
pub fn go_quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            c if (c as u32) < 0x20 || c as u32 == 0x7f => out.push_str(&format!("\\x{:02x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
