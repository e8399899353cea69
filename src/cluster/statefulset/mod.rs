//! The StatefulSet controller, split as upstream's `pkg/controller/statefulset` is.
//!
//! This file is `stateful_set.go`: what wakes the controller, and whose pods are whose. `control` decides, `pod` and
//! `claims` act, `revision` keeps the history, `status` counts, `predicates` are the small questions.

mod claims;
mod control;
mod memo;
mod pod;
mod predicates;
pub mod revision;
mod rollout;
mod set;
mod status;
mod template;

use std::sync::Arc;

use super::client::{Client, Failure, Synced};
use super::controller_ref::{self, Claim};
use super::queue::{Seen, Wakes};
use crate::object::typed::StatefulSetSpec;
use crate::object::{Key, Kind, Object};
use crate::store::waiting::StatefulSetWaiting;
use crate::store::{Waiting, World};

pub use memo::Memos;
use set::Set;

/// Which sets a change concerns (`addPod`, `updatePod`, `deletePod`, and the handlers of sets themselves).
///
/// Claims and revisions wake nobody.
pub fn interested(seen: &Seen, wakes: &mut Wakes) {
    match seen.change.key.kind {
        Kind::StatefulSet => wakes.now(&seen.change.key),
        Kind::Pod => pod_changed(seen, wakes),
        _ => {}
    }
}

fn pod_changed(seen: &Seen, wakes: &mut Wakes) {
    let mut owner_of = |pod: &Object| {
        if let Some(set) = owner(seen.world, pod) {
            wakes.now(&set.key());
        }
    };
    let (old, new) = (seen.old, seen.new());
    let Some(pod) = new else {
        if let Some(old) = old {
            owner_of(old);
        }
        return;
    };
    let controller = pod.meta.controller();
    let changed_hands = old.is_some_and(|old| old.meta.controller() != controller);
    if changed_hands && let Some(old) = old {
        owner_of(old);
    }
    if controller.is_some() {
        owner_of(pod);
        return;
    }
    let relabelled = old.is_some_and(|old| old.meta.labels != pod.meta.labels);
    let is_new = old.is_none() && !pod.meta.terminating();
    if is_new || relabelled || changed_hands {
        for set in seen.world.list(Kind::StatefulSet) {
            if set.meta.namespace == pod.meta.namespace && selects(set, pod) {
                wakes.now(&set.key());
            }
        }
    }
}

/// The set that manages a pod, if it stands (`resolveControllerRef`).
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

/// One look at a set (`sync`, `syncStatefulSet`).
pub fn sync(client: &mut Client, key: &Key, memos: &mut Memos) -> Synced {
    let Some(object) = client.get(key).cloned() else {
        memos.forget(key);
        return Ok(());
    };
    let Some(spec) = StatefulSetSpec::read(&object) else {
        return Ok(());
    };
    if !spec.selector.is_valid() {
        client.wait(
            key,
            Some(Waiting::StatefulSet(StatefulSetWaiting::InvalidSelector)),
        );
        return Ok(());
    }
    let set = Set::read(&object, spec);
    let memo = memos.of(key, &object);
    let adopted = revision::adopt_orphans(client, &set).and_then(|()| claim_pods(client, &set, memo));
    if let Err(failure) = adopted {
        let error = failure.message.clone();
        client.wait(
            key,
            Some(Waiting::StatefulSet(StatefulSetWaiting::AdoptionFailed { error })),
        );
        return Err(failure);
    }
    control::update_stateful_set(client, &set, memo)
}

/// Releases pods that do not match any more and adopts those that do (`getPodsForStatefulSet`).
///
/// A pod that was ours and has not changed since the last look still is.
fn claim_pods(client: &mut Client, set: &Set, memo: &mut memo::Memo) -> Result<(), Failure> {
    let world = client.world();
    let controlled_pods = world.controlled_pods(&set.object.meta.uid).into_iter();
    let changed = controlled_pods.flat_map(|controlled_pods| {
        let touched = controlled_pods.touched_after(memo.claimed);
        touched.filter_map(|place| Some(controlled_pods.get(place)?.pod.clone()))
    });
    let loose = world
        .loose_pods()
        .filter(|pod| pod.meta.namespace == set.object.meta.namespace)
        .filter(|pod| set.matches(pod));
    let candidates: Vec<Arc<Object>> = changed.chain(loose.cloned()).collect();
    memo.claimed = world.seq();
    memo.ignored
        .retain(|key| !candidates.iter().any(|pod| pod.key() == *key));
    for pod in &candidates {
        let claim = controller_ref::claim(client, set.object, pod, set.matches(pod));
        match claim {
            Ok(Claim::NotOurs) if pod.meta.controller().is_some() => memo.ignored.push(pod.key()),
            Ok(_) => {}
            Err(failure) => {
                memo.claimed = 0;
                return Err(failure);
            }
        }
    }
    Ok(())
}
