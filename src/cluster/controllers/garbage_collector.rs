//! The garbage collector: deletes or orphans the dependents of deleted owners (`pkg/controller/garbagecollector`).

use std::sync::Arc;

use crate::api::{DeleteOptions, Propagation, Reason};
use crate::cluster::runtime::{Client, SyncResult, WatchEvent, WorkQueue};
use crate::object::{Key, Kind, Object, OwnerRef};
use crate::store::waiting::DeletionWaiting;
use crate::store::{Waiting, World};

/// Finalizer of an object that is deleted after its dependents (`FinalizerDeleteDependents`).
pub const FOREGROUND: &str = "foregroundDeletion";
/// Finalizer of an object whose dependents are orphaned (`FinalizerOrphanDependents`).
pub const ORPHAN: &str = "orphan";

/// Enqueues objects to delete and owners to orphan (`processGraphChanges` in `graph_builder.go`).
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    let key = &event.change.key;
    if key.kind == Kind::Event {
        return;
    }
    let (old, world) = (event.old, event.world);
    let Some(new) = event.new() else {
        if let Some(old) = old {
            for dependent in world.dependents(&old.meta.uid) {
                queue.add(dependent);
            }
            enqueue_waiting_owners(world, old, queue);
        }
        return;
    };
    let before = |finalizer| old.is_some_and(|old| is_deleted_with(old, finalizer));
    if is_deleted_with(new, ORPHAN) && !before(ORPHAN) {
        queue.add(key);
    }
    if is_deleted_with(new, FOREGROUND) && !before(FOREGROUND) {
        queue.add(key);
        for dependent in world.dependents(&new.meta.uid) {
            queue.add(dependent);
        }
    }
    let same_owners = old.is_some_and(|old| old.meta.owners == new.meta.owners);
    if same_owners {
        return;
    }
    if let Some(old) = old {
        enqueue_waiting_owners(world, old, queue);
    }
    let absent_or_waiting =
        |owner: &OwnerRef| owner_of(world, new, owner).is_none_or(|o| is_deleted_with(&o, FOREGROUND));
    if new.meta.owners.iter().any(absent_or_waiting) {
        queue.add(key);
    }
}

/// Enqueues owners that wait for their dependents.
fn enqueue_waiting_owners(world: &World, dependent: &Object, queue: &mut WorkQueue) {
    for reference in dependent.meta.owners.iter() {
        if let Some(owner) = owner_of(world, dependent, reference).filter(|o| is_deleted_with(o, FOREGROUND))
        {
            queue.add(&owner.key());
        }
    }
}

/// Whether an object is being deleted and has this finalizer.
fn is_deleted_with(object: &Object, finalizer: &str) -> bool {
    object.meta.terminating() && object.meta.has_finalizer(finalizer)
}

/// The owner that a reference names, if it exists; a reference never leaves its namespace.
fn owner_of(world: &World, dependent: &Object, reference: &OwnerRef) -> Option<Arc<Object>> {
    let kind = Kind::from_type_meta(&reference.api_version, &reference.kind)?;
    let mut key = dependent.key().beside(kind, reference.name.clone());
    if !kind.info().namespaced {
        key.namespace = "".into();
    }
    let owner = world.get(&key)?;
    (owner.meta.uid == reference.uid).then(|| owner.clone())
}

/// Syncs one object (`attemptToDeleteItem`, `attemptToOrphanWorker`).
pub fn sync(client: &mut Client, key: &Key) -> SyncResult {
    let Some(object) = client.get(key).cloned() else {
        return Ok(());
    };
    if is_deleted_with(&object, ORPHAN) {
        return orphan(client, &object);
    }
    if is_deleted_with(&object, FOREGROUND) {
        return wait_for_dependents(client, &object);
    }
    if object.meta.terminating() || object.meta.owners.is_empty() {
        return Ok(());
    }
    collect(client, &object)
}

/// Removes the owner from its dependents, then its finalizer (`orphanDependents`, `removeFinalizer`).
fn orphan(client: &mut Client, owner: &Object) -> SyncResult {
    let dependents: Vec<Key> = client.world().dependents(&owner.meta.uid).cloned().collect();
    for key in dependents {
        if let Some(dependent) = client.get(&key).cloned() {
            drop_owners(client, &dependent, |reference| reference.uid == owner.meta.uid)?;
        }
    }
    remove_finalizer(client, owner, ORPHAN)
}

fn drop_owners(client: &mut Client, dependent: &Object, drop: impl Fn(&OwnerRef) -> bool) -> SyncResult {
    let mut new = dependent.clone();
    new.meta.owners = dependent
        .meta
        .owners
        .iter()
        .filter(|o| !drop(o))
        .cloned()
        .collect();
    match client.update(new) {
        Err(status) if status.reason != Reason::NotFound => Err(status.into()),
        _ => Ok(()),
    }
}

fn remove_finalizer(client: &mut Client, object: &Object, finalizer: &str) -> SyncResult {
    let Some(object) = client.get(&object.key()).cloned() else {
        return Ok(());
    };
    let mut new = (*object).clone();
    let others = object.meta.finalizers.iter().filter(|f| f.as_ref() != finalizer);
    new.meta.finalizers = others.cloned().collect();
    match client.update(new) {
        Err(status) if status.reason != Reason::NotFound => Err(status.into()),
        _ => Ok(()),
    }
}

/// Removes the finalizer of an owner that no dependent blocks any more (`processDeletingDependentsItem`).
fn wait_for_dependents(client: &mut Client, owner: &Object) -> SyncResult {
    let world = client.world();
    let blocks = |dependent: &Object| {
        let mut owners = dependent.meta.owners.iter();
        owners.any(|reference| reference.uid == owner.meta.uid && reference.block_owner_deletion)
    };
    let blocking: Vec<Arc<Object>> = world
        .dependents(&owner.meta.uid)
        .filter_map(|key| world.get(key))
        .filter(|dependent| blocks(dependent))
        .cloned()
        .collect();
    let Some(first) = blocking.first() else {
        return remove_finalizer(client, owner, FOREGROUND);
    };
    let dependent = first.key();
    client.set_waiting(
        &owner.key(),
        Some(Waiting::Deletion(DeletionWaiting::BlockingDependent {
            dependent,
        })),
    );
    for dependent in blocking.iter().filter(|dependent| !dependent.meta.terminating()) {
        let (now, key) = (client.now(), dependent.key());
        client.requeue_at(now, &key);
    }
    Ok(())
}

/// The owner references of an object by the state of the owner (`classifyReferences`).
#[derive(Default)]
struct Owners {
    /// Number of owners that exist and keep the object.
    solid: usize,
    /// The owner does not exist.
    dangling: Vec<OwnerRef>,
    /// The owner waits for its dependents to be deleted.
    waiting: Vec<OwnerRef>,
}

fn classify(world: &World, object: &Object) -> Owners {
    let mut owners = Owners::default();
    for reference in object.meta.owners.iter() {
        match owner_of(world, object, reference) {
            None => owners.dangling.push(reference.clone()),
            Some(owner) if is_deleted_with(&owner, FOREGROUND) => owners.waiting.push(reference.clone()),
            Some(_) => owners.solid += 1,
        }
    }
    owners
}

/// Deletes an object without a solid owner, or removes its other owner references (`attemptToDeleteItem`).
fn collect(client: &mut Client, object: &Object) -> SyncResult {
    let world = client.world();
    let owners = classify(world, object);
    let dependents: Vec<Arc<Object>> = world
        .dependents(&object.meta.uid)
        .filter_map(|key| world.get(key).cloned())
        .collect();
    if owners.solid > 0 {
        if owners.dangling.is_empty() && owners.waiting.is_empty() {
            return Ok(());
        }
        return drop_owners(client, object, |reference| {
            owners.dangling.contains(reference) || owners.waiting.contains(reference)
        });
    }
    let propagation = if !owners.waiting.is_empty() && !dependents.is_empty() {
        if dependents
            .iter()
            .any(|dependent| is_deleted_with(dependent, FOREGROUND))
        {
            unblock(client, object)?;
        }
        Propagation::Foreground
    } else if object.meta.has_finalizer(ORPHAN) {
        Propagation::Orphan
    } else if object.meta.has_finalizer(FOREGROUND) {
        Propagation::Foreground
    } else {
        Propagation::Background
    };
    let options = DeleteOptions {
        propagation,
        uid: Some(object.meta.uid.clone()),
        ..DeleteOptions::default()
    };
    match client.delete(&object.key(), options) {
        Err(status) if !matches!(status.reason, Reason::NotFound | Reason::Conflict) => Err(status.into()),
        _ => Ok(()),
    }
}

/// Resolves a cycle of objects that wait for each other (`unblockOwnerReferencesStrategicMergePatch`).
fn unblock(client: &mut Client, object: &Object) -> SyncResult {
    let mut new = object.clone();
    let unblocked = object.meta.owners.iter().map(|reference| OwnerRef {
        block_owner_deletion: false,
        ..reference.clone()
    });
    new.meta.owners = unblocked.collect();
    match client.update(new) {
        Err(status) if status.reason != Reason::NotFound => Err(status.into()),
        _ => Ok(()),
    }
}
