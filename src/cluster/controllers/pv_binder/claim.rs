//! The sync of claims (`syncUnboundClaim`, `syncBoundClaim`).

use std::sync::Arc;

use super::bind::{bind, set_claim_phase, set_lost};
use super::index::{check_volume, find_matching_volume};
use super::provision::provision;
use super::reports::{next_resync, report};
use super::{ClaimSyncResult, PvBinder};
use crate::api::{self, Status};
use crate::cluster::runtime::durations::WAIT_FOR_SCHEDULER_MS;
use crate::cluster::runtime::{Client, EventType};
use crate::cluster::volumes::{
    BOUND_BY_CONTROLLER, SELECTED_NODE, claim_of, claim_uid, class_name, has_no_class, is_bound_to,
    volume_of, waits_for_consumer,
};
use crate::object::{Key, Kind, Object, pod};
use crate::store::waiting::StorageWaiting;

/// Checks the volume of a claim that was bound before.
pub fn sync_bound(client: &mut Client, claim: &Arc<Object>) -> ClaimSyncResult {
    let Some(key) = volume_of(claim) else {
        let message = "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!";
        set_lost(client, claim, "ClaimLost", message)?;
        return Ok(Some(StorageWaiting::VolumeNameRemoved));
    };
    let Some(volume) = client.get(&key).cloned() else {
        let message = "Bound claim has lost its PersistentVolume. Data on the volume is lost!";
        set_lost(client, claim, "ClaimLost", message)?;
        return Ok(Some(StorageWaiting::ClaimLost { volume: key }));
    };
    if claim_of(&volume).is_none() || claim_uid(&volume) == Some(&claim.meta.uid) {
        bind(client, claim, &volume)?;
        return Ok(None);
    }
    let message = "Two claims are bound to the same volume, this one is bound incorrectly";
    set_lost(client, claim, "ClaimMisbound", message)?;
    Ok(Some(StorageWaiting::VolumeTaken { volume: key }))
}

/// Binds a claim to its best volume, or waits for one.
pub fn sync_unbound(client: &mut Client, claim: &Arc<Object>, state: &mut PvBinder) -> ClaimSyncResult {
    if let Some(key) = volume_of(claim) {
        return sync_with_volume_name(client, claim, key, state);
    }
    let delayed = waits_for_consumer(client.world(), claim);
    if let Some(volume) = find_matching_volume(client.world(), claim, &state.free, delayed) {
        bind(client, claim, &volume)?;
        return Ok(None);
    }
    if assign_default_class(client, claim)? {
        return Ok(None);
    }
    if delayed && claim.meta.annotation(SELECTED_NODE).is_none() {
        let reason = report_delayed_binding(client, claim, state);
        set_claim_phase(client, claim, "Pending")?;
        return Ok(Some(reason));
    }
    if class_name(claim).is_some() {
        return provision(client, claim, state);
    }
    let message = "no persistent volumes available for this claim and no storage class is set";
    report(
        client,
        state,
        claim,
        EventType::Normal,
        "FailedBinding",
        message.to_owned(),
    );
    set_claim_phase(client, claim, "Pending")?;
    Ok(Some(StorageWaiting::NoVolumeFits))
}

/// Sets the default class in a claim that was created while there was none (`assignDefaultStorageClass`).
fn assign_default_class(client: &mut Client, claim: &Object) -> Result<bool, Status> {
    if !has_no_class(claim) {
        return Ok(false);
    }
    let Some(class) = api::default_class(client.world()).map(|class| class.name().clone()) else {
        return Ok(false);
    };
    let mut spec = claim.spec().clone();
    *spec.slot(&["storageClassName"]) = class.into();
    client.update(claim.with_spec(spec))?;
    Ok(true)
}

/// A person set `spec.volumeName` of the claim.
fn sync_with_volume_name(
    client: &mut Client,
    claim: &Arc<Object>,
    key: Key,
    state: &mut PvBinder,
) -> ClaimSyncResult {
    let Some(volume) = client.get(&key).cloned() else {
        set_claim_phase(client, claim, "Pending")?;
        return Ok(Some(StorageWaiting::VolumeNotFound { volume: key }));
    };
    if claim_of(&volume).is_none() {
        let Some(why) = check_volume(&volume, claim) else {
            bind(client, claim, &volume)?;
            return Ok(None);
        };
        let message = format!("Cannot bind to requested volume \"{}\": {why}", key.name);
        report(
            client,
            state,
            claim,
            EventType::Warning,
            "VolumeMismatch",
            message,
        );
        set_claim_phase(client, claim, "Pending")?;
        let why = why.into();
        return Ok(Some(StorageWaiting::VolumeMismatch { volume: key, why }));
    }
    if is_bound_to(&volume, claim) {
        bind(client, claim, &volume)?;
        return Ok(None);
    }
    let message = format!("volume \"{}\" already bound to a different claim.", key.name);
    report(client, state, claim, EventType::Warning, "FailedBinding", message);
    if claim.meta.annotation(BOUND_BY_CONTROLLER).is_none() {
        set_claim_phase(client, claim, "Pending")?;
    }
    Ok(Some(StorageWaiting::VolumeTaken { volume: key }))
}

/// `emitEventForUnboundDelayBindingClaim`. A pod that has just been created is left to the scheduler first: upstream
/// notices it only at the next resync.
fn report_delayed_binding(client: &mut Client, claim: &Object, state: &mut PvBinder) -> StorageWaiting {
    let world = client.world();
    let now = client.now();
    let key = claim.key();
    let pods = world.pods().of_claim(&key);
    let unscheduled: Vec<&Arc<Object>> = pods
        .filter_map(|key| world.get(key))
        .filter(|pod| pod::node(pod).is_none() && !pod::phase(pod).terminal())
        .collect();
    let first = unscheduled.first().map(|pod| pod.key());
    let is_noticed = |pod: &Object| {
        let is_older = pod.meta.resource_version < claim.meta.resource_version;
        is_older || now >= next_resync(pod.meta.created)
    };
    let noticed: Vec<&str> = unscheduled
        .iter()
        .filter(|pod| is_noticed(pod))
        .map(|pod| pod.name().as_ref())
        .collect();
    let (reason, message) = match noticed.as_slice() {
        [] => (
            "WaitForFirstConsumer",
            "waiting for first consumer to be created before binding".to_owned(),
        ),
        [pod] => (
            "WaitForPodScheduled",
            format!("waiting for pod {pod} to be scheduled"),
        ),
        pods => (
            "WaitForPodScheduled",
            format!("waiting for pods {} to be scheduled", pods.join(",")),
        ),
    };
    let next = unscheduled
        .iter()
        .filter(|pod| !is_noticed(pod))
        .map(|pod| {
            let left_to_scheduler = pod.meta.created.plus(WAIT_FOR_SCHEDULER_MS);
            match now < left_to_scheduler {
                true => left_to_scheduler,
                false => next_resync(pod.meta.created),
            }
        })
        .min();
    report(client, state, claim, EventType::Normal, reason, message);
    if let Some(at) = next {
        client.requeue_at(at, &claim.key());
    }
    match first {
        Some(pod) => StorageWaiting::WaitForPodScheduled { pod },
        None => {
            let name = class_name(claim).cloned().unwrap_or_default();
            let class = Key::new(Kind::StorageClass, name);
            StorageWaiting::WaitForFirstConsumer { class }
        }
    }
}
