//! The garbage collector: what becomes of objects whose owners go (`pkg/controller/garbagecollector`).

use std::sync::Arc;

use super::client::{Client, Synced};
use super::queue::{Seen, Wakes};
use crate::api::{DeleteOptions, Propagation, Reason};
use crate::object::{Key, Kind, Object, OwnerRef};
use crate::store::waiting::DeletionWaiting;
use crate::store::{Waiting, World};

/// The finalizer of an object that waits for its dependents.
pub const FOREGROUND: &str = "foregroundDeletion";
/// The finalizer of an object whose dependents are to lose it as an owner.
pub const ORPHAN: &str = "orphan";

/// What a change puts on the queues of the collector (`processGraphChanges` in `graph_builder.go`).
pub fn interested(seen: &Seen, wakes: &mut Wakes) {
    let key = &seen.change.key;
    if key.kind == Kind::Event {
        return;
    }
    let (old, world) = (seen.old, seen.world);
    let Some(new) = seen.new() else {
        if let Some(old) = old {
            for dependent in world.dependents(&old.meta.uid) {
                wakes.now(dependent);
            }
            wake_waiting_owners(world, old, wakes);
        }
        return;
    };
    let before = |finalizer| old.is_some_and(|old| is_deleted_with(old, finalizer));
    if is_deleted_with(new, ORPHAN) && !before(ORPHAN) {
        wakes.now(key);
    }
    if is_deleted_with(new, FOREGROUND) && !before(FOREGROUND) {
        wakes.now(key);
        for dependent in world.dependents(&new.meta.uid) {
            wakes.now(dependent);
        }
    }
    let same_owners = old.is_some_and(|old| old.meta.owners == new.meta.owners);
    if same_owners {
        return;
    }
    if let Some(old) = old {
        wake_waiting_owners(world, old, wakes);
    }
    let unsound =
        |owner: &OwnerRef| owner_of(world, new, owner).is_none_or(|o| is_deleted_with(&o, FOREGROUND));
    if new.meta.owners.iter().any(unsound) {
        wakes.now(key);
    }
}

/// Owners that wait for their dependents count them again.
fn wake_waiting_owners(world: &World, dependent: &Object, wakes: &mut Wakes) {
    for reference in dependent.meta.owners.iter() {
        if let Some(owner) = owner_of(world, dependent, reference).filter(|o| is_deleted_with(o, FOREGROUND))
        {
            wakes.now(&owner.key());
        }
    }
}

/// Whether an object is being deleted and has this finalizer.
fn is_deleted_with(object: &Object, finalizer: &str) -> bool {
    object.meta.terminating() && object.meta.has_finalizer(finalizer)
}

/// The object that a reference means, if it stands; a reference cannot leave its namespace.
fn owner_of(world: &World, dependent: &Object, reference: &OwnerRef) -> Option<Arc<Object>> {
    let kind = Kind::from_type_meta(&reference.api_version, &reference.kind)?;
    let mut key = dependent.key().beside(kind, reference.name.clone());
    if !kind.info().namespaced {
        key.namespace = "".into();
    }
    let owner = world.get(&key)?;
    (owner.meta.uid == reference.uid).then(|| owner.clone())
}

/// One look at an object (`attemptToDeleteItem`, `attemptToOrphanWorker`).
pub fn sync(client: &mut Client, key: &Key) -> Synced {
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

/// Dependents lose the owner, then it goes (`orphanDependents`, `removeFinalizer`).
fn orphan(client: &mut Client, owner: &Object) -> Synced {
    let dependents: Vec<Key> = client.world().dependents(&owner.meta.uid).cloned().collect();
    for key in dependents {
        if let Some(dependent) = client.get(&key).cloned() {
            drop_owners(client, &dependent, |reference| reference.uid == owner.meta.uid)?;
        }
    }
    remove_finalizer(client, owner, ORPHAN)
}

fn drop_owners(client: &mut Client, dependent: &Object, drop: impl Fn(&OwnerRef) -> bool) -> Synced {
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

fn remove_finalizer(client: &mut Client, object: &Object, finalizer: &str) -> Synced {
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

/// Foreground: the owner goes when no dependent blocks it any more (`processDeletingDependentsItem`).
fn wait_for_dependents(client: &mut Client, owner: &Object) -> Synced {
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
    client.wait(
        &owner.key(),
        Some(Waiting::Deletion(DeletionWaiting::BlockingDependent {
            dependent,
        })),
    );
    for dependent in blocking.iter().filter(|dependent| !dependent.meta.terminating()) {
        let (now, key) = (client.now(), dependent.key());
        client.wake_at(now, &key);
    }
    Ok(())
}

/// The owners of an object by what they still mean to it (`classifyReferences`).
#[derive(Default)]
struct Owners {
    solid: usize,
    dangling: Vec<OwnerRef>,
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

/// Deletes an object that no owner keeps, or takes from it the owners that do not (`attemptToDeleteItem`).
fn collect(client: &mut Client, object: &Object) -> Synced {
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

/// Breaks a circle of objects that wait for each other (`unblockOwnerReferencesStrategicMergePatch`).
fn unblock(client: &mut Client, object: &Object) -> Synced {
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
