//! DELETE (`apiserver/pkg/registry/generic/registry/store.go` `Delete`, `rest/delete.go` `BeforeDelete`).

use std::sync::Arc;

use super::update::{find, wrong_uid};
use super::{Context, DeleteOptions, Propagation, Status, Writes, gone, write};
use crate::object::{Deletion, Key, Kind, Object, pod};

const ORPHAN: &str = "orphan";
const FOREGROUND: &str = "foregroundDeletion";

/// Deletes an object: at once, gracefully (pods), or when its last finalizer is gone.
pub(super) fn delete(context: &mut Context, key: &Key, options: &DeleteOptions) -> Result<Writes, Status> {
    let old = find(context, key)?;
    if let Some(wanted) = options.uid.as_ref().filter(|wanted| **wanted != old.meta.uid) {
        return Err(wrong_uid(key, wanted, &old.meta.uid));
    }
    let mut new = (*old).clone();
    let graceful = match begin(context, &mut new, options.grace_seconds) {
        Begun::Pending => {
            return Ok(Writes {
                object: Some(old),
                ..Writes::default()
            });
        }
        Begun::Graceful(seconds) => Some(seconds),
        Begun::AtOnce => None,
    };
    new.meta.finalizers = finalizers(&old, options.propagation);
    let waits = !new.meta.finalizers.is_empty();
    if graceful.is_none() && waits {
        mark(context, &mut new);
    }
    if graceful.is_none() && !waits {
        return Ok(gone(context, &old));
    }
    if new == *old {
        return Ok(Writes {
            object: Some(old),
            ..Writes::default()
        });
    }
    let removed = !waits && graceful == Some(0);
    let mut writes = write(context, new);
    if removed && let Some(marked) = writes.object.clone() {
        writes.changes.extend(gone(context, &marked).changes);
    }
    Ok(writes)
}

enum Begun {
    /// It is being deleted, and this request changes nothing.
    Pending,
    /// The deletion timestamp is set; the object stays for that many seconds.
    Graceful(i64),
    /// The kind knows no grace.
    AtOnce,
}

/// `BeforeDelete`: the timestamp of kinds that are deleted gracefully, which only pods are.
fn begin(context: &Context, object: &mut Object, asked: Option<i64>) -> Begun {
    if object.kind != Kind::Pod {
        return Begun::AtOnce;
    }
    if let Some(deletion) = object.meta.deletion {
        let Some(left) = deletion.grace_seconds else {
            return Begun::AtOnce;
        };
        // Only a shorter time may be asked for.
        let Some(seconds) = asked
            .map(|seconds| grace(object, Some(seconds)))
            .filter(|&seconds| seconds < left)
        else {
            return Begun::Pending;
        };
        let earlier = u64::try_from(left - seconds).unwrap_or(0) * 1000;
        object.meta.deletion = Some(Deletion {
            at: crate::object::Time(deletion.at.0.saturating_sub(earlier)),
            grace_seconds: Some(seconds),
        });
        return Begun::Graceful(seconds);
    }
    let seconds = grace(object, asked);
    object.meta.deletion = Some(Deletion {
        at: context
            .now
            .plus(u64::try_from(seconds).unwrap_or(0).saturating_mul(1000)),
        grace_seconds: Some(seconds),
    });
    object.meta.generation += i64::from(object.meta.generation > 0);
    Begun::Graceful(seconds)
}

/// `CheckGracefulDelete` in `pkg/registry/core/pod/strategy.go`.
fn grace(object: &Object, asked: Option<i64>) -> i64 {
    if pod::node(object).is_none() || pod::phase(object).terminal() {
        return 0;
    }
    match asked.unwrap_or_else(|| pod::grace_seconds(object)) {
        seconds if seconds < 0 => 1,
        seconds => seconds,
    }
}

/// What the cascade puts into the finalizers and takes out of them (`deletionFinalizersForGarbageCollection`).
fn finalizers(object: &Object, propagation: Propagation) -> Arc<[Arc<str>]> {
    let wanted = match propagation {
        Propagation::Background => None,
        Propagation::Foreground => Some(FOREGROUND),
        Propagation::Orphan => Some(ORPHAN),
    };
    let ours = |name: &str| name == ORPHAN || name == FOREGROUND;
    let have: Vec<&str> = object
        .meta
        .finalizers
        .iter()
        .map(AsRef::as_ref)
        .filter(|name| ours(name))
        .collect();
    if have == wanted.as_slice() {
        return object.meta.finalizers.clone();
    }
    let kept = object.meta.finalizers.iter().filter(|name| !ours(name)).cloned();
    kept.chain(wanted.map(Arc::from)).collect()
}

/// `markAsDeleting`: for kinds without grace that still have finalizers.
fn mark(context: &Context, object: &mut Object) {
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
