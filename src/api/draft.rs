//! The least of an API server: storage rules without decoding, defaults or validation.

use std::sync::Arc;

use super::{Context, DeleteOptions, Patch, Propagation, Reason, Request, Status, Writes};
use crate::object::{Deletion, Key, Kind, Object, Status as ObjectStatus, Value};
use crate::store::Change;

/// Answers one request.
///
/// # Errors
/// The refusal of the API server.
pub fn handle(context: &mut Context, request: &Request) -> Result<Writes, Status> {
    match request {
        Request::Create {
            kind,
            namespace,
            document,
        } => {
            let map = document.as_object().cloned().unwrap_or_default();
            let mut object = Object::read(*kind, &map);
            object.meta.namespace = namespace.clone();
            create(context, object)
        }
        Request::CreateObject(object) => create(context, (**object).clone()),
        Request::Update(object) => {
            let old = find(context, &object.key())?;
            store(context, &old, (**object).clone())
        }
        Request::UpdateStatus { key, status } => {
            let old = find(context, key)?;
            let mut new = (*old).clone();
            new.status = status.clone();
            store(context, &old, new)
        }
        Request::Patch { key, patch } => {
            let old = find(context, key)?;
            let mut document = old.document();
            if let Patch::Merge(patch) | Patch::Strategic(patch) = patch {
                document.merge(patch);
            }
            let map = document.as_object().cloned().unwrap_or_default();
            let mut new = Object::read(key.kind, &map);
            new.status = old.status.clone();
            store(context, &old, new)
        }
        Request::Bind { pod, node } => {
            let old = find(context, pod)?;
            let mut spec = old.spec().clone();
            *spec.slot(&["nodeName"]) = node.clone().into();
            let new = old.with_spec(spec);
            store(context, &old, new)
        }
        Request::Delete { key, options } => delete(context, key, options),
    }
}

fn status(reason: Reason, key: &Key, what: &str) -> Status {
    Status {
        reason,
        message: format!("{} \"{}\" {what}", key.kind.qualified_plural(), key.name),
        kind: Some(key.kind),
        name: key.name.to_string(),
        causes: Vec::new(),
    }
}

fn find(context: &Context, key: &Key) -> Result<Arc<Object>, Status> {
    let found = context.world.get(key).cloned();
    found.ok_or_else(|| status(Reason::NotFound, key, "not found"))
}

fn create(context: &mut Context, mut object: Object) -> Result<Writes, Status> {
    if context.world.get(&object.key()).is_some() {
        return Err(status(Reason::AlreadyExists, &object.key(), "already exists"));
    }
    object.meta.uid = context.rng.uid().into();
    object.meta.created = context.now;
    match object.kind {
        Kind::Pod => object.status = ObjectStatus::Pod(Arc::default()),
        Kind::StatefulSet => {
            object.meta.generation = 1;
            object.status = ObjectStatus::StatefulSet(Arc::default());
        }
        Kind::PersistentVolumeClaim => {
            object.meta.finalizers = [Arc::from("kubernetes.io/pvc-protection")].into();
        }
        _ => {}
    }
    Ok(write(context, object))
}

fn write(context: &Context, object: Object) -> Writes {
    let object = Arc::new(object);
    Writes {
        changes: vec![Change {
            key: object.key(),
            object: Some(object.clone()),
            by: context.actor,
        }],
        warnings: Vec::new(),
        object: Some(object),
    }
}

fn gone(context: &Context, object: &Arc<Object>) -> Writes {
    Writes {
        changes: vec![Change {
            key: object.key(),
            object: None,
            by: context.actor,
        }],
        warnings: Vec::new(),
        object: Some(object.clone()),
    }
}

fn store(context: &Context, old: &Arc<Object>, mut new: Object) -> Result<Writes, Status> {
    if new.body != old.body && new.meta.generation > 0 {
        new.meta.generation = old.meta.generation + 1;
    }
    if new.meta.deletion.is_some() && new.meta.finalizers.is_empty() && new.kind != Kind::Pod {
        return Ok(gone(context, old));
    }
    if new == **old {
        return Ok(Writes::default());
    }
    Ok(write(context, new))
}

fn delete(context: &mut Context, key: &Key, options: &DeleteOptions) -> Result<Writes, Status> {
    let old = find(context, key)?;
    let mut new = (*old).clone();
    let finalizer = match options.propagation {
        Propagation::Foreground => Some("foregroundDeletion"),
        Propagation::Orphan => Some("orphan"),
        Propagation::Background => None,
    };
    if let Some(finalizer) = finalizer.filter(|f| !old.meta.has_finalizer(f)) {
        new.meta.finalizers = old
            .meta
            .finalizers
            .iter()
            .cloned()
            .chain([finalizer.into()])
            .collect();
        new.meta.generation += i64::from(new.meta.generation > 0);
    }
    let grace = match (key.kind, options.grace_seconds) {
        (Kind::Pod, _) if old.spec().get("nodeName").is_none_or(Value::is_null) => 0,
        (Kind::Pod, _) if old.status.pod().is_some_and(|status| status.phase.terminal()) => 0,
        (Kind::Pod, asked) => asked.unwrap_or(30),
        _ => 0,
    };
    if new.meta.deletion.is_none() || grace == 0 {
        new.meta.deletion = Some(Deletion {
            at: context.now.plus(u64::try_from(grace).unwrap_or(0) * 1000),
            grace_seconds: Some(grace),
        });
    }
    if grace == 0 && new.meta.finalizers.is_empty() {
        return Ok(gone(context, &old));
    }
    if new == *old {
        return Ok(Writes::default());
    }
    Ok(write(context, new))
}
