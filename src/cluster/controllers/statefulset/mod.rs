//! The StatefulSet controller, split as upstream's `pkg/controller/statefulset`.
//!
//! This file is `stateful_set.go`: event handlers and adoption of pods. `control` and `rollout` are
//! `stateful_set_control.go`, `pod`, `claims` and `events` are `stateful_pod_control.go`, `names`, `predicates` and
//! `template` are `stateful_set_utils.go`.

mod claims;
mod control;
mod events;
mod memo;
mod names;
mod pod;
mod predicates;
pub mod revision;
mod rollout;
mod set;
mod status;
mod template;

use std::sync::Arc;

use super::controller_ref::{self, ClaimResult};
use crate::cluster::runtime::{Client, Failure, SyncResult, WatchEvent, WorkQueue};
use crate::object::typed::StatefulSetSpec;
use crate::object::{Key, Kind, Object};
use crate::store::waiting::StatefulSetWaiting;
use crate::store::{Waiting, World};

pub use memo::Memos;
use set::Set;

/// Enqueues changed sets and the sets of changed pods (`addPod`, `updatePod`, `deletePod`, `enqueueStatefulSet`).
///
/// Claims and revisions enqueue nothing.
pub fn watch(event: &WatchEvent, queue: &mut WorkQueue) {
    match event.change.key.kind {
        Kind::StatefulSet => queue.add(&event.change.key),
        Kind::Pod => pod_changed(event, queue),
        _ => {}
    }
}

fn pod_changed(event: &WatchEvent, queue: &mut WorkQueue) {
    let mut enqueue_owner = |pod: &Object| {
        if let Some(set) = owner(event.world, pod) {
            queue.add(&set.key());
        }
    };
    let (old, new) = (event.old, event.new());
    let Some(pod) = new else {
        if let Some(old) = old {
            enqueue_owner(old);
        }
        return;
    };
    let controller = pod.meta.controller();
    let controller_changed = old.is_some_and(|old| old.meta.controller() != controller);
    if controller_changed && let Some(old) = old {
        enqueue_owner(old);
    }
    if controller.is_some() {
        enqueue_owner(pod);
        return;
    }
    let labels_changed = old.is_some_and(|old| old.meta.labels != pod.meta.labels);
    let is_new = old.is_none() && !pod.meta.terminating();
    if is_new || labels_changed || controller_changed {
        for set in event.world.list(Kind::StatefulSet) {
            if set.meta.namespace == pod.meta.namespace && selects(set, pod) {
                queue.add(&set.key());
            }
        }
    }
}

/// The set that manages a pod, if it exists (`resolveControllerRef`).
fn owner<'a>(world: &'a World, pod: &Object) -> Option<&'a Arc<Object>> {
    let reference = pod.meta.controller()?;
    if reference.kind.as_ref() != Kind::StatefulSet.info().name {
        return None;
    }
    let key = pod.key().beside(Kind::StatefulSet, reference.name.clone());
    world.get(&key).filter(|set| set.meta.uid == reference.uid)
}

fn selects(set: &Object, pod: &Object) -> bool {
    StatefulSetSpec::read(set).is_some_and(|spec| spec.selector.selects(&pod.meta.labels))
}

/// Syncs one set (`sync`, `syncStatefulSet`).
pub fn sync(client: &mut Client, key: &Key, memos: &mut Memos) -> SyncResult {
    let Some(object) = client.get(key).cloned() else {
        memos.forget(key);
        return Ok(());
    };
    let Some(spec) = StatefulSetSpec::read(&object) else {
        return Ok(());
    };
    if !spec.selector.is_valid() {
        client.set_waiting(
            key,
            Some(Waiting::StatefulSet(StatefulSetWaiting::InvalidSelector)),
        );
        return Ok(());
    }
    let set = Set::read(&object, spec);
    let memo = memos.entry(key, &object);
    let adopted = revision::adopt_orphans(client, &set).and_then(|()| claim_pods(client, &set, memo));
    if let Err(failure) = adopted {
        let error = failure.message.clone();
        client.set_waiting(
            key,
            Some(Waiting::StatefulSet(StatefulSetWaiting::AdoptionFailed { error })),
        );
        return Err(failure);
    }
    control::update_stateful_set(client, &set, memo)
}

/// Adopts pods that match and releases pods that do not (`getPodsForStatefulSet`).
///
/// Only pods that were touched since the last sync are considered.
fn claim_pods(client: &mut Client, set: &Set, memo: &mut memo::Memo) -> Result<(), Failure> {
    let world = client.world();
    let controlled_pods = world.controlled_pods(&set.object.meta.uid).into_iter();
    let changed = controlled_pods.flat_map(|controlled_pods| {
        let touched = controlled_pods.touched_after(memo.claimed);
        touched.filter_map(|id| Some(controlled_pods.get(id)?.pod.clone()))
    });
    let orphans = world
        .loose_pods()
        .filter(|pod| pod.meta.namespace == set.object.meta.namespace)
        .filter(|pod| set.matches(pod));
    let candidates: Vec<Arc<Object>> = changed.chain(orphans.cloned()).collect();
    memo.claimed = world.seq();
    memo.ignored
        .retain(|key| !candidates.iter().any(|pod| pod.key() == *key));
    for pod in &candidates {
        let claim = controller_ref::claim(client, set.object, pod, set.matches(pod));
        match claim {
            Ok(ClaimResult::NotOurs) if pod.meta.controller().is_some() => memo.ignored.push(pod.key()),
            Ok(_) => {}
            Err(failure) => {
                memo.claimed = 0;
                return Err(failure);
            }
        }
    }
    Ok(())
}
