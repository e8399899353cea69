//! Invariants of every run, checked for each entry of its log.
//!
//! They are those of upstream's own tests (`assertMonotonicInvariants`, `assertUpdateInvariants` in
//! `stateful_set_control_test.go`) and those of the API server.

use std::sync::Arc;

use statefulset_playground::object::status::Phase;
use statefulset_playground::object::{Key, Kind, Object, Time, Value, pod};
use statefulset_playground::store::{Actor, Change, Entry, EntryKind, World, ordinal};

/// Checks one entry against the world before it.
///
/// # Errors
/// The invariant that it violates.
pub fn check(before: &World, entry: &Entry) -> Result<(), String> {
    if entry.seq != before.seq() + 1 {
        return Err(format!("entry {} follows {}", entry.seq, before.seq()));
    }
    if entry.at < before.now() {
        return Err(format!("entry {}: time goes back", entry.seq));
    }
    match &entry.kind {
        EntryKind::Decision(decision) => {
            let known = before.waiting(decision.actor, &decision.object);
            (known != decision.waiting.as_ref())
                .then_some(())
                .ok_or_else(|| format!("entry {}: the decision changes nothing", entry.seq))
        }
        EntryKind::Change(change) => check_change(before, entry, change).map_err(|violated| {
            format!(
                "entry {}: {} {}: {violated}",
                entry.seq, change.key.kind, change.key.name
            )
        }),
    }
}

fn check_change(before: &World, entry: &Entry, change: &Change) -> Result<(), String> {
    let old = before.get(&change.key).map(AsRef::as_ref);
    match (old, change.object.as_deref()) {
        (None, None) => Err("an object that does not exist is deleted".into()),
        (None, Some(new)) => {
            stored(entry, change, new)?;
            created(before, entry, change, new)
        }
        (Some(old), Some(new)) => {
            stored(entry, change, new)?;
            changed(before, entry.at, change, old, new)
        }
        (Some(old), None) => deleted(before, &change.key, old),
    }
}

fn ensure(holds: bool, violated: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(violated.to_owned()) }
}

fn stored(entry: &Entry, change: &Change, new: &Object) -> Result<(), String> {
    ensure(new.key() == change.key, "its name differs from its key")?;
    ensure(
        new.meta.resource_version == entry.seq,
        "its resourceVersion is not the entry's seq",
    )?;
    ensure(!new.meta.uid.is_empty(), "no UID")?;
    let controllers = new.meta.owners.iter().filter(|owner| owner.controller).count();
    ensure(controllers <= 1, "two controllers")?;
    match new.status.stateful_set() {
        Some(status) => {
            let count = status.replicas;
            ensure(
                status.available_replicas <= status.ready_replicas
                    && status.ready_replicas <= count
                    && (-1..=count).contains(&status.current_replicas)
                    && status.updated_replicas <= count
                    && status.observed_generation <= new.meta.generation,
                "inconsistent counts",
            )
        }
        None => Ok(()),
    }
}

fn created(before: &World, entry: &Entry, change: &Change, new: &Object) -> Result<(), String> {
    if change.key.kind != Kind::Pod || change.by != Actor::StatefulSetController {
        return Ok(());
    }
    let set = owner(before, new).ok_or("a pod without its set")?;
    ensure(!set.meta.terminating(), "a pod of a set that is being deleted")?;
    for claim in pod::claims(new) {
        ensure(before.get(&claim).is_some(), "a pod before its claim")?;
    }
    let label = new.meta.label("statefulset.kubernetes.io/pod-name");
    ensure(label == Some(&new.meta.name), "a pod without its name as a label")?;
    predecessors_available(before, entry.at, &set, ordinal(&new.meta.name))
}

fn changed(before: &World, at: Time, change: &Change, old: &Object, new: &Object) -> Result<(), String> {
    ensure(old.meta.uid == new.meta.uid, "its UID changes")?;
    ensure(old.meta.created == new.meta.created, "its creation time changes")?;
    ensure(
        old.meta.generation <= new.meta.generation,
        "the generation goes back",
    )?;
    ensure(
        !old.meta.terminating() || new.meta.terminating(),
        "its deletion is undone",
    )?;
    if change.key.kind != Kind::Pod {
        return Ok(());
    }
    ensure(
        pod::node(old).is_none() || pod::node(old) == pod::node(new),
        "it is bound to another node",
    )?;
    ensure(
        !pod::phase(old).terminal() || pod::phase(old) == pod::phase(new),
        "a terminal phase changes",
    )?;
    let deleted = new.meta.terminating() && !old.meta.terminating();
    if deleted && change.by == Actor::StatefulSetController {
        return deleted_by_controller(before, at, old);
    }
    Ok(())
}

fn deleted(before: &World, key: &Key, old: &Object) -> Result<(), String> {
    ensure(
        old.meta.finalizers.is_empty() || key.kind == Kind::Namespace || old.meta.finalizers.len() == 1,
        "it is deleted in spite of finalizers",
    )?;
    if key.kind != Kind::PersistentVolumeClaim {
        return Ok(());
    }
    let user = before
        .pods()
        .of_claim(key)
        .find(|pod| before.get(pod).is_some_and(|pod| pod::node(pod).is_some()));
    match user {
        Some(pod) => Err(format!("it is deleted before pod {}", pod.name)),
        None => Ok(()),
    }
}

fn deleted_by_controller(before: &World, at: Time, pod: &Object) -> Result<(), String> {
    let Some(set) = owner(before, pod) else {
        return Err("deleted by a set that does not exist".into());
    };
    predecessors_available(before, at, &set, ordinal(&pod.meta.name))
}

/// The set that manages a pod.
fn owner(world: &World, pod: &Object) -> Option<Arc<Object>> {
    let reference = pod.meta.controller()?;
    let set = world.get(&pod.key().beside(Kind::StatefulSet, reference.name.clone()))?;
    (set.meta.uid == reference.uid).then(|| set.clone())
}

/// `OrderedReady`: the controller only creates or deletes a pod while all lower pods are available.
fn predecessors_available(world: &World, now: Time, set: &Object, above: i64) -> Result<(), String> {
    let number = |path: &[&str]| set.spec().at(path).and_then(Value::as_i64);
    let policy = set.spec().get("podManagementPolicy").and_then(Value::as_str);
    if policy == Some("Parallel") {
        return Ok(());
    }
    let start = number(&["ordinals", "start"]).unwrap_or(0);
    let end = start + number(&["replicas"]).unwrap_or(1);
    let min_ready_seconds = number(&["minReadySeconds"]).unwrap_or(0);
    let min_ready_ms = u64::try_from(min_ready_seconds).unwrap_or(0) * 1000;
    for ordinal in start..end.min(above) {
        let name = format!("{}-{ordinal}", set.meta.name);
        let available = world.get(&set.key().beside(Kind::Pod, name)).is_some_and(|pod| {
            let since = pod.status.pod().and_then(|status| status.ready_since());
            pod::phase(pod) == Phase::Running
                && !pod.meta.terminating()
                && since.is_some_and(|since| since.plus(min_ready_ms) <= now)
        });
        ensure(available, &format!("lower ordinal {ordinal} is not available"))?;
    }
    Ok(())
}
