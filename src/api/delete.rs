//! DELETE (`Delete` in `apiserver/pkg/registry/generic/registry/store.go`, `BeforeDelete` in
//! `apiserver/pkg/registry/rest/delete.go`).

use std::sync::Arc;

use super::update::{get, uid_conflict};
use super::{Context, DeleteOptions, Propagation, Status, Writes, remove, store_unowned, unchanged};
use crate::object::{Deletion, Key, Kind, Object, Time, pod};

const ORPHAN: &str = "orphan";
const FOREGROUND: &str = "foregroundDeletion";

/// Deletes an object. Pods are deleted gracefully; an object with finalizers is only marked as being deleted.
pub(super) fn delete(context: &mut Context, key: &Key, options: &DeleteOptions) -> Result<Writes, Status> {
    let old = get(context, key)?;
    delete_object(context, old, options)
}

/// The same for an object that has been read, or changed in the same request.
pub(super) fn delete_object(
    context: &mut Context,
    old: Arc<Object>,
    options: &DeleteOptions,
) -> Result<Writes, Status> {
    if let Some(wanted) = options.uid.as_ref().filter(|wanted| **wanted != old.meta.uid) {
        return Err(uid_conflict(&old.key(), wanted, &old.meta.uid));
    }
    let mut new = (*old).clone();
    let graceful = match before_delete(context, &mut new, options.grace_seconds) {
        BeforeDelete::GracefulPending => return Ok(unchanged(old)),
        BeforeDelete::Graceful(seconds) => Some(seconds),
        BeforeDelete::NotGraceful => None,
    };
    new.meta.finalizers = deletion_finalizers(&old, options.propagation);
    let has_finalizers = !new.meta.finalizers.is_empty();
    if graceful.is_none() && has_finalizers {
        mark_as_deleting(context, &mut new);
    }
    if graceful.is_none() && !has_finalizers {
        return Ok(remove(context, &old));
    }
    if new == *old {
        return Ok(unchanged(old));
    }
    let removed = !has_finalizers && graceful == Some(0);
    let mut writes = store_unowned(context, new);
    if removed && let Some(marked) = writes.object.clone() {
        writes.changes.extend(remove(context, &marked).changes);
    }
    Ok(writes)
}

/// The result of `before_delete`.
enum BeforeDelete {
    /// The object is being deleted already, and this request changes nothing.
    GracefulPending,
    /// The deletion timestamp is set; the grace period in seconds.
    Graceful(i64),
    /// The kind is not deleted gracefully.
    NotGraceful,
}

/// Sets or shortens the grace period of a pod, the only kind that is deleted gracefully (`BeforeDelete`).
fn before_delete(context: &Context, object: &mut Object, requested: Option<i64>) -> BeforeDelete {
    if object.kind != Kind::Pod {
        return BeforeDelete::NotGraceful;
    }
    if let Some(deletion) = object.meta.deletion {
        let Some(left) = deletion.grace_seconds else {
            return BeforeDelete::NotGraceful;
        };
        // A second request can only shorten the grace period.
        let Some(seconds) = requested
            .map(|seconds| grace_period(object, Some(seconds)))
            .filter(|&seconds| seconds < left)
        else {
            return BeforeDelete::GracefulPending;
        };
        let earlier = u64::try_from(left - seconds).unwrap_or(0) * 1000;
        object.meta.deletion = Some(Deletion {
            at: Time(deletion.at.0.saturating_sub(earlier)),
            grace_seconds: Some(seconds),
        });
        return BeforeDelete::Graceful(seconds);
    }
    let seconds = grace_period(object, requested);
    object.meta.deletion = Some(Deletion {
        at: context
            .now
            .plus(u64::try_from(seconds).unwrap_or(0).saturating_mul(1000)),
        grace_seconds: Some(seconds),
    });
    object.meta.generation += i64::from(object.meta.generation > 0);
    BeforeDelete::Graceful(seconds)
}

/// Returns the grace period of a pod in seconds; `requested` is that of the request (`CheckGracefulDelete` in
/// `pkg/registry/core/pod/strategy.go`).
fn grace_period(object: &Object, requested: Option<i64>) -> i64 {
    if pod::node(object).is_none() || pod::phase(object).terminal() {
        return 0;
    }
    match requested.unwrap_or_else(|| pod::grace_seconds(object)) {
        seconds if seconds < 0 => 1,
        seconds => seconds,
    }
}

/// Returns the finalizers with those of the garbage collector set by the propagation policy
/// (`deletionFinalizersForGarbageCollection`).
fn deletion_finalizers(object: &Object, propagation: Propagation) -> Arc<[Arc<str>]> {
    let wanted = match propagation {
        Propagation::Background => None,
        Propagation::Foreground => Some(FOREGROUND),
        Propagation::Orphan => Some(ORPHAN),
    };
    let is_gc_finalizer = |name: &str| name == ORPHAN || name == FOREGROUND;
    let have: Vec<&str> = object
        .meta
        .finalizers
        .iter()
        .map(AsRef::as_ref)
        .filter(|name| is_gc_finalizer(name))
        .collect();
    if have == wanted.as_slice() {
        return object.meta.finalizers.clone();
    }
    let kept = object
        .meta
        .finalizers
        .iter()
        .filter(|name| !is_gc_finalizer(name))
        .cloned();
    kept.chain(wanted.map(Arc::from)).collect()
}

/// Sets the deletion timestamp of an object that is not deleted gracefully and has finalizers (`markAsDeleting`).
fn mark_as_deleting(context: &Context, object: &mut Object) {
    if object.meta.deletion.is_none() {
        object.meta.generation += i64::from(object.meta.generation > 0);
    }
    let at = object
        .meta
        .deletion
        .map_or(context.now, |deletion| deletion.at.min(context.now));
    object.meta.deletion = Some(Deletion {
        at,
        grace_seconds: Some(0),
    });
}
